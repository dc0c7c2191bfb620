"""How loud a sound is: ITU-R BS.1770-5 for one channel, in LUFS.

K-weighted energy of blocks of 400 ms every 100 ms, without the blocks under -70 LUFS and those 10 LU under the mean, so that pauses do
not count. A sound shorter than 400 ms is one block of its own length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from sounds.filters import filtered, k_weighting, taps

Samples = npt.NDArray[np.float32]
Energies = npt.NDArray[np.float64]

STEPS_A_SECOND = 10
STEPS_A_BLOCK = 4
OFFSET_LU = -0.691  # the standard's: a sine of 1 kHz then reads its level
ABSOLUTE_GATE = 10 ** ((-70 - OFFSET_LU) / 10)
RELATIVE_GATE = 10 ** (-10 / 10)


def loudness(blocks: Iterable[Samples], rate: int) -> float:
    """The integrated loudness in LUFS of mono samples (full scale 1.0) in blocks of any length; -inf under -70 LUFS."""
    energies = _block_energies(filtered(blocks, taps(k_weighting, rate)), rate // STEPS_A_SECOND)
    energies = energies[energies > ABSOLUTE_GATE]
    if not len(energies):
        return -np.inf
    energies = energies[energies > energies.mean() * RELATIVE_GATE]
    return float(10 * np.log10(energies.mean()) + OFFSET_LU)


def _block_energies(blocks: Iterable[Samples], step: int) -> Energies:
    """The mean energy of each 400 ms; the last may be up to 100 ms shorter."""
    steps = [(np.square(piece, dtype=np.float64).sum(), len(piece)) for piece in _pieces(blocks, step)]
    sums, lengths = np.array(steps, dtype=np.float64).reshape(-1, 2).T
    over = np.ones(max(1, min(STEPS_A_BLOCK, len(steps))))
    return np.convolve(sums, over, "valid") / np.convolve(lengths, over, "valid") if steps else np.zeros(0)


def _pieces(blocks: Iterable[Samples], size: int) -> Iterator[Samples]:
    """The same samples in pieces of `size`; the last may be shorter."""
    rest = np.zeros(0, dtype=np.float32)
    for block in blocks:
        rest = np.concatenate([rest, block])
        whole = len(rest) // size * size
        yield from rest[:whole].reshape(-1, size)
        rest = rest[whole:]
    if len(rest):
        yield rest
