"""An uploaded list as it comes in: read at once when it is small, by a child process when it is large, or a workbook."""

from __future__ import annotations

import io
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from errors import BadInput, Unavailable
from lists import frames, kinds, reader
from lists.accept import Report, accept
from lists.people import TableRow, batches
from lists.progress import FINISHING, Progress

log = logging.getLogger(__name__)

SMALL_BYTES = 512 * 1024  # some 15,000 rows, read in 0.1 s: no longer than a child takes to begin
TIMEOUT_S = 900.0  # wall clock; a million rows of CSV take under ten seconds
AT_ONCE = 2  # children; each may need some 120 MB
TURN_TIMEOUT_S = 60.0
ROOT = Path(__file__).resolve().parent.parent
TRACE_BYTES = 2000
IMPORT_FAILED = 1  # Python's exit code when the worker itself does not start
SECRETS = frozenset({"JWT_KEY", "ADMIN_PASSWORD"})
UNREADABLE = "can't be read: the reader gave up on it; it is damaged, or too large. Cut the list into several, or save it as CSV"

_turns = threading.BoundedSemaphore(AT_ONCE)


class Incoming:
    """One list. Take `batches` once, to their end; `report` is whole after that.

    Args:
        file: open for reading and seekable; it stays open.
        region: two letters; how a local number is read.
        progress: kept up to date.
        then: the stage that `progress` is in from the first batch on.

    Raises:
        TooLarge: it is over the limit for lists.
    """

    def __init__(self, file: BinaryIO, region: str, progress: Progress, then: str) -> None:
        self._file = file
        self._region = region
        self._progress = progress
        self._then = then
        self._told: dict[str, Any] = {}
        progress.bytes_total = reader.size_of(file)

    def batches(self) -> Generator[list[TableRow], None, None]:
        """The list's subscribers. Blocks while they are read.

        Raises:
            BadInput: the file is no list.
            Unavailable: too many large lists are being read already.
        """
        for batch in self._read_here() if self._is_harmless() else self._read_by_child():
            self._progress.stage = self._then
            yield batch
        self._progress.stage = FINISHING

    def report(self, do_not_call: int) -> dict[str, Any]:
        """What became of the rows; `do_not_call` is how many of the subscribers are on /dnc."""
        return {**self._told, "do_not_call": do_not_call}

    def _is_harmless(self) -> bool:
        return self._progress.bytes_total <= SMALL_BYTES and not kinds.is_workbook(reader.head_of(self._file))

    def _read_here(self) -> Iterator[list[TableRow]]:
        report = Report()
        for batch in batches(accept(reader.read(self._file, self._region, report.note), self._region, report)):
            self._at(self._file.tell(), report.rows)
            yield batch
        self._told = report.as_dict(0)
        self._at(self._progress.bytes_total, report.rows)

    def _read_by_child(self) -> Iterator[list[TableRow]]:
        if not _turns.acquire(timeout=TURN_TIMEOUT_S):
            raise Unavailable("Other large lists are being read. Try again in a minute.", {"Retry-After": "60"})
        try:
            with _on_disk(self._file) as stdin, tempfile.TemporaryFile() as stderr, _worker(self._region, stdin, stderr) as worker:
                for kind, *values in frames.read(cast(IO[bytes], worker.stdout)):
                    if kind == frames.BATCH:
                        self._at(values[0], values[1])
                        yield values[2]
                    else:
                        self._end(kind, values[0])
                        return
                _give_up(worker.wait(), stderr)
        finally:
            _turns.release()

    def _end(self, kind: str, told: Any) -> None:
        if kind == frames.REFUSED:
            raise BadInput.of("file", told)
        if kind == frames.FAULT:
            log.warning("The reader of lists failed on an upload: %s", told)
            raise BadInput.of("file", UNREADABLE)
        self._told = told
        self._at(self._progress.bytes_total, told["rows"])

    def _at(self, bytes_read: int, rows: int) -> None:
        self._progress.bytes_read, self._progress.rows = bytes_read, rows


@contextmanager
def _on_disk(file: BinaryIO) -> Iterator[IO[bytes]]:
    """The file as one that a process can be given."""
    file.seek(0)
    try:
        file.fileno()
    except (io.UnsupportedOperation, AttributeError):
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy
    else:
        yield file


def environment() -> dict[str, str]:
    """What a child is given of the server's environment: no secrets."""
    return {name: value for name, value in os.environ.items() if name not in SECRETS}


@contextmanager
def _worker(region: str, stdin: IO[bytes], stderr: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The child at work. It is ended when the block is left, and after `TIMEOUT_S`."""
    command = [sys.executable, "-m", "lists.worker", region]
    with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, cwd=ROOT, env=environment()) as worker:  # noqa: S603 - our own
        limit = threading.Timer(TIMEOUT_S, worker.kill)
        limit.daemon = True
        limit.start()
        try:
            yield worker
        finally:
            limit.cancel()
            worker.kill()


def _give_up(code: int, stderr: IO[bytes]) -> None:
    """The child ended without its last word."""
    stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - TRACE_BYTES))
    told = stderr.read().decode(errors="replace")
    if code == IMPORT_FAILED:
        raise RuntimeError(f"the reader of lists does not start: {told}")
    log.warning("The reader of lists ended with %d on an upload: %s", code, told)
    raise BadInput.of("file", UNREADABLE)
