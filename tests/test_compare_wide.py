"""The wideband comparison itself: it must see what is missing, shifted or louder."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.peers import signals
from tests.peers.compare_wide import CODEC_DELAY, compare_wide

Samples = npt.NDArray[np.int16]
SOURCE = signals.speech_like(2.0, rate=16_000)
LEAD = np.zeros(3200 + CODEC_DELAY)


def heard(sound: Samples, gain_db: float = 0.0) -> Samples:
    """A recording of it as G722 leaves it: late, and with a noise 31 dB below."""
    noise = np.random.default_rng(99).standard_normal(len(sound)) * np.abs(sound) * 10 ** (-31 / 20)
    return np.concatenate([LEAD, (sound + noise) * 10 ** (gain_db / 20), np.zeros(800)]).astype(np.int16)


def test_a_whole_recording() -> None:
    found = compare_wide(heard(SOURCE), SOURCE)
    assert found.complete
    assert found.offset == 3200
    assert 30 < found.snr_db < 32


def test_ten_milliseconds_of_silence_are_missed() -> None:
    broken = SOURCE.copy()
    broken[8000:8160] = 0
    assert compare_wide(heard(broken), SOURCE).missing == 160


def test_the_first_and_the_last_block_count() -> None:
    for gone in (slice(0, 80), slice(-80, None)):
        broken = SOURCE.copy()
        broken[gone] = 0
        assert compare_wide(heard(broken), SOURCE).missing == 160


def test_one_sample_too_few_shifts_all_that_follows() -> None:
    broken = np.delete(SOURCE, 10_000)
    assert compare_wide(heard(broken), SOURCE).missing >= 6000


def test_another_level_is_seen() -> None:
    found = compare_wide(heard(SOURCE, gain_db=0.3), SOURCE)
    assert found.missing == 0
    assert not found.complete
    assert 0.25 < found.level_db < 0.35


def test_another_sound_is_missed_throughout() -> None:
    other = signals.speech_like(2.0, seed=2, rate=16_000)
    assert compare_wide(heard(other), SOURCE).missing == len(SOURCE)
