"""The voicemail's sounds, made from sines: a greeting with the rhythm of speech, a pause, and a beep of 1 kHz."""

from __future__ import annotations

from functools import lru_cache
from math import pi, sin

from sip.sandbox.g711 import encode

RATE = 8000  # Hz
PAUSE_MS = 300  # between the greeting and the beep
BEEP_MS = 500
BEEP_HZ = 1000
# Syllables as (length in ms, pitch in Hz, pause after in ms): two sentences, about 4 s.
_SYLLABLES = [
    *[(140, 120, 60), (180, 135, 40), (120, 128, 90), (220, 115, 30), (160, 140, 70), (240, 110, 350)],
    *[(150, 130, 50), (130, 138, 60), (200, 124, 40), (170, 132, 80), (140, 120, 50), (190, 127, 60), (160, 118, 70), (260, 105, 0)],
]
_HARMONICS = [(1, 0.5), (2, 0.3), (4, 0.35), (5, 0.2), (9, 0.15), (17, 0.08)]  # strong where a vowel's formants lie


@lru_cache(maxsize=2)
def voicemail(codec: str) -> bytes:
    """The whole of it in the codec's bytes (PCMA or PCMU)."""
    samples = [*greeting(), *silence(PAUSE_MS), *tone(BEEP_HZ, BEEP_MS)]
    return encode(samples, codec)


def greeting() -> list[int]:
    """The speech-like part, 16-bit samples at 8 kHz."""
    samples: list[int] = []
    for length_ms, pitch, pause_ms in _SYLLABLES:
        samples += _syllable(length_ms, pitch)
        samples += silence(pause_ms)
    return samples


def silence(length_ms: int) -> list[int]:
    return [0] * (length_ms * RATE // 1000)


def tone(hz: int, length_ms: int, peak: int = 12000) -> list[int]:
    """A pure tone, 16-bit samples at 8 kHz."""
    step = 2 * pi * hz / RATE
    return [int(peak * sin(step * at)) for at in range(length_ms * RATE // 1000)]


def _syllable(length_ms: int, pitch: int) -> list[int]:
    """A voiced burst: harmonics of the pitch under an envelope that swells and fades."""
    count = length_ms * RATE // 1000
    step = 2 * pi * pitch / RATE
    return [int(14000 * sin(pi * at / count) * sum(part * sin(step * times * at) for times, part in _HARMONICS)) for at in range(count)]
