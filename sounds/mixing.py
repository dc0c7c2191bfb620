"""Many channels → one, without clipping and without vanishing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sounds.facts import PHONE_RATE
from sounds.filters import LOW_CUT_HZ

Samples = npt.NDArray[np.float32]

FRAMES_A_SECOND = 20
# Of unrelated channels the mean carries 1/N² of their energies' sum. Where it is a tenth of that, or less, they cancel each other.
CANCELS_BELOW = 0.1
# So much of a block's energy may cancel: of unrelated channels, or of one that is the other's echo, a seventh does by chance.
MOST_OF_A_BLOCK = 0.3
# So much of the sound's energy may be in blocks that cancel; more, and the mean would lose part of the message.
MOST_CANCELLED = 0.1


class CancelWatch:
    """Watches, block by block, whether the mean of the channels loses part of the sound, as with opposite phases.

    It looks at each frequency that a phone plays by itself: a voice in opposite phases is missed though the music with it stays.
    """

    def __init__(self, channels: int, rate: int) -> None:
        self._frame = max(1, rate // FRAMES_A_SECOND)
        self._rate = rate
        self._energies = np.zeros(channels)
        self._cancelled = 0.0

    def observe(self, block: Samples) -> None:
        """One block of shape (frames, channels)."""
        spectra = self._spectra(block)
        energies = np.square(np.abs(spectra))
        expected = energies.sum(axis=1) / block.shape[1] ** 2
        lost = np.square(np.abs(spectra.mean(axis=1))) < CANCELS_BELOW * expected
        if expected[lost].sum() > MOST_OF_A_BLOCK * expected.sum():
            self._cancelled += float(energies.sum())
        self._energies += energies.sum(axis=(0, 2))

    @property
    def vanishes(self) -> bool:
        """Whether the mean would lose more than a tenth of the sound."""
        return self._cancelled > MOST_CANCELLED * float(self._energies.sum())

    @property
    def loudest(self) -> int:
        """The channel with the most energy."""
        return int(self._energies.argmax())

    def _spectra(self, block: Samples) -> npt.NDArray[np.complex128]:
        """Shape (frames, channels, frequencies), of 50 ms each and of what a phone plays."""
        size = min(self._frame, len(block))
        whole = len(block) // size * size
        spectra = np.fft.rfft(block[:whole].reshape(-1, size, block.shape[1]), axis=1).transpose(0, 2, 1)
        hz = np.fft.rfftfreq(size, 1 / self._rate)
        return np.asarray(spectra[:, :, (hz >= LOW_CUT_HZ) & (hz < PHONE_RATE / 2)])


def mean_of(block: Samples) -> Samples:
    """Shape (frames, channels) → (frames,). One channel passes unchanged."""
    if block.shape[1] == 1:
        return block[:, 0]
    mean: Samples = block.mean(axis=1, dtype=np.float64).astype(np.float32)
    return mean
