"""CSV and plain text (a number a line) → rows, read as they come: memory does not grow with the file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from lists import delimiter, table
from lists.charsets import detect
from lists.export import unguarded
from lists.lines import Lines
from lists.records import records
from lists.rows import Note, Row


def read(file: BinaryIO, region: str, _note: Note) -> Iterator[Row]:
    """The rows of a delimited file, in its order. `region` helps to find the column that holds numbers."""
    text = io.TextIOWrapper(file, detect(file), errors="replace", newline="")
    try:
        lines = Lines(text)
        yield from table.rows(records(lines, delimiter.find(lines, region), unguarded), region)
    finally:
        text.detach()  # the file stays open: it is the caller's
