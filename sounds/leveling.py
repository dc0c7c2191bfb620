"""What is done to a sound's level: equal loudness for all messages, no DC, nothing over the peak limit; silence is refused.

The target is -24 LUFS, measured on what a telephone carries, which is about -18 dBm0 of active speech (ITU-T P.56) in G.711: the usual
loudness of a voice on the phone. One gain holds for the whole message. Only single peaks that would be over -1 dBTP are turned down
for some 50 ms around them, so that one knock on the microphone does not keep a message quiet.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sounds.facts import PHONE_RATE, WIDE_RATE, Refused
from sounds.filters import LOW_CUT_HZ, blocks_of, filter_in_place, filtered, low_cut, taps
from sounds.loudness import loudness
from sounds.peaks import limited

Samples = npt.NDArray[np.float32]

TARGET_LUFS = -24.0
SILENCE_LUFS = -60.0  # after A-law only hiss would be left
CARRIED = 1e-4  # of the upload's energy; less lies in the phone's band only as the clicks of its beginning and end
MOST_OVER_LU = 1.0  # how much louder than the target the wide rendering may be
NEAR_ENOUGH_LU = 0.1
MOST_PUSH_DB = 20.0  # into the limiter
LEAST_USE = 0.25  # of a push: when less of it comes out as loudness, only peaks are left, and no push helps

ONLY_SILENCE = f"holds only silence: it is not louder than {SILENCE_LUFS:.0f} LUFS"
NOT_CARRIED = f"holds nothing that a telephone plays: its sound lies under {LOW_CUT_HZ:.0f} Hz or over {PHONE_RATE // 2000} kHz"


def check_heard(phone: Samples, source_energy: float) -> None:
    """Raises Refused when nothing of the sound is heard on a phone.

    Args:
        phone: at 8 kHz, without DC.
        source_energy: the mean square of the upload before the band limit, without DC.
    """
    heard = taps(low_cut, PHONE_RATE)
    if loudness(filtered(blocks_of(phone), heard), PHONE_RATE) < SILENCE_LUFS:
        raise Refused(ONLY_SILENCE if source_energy < _factor(SILENCE_LUFS) ** 2 else NOT_CARRIED)
    energy = sum(float(np.square(block, dtype=np.float64).sum()) for block in filtered(blocks_of(phone), heard)) / len(phone)
    if energy < CARRIED * source_energy:
        raise Refused(NOT_CARRIED)


def cut_low(samples: Samples, rate: int) -> None:
    """In place: takes away rumble and DC, a drifting one too."""
    filter_in_place(samples, taps(low_cut, rate))


def phone_gain(phone: Samples) -> float:
    """The factor that brings the 8 kHz samples to the target, through the limiter."""
    level = loudness(blocks_of(phone), PHONE_RATE)
    push_db = TARGET_LUFS - level
    most_db = push_db + MOST_PUSH_DB
    reached = _limited_loudness(phone, PHONE_RATE, push_db)
    while TARGET_LUFS - reached > NEAR_ENOUGH_LU and push_db < most_db:
        further_db = min(push_db + TARGET_LUFS - reached, most_db)
        got = _limited_loudness(phone, PHONE_RATE, further_db)
        if got - reached < LEAST_USE * (further_db - push_db):
            break
        push_db, reached = further_db, got
    return _factor(push_db)


def wide_gain(wide: Samples, gain: float) -> float:
    """The phone's factor for the 16 kHz samples too: the same voice has the same level. Less, where what lies over 4 kHz would make
    them more than 1 LU louder than the target."""
    over = loudness(limited(wide, WIDE_RATE, gain), WIDE_RATE) - TARGET_LUFS - MOST_OVER_LU
    return gain * _factor(-max(over, 0.0))


def _limited_loudness(samples: Samples, rate: int, gain_db: float) -> float:
    return loudness(limited(samples, rate, _factor(gain_db)), rate)


def _factor(level_db: float) -> float:
    return float(10 ** (level_db / 20))
