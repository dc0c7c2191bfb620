"""Sounds of every kind that somebody may upload, made with numpy: name → samples (shape (frames,) or (frames, 2)) and their rate."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.sound_files import Samples, tone

Sound = tuple[Samples, int]
RATE = 44_100


def db(level: float) -> float:
    """The factor of a level in dB."""
    return float(10 ** (level / 20))


def at_rms(samples: Samples, level: float) -> Samples:
    """The same sound with this RMS over its whole length, in dB of full scale; it may go over full scale."""
    return samples * (db(level) / float(np.sqrt(np.mean(np.square(samples)))))


def shaped_noise(seconds: float, rate: int, gain_at: Callable[[Samples], npt.NDArray[Any]], seed: int = 1) -> Samples:
    """White noise with this gain over the frequency in Hz."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(round(seconds * rate)))
    return np.fft.irfft(spectrum * gain_at(np.arange(len(spectrum)) / seconds), round(seconds * rate))


def speech(seconds: float = 6.0, rate: int = RATE, seed: int = 1, voice_hz: float = 120.0) -> Samples:
    """Like speech: harmonics of a wandering voice under formants, sibilants between, syllables four a second, pauses between phrases."""
    rng = np.random.default_rng(seed)
    count = round(seconds * rate)
    at = np.arange(count) / rate
    phase = 2 * np.pi * np.cumsum(voice_hz * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * at))) / rate
    harmonics = range(1, int(4000 / voice_hz))
    voiced = sum(
        (np.cos(k * phase + k * k) / k * (1 + 2 * np.exp(-(((k * voice_hz - 600) / 250) ** 2))) for k in harmonics), np.zeros(count)
    )
    hiss = shaped_noise(seconds, rate, lambda hz: (hz > 3500) & (hz < min(9000, rate / 2)), seed)
    syllable = np.maximum(0, np.sin(2 * np.pi * 2 * at)) ** 2 * rng.uniform(0.5, 1, int(seconds * 4) + 1)[(at * 4).astype(int)]
    sibilant = np.maximum(0, -np.sin(2 * np.pi * 2 * at)) ** 8
    phrases = (at % 3.0) < 2.2
    said: Samples = (at_rms(voiced, -20) * syllable + at_rms(hiss, -32) * sibilant) * phrases
    return at_rms(said, -20)


def music(seconds: float = 6.0, rate: int = RATE) -> Samples:
    """Like music: chords with a bass, their notes decaying, a beat of noise twice a second."""
    at = np.arange(round(seconds * rate)) / rate
    chord = sum(tone(seconds, rate, hz, 1 / n) for n, hz in enumerate((55, 110, 220, 277, 330, 440, 880, 1760), 1))
    beat = np.random.default_rng(3).standard_normal(len(at)) * np.exp(-40 * (at % 0.5))
    return at_rms(chord * np.exp(-2 * (at % 1.0)) + beat, -18)


def with_pauses(said: Samples, rate: int, pause_s: float) -> Samples:
    """The sound between two long pauses."""
    pause = np.zeros(round(pause_s * rate))
    return np.concatenate([pause, said, pause])


def with_a_bump(said: Samples, rate: int) -> Samples:
    """Somebody hit the microphone: 5 ms at full scale."""
    bumped = said.copy()
    bumped[rate : rate + rate // 200] += tone(0.005, rate, 300, 0.99)[: rate // 200]
    return np.asarray(np.clip(bumped, -1, 1))


def click_track(seconds: float, rate: int) -> Samples:
    """One sample at full scale each second: nothing but peaks."""
    clicks = np.zeros(round(seconds * rate))
    clicks[rate // 2 :: rate] = 1.0
    return clicks


def mostly_above_4_khz(seconds: float = 4.0, rate: int = RATE) -> Samples:
    """Noise with a hundredth of its energy below 4 kHz."""
    return at_rms(shaped_noise(seconds, rate, lambda hz: np.where(hz > 4200, 1.0, 0.2) * (hz < 20_000)), -18)


@cache
def corpus() -> dict[str, Sound]:
    """All of them."""
    said = speech()
    return {
        "speech": (said, RATE),
        "a high voice": (speech(voice_hz=230, seed=2), RATE),
        "very quiet": (at_rms(said, -52), RATE),
        "quiet": (at_rms(said, -38), RATE),
        "loud": (said * (0.999 / np.abs(said).max()), RATE),
        "clipped": (np.clip(at_rms(said, -3), -1, 1), RATE),
        "over full scale": (at_rms(said, 6), RATE),
        "long pauses": (with_pauses(said, RATE, 8.0), RATE),
        "a quiet part": (np.concatenate([said, db(-12) * said]), RATE),
        "a bump in a quiet voice": (with_a_bump(at_rms(said, -40), RATE), RATE),
        "0.3 s": (tone(0.3, RATE, 600, 0.02), RATE),
        "0.3 s of speech": (speech()[4000 : 4000 + round(0.3 * RATE)], RATE),
        "music": (music(), RATE),
        "loud music": (np.clip(at_rms(music(), -8), -1, 1), RATE),
        "tone 200 Hz": (tone(3, RATE, 200, 0.01), RATE),
        "tone 1 kHz": (tone(3, RATE, 1000, 0.9), RATE),
        "tone 3.3 kHz": (tone(3, RATE, 3300, 0.1), RATE),
        "white noise": (at_rms(shaped_noise(4, RATE, np.ones_like), -25), RATE),
        "noise above 4 kHz": (mostly_above_4_khz(), RATE),
        "hum under speech": (at_rms(said, -30) + tone(6, RATE, 50, db(-14)), RATE),
        "DC": (at_rms(said, -30) + 0.4, RATE),
        "8 kHz": (speech(rate=8000), 8000),
        "16 kHz": (speech(rate=16_000), 16_000),
        "48 kHz": (at_rms(speech(rate=48_000), -45), 48_000),
        "clicks": (click_track(5, RATE), RATE),
    }
