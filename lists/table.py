"""Records of cells → rows: which column is which is found by the first of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from lists import columns
from lists.columns import MAX_COLUMNS
from lists.lines import MAX_LINE
from lists.records import Record
from lists.rows import Row

SAMPLE_ROWS = 100


def rows(records: Iterator[Record], region: str) -> Iterator[Row]:
    """The rows of a table without its headings, in its order. `region` helps to find the column that holds numbers."""
    sample = list(islice(records, SAMPLE_ROWS))
    layout = columns.find([record.cells[:MAX_COLUMNS] for record in sample if record.cells], region)
    for line, cells in chain(sample[layout.skip :], records):
        if cells is None:
            yield Row(line, "", fault=f"the line is longer than {MAX_LINE} characters")
        elif len(cells) <= MAX_COLUMNS:
            yield layout.row(line, cells)
        elif any(cells[MAX_COLUMNS:]):
            yield Row(line, "", fault=f"the line has more than {MAX_COLUMNS} columns")
        else:
            yield layout.row(line, cells[:MAX_COLUMNS])
