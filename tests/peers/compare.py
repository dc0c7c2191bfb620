"""Compares a recording with the message that was played: is every sample there?

The reference is always the linear source (what the service was asked to play, 16-bit at 8 kHz), never a copy that went through a codec:
a perfect trip over A-law or mu-law has an SNR of about 37 to 38 dB against it, and no missing sample.

A sample counts as there when it differs from the source by no more than one and a quarter steps of the codec. So what is quieter than
a step cannot be told from silence: test with a message that is loud at its first and last sample (`signals.speech_like`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Lags = npt.NDArray[np.int64]

BLOCK = 160  # samples: the step in which the alignment may change
FAR = 2000  # samples: how far (250 ms) it may change at once
_SAME_RUN = 16  # good samples in a row that end a hole: fewer are chance


@dataclass(frozen=True)
class Hole:
    """Source samples [start, start + length) that the recording does not have, neither at the start nor at the end."""

    start: int
    length: int


@dataclass(frozen=True)
class Slip:
    """At about this source sample the recording lost (negative) or gained (positive) so many samples."""

    at: int
    samples: int


@dataclass(frozen=True)
class Comparison:
    """How a recording differs from its source. Counts are samples of the source.

    Attributes:
        offset: where in the recording the source begins (may be negative, when its start is missing).
        missing_start: samples missing before the first good one.
        missing_end: samples missing behind the last good one.
        holes: missing between them.
        slips: lost or added samples between them; the sound goes on shifted.
        level_db: how much louder the recording is; 0.0 for a true one.
        snr_db: signal to noise over the whole source, noise being recording minus source, without any correction of level.
        total: the source's length.
    """

    offset: int
    missing_start: int
    missing_end: int
    holes: tuple[Hole, ...]
    slips: tuple[Slip, ...]
    level_db: float
    snr_db: float
    total: int

    @property
    def missing(self) -> int:
        """All the samples that are missing."""
        lost = sum(-slip.samples for slip in self.slips if slip.samples < 0)
        return self.missing_start + self.missing_end + sum(hole.length for hole in self.holes) + lost

    @property
    def complete(self) -> bool:
        """Every sample of the source is there, once, in its place and at its level."""
        return self.missing == 0 and not self.slips and abs(self.level_db) < 0.1

    def __str__(self) -> str:
        return (
            f"{self.total} samples at {self.offset}: missing {self.missing_start} at the start, {self.missing_end} at the end, "
            f"holes {[(hole.start, hole.length) for hole in self.holes]}, slips {[(slip.at, slip.samples) for slip in self.slips]}, "
            f"level {self.level_db:+.2f} dB, SNR {self.snr_db:.1f} dB"
        )


def compare(recording: Samples, source: Samples) -> Comparison:
    """Finds the source in the recording and tells what is missing.

    Args:
        recording: 16-bit, same rate as the source, with anything before and after it.
        source: 16-bit linear, at least one block (160 samples), not periodic.

    Raises:
        ValueError: one of them is too short.
    """
    if len(source) < BLOCK or len(recording) < BLOCK:
        raise ValueError(f"both must have at least {BLOCK} samples: recording {len(recording)}, source {len(source)}")
    pad = len(source) + FAR + BLOCK
    heard = np.pad(recording.astype(np.float64), pad)
    wanted = source.astype(np.float64)
    lag = _align(heard, wanted)
    gain = _gain(heard, wanted, lag)
    scaled = wanted * gain
    lags = _follow(heard, scaled, lag)
    at_lags = heard[np.clip(np.arange(len(wanted)) + lags, 0, len(heard) - 1)]
    bad = _bad(at_lags, scaled)
    slips = _slips(lags)
    for slip in slips:
        lost = max(-slip.samples, 0)  # counted once, as the slip; just where among them the turn was found is chance
        bad[max(slip.at - lost, 0) : slip.at + lost] = False
    start, end, holes = _runs(bad)
    return Comparison(int(lags[0]) - pad, start, end, holes, slips, 20 * float(np.log10(gain)), _snr(at_lags, wanted), len(source))


def _align(heard: Floats, wanted: Floats) -> int:
    """The lag with the highest cross-correlation."""
    size = 1 << (len(heard) + len(wanted)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(heard) - len(wanted) + 1]))


def _gain(heard: Floats, wanted: Floats, lag: int) -> float:
    """The level of the recording, as the middle one of the loud samples' ratios: holes don't change it."""
    loud = np.abs(wanted) >= max(float(np.percentile(np.abs(wanted), 60)), 1.0)
    ratios = heard[lag : lag + len(wanted)][loud] / wanted[loud]
    sounding = ratios[ratios > 0.01]
    return float(np.median(sounding)) if len(sounding) >= len(ratios) / 4 else 1.0


def _bad(heard: Floats, wanted: Floats) -> Flags:
    """Which samples differ by more than a step of G.711 (16 up to 256, then a sixteenth of the next lower power of two).

    A quarter of a step is allowed on top: PJMEDIA's coder is up to 1.19 steps off for negative samples at the edge of a segment.
    """
    exponent = np.floor(np.log2(np.maximum(np.abs(wanted), 256)))
    step = 2 ** (exponent - 4)
    flags: Flags = np.abs(heard - wanted) > 1.25 * np.maximum(step, 16) + 1
    return flags


def _follow(heard: Floats, wanted: Floats, lag: int) -> Lags:
    """The lag of each source sample. It stays until a block fits badly and fits well elsewhere."""
    lags = np.full(len(wanted), lag, dtype=np.int64)
    known = 0  # up to here the lag is settled
    for begin in range(0, len(wanted), BLOCK):
        block = slice(begin, min(begin + BLOCK, len(wanted)))
        if _fits(heard, wanted, block, lag):
            known = block.stop
            continue
        found = _search(heard, wanted, block, lag)
        if found is None:
            continue
        turn = _turn(heard, wanted, known, block.stop, lag, found)
        lag, known = found, block.stop
        lags[turn:] = lag
    return lags


def _fits(heard: Floats, wanted: Floats, block: slice, lag: int) -> bool:
    return float(np.mean(_bad(heard[block.start + lag : block.stop + lag], wanted[block]))) < 0.05


def _search(heard: Floats, wanted: Floats, block: slice, lag: int) -> int | None:
    """Another lag at which this block fits: the one with the highest correlation, if it does."""
    sound = wanted[block]
    if float(np.sqrt(np.mean(sound**2))) < 100:
        return None
    first = max(block.start + lag - FAR, 0)
    around = heard[first : block.stop + lag + FAR]
    energy = np.convolve(around**2, np.ones(len(sound)), "valid")
    fit = np.correlate(around, sound, "valid") / np.sqrt(np.maximum(energy, 1.0))
    found = first + int(np.argmax(fit)) - block.start
    return found if found != lag and _fits(heard, wanted, block, found) else None


def _turn(heard: Floats, wanted: Floats, begin: int, end: int, old: int, new: int) -> int:
    """The sample in [begin, end] from which the new lag holds: where the fewest samples are bad."""
    part = wanted[begin:end]
    bad_old = np.cumsum(np.r_[0, _bad(heard[begin + old : end + old], part)])
    bad_new = np.cumsum(np.r_[0, _bad(heard[begin + new : end + new], part)])
    return begin + int(np.argmin(bad_old + bad_new[-1] - bad_new))


def _runs(bad: Flags) -> tuple[int, int, tuple[Hole, ...]]:
    """Missing at the start, at the end, and the holes between. A short good run within a bad stretch is chance."""
    edges = np.flatnonzero(np.diff(np.r_[False, bad, False].astype(np.int8)))
    stretches: list[list[int]] = []
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if stretches and begin - stretches[-1][1] < _SAME_RUN:
            stretches[-1][1] = end
        else:
            stretches.append([begin, end])
    start = end = 0
    if stretches and stretches[0][0] < _SAME_RUN:
        start = stretches.pop(0)[1]
    if stretches and len(bad) - stretches[-1][1] < _SAME_RUN:
        end = len(bad) - stretches.pop()[0]
    return start, end, tuple(Hole(begin, stop - begin) for begin, stop in stretches)


def _slips(lags: Lags) -> tuple[Slip, ...]:
    turns = np.flatnonzero(np.diff(lags)) + 1
    return tuple(Slip(int(turn), int(lags[turn] - lags[turn - 1])) for turn in turns)


def _snr(heard: Floats, wanted: Floats) -> float:
    noise = float(np.sum((heard - wanted) ** 2))
    return float("inf") if noise == 0 else 10 * float(np.log10(np.sum(wanted**2) / noise))
