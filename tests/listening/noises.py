"""Noise of a phone line, RMS 1.0, deterministic by its generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.listening.voices import RATE, Sound

SYLLABLE = RATE // 5  # samples

Noise = Callable[[int, np.random.Generator], Sound]


def white(count: int, random: np.random.Generator) -> Sound:
    """`count` samples."""
    return random.standard_normal(count)


def brown(count: int, random: np.random.Generator) -> Sound:
    """Power falls by 6 dB an octave above 60 Hz: a street, a car."""
    return _shaped(random.standard_normal(count), lambda hz: 1 / np.maximum(hz, 60))


def hum(count: int, random: np.random.Generator) -> Sound:
    """Mains at 50 Hz with its odd harmonics, and a little hiss."""
    at = np.arange(count) / RATE
    waves = 0.05 * random.standard_normal(count)
    for n in (1, 3, 5, 7, 9, 11):
        waves += np.sin(2 * np.pi * 50 * n * at + random.uniform(0, 6.28)) / n
    return _one(waves)


def babble(count: int, random: np.random.Generator) -> Sound:
    """Like a room of people: speech-shaped noise, eight times, each with syllables of its own."""
    return _one(_talkers(8, count, random))


def _talkers(people: int, count: int, random: np.random.Generator) -> Sound:
    room = np.zeros(count)
    for _ in range(people):
        room += _talker(count, random)
    return room


def _talker(count: int, random: np.random.Generator) -> Sound:
    carrier = _shaped(random.standard_normal(count), lambda hz: np.where(hz < 150, 0, 1 / np.maximum(hz, 500)))
    knots = random.uniform(0, 1, count // SYLLABLE + 2) ** 2
    return np.asarray(carrier * np.interp(np.arange(count), np.arange(len(knots)) * SYLLABLE, knots))


def _shaped(sound: Sound, gain: Callable[[Sound], Sound]) -> Sound:
    spectrum = np.fft.rfft(sound) * gain(np.asarray(np.fft.rfftfreq(len(sound), 1 / RATE), np.float64))
    return _one(np.fft.irfft(spectrum, len(sound)))


def _one(sound: Sound) -> Sound:
    return np.asarray(sound / np.sqrt(np.mean(sound**2)))


NOISES: dict[str, Noise] = {"white": white, "brown": brown, "hum": hum, "babble": babble}
