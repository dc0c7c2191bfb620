"""False friends: what sounds like a greeting or a beep and is neither. Full scale is 1.0."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.listening.voices import RATE, Sound

SECONDS = 14.0
DTMF = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "0": (941, 1336), "#": (941, 1477)}


def cadence(hz: tuple[float, ...], *on_off_ms: int, dbov: float = -20.0, start_ms: int = 200, seconds: float = SECONDS) -> Sound:
    """Tones in a rhythm (ITU-T E.180): on, off, on, off, and again."""
    total = round(seconds * RATE)
    pattern = np.concatenate([np.full(ms * RATE // 1000, 1.0 - n % 2) for n, ms in enumerate(on_off_ms)])
    gate = np.concatenate([np.zeros(start_ms * RATE // 1000), np.tile(pattern, total // len(pattern) + 1)])[:total]
    return np.asarray(gate * _sines(hz, total) * 10 ** (dbov / 20))


def _sines(hz: tuple[float, ...], count: int) -> Sound:
    at = np.arange(count) / RATE
    return np.asarray(sum(np.sin(2 * np.pi * one * at) for one in hz) * np.sqrt(2 / len(hz)))


def keys(text: str, on_ms: int = 120, off_ms: int = 180) -> Sound:
    """DTMF (ITU-T Q.23), then silence."""
    parts = [part for key in text for part in (_sines(DTMF[key], on_ms * RATE // 1000) * 0.1, np.zeros(off_ms * RATE // 1000))]
    return np.concatenate([np.zeros(RATE // 2), *parts, np.zeros(12 * RATE)])


def _note(hz: float, ms: int, random: np.random.Generator, vibrato: float = 0.0, pluck: float = 0.0, harmonics: int = 6) -> Sound:
    at = np.arange(ms * RATE // 1000) / RATE
    phase = 2 * np.pi * (hz * at + vibrato * hz / (2 * np.pi * 5.5) * np.sin(2 * np.pi * 5.5 * at))
    wave = sum(np.sin(n * phase + random.uniform(0, 6.28)) / n**1.3 for n in range(1, harmonics + 1) if n * hz < 3600)
    edge = np.clip(np.minimum(at / 0.015, (at[-1] - at) / 0.02), 0, 1)
    return np.asarray(wave * edge * np.exp(-pluck * at))


def _scale(step: int) -> float:
    major = (0, 2, 4, 5, 7, 9, 11)
    return 261.6 * 2 ** ((major[step % 7] + 12 * (step // 7)) / 12)


def melody(random: np.random.Generator, vibrato: float = 0.008, pluck: float = 0.0, rests: bool = False, harmonics: int = 6) -> Sound:
    """Notes of a major scale, 200 to 700 ms each."""
    parts: list[Sound] = []
    while sum(map(len, parts)) < SECONDS * RATE:
        parts.append(_note(_scale(int(random.integers(0, 14))), int(random.integers(200, 700)), random, vibrato, pluck, harmonics))
        if rests and random.random() < 0.3:
            parts.append(np.zeros(int(random.integers(100, 500)) * RATE // 1000))
    return _loud(np.concatenate(parts))


def chords(random: np.random.Generator, vibrato: float = 0.0) -> Sound:
    """Triads of a second each, with a small breath between them."""
    parts: list[Sound] = []
    while sum(map(len, parts)) < SECONDS * RATE:
        root = int(random.integers(0, 7))
        parts.append(np.sum([_note(_scale(root + third), 1000, random, vibrato) for third in (0, 2, 4)], axis=0))
        parts.append(np.zeros(RATE // 20))
    return _loud(np.concatenate(parts))


def arpeggio(random: np.random.Generator) -> Sound:
    """Plucked broken chords, 180 ms a note, ended by a pause every eight notes."""
    parts: list[Sound] = []
    while sum(map(len, parts)) < SECONDS * RATE:
        root = int(random.integers(0, 7))
        parts += [_note(_scale(root + third), 180, random, pluck=6) for third in (0, 2, 4, 7, 4, 2, 0, 2)]
        parts.append(np.zeros(RATE // 4))
    return _loud(np.concatenate(parts))


def _loud(sound: Sound) -> Sound:
    return np.asarray(sound / np.sqrt(np.mean(sound**2)) * 0.1)  # -20 dBov


def silence(random: np.random.Generator) -> Sound:
    """A line without a sound."""
    return np.zeros(round(SECONDS * RATE))


Friend = Callable[[np.random.Generator], Sound]

# None of these is a beep. None of `QUIET` is somebody who speaks, either.
QUIET: dict[str, Friend] = {
    "silence": silence,
    "ringback 425 Hz 1/4": lambda _: cadence((425,), 1000, 4000),
    "ringback 440 Hz 1.5/3.5": lambda _: cadence((440,), 1500, 3500),
    "ringback 440+480 Hz 2/4": lambda _: cadence((440, 480), 2000, 4000),
    "ringback 400+450 Hz 0.4/0.2/0.4/2": lambda _: cadence((400, 450), 400, 200, 400, 2000),
    "ringback 400 Hz 1/2": lambda _: cadence((400,), 1000, 2000),
    "busy 425 Hz 0.5/0.5": lambda _: cadence((425,), 500, 500),
    "busy 480+620 Hz 0.5/0.5": lambda _: cadence((480, 620), 500, 500),
    "congestion 425 Hz 0.25/0.25": lambda _: cadence((425,), 250, 250),
    "busy 400 Hz 0.375/0.375": lambda _: cadence((400,), 375, 375),
    "dial tone 350+440 Hz": lambda _: cadence((350, 440), 14000, 100),
    "dial tone 425 Hz": lambda _: cadence((425,), 14000, 100),
    "fax CNG 1100 Hz": lambda _: cadence((1100,), 500, 3000),
    "keys 1 5 9 0": lambda _: keys("1590"),
    "keys 5": lambda _: keys("5", on_ms=300),
    "keys #": lambda _: keys("#", on_ms=200),
}
# No voice, but no person either.
FAX: dict[str, Friend] = {"fax CED 2100 Hz": lambda _: cadence((2100,), 3000, 11000)}
MUSIC: dict[str, Friend] = {
    "melody": lambda random: melody(random),
    "melody, no vibrato": lambda random: melody(random, vibrato=0.0),
    "melody with rests": lambda random: melody(random, rests=True),
    "plucked melody with rests": lambda random: melody(random, vibrato=0.0, pluck=4, rests=True),
    "flute with rests": lambda random: melody(random, vibrato=0.015, rests=True, harmonics=2),
    "chords": lambda random: chords(random),
    "chords with vibrato": lambda random: chords(random, vibrato=0.01),
    "arpeggio": arpeggio,
}
