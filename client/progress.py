"""Progress on stderr: a bar in a terminal, a plain line now and then anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from client.output import Output, plain

LINE_EVERY_S = 5.0


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


@contextmanager
def upload_progress(out: Output, name: str, size: int) -> Iterator[Callable[[int], None]]:
    """Shows an upload of `size` bytes; gives the function that is told how many have been read."""
    if not out.notes.is_terminal:
        yield _upload_lines(out, name, size)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=out.notes, transient=True) as bar:
        task = bar.add_task(plain(f"Sending {name}").plain, total=size)

        def tell(done: int) -> None:
            bar.update(task, completed=done)
            if done >= size:
                bar.update(task, description="Sent; the server reads it")

        yield tell


def _upload_lines(out: Output, name: str, size: int) -> Callable[[int], None]:
    lines = Lines(out.note, first=False)

    def tell(done: int) -> None:
        part = 100 if size == 0 else done * 100 // size
        lines.tell(f"Sending {name}: {part} % of {size / 1e6:.1f} MB", at_once=done >= size)

    return tell
