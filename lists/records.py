"""Lines → records of cells, by one delimiter. Quotes as RFC 4180 has them, and as people have them.

A quote that is opened and never closed must not swallow the lines after it. So a record goes over several lines only when its quotes
then match, and the lines between are no records themselves; else its line stands alone and its quotes are ordinary characters.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from lists.lines import MAX_LINE, Lines

# Splits nothing: no text holds it, as `lists.kinds` lets no such file through and `str.strip` takes stray ones for space.
_NO_DELIMITER = "\x1f"
_LIKE_A_NUMBER = re.compile(r"[+(]{0,2}\d(?:[ ().-]{0,3}\d){6,14}")


class Record(NamedTuple):
    """The cells of a record, stripped of the spaces around them, and the 1-based line where it begins.

    `cells` is None when the line is too long to be a record.
    """

    line: int
    cells: list[str] | None


def records(lines: Lines, delimiter: str | None, unguarded: Callable[[str], str]) -> Iterator[Record]:
    """All records but the empty ones. Without a delimiter a line is one cell.

    Args:
        unguarded: takes off the apostrophe before what is no formula.
    """
    splitter = delimiter or _NO_DELIMITER
    while (line := lines.take()) is not None:
        start = lines.number
        raw = _quoted(line, lines, splitter) if '"' in line else line.split(splitter)
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            yield Record(start, None)
            continue
        cells = [cell.strip() for cell in raw]
        if "'" in line or '"' in line:
            cells = list(map(unguarded, cells))
        if any(cells):
            yield Record(start, cells)


def _quoted(line: str, lines: Lines, delimiter: str) -> list[str]:
    if line.count('"') % 2:
        return _joined(line, lines, delimiter) or line.split(delimiter)
    return _parse(line, delimiter, strict=True) or _parse(line, delimiter, strict=False) or line.split(delimiter)


def _joined(line: str, lines: Lines, delimiter: str) -> list[str] | None:
    """The record that begins in `line` and ends in the next line with an odd number of quotes; None when there is no such record."""
    taken: list[str] = []
    size = len(line)
    cells = None
    while size < MAX_LINE and (further := lines.take()) is not None:
        taken.append(further)
        size += len(further)
        if further.count('"') % 2:
            cells = _parse(line + "".join(taken), delimiter, strict=True) if size < MAX_LINE else None
            break
    if cells is None or _swallows_records(line, taken, delimiter):
        lines.put_back(taken)
        return None
    return cells


def _swallows_records(line: str, taken: Sequence[str], delimiter: str) -> bool:
    """Whether most lines below `line` are as wide as it is and hold a number: then they are records, and no cell of several lines."""
    width = line.count(delimiter) + 1
    # Of the last line only what is within the quotes: the rest is of the same record in any case.
    inner = [*taken[:-1], taken[-1].partition('"')[0]]
    swallowed = sum(_is_record(each, width, delimiter) for each in inner)
    return swallowed > 0 and 2 * swallowed >= len(inner)


def _is_record(line: str, width: int, delimiter: str) -> bool:
    cells = line.split(delimiter)
    return len(cells) == width > 1 and any(_LIKE_A_NUMBER.fullmatch(cell.strip(' "\r\n')) for cell in cells)


def _parse(text: str, delimiter: str, *, strict: bool) -> list[str] | None:
    """The cells when `text` is exactly one record."""
    try:
        found = list(csv.reader([text], delimiter=delimiter, skipinitialspace=True, strict=strict))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None
