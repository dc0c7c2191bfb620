"""What the callee says after the message, as a WAV file. No pjsua2: samples and time are passed in."""

from __future__ import annotations

import logging
import os
import wave
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

RATE = 8000  # Hz
BYTES_A_SAMPLE = 2
SILENCE_MS = 5_000  # who says nothing for so long has said it all
SPEECH_RMS = 200  # of 32768: a block that is softer is silence
SOUND_RMS = 30  # a call in which no block was louder holds nothing that could be heard
LATE_S = 1.0  # where no sound comes the clock ends it so much later
PART = ".part"  # behind the name of a file that is still being written

log = logging.getLogger("dozvon.agent")


class Recording:
    """One recording. It is in `path` when it is whole and lies beside it, as `path` + PART, until then.

    A full disk ends it, with a line in the log; the call goes on as if nothing were recorded.

    Args:
        path: of the file to be made; its folder is there.
        most_ms: how long it may become.
        now: seconds of a monotonic clock; it begins.
    """

    def __init__(self, path: str, most_ms: int, now: float) -> None:
        self._path = path
        self._most = most_ms * RATE // 1000 * BYTES_A_SAMPLE
        self._late_at = now + most_ms / 1000 + LATE_S
        self._bytes = 0
        self._silent = 0  # bytes since somebody spoke
        self._heard = False
        self._raw: BinaryIO | None = None
        self._file: wave.Wave_write | None = None
        self._try(self._open)

    @property
    def whole(self) -> bool:
        """Whether it is as long as it may be, nobody has spoken for long, or it can't be written."""
        return self._file is None or self._bytes >= self._most or _ms(self._silent) >= SILENCE_MS

    def over(self, now: float) -> bool:
        """Whether there is nothing more to wait for."""
        return self.whole or now >= self._late_at

    def hear(self, samples: bytes) -> None:
        """The next samples, 16-bit mono at 8 kHz."""
        samples = samples[: self._most - self._bytes]
        if self.whole or not samples:
            return
        level = _rms(samples)
        self._heard |= level >= SOUND_RMS
        self._silent = 0 if level >= SPEECH_RMS else self._silent + len(samples)
        self._bytes += len(samples)
        self._try(partial(self._file.writeframes, samples) if self._file else self._discard)

    def finish(self) -> int:
        """Closes the file. Gives its length in ms; 0 when there is none, because nothing could be heard or the disk is full."""
        if self._file is None or not self._heard:
            self._discard()
            return 0
        self._try(self._close)
        return _ms(self._bytes) if os.path.exists(self._path) else 0

    def _open(self) -> None:
        self._raw = open(self._path + PART, "wb")  # noqa: SIM115 - _close_both closes it
        file = wave.open(self._raw, "wb")  # noqa: SIM115 - it too
        file.setnchannels(1)
        file.setsampwidth(BYTES_A_SAMPLE)
        file.setframerate(RATE)
        self._file = file

    def _close(self) -> None:
        self._close_both()
        os.replace(self._path + PART, self._path)

    def _try(self, work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except OSError as error:
            log.error("a recording can't be written (%s); the call goes on without it", error.strerror)
            self._discard()

    def _discard(self) -> None:
        with suppress(OSError):  # the disk is full still
            self._close_both()
        Path(self._path + PART).unlink(missing_ok=True)

    def _close_both(self) -> None:
        file, self._file, raw, self._raw = self._file, None, self._raw, None
        try:
            if file is not None:
                file.close()
        finally:
            if raw is not None:
                raw.close()


def _ms(count: int) -> int:
    return count // BYTES_A_SAMPLE * 1000 // RATE


def _rms(samples: bytes) -> float:
    import numpy as np  # only where something is recorded: an agent of its own interpreter is smaller without

    values = np.frombuffer(samples, np.int16).astype(np.float32)
    return float(np.sqrt(np.mean(values * values)))
