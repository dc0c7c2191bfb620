"""espeak-ng's voices as 8 kHz samples. Each sentence is spoken once per folder; the folder is a cache."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

RATE = 8000  # Hz
EDGE_DB = -35.0  # a sound begins and ends where its level comes this near to its loudest moment
FRAME = 40  # samples, 5 ms

Sound = npt.NDArray[np.float64]

# Variants of espeak-ng's voices, men's and women's. The held-out ones were first heard when the detector was finished.
TUNING = ("m1", "m3", "f2", "f4")
HELD_OUT = ("Denis", "Mario", "shelby", "aunty", "victor", "Hugo", "caleb", "grandma")


class Voices:
    """Speaks into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)

    def say(self, text: str, language: str, variant: str, words_per_minute: int) -> Sound:
        """The sentence without the silence around it, RMS 1.0 while it speaks, in the band of the phone (300 to 3400 Hz)."""
        key = hashlib.sha256(repr((text, language, variant, words_per_minute)).encode()).hexdigest()[:24]
        kept = self._folder / f"{key}.npy"
        if not kept.exists():
            np.save(kept, self._spoken(key, text, [f"-v{language}+{variant}", f"-s{words_per_minute}"]))
        sound: Sound = np.load(kept).astype(np.float64)
        return sound

    def _spoken(self, key: str, text: str, flags: list[str]) -> npt.NDArray[np.float32]:
        wav = self._folder / f"{key}.wav"
        subprocess.run(["espeak-ng", *flags, "-w", str(wav), text], check=True, capture_output=True, timeout=20)
        samples, rate = soundfile.read(wav)
        wav.unlink()
        return _level(_trimmed(_phone_band(soxr.resample(samples, rate, RATE)))).astype(np.float32)


def _phone_band(sound: Sound) -> Sound:
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE)
    gain = np.clip((hz - 150) / 150, 0, 1) * np.clip((3700 - hz) / 300, 0, 1)
    return np.fft.irfft(spectrum * gain, len(sound))


def _frames_db(sound: Sound) -> Sound:
    whole = len(sound) // FRAME * FRAME
    energy = np.mean(sound[:whole].reshape(-1, FRAME) ** 2, axis=1)
    return np.asarray(10 * np.log10(energy + 1e-12))


def _trimmed(sound: Sound) -> Sound:
    level = _frames_db(sound)
    loud = np.flatnonzero(level > level.max() + EDGE_DB)
    return sound[loud[0] * FRAME : (loud[-1] + 1) * FRAME]


def _level(sound: Sound) -> Sound:
    level = _frames_db(sound)
    active = level > level.max() - 25
    return np.asarray(sound / np.sqrt(np.mean(10 ** (level[active] / 10))))
