"""CSV and plain text (a number a line) → rows, read as they come: memory does not grow with the file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from lists import columns, delimiter
from lists.charsets import detect
from lists.columns import MAX_COLUMNS, Columns
from lists.export import unguarded
from lists.lines import MAX_LINE, Lines
from lists.records import Record, records
from lists.rows import Row

SAMPLE_ROWS = 100


def read(file: BinaryIO, region: str) -> Iterator[Row]:
    """The rows of a delimited file, in its order. `region` helps to find the column that holds numbers."""
    text = io.TextIOWrapper(file, detect(file), errors="replace", newline="")
    try:
        yield from _rows(Lines(text), region)
    finally:
        text.detach()  # the file stays open: it is the caller's


def _rows(lines: Lines, region: str) -> Iterator[Row]:
    found = records(lines, delimiter.find(lines, region))
    sample = list(islice(found, SAMPLE_ROWS))
    layout = columns.find([[unguarded(cell) for cell in record.cells[:MAX_COLUMNS]] for record in sample if record.cells], region)
    for record in chain(sample[1:] if layout.headed else sample, found):
        yield _row(record, layout)


def _row(record: Record, layout: Columns) -> Row:
    if record.cells is None:
        return Row(record.line, "", fault=f"the line is longer than {MAX_LINE} characters")
    if len(record.cells) > MAX_COLUMNS:
        return Row(record.line, "", fault=f"the line has more than {MAX_COLUMNS} columns")
    # Our own export and Excel put an apostrophe before what is no formula.
    cells = [unguarded(cell) if cell[:1] == "'" else cell for cell in record.cells]
    return layout.row(record.line, cells)
