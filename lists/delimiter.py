"""Which character stands between the cells of a text file, by its first lines."""

from __future__ import annotations

import csv
import re

from lists import damage
from lists.columns import MAX_COLUMNS, is_heading, is_number
from lists.lines import Lines

CANDIDATES = (None, ";", "\t", ",", "|")
SAMPLE_LINES = 50
SAMPLE_CHARS = 32_768
# Excel's own way to name it, in the first line.
_SEP = re.compile(r"sep=(.)", re.IGNORECASE)


def find(lines: Lines, region: str) -> str | None:
    """The delimiter, or None when a line is one cell. `lines` stay at their start, but for Excel's `sep=;`, which is no row."""
    sample = _sample(lines)
    if sample and (told := _SEP.fullmatch(sample[0].strip(" \r\n"))):
        lines.put_back(sample[1:])
        return told[1]
    lines.put_back(sample)
    filled = [line for line in sample if line.strip()]
    # Among equals the first: no delimiter.
    return max(CANDIDATES, key=lambda candidate: _score(filled, candidate, region)) if filled else None


def _sample(lines: Lines) -> list[str]:
    taken: list[str] = []
    size = 0
    while len(taken) < SAMPLE_LINES and size < SAMPLE_CHARS and (line := lines.take()) is not None:
        taken.append(line)
        size += len(line)
    return taken


def _score(sample: list[str], delimiter: str | None, region: str) -> tuple[int, float]:
    """In how many lines a cell is a number or a heading; and how many cells the lines have, as far as they agree about it."""
    rows = [_split(line, delimiter) for line in sample]
    told = sum(any(_holds_number(cell, region) for cell in row) for row in rows) + is_heading(rows[0], region)
    widths = [len(row) for row in rows]
    usual = max(widths, key=widths.count)
    return told, usual * widths.count(usual) / len(widths) if usual > 1 else 0.0


def _holds_number(cell: str, region: str) -> bool:
    # Several numbers in one cell have commas or semicolons between them, which are no delimiters then.
    return is_number(cell, region) or bool(damage.parts(cell, region))


def _split(line: str, delimiter: str | None) -> list[str]:
    if delimiter is None:
        cells = [line]
    elif '"' in line:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    else:
        cells = line.split(delimiter)
    return [cell.strip(' "\r\n\ufeff') for cell in cells[:MAX_COLUMNS]]
