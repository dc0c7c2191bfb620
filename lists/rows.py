"""One row of an uploaded list, before its number is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

# Told what a person should know of the whole file.
Note = Callable[[str], None]


class Row(NamedTuple):
    """A row that is not empty.

    `line` is the 1-based line of the file where the row begins; in JSON, the 1-based place in the list. `fault` says why the row can't
    be read at all; then the other fields hold what could be read.
    """

    line: int
    number: str
    name: str = ""
    comment: str = ""
    extra: dict[str, str] | None = None
    fault: str | None = None
