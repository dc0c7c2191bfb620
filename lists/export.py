"""A table → CSV (RFC 4180) that spreadsheets show right and that can be uploaded again.

With a byte order mark, as without it Excel takes UTF-8 for the old Windows encoding and spoils every name that is not English.
A cell that a spreadsheet would run as a formula gets an apostrophe in front; `unguarded` takes it off again. A number in E.164 stays as it
is: a plus and digits are no formula that could do anything.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

FIELDS = ("cid", "name", "number", "comment")
Cell = str | int | float | None
_ROWS_AT_ONCE = 500
# Also behind apostrophes, so that taking one off is always right; and behind spaces, which some programs skip.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r]")
_GUARDED = re.compile(r"''*\s*[=+\-@\t\r]")
_E164 = re.compile(r"\+\d{1,15}", re.ASCII)


def people_cells(people: Iterable[Mapping[str, Any]], further: Sequence[str]) -> Iterator[list[Cell]]:
    """Subscribers → the cells of `FIELDS` and of the further columns.

    Args:
        people: with the fields above and `extra`, further cells by their headings.
        further: the headings of those, in the order of the columns.
    """
    for one in people:
        extra = one["extra"]
        yield [*(one[name] for name in FIELDS), *(extra.get(heading, "") for heading in further)]


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file in pieces of some 50 kB; None is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(map(guarded, headings))
    for count, row in enumerate(rows, 1):
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
        if count % _ROWS_AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def guarded(cell: str) -> str:
    """`"=1+1"` → `"'=1+1"`."""
    return "'" + cell if _FORMULA.match(cell) and not _E164.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """The other way round."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def _taken(text: io.StringIO) -> bytes:
    piece = text.getvalue().encode("utf-8")
    text.seek(0)
    text.truncate()
    return piece
