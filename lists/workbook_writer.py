"""The child process that makes an Excel workbook: `python -m lists.workbook_writer table.xlsx 1048575`, the most rows of a sheet.

Frames on stdin (`lists.frames`): the headings, then rows of cells. It is done when stdin ends.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from lists import frames
from lists.export import Cell

_LAST_CELL = "XFD1048576"
WIDTH = 18  # of a column, in characters
NO_ROOM = 4  # the exit code when the disk is full


def main() -> int:
    """Gives the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends this in its turn
    if hasattr(os, "nice"):
        os.nice(10)  # calls in progress go first
    given = frames.read(sys.stdin.buffer)
    _, headings = next(given)
    try:
        write(Path(sys.argv[1]), headings, (row for _, rows in given for row in rows), int(sys.argv[2]))
    except (OSError, xlsxwriter.exceptions.FileCreateError):
        return NO_ROOM
    return 0


def write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], most_rows: int) -> None:
    """Writes the file in little memory: each row goes to the disk as it comes. Beyond `most_rows` it goes on in a further sheet."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        bold = book.add_format({"bold": True})
        sheet, line = _new_sheet(book, headings, bold), 0
        for row in rows:
            if line == most_rows:
                sheet, line = _new_sheet(book, headings, bold), 0
            line += 1
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    if cell:
                        sheet.write_string(line, column, cell)
                elif cell is not None:
                    sheet.write_number(line, column, cell)


def _new_sheet(book: Any, headings: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.set_column(0, max(len(headings) - 1, 0), WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{_LAST_CELL}"})  # else Excel marks every phone number as a mistake
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    return sheet


if __name__ == "__main__":
    sys.exit(main())
