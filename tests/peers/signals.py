"""Sounds to test with."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 8000


def speech_like(seconds: float, seed: int = 1, level: float = 6000.0, rate: int = SAMPLE_RATE) -> npt.NDArray[np.int16]:
    """Noise with the spectrum and the ups and downs of speech, never the same twice, loud at its first and last sample.

    Args:
        seconds: its length.
        seed: another one gives another sound.
        level: about its RMS, of 32767.
        rate: in Hz.
    """
    count = round(seconds * rate)
    random = np.random.default_rng(seed)
    frequency = np.fft.rfftfreq(count, 1 / rate)
    shape = (frequency > 150) / (1 + (frequency / 800) ** 2)
    noise = np.fft.irfft(np.fft.rfft(random.standard_normal(count)) * shape, count)
    loudness = 0.75 + 0.25 * np.cos(2 * np.pi * 3 * np.arange(count) / rate)
    sound = np.clip(noise / np.std(noise) * loudness * level, -30000, 30000)
    # The first and the last 20 samples: loud enough that each one's absence is seen.
    for edge in (slice(0, 20), slice(count - 20, count)):
        sound[edge] = np.where(sound[edge] < 0, -1, 1) * np.maximum(np.abs(sound[edge]), 2000)
    samples: npt.NDArray[np.int16] = sound.astype(np.int16)
    return samples


def write_wav(path: Path, samples: npt.NDArray[np.int16], rate: int = SAMPLE_RATE) -> Path:
    """Writes a 16-bit mono WAV file and gives its path back."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return path
