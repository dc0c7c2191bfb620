"""A table → XLSX. Texts are text cells: no spreadsheet takes one for a formula, or a phone number for a number that it may round.

A million rows are most of a minute of work, so a child process does it, on another core than the server's.
"""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, cast

from lists import frames
from lists.export import Cell
from lists.incoming import ROOT, environment
from lists.workbook_writer import NO_ROOM

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575  # of a sheet, below its headings
_PIECE = 64 * 1024
_AT_ONCE = 500  # rows


def as_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]], folder: Path) -> Iterator[bytes]:
    """The file in pieces. It is made in `folder` first, whole. A table that is longer than a sheet goes on in further sheets.

    Raises:
        OSError: the disk is full.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as own:
        path = Path(own, "table.xlsx")
        _make(path, headings, rows)
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _make(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    command = [sys.executable, "-m", "lists.workbook_writer", str(path.resolve()), str(MOST_ROWS)]
    with tempfile.TemporaryFile() as stderr, _child(command, stderr) as child:
        pipe, them = cast(IO[bytes], child.stdin), iter(rows)
        with contextlib.suppress(BrokenPipeError), pipe:  # it ended before; its code tells why
            frames.write(pipe, frames.packed(frames.HEADINGS, list(headings)))
            while chunk := list(islice(them, _AT_ONCE)):
                frames.write(pipe, frames.packed(frames.ROWS, chunk))
        code = child.wait()
        if code == NO_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if code:
            stderr.seek(0)
            raise RuntimeError(f"the workbook writer ended with {code}: {stderr.read(2000).decode(errors='replace')}")


@contextlib.contextmanager
def _child(command: Sequence[str], stderr: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The child at work; ended when the block is left."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=stderr, bufsize=0, cwd=ROOT, env=environment()) as child:  # noqa: S603
        try:
            yield child
        finally:
            child.kill()
