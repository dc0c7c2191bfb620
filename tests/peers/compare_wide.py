"""Compares a wideband recording (16 kHz, over G722) with the message that was played: is every sample there?

G722 (ITU-T) is no codec of single samples: what comes out is 22 samples (1.4 ms) late, which its two filters take, and differs from the
source by a noise that follows the sound. The figure is the signal to noise ratio once the recording is shifted by that delay: about 31 dB
for speech, 20 dB at least in any 10 ms of it. A shift by one more sample is as bad as 10 dB; so a block under 15 dB is not there, or not
in its place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float64]

BLOCK = 160  # samples
THERE_DB = 15.0
CODEC_DELAY = 22  # samples


@dataclass(frozen=True)
class WideComparison:
    """How a recording differs from its source. Counts are samples of the source, by blocks of 10 ms.

    Attributes:
        offset: where in the recording the source begins, the codec's delay taken off.
        missing: samples of blocks that are not there, or not in their place.
        level_db: how much louder the recording is; 0.0 for a true one.
        snr_db: signal to noise over the whole source, without any correction of level.
        worst_db: the same of its worst block.
        total: the source's length.
    """

    offset: int
    missing: int
    level_db: float
    snr_db: float
    worst_db: float
    total: int

    @property
    def complete(self) -> bool:
        """Every block of the source is there, in its place and at its level."""
        return self.missing == 0 and abs(self.level_db) < 0.1


def compare_wide(recording: Samples, source: Samples) -> WideComparison:
    """Finds the source (at least one block of 160 samples, loud throughout) in the recording and tells what is missing."""
    wanted = source.astype(np.float64)
    heard = np.concatenate([recording.astype(np.float64), np.zeros(len(wanted))])
    lag = _align(heard, wanted)
    at_lag = heard[lag : lag + len(wanted)]
    blocks = len(wanted) // BLOCK
    quality = _snr(at_lag[: blocks * BLOCK].reshape(blocks, BLOCK), wanted[: blocks * BLOCK].reshape(blocks, BLOCK))
    return WideComparison(
        offset=lag - CODEC_DELAY,
        missing=int(np.sum(quality < THERE_DB)) * BLOCK,
        level_db=10 * float(np.log10(np.sum(at_lag**2) / np.sum(wanted**2))),
        snr_db=float(_snr(at_lag, wanted)),
        worst_db=float(quality.min()),
        total=len(source),
    )


def _align(heard: Floats, wanted: Floats) -> int:
    size = 1 << (len(heard) + len(wanted)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(heard) - len(wanted) + 1]))


def _snr(heard: Floats, wanted: Floats) -> Floats:
    noise = np.maximum(np.sum((heard - wanted) ** 2, axis=-1), 1e-9)
    snr: Floats = 10 * np.log10(np.maximum(np.sum(wanted**2, axis=-1), 1e-9) / noise)
    return snr
