"""Reads a sound file in blocks of float samples. Runs in the child process only: libsndfile may crash on hostile input."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from sounds.facts import MAX_SECONDS, SLACK_SECONDS, Refused

Samples = npt.NDArray[np.float32]

FORMATS = {"WAV": "wav", "WAVEX": "wav", "RF64": "wav", "MP3": "mp3", "FLAC": "flac", "OGG": "ogg"}
LOWEST_RATE = 1000
HIGHEST_RATE = 768_000
MAX_BLOCK_SAMPLES = 1 << 19  # of all channels together: 2 MB
UNKNOWN_FRAMES = 1 << 60  # libsndfile tells SF_COUNT_MAX where the header does not tell the length
PIPE_PIECE = 1 << 16

NO_SOUND = "is not a sound that can be read; send a WAV, MP3, FLAC or OGG file"
TOO_LONG = f"is longer than {MAX_SECONDS // 60} minutes; shorten it"
EMPTY = "holds no sound: it has no samples"
CUT_OFF = "ends before the length that its header tells: it is cut off or damaged; export or upload it again"
DAMAGED = "is damaged: it can't be decoded to its end"
NO_NUMBERS = "holds samples that are no numbers (NaN or infinity); export it again"


class Source:
    """An open sound file. Read `blocks` once; `frames_read` is right after that."""

    def __init__(self, file: Any, *, declared: int | None) -> None:
        self._file = file
        self._declared = declared  # frames, when the header tells
        self.format: str = FORMATS[file.format]
        self.sample_rate: int = file.samplerate
        self.channels: int = file.channels
        self.frames_read = 0

    def blocks(self) -> Iterator[Samples]:
        """The samples, full scale 1.0, in blocks of shape (frames, channels) of at most a second.

        Raises:
            Refused: it is too long (counted, whatever the header says), empty, cut off or damaged.
        """
        most = (MAX_SECONDS + SLACK_SECONDS) * self.sample_rate
        size = max(1, min(self.sample_rate, MAX_BLOCK_SAMPLES // self.channels))
        while len(block := self._read(size)):
            self.frames_read += len(block)
            if self.frames_read > most:
                raise Refused(TOO_LONG)
            if not np.isfinite(block).all():
                raise Refused(NO_NUMBERS)
            yield block
        if not self.frames_read:
            raise Refused(EMPTY)
        if self._declared and self.frames_read < self._declared - SLACK_SECONDS * self.sample_rate:
            raise Refused(CUT_OFF)

    def _read(self, size: int) -> Samples:
        block = np.full((size, self.channels), np.nan, dtype=np.float32)
        try:
            read: Samples = self._file.read(out=block)
        except soundfile.LibsndfileError:
            if self._declared is not None:
                raise Refused(DAMAGED) from None
            # Without a length libsndfile tells the end of a FLAC as an error. What it had read by then is in the block.
            filled = ~np.isnan(block[:, 0])
            read = block[: size if filled.all() else int(filled.argmin())]
        return read


class _ForwardFile(soundfile.SoundFile):  # type: ignore[misc] # soundfile has no types
    """A file that is only read on. soundfile seeks after each block, and after that an MP3 decodes to something else."""

    def seekable(self) -> bool:
        """No: so `read` does not seek."""
        return False


@contextmanager
def open_sound(path: Path) -> Iterator[Source]:
    """Opens a WAV, MP3, FLAC or OGG file.

    Raises:
        Refused: it is none of these, or its header alone tells that it is too long or empty.
    """
    try:
        file = _ForwardFile(path)
    except soundfile.LibsndfileError:
        raise Refused(NO_SOUND) from None
    with file:
        _check_header(file)
        if file.format == "MP3" and not _tells_its_length(path):
            with _through_a_pipe(path) as whole:
                yield Source(whole, declared=None)
        else:
            _check_length(file)
            yield Source(file, declared=file.frames if file.frames < UNKNOWN_FRAMES else None)


def _check_header(file: Any) -> None:
    if file.format not in FORMATS:
        raise Refused(NO_SOUND)
    if not LOWEST_RATE <= file.samplerate <= HIGHEST_RATE:
        raise Refused(f"has a sample rate that is not between {LOWEST_RATE} and {HIGHEST_RATE} Hz")


def _check_length(file: Any) -> None:
    if file.frames == 0:
        raise Refused(EMPTY)
    if UNKNOWN_FRAMES > file.frames > (MAX_SECONDS + SLACK_SECONDS) * file.samplerate:
        raise Refused(TOO_LONG)


def _tells_its_length(path: Path) -> bool:
    """Whether an MP3 begins with a Xing, Info or VBRI header. Without one libsndfile guesses the length from the first frames and
    stops there, though the sound may go on."""
    with path.open("rb") as file:
        file.seek(_id3_bytes(file.read(10)))
        head = file.read(4096)
    return any(word in head for word in (b"Xing", b"Info", b"VBRI"))


def _id3_bytes(head: bytes) -> int:
    """The length of the ID3v2 tag in front (its size is four bytes of seven bits); 0 when there is none."""
    if len(head) < 10 or not head.startswith(b"ID3"):
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))


@contextmanager
def _through_a_pipe(path: Path) -> Iterator[Any]:
    # What can't be sought is read to its true end.
    reading, writing = os.pipe()
    feeder = threading.Thread(target=_feed, args=(path, writing), daemon=True)
    feeder.start()
    try:
        with _ForwardFile(reading, closefd=True) as file:
            yield file
    except soundfile.LibsndfileError:
        raise Refused(NO_SOUND) from None


def _feed(path: Path, writing: int) -> None:
    with path.open("rb") as source, os.fdopen(writing, "wb", buffering=0) as pipe:
        source.seek(_id3_bytes(source.read(10)))
        try:
            while piece := source.read(PIPE_PIECE):
                pipe.write(piece)
        except BrokenPipeError:
            return  # the reader refused the file
