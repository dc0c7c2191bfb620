"""When speech began, how long it went on, and how long it has been silent: levels over time against the line's own noise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sip.listening.params import DetectionParams
from sip.listening.spectra import FRAME_MS, Floats

NOISE_SHARE = 0.2  # of the frames are at most as loud as the noise: pauses, and stops within words
LOUD_FRAMES = 5  # the loudest so many are how loud the voice is
HEIGHT = 0.4  # speech reaches so far up from the noise to the loudest, in dB
LOUD_HEIGHT = 0.6  # and what reaches so far is surely the voice
LOUD_DBOV = -30.0  # speech is expected to reach this level, until more is known


class Spoken(NamedTuple):
    """The greeting up to now, ms since the start."""

    start_ms: int
    end_ms: int
    loud_end_ms: int  # the same of what is near to the voice's loudest; what is between may be a noisy room
    voiced_ms: int


class Speech:
    """Levels of all frames up to a limit, judged anew at each block: the noise is known better as time goes on.

    Args:
        keep_ms: the oldest is forgotten beyond this.
    """

    def __init__(self, params: DetectionParams, keep_ms: int) -> None:
        self._params = params
        self._keep = keep_ms // FRAME_MS
        self._levels: Floats = np.zeros(2 * self._keep)
        self._powers: Floats = np.zeros(2 * self._keep)
        self._tone: npt.NDArray[np.bool_] = np.zeros(2 * self._keep, np.bool_)
        self._loud: npt.NDArray[np.bool_] = np.zeros(2 * self._keep + 2, np.bool_)  # with a silent frame at each end
        self._first = 0  # frame number of the element 0
        self._count = 0
        self.threshold_db = float(params.silence_dbov)  # above it is speech
        self._loud_db = 0.0
        self.noise_power = 0.0  # of the band that tones are looked for in

    def add(self, levels: Floats, powers: Floats) -> None:
        """The next frames: dBov, and power of the whole band."""
        if self._count + len(levels) > len(self._levels):
            self._forget()
        at = slice(self._count, self._count + len(levels))
        self._levels[at], self._powers[at], self._tone[at] = levels, powers, False
        self._count += len(levels)
        self._measure_noise()

    def not_speech(self, first: int, last: int) -> None:
        """The frames with these numbers (from the start, both included) were a tone."""
        self._tone[max(0, first - self._first) : max(0, last + 1 - self._first)] = True

    def spoken(self) -> Spoken | None:
        """The greeting, None before one."""
        loud, count = self._loud[: self._count + 2], self._count
        np.greater(self._levels[:count], self.threshold_db, out=loud[1:-1])
        loud[1:-1] &= ~self._tone[:count]
        loud[-1] = False
        edges = np.flatnonzero(loud[1:] != loud[:-1]).reshape(-1, 2)
        words = self._words(edges.tolist())
        if not words:
            return None
        voiced_ms = sum(end - start for start, end in words) * FRAME_MS
        near = np.flatnonzero((self._levels[:count] > self._loud_db) & loud[1:-1])
        loud_end = int(near[-1]) + 1 if len(near) else words[-1][1]
        return Spoken(self._ms(words[0][0]), self._ms(words[-1][1]), self._ms(loud_end), voiced_ms)

    def _words(self, bursts: list[list[int]]) -> list[list[int]]:
        """Bursts [from, to) joined over short gaps; clicks left out."""
        gap = self._params.between_words_ms // FRAME_MS
        joined: list[list[int]] = []
        for burst in bursts:
            if joined and burst[0] - joined[-1][1] <= gap:
                joined[-1][1] = burst[1]
            else:
                joined.append(burst)
        least = self._params.min_word_ms // FRAME_MS
        return [word for word in joined if word[1] - word[0] >= least]

    def _ms(self, at: int) -> int:
        return (self._first + at) * FRAME_MS

    def _measure_noise(self) -> None:
        count = self._count
        low, high = int(count * NOISE_SHARE), max(0, count - LOUD_FRAMES)
        levels = np.partition(self._levels[:count], (low, high))
        noise, loud = float(levels[low]), max(LOUD_DBOV, float(levels[high]))
        margin = max(self._params.noise_margin_db, HEIGHT * (loud - noise))
        self.threshold_db = max(float(self._params.silence_dbov), noise + margin)
        self._loud_db = noise + LOUD_HEIGHT * (loud - noise)
        self.noise_power = float(np.partition(self._powers[:count], low)[low])

    def _forget(self) -> None:
        away = self._count - self._keep
        for kept in (self._levels, self._powers, self._tone):
            kept[: self._keep] = kept[away : self._count].copy()
        self._first += away
        self._count = self._keep
