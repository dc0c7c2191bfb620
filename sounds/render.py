"""A sound file → its renderings, mono and 16-bit: at 8 kHz for the phone and, from an upload with more, at 16 kHz for wideband.

Runs in the child process only. The renderings of ten minutes take 19 and 38 MB as float samples, in place from the decoding to the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from sounds.facts import MAX_SECONDS, MIN_MS, PHONE_RATE, WIDE_RATE, Refused
from sounds.filters import blocks_of
from sounds.leveling import check_heard, cut_low, phone_gain, wide_gain
from sounds.mixing import CancelWatch, mean_of
from sounds.peaks import limited
from sounds.source import Source, open_sound

Samples = npt.NDArray[np.float32]

SCALE = 32768  # 16-bit steps to full scale: 1/32768 is one, so that a 16-bit file passes bit for bit
HIGHEST, LOWEST = 32767, -32768
DC_SHOWN = 0.01  # of full scale: a click that is heard
DC_RAISED = 0.001  # may be as much once a quiet sound is brought to its loudness
TOO_SHORT = f"is shorter than {MIN_MS} ms"


@dataclass(frozen=True)
class Header:
    """What the original's header and its decoding tell."""

    duration_ms: int
    sample_rate: int
    channels: int
    format: str


@dataclass(frozen=True)
class _Mono:
    """A sound of one channel, full scale 1.0. `mean` and `variance` are the original's; `wide` is there only where it has more to give."""

    phone: Samples
    wide: Samples | None
    mean: float
    variance: float


def render(path: Path, normalize: bool, phone_out: Path, wide_out: Path) -> Header:
    """Decodes `path` and writes its renderings (16-bit little-endian samples, no header): at 8 kHz to `phone_out`, and at 16 kHz to
    `wide_out` when the upload's rate is over 8 kHz.

    Raises:
        Refused: it is no sound, too long, too short, empty, damaged or silence.
    """
    with open_sound(path) as source:
        watch = CancelWatch(source.channels, source.sample_rate)
        sound = _decoded(source, watch)
    if watch.vanishes:
        with open_sound(path) as source:
            sound = _decoded(source, None, channel=watch.loudest)
    if abs(sound.mean) > (DC_RAISED if normalize else DC_SHOWN):
        # Taken off before the resampling: after it the sound would begin and end with what the resampler made of the jumps.
        with open_sound(path) as source:
            sound = _decoded(source, None, channel=watch.loudest if watch.vanishes else None, offset=sound.mean)
    _write_leveled(sound, normalize, phone_out, wide_out)
    duration_ms = round(source.frames_read * 1000 / source.sample_rate)
    return Header(duration_ms, source.sample_rate, source.channels, source.format)


def _decoded(source: Source, watch: CancelWatch | None, channel: int | None = None, offset: float = 0.0) -> _Mono:
    """The whole sound: the mean of its channels, or one of them, less `offset`."""
    phone = _Resampled(source.sample_rate, PHONE_RATE)
    wide = _Resampled(source.sample_rate, WIDE_RATE) if source.sample_rate > PHONE_RATE else None
    moments = _Moments()
    for block in source.blocks():
        mono = mean_of(block) if channel is None else np.ascontiguousarray(block[:, channel])
        if watch is not None and source.channels > 1:
            watch.observe(block)
        mono = mono - np.float32(offset) if offset else mono
        moments.observe(mono)
        phone.take(mono)
        if wide is not None:
            wide.take(mono)
    if source.frames_read * 1000 < MIN_MS * source.sample_rate:
        raise Refused(TOO_SHORT)
    return _Mono(phone.whole(), None if wide is None else wide.whole(), moments.mean, moments.variance)


class _Moments:
    """The mean and the variance of a sound, block by block."""

    def __init__(self) -> None:
        self._sums = np.zeros(3)

    def observe(self, block: Samples) -> None:
        """The next samples."""
        self._sums += (len(block), block.sum(dtype=np.float64), np.square(block, dtype=np.float64).sum())

    @property
    def mean(self) -> float:
        """Of all samples."""
        return float(self._sums[1] / self._sums[0])

    @property
    def variance(self) -> float:
        """Of all samples."""
        return float(max(0.0, self._sums[2] / self._sums[0] - self.mean**2))


class _Resampled:
    """A sound at another rate. soxr makes up for its own delay; the same rate passes untouched."""

    def __init__(self, rate: int, wanted: int) -> None:
        # Room for the longest sound: what is not written to takes no memory, and nothing is copied as it grows.
        self._kept = np.empty((MAX_SECONDS + 1) * wanted, dtype=np.float32)
        self._count = 0
        self._stream: Any = None
        if rate != wanted:
            self._stream = soxr.ResampleStream(rate, wanted, 1, dtype="float32", quality="VHQ")

    def take(self, block: Samples) -> None:
        """The next samples, full scale 1.0."""
        self._keep(block if self._stream is None else self._stream.resample_chunk(np.ascontiguousarray(block)))

    def whole(self) -> Samples:
        """All of them. Called once."""
        if self._stream is not None:
            self._keep(self._stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True))
        return self._kept[: self._count]

    def _keep(self, piece: Samples) -> None:
        self._kept[self._count : self._count + len(piece)] = piece
        self._count += len(piece)


def _write_leveled(sound: _Mono, normalize: bool, phone_out: Path, wide_out: Path) -> None:
    rates = [(sound.phone, PHONE_RATE)] if sound.wide is None else [(sound.phone, PHONE_RATE), (sound.wide, WIDE_RATE)]
    if normalize:
        for samples, rate in rates:
            cut_low(samples, rate)
    check_heard(sound.phone, sound.variance)
    gain = phone_gain(sound.phone) if normalize else 1.0
    _write(limited(sound.phone, PHONE_RATE, gain) if normalize else _without_clipping(sound.phone), phone_out)
    if sound.wide is not None:
        _write(limited(sound.wide, WIDE_RATE, wide_gain(sound.wide, gain)) if normalize else _without_clipping(sound.wide), wide_out)


def _without_clipping(samples: Samples) -> Iterable[Samples]:
    """In place: scaled down as a whole when it would clip. Decoders and resampling overshoot; a float file may hold anything."""
    high, low = float(samples.max()) * SCALE, float(samples.min()) * SCALE
    over = max(high / HIGHEST if high > HIGHEST + 0.5 else 1.0, low / LOWEST if low < LOWEST - 0.5 else 1.0)
    if over > 1.0:
        samples /= np.float32(over)
    return blocks_of(samples)


def _write(blocks: Iterable[Samples], out: Path) -> None:
    with out.open("wb") as file:
        for block in blocks:
            steps = np.rint(block * np.float32(SCALE))
            file.write(np.clip(steps, LOWEST, HIGHEST).astype("<i2").tobytes())
