"""A file of numbers for the do-not-call list: read here, and sent so that each bad one is told by its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dozvon_client.api import Api
from dozvon_client.errors import Refused, Usage

AT_ONCE = 100_000  # the most of one POST /dnc
HEADINGS = ("number", "phone", "tel", "telephone", "номер", "телефон")
_PLACE = re.compile(r"numbers\[(\d+)\]")


@dataclass(frozen=True)
class Numbered:
    """A number as the file has it, and its line from 1."""

    line: int
    value: str


Bad = tuple[Numbered, str]


def numbers_in(path: Path) -> list[Numbered]:
    """The numbers of a text or CSV file (UTF-8, UTF-16 or cp1251). Raises Usage when it can't be read."""
    lines = _text(path).splitlines()
    delimiter = _delimiter(lines[0]) if lines else ","
    rows = [(line, [cell.strip() for cell in row]) for line, row in enumerate(csv.reader(lines, delimiter=delimiter), 1) if any(row)]
    if not rows:
        return []
    headings = [cell.casefold() for cell in rows[0][1]]
    column = next((i for i, heading in enumerate(headings) if heading.startswith(HEADINGS)), None)
    found = rows if column is None else rows[1:]
    place = column or 0
    return [Numbered(line, row[place]) for line, row in found if len(row) > place and row[place]]


def add_all(api: Api, numbers: Sequence[Numbered], more: dict[str, str], *, skip_bad: bool) -> tuple[int, list[Bad]]:
    """POST the numbers, 100,000 at a time; gives how many were added, and the bad ones with their reasons.

    Raises:
        Refused: there are bad ones and `skip_bad` is not set; its errors name the lines. What came in earlier requests stays.
    """
    added, bad = 0, list[Bad]()
    for start in range(0, len(numbers), AT_ONCE):
        left = list(numbers[start : start + AT_ONCE])
        while left:
            try:
                added += len(api.post("/dnc", {"numbers": [one.value for one in left], **more}).get("items") or [])
                break
            except Refused as error:
                wrong = _bad(error.errors)
                if not wrong or max(wrong) >= len(left):
                    raise
                if not skip_bad:
                    raise _by_line(error, left, wrong) from error
                bad += [(left[i], reason) for i, reason in sorted(wrong.items())]
                left = [one for i, one in enumerate(left) if i not in wrong]
    return added, bad


def _bad(errors: Iterable[dict[str, str]]) -> dict[int, str]:
    found = {}
    for error in errors:
        if place := _PLACE.fullmatch(str(error.get("field"))):
            found[int(place[1])] = str(error.get("reason") or "is not valid")
    return found


def _by_line(error: Refused, numbers: Sequence[Numbered], wrong: dict[int, str]) -> Refused:
    errors = [{"field": f"line {numbers[i].line}", "reason": reason} for i, reason in sorted(wrong.items())]
    details = [f"{one['field']}: {one['reason']}" for one in errors]
    told = "Some numbers are bad, and none was added. Mend these lines, or leave them out with --skip-bad:"
    return Refused(told, details, error.status, error.code, errors)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Usage(f"{path} can't be read: {error.strerror or error}.") from error
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _delimiter(first: str) -> str:
    return max(",;\t", key=first.count)
