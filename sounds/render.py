"""A sound file → the phone rendering: 8 kHz mono 16-bit. Runs in the child process only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from sounds.facts import PHONE_RATE, Refused
from sounds.loudness import comfortable_gain, is_silence
from sounds.mixing import CancelWatch, mean_of
from sounds.source import EMPTY, Source, open_sound

Samples = npt.NDArray[np.float32]

SCALE = 32768  # 16-bit steps to full scale: 1/32768 is one, so that a 16-bit file passes bit for bit
HIGHEST, LOWEST = 32767, -32768
ONLY_SILENCE = "holds only silence: nothing in it is louder than -60 dBFS"
WRITE_SAMPLES = 1 << 18


@dataclass(frozen=True)
class Header:
    """What the original's header and its decoding tell."""

    duration_ms: int
    sample_rate: int
    channels: int
    format: str


def render(path: Path, normalize: bool, out: Path) -> Header:
    """Decodes `path` and writes its phone rendering (16-bit little-endian samples, no header) to `out`.

    Raises:
        Refused: it is no sound, too long, empty, damaged or silence.
    """
    with open_sound(path) as source:
        watch = CancelWatch(source.channels)
        samples = _phone_samples(source, watch, channel=None)
    if watch.vanishes:
        with open_sound(path) as source:
            samples = _phone_samples(source, None, channel=watch.loudest)
    _level(samples, normalize)
    _write(samples, out)
    duration_ms = round(source.frames_read * 1000 / source.sample_rate)
    return Header(duration_ms, source.sample_rate, source.channels, source.format)


def _phone_samples(source: Source, watch: CancelWatch | None, channel: int | None) -> Samples:
    """The whole sound at 8 kHz: the mean of its channels, or one of them. At most ten minutes: 19 MB."""
    resampler = _Resampler(source.sample_rate)
    pieces = []
    for block in source.blocks():
        mono = mean_of(block) if channel is None else np.ascontiguousarray(block[:, channel])
        if watch is not None and source.channels > 1:
            watch.observe(block, mono)
        pieces.append(resampler.take(mono))
    pieces.append(resampler.end())
    samples = np.concatenate(pieces)
    if not len(samples):
        raise Refused(EMPTY)
    return samples


class _Resampler:
    """To 8 kHz. soxr makes up for its own delay, and gives its last samples at the end; 8 kHz passes untouched."""

    def __init__(self, rate: int) -> None:
        self._stream: Any = None
        if rate != PHONE_RATE:
            self._stream = soxr.ResampleStream(rate, PHONE_RATE, 1, dtype="float32", quality="VHQ")

    def take(self, block: Samples) -> Samples:
        if self._stream is None:
            return block
        piece: Samples = self._stream.resample_chunk(np.ascontiguousarray(block))
        return piece

    def end(self) -> Samples:
        nothing = np.zeros(0, dtype=np.float32)
        if self._stream is None:
            return nothing
        piece: Samples = self._stream.resample_chunk(nothing, last=True)
        return piece


def _level(samples: Samples, normalize: bool) -> None:
    """In place: scaled down as a whole when it would clip, brought to the comfortable level when wanted."""
    # Decoders and resampling overshoot; a float file may hold anything.
    high, low = float(samples.max()) * SCALE, float(samples.min()) * SCALE
    over = max(high / HIGHEST if high > HIGHEST + 0.5 else 1.0, low / LOWEST if low < LOWEST - 0.5 else 1.0)
    if over > 1.0:
        samples /= np.float32(over)
    if is_silence(samples):
        raise Refused(ONLY_SILENCE)
    if normalize:
        samples *= np.float32(comfortable_gain(samples))


def _write(samples: Samples, out: Path) -> None:
    with out.open("wb") as file:
        for start in range(0, len(samples), WRITE_SAMPLES):
            steps = np.rint(samples[start : start + WRITE_SAMPLES] * np.float32(SCALE))
            file.write(np.clip(steps, LOWEST, HIGHEST).astype("<i2").tobytes())
