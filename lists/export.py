"""Subscribers → CSV (RFC 4180) that spreadsheets show right and that can be uploaded again.

With a byte order mark, as without it Excel takes UTF-8 for the old Windows encoding and spoils every name that is not English.
A cell that a spreadsheet would run as a formula gets an apostrophe in front; `unguarded` takes it off again. The number stays as it is:
a plus and digits are no formula that could do anything.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

FIELDS = ("cid", "name", "number", "comment")
_ROWS_AT_ONCE = 500
# Also behind apostrophes, so that taking one off is always right; and behind spaces, which some programs skip.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r]")
_GUARDED = re.compile(r"''*\s*[=+\-@\t\r]")


def as_csv(people: Iterable[Mapping[str, Any]], further: Sequence[str]) -> Iterator[bytes]:
    """The file in pieces of some 50 kB.

    Args:
        people: with the fields above and `extra`, further cells by their headings.
        further: the headings of those, in the order of the columns.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow([*FIELDS, *map(guarded, further)])
    for count, one in enumerate(people, 1):
        cells = [one["extra"].get(heading, "") for heading in further]
        writer.writerow([one["cid"], guarded(one["name"]), one["number"], guarded(one["comment"]), *map(guarded, cells)])
        if count % _ROWS_AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def guarded(cell: str) -> str:
    """`"=1+1"` → `"'=1+1"`."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The other way round."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _taken(text: io.StringIO) -> bytes:
    piece = text.getvalue().encode("utf-8")
    text.seek(0)
    text.truncate()
    return piece
