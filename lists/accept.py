"""Rows → subscribers: numbers checked and normalised, duplicates left out, and a report of it all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lists import damage, plan
from lists.numbers import NumberError, parse
from lists.rows import Row
from lists.seen import Seen

MAX_DETAILS = 100
MAX_NOTES = 20
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
    """What became of the rows. `accepted + duplicates + rejected = rows`: a cell with several numbers counts once for each."""

    def __init__(self) -> None:
        self.accepted = 0
        self.duplicates = 0
        self.rejected = 0
        self.cells_of_several = 0
        self._details: list[dict[str, Any]] = []
        self._notes: list[str] = []

    @property
    def rows(self) -> int:
        """How many rows were judged so far."""
        return self.accepted + self.duplicates + self.rejected

    def reject(self, row: Row, reason: str) -> None:
        """Counts a row that can't be used. The value is shown back here, and only here, so that a person finds it in the file."""
        self.rejected += 1
        self._detail(row, reason)

    def duplicate(self, row: Row, reason: str) -> None:
        """Counts a row whose number stood before."""
        self.duplicates += 1
        self._detail(row, reason)

    def note(self, text: str) -> None:
        """Something that a person should know of the whole file."""
        if len(self._notes) < MAX_NOTES:
            self._notes.append(text)

    def as_dict(self, do_not_call: int) -> dict[str, Any]:
        """The report as the contract has it."""
        counts = {"rows": self.rows, "accepted": self.accepted, "duplicates": self.duplicates, "rejected": self.rejected}
        notes = list(self._notes)
        if self.cells_of_several:
            several = f"{self.cells_of_several} cell{'s' if self.cells_of_several > 1 else ''} held several numbers"
            notes.append(f"{several}; each number is a row of this report and a subscriber of its own.")
        return counts | {"do_not_call": do_not_call, "details": list(self._details), "notes": notes}

    def _detail(self, row: Row, reason: str) -> None:
        if len(self._details) < MAX_DETAILS:
            self._details.append({"line": row.line, "value": one_line(row.number)[:MAX_SHOWN], "reason": reason})


def accept(rows: Iterable[Row], region: str, report: Report) -> Iterator[Entry]:
    """The rows that are good, in their order; the others are only counted in `report`, which is complete when the last one was taken.

    What a spreadsheet did to a number is undone where nothing was lost. A cell with several numbers becomes several subscribers.
    """
    seen = Seen()
    for row in rows:
        try:
            found: Sequence[tuple[Row, Entry]] = ((row, _entry(row, region)),)
        except NumberError as error:
            found = _from_damaged(row, region, error.reason, report)
        for part, entry in found:
            before = seen.add(entry.number, row.line)
            if before is None:
                report.accepted += 1
                yield entry
            else:
                report.duplicate(part, f"is the number of line {before} again")


def one_line(text: str) -> str:
    """`text` without control characters and line breaks: each becomes a space, and runs of spaces become one."""
    if text.isprintable():
        return text
    return " ".join("".join(" " if unicodedata.category(char) in _REFUSED else char for char in text).split())


def _entry(row: Row, region: str) -> Entry:
    """Raises NumberError, also for what is wrong with the other cells. A million rows go through here: what is rare is asked for last."""
    _, text, name, comment, extra, fault = row
    if len(text) <= damage.LONGEST_DATE_LIKE or fault:
        fault = fault or damage.altered(text)
    if extra is not None or len(name) > MAX_NAME or len(comment) > MAX_CELL:
        fault = fault or _too_long(row)
    if fault:
        raise NumberError(fault)
    if "." in text or "," in text:
        text = damage.without_fraction(text)
    number = plan.quick(text, region) or parse(text, region)
    if extra is not None:
        extra = {one_line(key): _text(value) for key, value in extra.items()}
    return Entry(number, one_line(name), _text(comment) if comment else comment, extra)


def _from_damaged(row: Row, region: str, reason: str, report: Report) -> list[tuple[Row, Entry]]:
    """What a row whose cell is no number still gives: the number restored, or the several that it holds. The rest is reported."""
    if row.fault:
        report.reject(row, reason)
        return []
    whole = damage.restored(row.number)
    parts = [whole] if whole is not None else damage.parts(row.number, region)
    if not parts:
        report.reject(row, damage.named(row.number, region) or reason)
        return []
    report.cells_of_several += len(parts) > 1
    found = []
    for part in parts:
        one = row._replace(number=part)
        try:
            found.append((one, _entry(one, region)))
        except NumberError as error:
            report.reject(one, damage.named(part, region) or error.reason)
    return found


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
