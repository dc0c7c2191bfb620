"""The true peak, and the limiter that holds it.

The true peak is the highest value between the samples too, as the converter at the other end makes it: measured at four times the rate
(ITU-R BS.1770-5, annex 2). The limiter knows the whole sound, so it turns the level down before a peak and up after it along a smooth curve
of 2 × 25 ms to each side. A steady tone of 20 Hz or more therefore gets a steady gain, and no harmonics.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float32]

PEAK_LIMIT = 10 ** (-1 / 20)  # of full scale: -1 dBTP
OVERSAMPLING = 4
REACH_MS = 25
AROUND = 128  # samples to each side, so that the upsampler knows what lies beside a block
SURELY_UNDER = 0.5  # the values between the samples are not twice as high as these


def true_peak(samples: Samples, rate: int) -> float:
    """The highest true peak of mono samples; full scale is 1.0."""
    highest = 0.0
    for start in range(0, len(samples), rate):
        first = max(0, start - AROUND)
        peaks = _peaks(samples[first : start + rate + AROUND], rate)
        highest = max(highest, float(peaks[start - first : start - first + rate].max()))
    return highest


def limited(samples: Samples, rate: int, gain: float) -> Iterator[Samples]:
    """The samples times `gain`, in blocks of a second, turned down where their true peak would be over -1 dBFS."""
    reach = rate * REACH_MS // 1000
    beside = 2 * reach + AROUND
    for start in range(0, len(samples), rate):
        first = max(0, start - beside)
        louder = samples[first : start + rate + beside] * np.float32(gain)
        own = slice(start - first, start - first + rate)
        if float(np.abs(louder).max()) > PEAK_LIMIT * SURELY_UNDER and float((peaks := _peaks(louder, rate)).max()) > PEAK_LIMIT:
            louder *= _curve(np.minimum(1, PEAK_LIMIT / np.maximum(peaks, PEAK_LIMIT)), reach)
        yield louder[own]


def _curve(needed: npt.NDArray[np.float64], reach: int) -> Samples:
    """A smooth gain that is nowhere over the needed one: its minimum over ±reach, then a weighted mean over ±reach."""
    lowest = _lowest_around(needed, reach)
    weights = np.hanning(2 * reach + 3)[1:-1]
    return np.convolve(np.pad(lowest, reach, mode="edge"), weights / weights.sum(), "valid").astype(np.float32)


def _lowest_around(values: npt.NDArray[np.float64], reach: int) -> npt.NDArray[np.float64]:
    # The minimum over a window of any width from those over doubling ones.
    width, covered = 2 * reach + 1, 1
    lowest = np.pad(values, reach, constant_values=1.0)
    while 2 * covered <= width:
        lowest = np.minimum(lowest[:-covered], lowest[covered:])
        covered *= 2
    return np.minimum(lowest[: len(values)], lowest[width - covered : width - covered + len(values)])


def _peaks(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    """For each sample the highest absolute value from it to the next one."""
    between = soxr.resample(samples, rate, rate * OVERSAMPLING, quality="HQ")
    peaks: npt.NDArray[np.float64] = np.maximum(np.abs(between).reshape(-1, OVERSAMPLING).max(axis=1), np.abs(samples)).astype(np.float64)
    return peaks
