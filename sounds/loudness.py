"""How loud a message is, and the one gain that brings it to a comfortable level on the phone.

The level is measured as ITU-R BS.1770 does, gates and all, but without its frequency weighting, which changes little within the 300 to
3400 Hz of a phone: mean energy of blocks of 400 ms every 100 ms, without the blocks under -70 dB and those 10 dB under the mean, so
that pauses do not count. The target is -24 dBov, which is -18 dBm0 in G.711 (0 dBov is a full-scale square wave; a full-scale sine is
-3.01 dBov and +3.14 dBm0). ITU-T P.56 has -26 dBov as the nominal level of speech; this is slightly over it.

The gain is the same for the whole message: nothing is compressed. It is held so that the true peak, at four times the rate, stays at or
under -1 dBFS; a message with high peaks therefore stays quieter than the target.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

from sounds.facts import PHONE_RATE

Samples = npt.NDArray[np.float32]

STEP = PHONE_RATE // 10  # 100 ms
STEPS_A_BLOCK = 4
TARGET_DBOV = -24.15
MOST_GAIN_DB = 30.0  # more would mostly raise the noise of a poor recording
PEAK_LIMIT = 10 ** (-1 / 20)
ABSOLUTE_GATE = 10 ** (-70 / 10)
RELATIVE_GATE = 10 ** (-10 / 10)
SILENCE = 10 ** (-60 / 10)  # after A-law only hiss would be left
OVERSAMPLING = 4


def is_silence(samples: Samples) -> bool:
    """Whether nothing in 8 kHz mono samples (full scale 1.0) is louder than -60 dBov over 400 ms."""
    return float(_block_energies(samples).max()) < SILENCE


def comfortable_gain(samples: Samples) -> float:
    """The factor for all samples of a message that is no silence. It never makes them clip."""
    energies = _block_energies(samples)
    energies = energies[energies > ABSOLUTE_GATE]
    energies = energies[energies >= energies.mean() * RELATIVE_GATE]
    level = 10 * np.log10(energies.mean())
    gain = 10 ** (min(TARGET_DBOV - level, MOST_GAIN_DB) / 20)
    return float(min(gain, PEAK_LIMIT / true_peak(samples)))


def true_peak(samples: Samples) -> float:
    """The highest absolute value between the samples too, as a converter at the other end makes it."""
    upsampler = soxr.ResampleStream(PHONE_RATE, PHONE_RATE * OVERSAMPLING, 1, dtype="float32", quality="HQ")
    peak = float(np.abs(samples).max())
    for start in range(0, len(samples), PHONE_RATE):
        block = samples[start : start + PHONE_RATE]
        between = upsampler.resample_chunk(block, last=start + PHONE_RATE >= len(samples))
        peak = max(peak, float(np.abs(between).max(initial=0)))
    return peak


def _block_energies(samples: Samples) -> npt.NDArray[np.float64]:
    """The mean energy, without DC, of each block of 400 ms; a shorter message is one block."""
    steps = range(0, len(samples), STEP)
    lengths = np.array([min(STEP, len(samples) - start) for start in steps], dtype=np.float64)
    sums = np.add.reduceat(samples, steps, dtype=np.float64)
    squares = np.array([np.square(samples[start : start + STEP], dtype=np.float64).sum() for start in steps])
    lengths, sums, squares = (_windows(values) for values in (lengths, sums, squares))
    return np.maximum(squares / lengths - np.square(sums / lengths), 0)


def _windows(steps: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.convolve(steps, np.ones(STEPS_A_BLOCK), "valid") if len(steps) > STEPS_A_BLOCK else steps.sum(keepdims=True)
