"""Twenty-four kinds of a voicemail's beep. The first half is for tuning, the second is held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.listening.voices import RATE, Sound


@dataclass(frozen=True)
class Beep:
    """Frequencies (Hz, sounding together), length, level; what is special about it."""

    hz: tuple[float, ...]
    length_ms: int
    dbov: float = -16.0
    decay_db: float = 0.0  # how much quieter the end is than the beginning
    chirp: float = 0.0  # by which part the frequency rises over the length
    times: int = 1
    gap_ms: int = 80  # between the beeps when there are several

    @property
    def name(self) -> str:
        extras = [f"{self.dbov:.0f}dB", *([f"x{self.times}"] if self.times > 1 else [])]
        extras += [f"decay{self.decay_db:.0f}"] if self.decay_db else []
        extras += [f"chirp{self.chirp:+.0%}"] if self.chirp else []
        return f"{'+'.join(f'{hz:.0f}' for hz in self.hz)}Hz-{self.length_ms}ms-{'-'.join(extras)}"

    def sound(self) -> Sound:
        """The samples; full scale is 1.0."""
        one = self._one()
        gap = np.zeros(self.gap_ms * RATE // 1000)
        return np.concatenate([one, *[part for _ in range(self.times - 1) for part in (gap, one)]])

    def _one(self) -> Sound:
        count = self.length_ms * RATE // 1000
        way = np.arange(count) / count
        amplitude = np.sqrt(2 / len(self.hz)) * 10 ** ((self.dbov - self.decay_db * way) / 20)
        waves = sum(np.sin(2 * np.pi * hz * self.length_ms / 1000 * (way + self.chirp * way**2 / 2)) for hz in self.hz)
        return np.asarray(waves * amplitude * _ramp(count))


def _ramp(count: int) -> Sound:
    """5 ms up and down, as real tones have."""
    edge = 5 * RATE // 1000
    way = np.arange(count)
    return np.clip(np.minimum(way + 1, count - way) / edge, 0, 1)


TUNING: Sequence[Beep] = (
    Beep((1000,), 500),
    Beep((400,), 300),
    Beep((440,), 800),
    Beep((850,), 150),
    Beep((1400,), 200, dbov=-26),
    Beep((2000,), 1000, dbov=-20),
    Beep((620,), 2000, decay_db=6),
    Beep((750, 1250), 400),
    Beep((1000,), 180, times=2),
    Beep((960,), 400, chirp=0.02),
    Beep((1600,), 600, dbov=-10),
    Beep((1330,), 250, decay_db=8),
)
HELD_OUT: Sequence[Beep] = (
    Beep((500,), 500),
    Beep((660,), 250),
    Beep((800,), 1000),
    Beep((900,), 160),
    Beep((1200,), 2000, dbov=-22),
    Beep((1800,), 400, dbov=-12),
    Beep((1050,), 700, decay_db=6),
    Beep((480, 1020), 600),
    Beep((1100,), 150, times=2, gap_ms=60),
    Beep((700,), 300, chirp=-0.03),
    Beep((1500,), 500, dbov=-28),
    Beep((430,), 900, dbov=-18),
)
