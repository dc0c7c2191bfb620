"""Progress on stderr: a bar in a terminal, a plain line now and then anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from dozvon_client.output import Output, plain

LINE_EVERY_S = 5.0
COLUMNS = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), DownloadColumn(), TransferSpeedColumn())


class Lines:
    """Plain lines, not more often than every few seconds.

    Args:
        write: takes a line.
        every_s: the shortest time between two lines.
        now: a clock in seconds.
        first: whether the first line is written at once; else it waits as long as the others.
    """

    def __init__(
        self, write: Callable[[str], None], every_s: float = LINE_EVERY_S, now: Callable[[], float] = time.monotonic, *, first: bool = True
    ) -> None:
        self._write = write
        self._every_s = every_s
        self._now = now
        self._at: float | None = None if first else now()
        self._last = ""

    def tell(self, line: str, *, at_once: bool = False) -> None:
        """Write the line if it is time, or `at_once`, and it is not the same as the last."""
        due = at_once or self._at is None or self._now() - self._at >= self._every_s
        if due and line != self._last:
            self._write(line)
            self._at, self._last = self._now(), line


class Shown:
    """The progress of an upload: first of its bytes, then of what the server does with them."""

    def sent(self, done: int) -> None:
        """So many bytes were read and are on their way."""

    def stage(self, words: str, done: int | None, total: int | None) -> None:
        """What the server does, and how far it is, in bytes of the file; None when that is not known."""


class UploadBar(Shown):
    """As a bar."""

    def __init__(self, bar: Progress, name: str, size: int) -> None:
        self._bar = bar
        self._size = size
        self._sending = plain(f"Sending {name}").plain
        self._task = bar.add_task(self._sending, total=size)

    def sent(self, done: int) -> None:
        # All of it each time, as the upload may begin anew after the server has read some of it.
        self._bar.update(self._task, description=self._sending, completed=done, total=self._size)
        if done >= self._size:
            self.stage("Sent; the server reads it", None, None)

    def stage(self, words: str, done: int | None, total: int | None) -> None:
        # Without a total the bar only shows that something goes on.
        self._bar.update(self._task, description=words, completed=done or 0, total=total)


class UploadLines(Shown):
    """As plain lines."""

    def __init__(self, lines: Lines, name: str, size: int) -> None:
        self._lines = lines
        self._name = name
        self._size = size

    def sent(self, done: int) -> None:
        part = 100 if self._size == 0 else done * 100 // self._size
        self._lines.tell(f"Sending {self._name}: {part} % of {self._size / 1e6:.1f} MB", at_once=done >= self._size)

    def stage(self, words: str, done: int | None, total: int | None) -> None:
        part = f", {min(100, done * 100 // total)} %" if done is not None and total else ""
        self._lines.tell(words + part)


@contextmanager
def upload_progress(out: Output, name: str, size: int) -> Iterator[Shown]:
    """Shows an upload of `size` bytes; gives what is told about it. Threads may share it."""
    if not out.notes.is_terminal:
        yield UploadLines(Lines(out.note, first=False), name, size)
        return
    with Progress(*COLUMNS, TimeRemainingColumn(), console=out.notes, transient=True) as bar:
        yield UploadBar(bar, name, size)


@contextmanager
def download_progress(out: Output, name: str, size: int | None) -> Iterator[Callable[[int], None]]:
    """Shows a download of `size` bytes, when that is known; gives the function that is told how many have come. Only in a terminal."""
    if not out.notes.is_terminal:
        yield lambda _done: None
        return
    with Progress(*COLUMNS, console=out.notes, transient=True) as bar:
        task = bar.add_task(plain(f"Fetching {name}").plain, total=size)
        yield lambda done: bar.update(task, completed=done)
