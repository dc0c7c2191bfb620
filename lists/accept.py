"""Rows → subscribers: numbers checked and normalised, duplicates left out, and a report of it all."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lists.numbers import NumberError, parse
from lists.rows import Row

MAX_DETAILS = 100
MAX_SHOWN = 100  # characters of a value in the report
MAX_NAME = 1024
MAX_CELL = 10_000  # characters of a comment or a further cell
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})


class Entry(NamedTuple):
    """A row whose number is good: what becomes a subscriber."""

    number: str  # E.164
    name: str
    comment: str
    extra: dict[str, str] | None


class Report:
    """What became of the rows. `accepted + duplicates + rejected = rows`."""

    def __init__(self) -> None:
        self.accepted = 0
        self.duplicates = 0
        self.rejected = 0
        self._details: list[dict[str, Any]] = []

    def reject(self, row: Row, reason: str) -> None:
        """Counts a row that can't be used. The value is shown back here, and only here, so that a person finds it in the file."""
        self.rejected += 1
        self._detail(row, reason)

    def duplicate(self, row: Row, reason: str) -> None:
        """Counts a row whose number stood before."""
        self.duplicates += 1
        self._detail(row, reason)

    @property
    def wants_details(self) -> bool:
        """Whether a further detail would be kept."""
        return len(self._details) < MAX_DETAILS

    def as_dict(self, do_not_call: int) -> dict[str, Any]:
        """The report as the contract has it."""
        rows = self.accepted + self.duplicates + self.rejected
        counts = {"rows": rows, "accepted": self.accepted, "duplicates": self.duplicates, "rejected": self.rejected}
        return counts | {"do_not_call": do_not_call, "details": list(self._details)}

    def _detail(self, row: Row, reason: str) -> None:
        if self.wants_details:
            self._details.append({"line": row.line, "value": one_line(row.number)[:MAX_SHOWN], "reason": reason})


class _Seen:
    """The numbers so far, as plain integers: a million take some 80 MB. The lines of the first ones lie beside them, for the report."""

    def __init__(self) -> None:
        self._set: set[int] = set()
        self._numbers = array("q")
        self._lines = array("q")

    def add(self, number: str, line: int) -> bool:
        """Whether it is new."""
        key = int(number)
        if key in self._set:
            return False
        self._set.add(key)
        self._numbers.append(key)
        self._lines.append(line)
        return True

    def line(self, number: str) -> int:
        """Where it stood first. Takes milliseconds among a million, and is asked for the report's few details only."""
        return self._lines[self._numbers.index(int(number))]


def accept(rows: Iterable[Row], region: str, report: Report) -> Iterator[Entry]:
    """The rows that are good, in their order; the others are only counted in `report`, which is complete when the last one was taken."""
    seen = _Seen()
    for row in rows:
        try:
            entry = _entry(row, region)
        except NumberError as error:
            report.reject(row, error.reason)
            continue
        if seen.add(entry.number, row.line):
            report.accepted += 1
            yield entry
        else:
            report.duplicate(row, f"is the number of line {seen.line(entry.number)} again" if report.wants_details else "")


def one_line(text: str) -> str:
    """`text` without control characters and line breaks: each becomes a space, and runs of spaces become one."""
    if text.isprintable():
        return text
    return " ".join("".join(" " if unicodedata.category(char) in _REFUSED else char for char in text).split())


def _entry(row: Row, region: str) -> Entry:
    """Raises NumberError, also for what is wrong with the other cells."""
    fault = row.fault or _too_long(row)
    if fault:
        raise NumberError(fault)
    number = parse(row.number, region)
    extra = {one_line(key): _text(value) for key, value in row.extra.items()} if row.extra else None
    return Entry(number, one_line(row.name), _text(row.comment), extra)


def _too_long(row: Row) -> str | None:
    if len(row.name) > MAX_NAME:
        return f"the name is longer than {MAX_NAME} characters"
    if len(row.comment) > MAX_CELL:
        return f"the comment is longer than {MAX_CELL} characters"
    if row.extra and any(len(text) > MAX_CELL for pair in row.extra.items() for text in pair):
        return f"a cell is longer than {MAX_CELL} characters"
    return None


def _text(cell: str) -> str:
    """A cell that may have several lines: only they and tabs are kept of the control characters."""
    if cell.isprintable():
        return cell
    return "\n".join(one_line(line) for line in cell.replace("\t", " ").splitlines())
