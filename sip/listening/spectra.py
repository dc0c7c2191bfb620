"""Samples → frames of 20 ms with what speech and tones are told from: levels, and the two strongest frequencies."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FRAME_MS = 20
WINDOW_MS = 32  # a frame looks back so far; a bin of its spectrum is 31.25 Hz wide
BIN_HZ = 1000 / WINDOW_MS
REACH = 3  # bins on either side of a peak that belong to it (the Hann window's main lobe has 2)

_VOICE = slice(10, 65)  # 300 to 2000 Hz: speech is strong here; hum, brown noise and most of white noise lie outside
_ALL = slice(5, 119)  # 150 to 3700 Hz: what the phone carries
_FIRST = slice(10, 98)  # where the strongest frequency is looked for: 300 to 3030 Hz
_AROUND = np.arange(-REACH, REACH + 1)

Floats = npt.NDArray[np.float64]
Samples = npt.NDArray[np.int16]
Indices = npt.NDArray[np.intp]


class Frames(NamedTuple):
    """Arrays with an element a frame. Powers are relative to full scale; a full-scale sine has 0.5."""

    voice_db: Floats  # level between 300 and 2000 Hz, dBov
    power: Floats  # between 150 and 3700 Hz
    hz: Floats  # the strongest frequency, the centre of its peak
    peak: Floats  # power of that peak
    width: Floats  # variance of that peak, bins²: two frequencies that are too near for two peaks make it wide
    second_hz: Floats  # the strongest frequency outside of that peak
    second_peak: Floats


class Spectra:
    """Cuts a stream of blocks of any size into frames.

    Args:
        rate: 8000 or 16000 Hz. Of 16 kHz only the phone's band is looked at.
    """

    def __init__(self, rate: int) -> None:
        if rate not in (8000, 16000):
            raise ValueError("rate must be 8000 or 16000")
        self._hop = rate * FRAME_MS // 1000
        self._size = rate * WINDOW_MS // 1000
        window = np.hanning(self._size + 1)[:-1]
        self._window = window
        self._scale = 2 / (self._size * float(np.sum(window**2)) * 32768**2)
        self._kept: Samples = np.zeros(self._size - self._hop, np.int16)

    def frames(self, samples: Samples) -> Frames | None:
        """The frames that became whole; None when there are none yet. Ten at once cost little more than one."""
        kept = np.concatenate((self._kept, samples))
        count = (len(kept) - (self._size - self._hop)) // self._hop
        if not count:
            self._kept = kept
            return None
        self._kept = kept[count * self._hop :]
        return self._measure(kept[_places(count, self._hop, self._size)])

    def _measure(self, cut: Samples) -> Frames:
        spectrum = np.fft.rfft(cut * self._window)[:, : _ALL.stop + REACH]
        powers: Floats = (spectrum.real**2 + spectrum.imag**2) * self._scale
        voice = powers[:, _VOICE].sum(axis=1)
        power = powers[:, _ALL].sum(axis=1)
        rows = np.arange(len(cut))[:, None]
        bins, values, peak = _take_peak(powers, rows, _FIRST)
        second_bins, second_values, second_peak = _take_peak(powers, rows, _ALL)
        centre = (values * bins).sum(axis=1) / peak
        width = (values * bins**2).sum(axis=1) / peak - centre**2
        second_hz = (second_values * second_bins).sum(axis=1) / second_peak * BIN_HZ
        return Frames(10 * np.log10(voice + 1e-10), power, centre * BIN_HZ, peak, width, second_hz, second_peak)


@lru_cache(maxsize=16)
def _places(count: int, hop: int, size: int) -> Indices:
    """Where the samples of each frame stand."""
    return np.add.outer(np.arange(count) * hop, np.arange(size))


def _take_peak(powers: Floats, rows: Indices, where: slice) -> tuple[Indices, Floats, Floats]:
    """The strongest peak's bins, their powers, and the sum of these; it is wiped out of `powers`."""
    bins = powers[:, where].argmax(axis=1)[:, None] + where.start + _AROUND
    values = powers[rows, bins]
    powers[rows, bins] = 0
    return bins, values, values.sum(axis=1) + 1e-20
