"""Sound files for tests, made with numpy and soundfile."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

Samples = npt.NDArray[np.float64]


def tone(seconds: float, rate: int = 8000, hz: float = 440.0, amplitude: float = 0.25) -> Samples:
    """A sine wave; full scale is 1.0."""
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def write(
    path: Path, samples: npt.NDArray[np.floating] | npt.NDArray[np.int16], rate: int = 8000, kind: str = "WAV", subtype: str | None = None
) -> Path:
    """A sound file of format `kind`, such as WAV, FLAC, OGG, MP3. In blocks: libsndfile's Vorbis encoder can't take long ones whole."""
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with soundfile.SoundFile(path, "w", rate, channels, format=kind, subtype=subtype) as file:
        for start in range(0, len(samples), 65536):
            file.write(samples[start : start + 65536])
    return path


def phone(path: Path) -> npt.NDArray[np.int16]:
    """The samples of a phone rendering."""
    return np.frombuffer(path.read_bytes(), dtype="<i2")


def level_db(samples: npt.NDArray[np.int16]) -> float:
    """RMS in dBov."""
    return float(10 * np.log10(np.mean(np.square(samples / 32768.0))))
