"""Many channels → one, without clipping and without vanishing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

# The mean of unrelated channels carries 1/N² of their energies' sum. A tenth of that, or less, tells that they cancel each other.
CANCELS_BELOW = 0.1
# So much of the sound's energy may be in blocks that cancel; more, and the mean would lose part of the message.
MOST_CANCELLED = 0.1


class CancelWatch:
    """Watches, block by block, whether the mean of the channels loses the sound, as with opposite phases. DC does not count."""

    def __init__(self, channels: int) -> None:
        self._energies = np.zeros(channels)
        self._cancelled = 0.0

    def observe(self, block: Samples, mean: Samples) -> None:
        """One block of shape (frames, channels) and its mean over the channels."""
        channels = block.shape[1]
        energies = block.var(axis=0, dtype=np.float64) * len(block)
        expected = float(energies.sum()) / channels**2
        if float(mean.var(dtype=np.float64)) * len(mean) < CANCELS_BELOW * expected:
            self._cancelled += float(energies.sum())
        self._energies += energies

    @property
    def vanishes(self) -> bool:
        """Whether the mean would lose more than a tenth of the sound."""
        return self._cancelled > MOST_CANCELLED * float(self._energies.sum())

    @property
    def loudest(self) -> int:
        """The channel with the most energy."""
        return int(self._energies.argmax())


def mean_of(block: Samples) -> Samples:
    """Shape (frames, channels) → (frames,). One channel passes unchanged."""
    if block.shape[1] == 1:
        return block[:, 0]
    mean: Samples = block.mean(axis=1, dtype=np.float64).astype(np.float32)
    return mean
