"""ITU-R BS.1770-5 as the standard writes it, at 48 kHz, slow and simple: what the service's own meter is compared with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.sound_files import Samples

RATE = 48_000
BLOCK, STEP = 19_200, 4_800  # 400 ms, 100 ms
STAGES = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)),
)


def at_48_khz(samples: Samples, rate: int) -> Samples:
    """Exact resampling of a whole sound by its spectrum; the length must be whole at 48 kHz."""
    count = len(samples) * RATE // rate
    spectrum = np.zeros(count // 2 + 1, dtype=np.complex128)
    known = np.fft.rfft(samples)
    spectrum[: len(known)] = known
    return np.fft.irfft(spectrum, count) * (count / len(samples))


def true_peak_db(samples: npt.NDArray[np.int16] | Samples) -> float:
    """In dB of full scale, at eight times the rate; full scale is 1.0, or 32768 of 16-bit samples."""
    scale = 32768 if samples.dtype == np.int16 else 1
    padded = np.pad(samples / scale, 64)
    spectrum = np.fft.rfft(padded)
    return float(20 * np.log10(np.abs(np.fft.irfft(spectrum * 8, 8 * len(padded))).max()))


def lufs(samples: npt.NDArray[np.int16], rate: int) -> float:
    """The loudness of a rendering. A sound shorter than 400 ms is one block."""
    return lufs_of([at_48_khz(samples / 32768, rate)])


def lufs_of(channels: list[Samples]) -> float:
    """The loudness of front channels (left, right, centre) at 48 kHz, full scale 1.0."""
    energies = np.sum([_block_energies(_weighted(samples)) for samples in channels], axis=0)
    energies = energies[_loudness(energies) > -70]
    if not len(energies):
        return -np.inf
    gate = _loudness(energies.mean()) - 10
    return float(_loudness(energies[_loudness(energies) > gate].mean()))


def _loudness(energy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return -0.691 + 10 * np.log10(np.maximum(energy, 1e-20))


def _weighted(samples: Samples) -> Samples:
    """The two recursive filters, whole: their responses end well within the half second of zeros added."""
    count = len(samples) + RATE // 2
    z = np.exp(-2j * np.pi * np.arange(count // 2 + 1) / count)
    spectrum = np.fft.rfft(samples, count)
    for (b0, b1, b2), (a1, a2) in STAGES:
        spectrum *= (b0 + b1 * z + b2 * z**2) / (1 + a1 * z + a2 * z**2)
    return np.fft.irfft(spectrum, count)[: len(samples)]


def _block_energies(samples: Samples) -> npt.NDArray[np.float64]:
    starts = range(0, max(1, len(samples) - BLOCK + 1), STEP)
    return np.array([np.mean(np.square(samples[start : start + BLOCK])) for start in starts])
