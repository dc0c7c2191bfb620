"""Filters without delay over long sounds, a block at a time.

Only their gain over the frequency counts here, so they are symmetric impulse responses (linear phase, the delay taken off), and the same
gain can be had at each sample rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Hz = npt.NDArray[np.float64]

BLOCK = 1 << 16  # samples
REACH_S = 0.1  # how far a filter looks to each side; K-weighting and the high-pass have died away by then
LOW_CUT_HZ = 80.0
LOW_CUT_ORDER = 4

# ITU-R BS.1770-5, tables 1 and 2, at 48 kHz: (b, a) of the shelf of a head and of the high-pass "RLB".
K_RATE = 48_000
K_STAGES = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)


def k_weighting(hz: Hz) -> Hz:
    """The gain of the standard's K-weighting at frequencies up to 24 kHz."""
    z = np.exp(-2j * np.pi * hz / K_RATE)
    gain = np.ones(len(hz), dtype=np.complex128)
    for b, a in K_STAGES:
        gain *= np.polyval(b[::-1], z) / np.polyval(a[::-1], z)
    return np.abs(gain)


def low_cut(hz: Hz) -> Hz:
    """The gain of a Butterworth high-pass: takes away what no telephone plays, DC, rumble and most of the mains' hum."""
    over = (hz / LOW_CUT_HZ) ** (2 * LOW_CUT_ORDER)
    return np.sqrt(over / (1 + over))


@cache
def taps(gain: Callable[[Hz], Hz], rate: int) -> Hz:
    """The impulse response with this gain at `rate` Hz: odd in length, symmetric."""
    reach = round(rate * REACH_S)
    impulse = np.fft.irfft(gain(np.arange(rate // 2 + 1, dtype=np.float64)), rate)
    return np.roll(impulse, reach)[: 2 * reach + 1] * np.hanning(2 * reach + 3)[1:-1] ** 0.25


def blocks_of(samples: Samples) -> Iterator[Samples]:
    """Views of the samples, one after the other."""
    for start in range(0, len(samples), BLOCK):
        yield samples[start : start + BLOCK]


def filtered(blocks: Iterable[Samples], response: Hz) -> Iterator[Samples]:
    """The blocks through a filter of `taps`: as many samples as came in, at the same places. Overlap-add; each block is
    done with when the next is asked for, and what is given never runs ahead of what was taken."""
    late = len(response) // 2  # samples to leave out at the beginning: the filter's delay
    owed = 0
    tail = np.zeros(len(response) - 1)
    for block in blocks:
        ready, tail = _added(block, response, tail)
        yield ready[late:].astype(np.float32)
        owed += min(len(block), late)
        late = max(0, late - len(block))
    yield tail[late : late + owed].astype(np.float32)


def filter_in_place(samples: Samples, response: Hz) -> None:
    """`filtered`, into the same array. Before and after it the sound's mean there is taken to go on: a high-pass then makes no jump of an
    offset."""
    reach = len(response) // 2
    before = np.full(reach, samples[:reach].mean(), dtype=np.float32)
    after = np.full(reach, samples[-reach:].mean(), dtype=np.float32)
    at = -reach
    for piece in filtered(chain([before], blocks_of(samples), [after]), response):
        inside = piece[max(0, -at) : max(0, len(samples) - at)]
        first = max(0, at)
        samples[first : first + len(inside)] = inside
        at += len(piece)


def _added(block: Samples, response: Hz, tail: Hz) -> tuple[Hz, Hz]:
    size = 1 << (len(block) + len(response) - 2).bit_length()
    whole = np.fft.irfft(np.fft.rfft(block, size) * np.fft.rfft(response, size), size)[: len(block) + len(tail)]
    whole[: len(tail)] += tail
    return whole[: len(block)], whole[len(block) :]
