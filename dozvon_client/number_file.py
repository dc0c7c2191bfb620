"""A file of numbers for the do-not-call list: read here, and sent so that each bad one is told by its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dozvon_client.api import Api
from dozvon_client.errors import Refused, Usage
from dozvon_client.number_table import Bad, Found, Numbered, Row, is_number, numbers_of, several

AT_ONCE = 100_000  # the most of one POST /dnc
_PLACE = re.compile(r"numbers\[(\d+)\]")
_QUOTED = re.compile(r'"[^"]*"')
_DELIMITERS = ";\t,"  # the rarer in text first


def numbers_in(path: Path) -> Found:
    """The numbers of a text or CSV file (UTF-8, UTF-16 or cp1251). Raises Usage when it can't be read, or only by a guess."""
    text = _text(path)
    delimiter = _delimiter(text)
    rows = list(_rows(path, text, delimiter))
    for line, cells in rows:
        if any(_swallowed(cell, delimiter) for cell in cells):
            raise Usage(f"{path}, line {line}: a cell in quotes holds further lines with numbers. Is a quote missing, or one too many?")
    return numbers_of(rows)


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


def refusal(bad: Iterable[Bad]) -> Refused:
    """What ends an import because of lines without a number."""
    return _refused([{"field": f"line {one.line}", "reason": reason} for one, reason in bad])


def _by_line(error: Refused, numbers: Sequence[Numbered], wrong: dict[int, str]) -> Refused:
    errors = [{"field": f"line {numbers[i].line}", "reason": reason} for i, reason in sorted(wrong.items())]
    return _refused(errors, error.status, error.code)


def _refused(errors: list[dict[str, str]], status: int | None = None, code: str | None = None) -> Refused:
    details = [f"{one['field']}: {one['reason']}" for one in errors]
    told = "Some numbers are bad, and none was added. Mend these lines, or leave them out with --skip-bad:"
    return Refused(told, details, status, code, errors)


def _rows(path: Path, text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if any(cells := [cell.strip() for cell in row]):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise Usage(f"{path}, line {line}: it is no CSV ({error}). Is a quote missing, or one too many?") from error


def _swallowed(cell: str, delimiter: str) -> bool:
    """Whether a quote too many has taken whole rows into one cell, which a comment of several lines does not look like."""
    lines = cell.splitlines() if len(several(cell)) == 1 else []
    return len(lines) > 1 and any(delimiter in line and any(map(is_number, line.split(delimiter))) for line in lines)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Usage(f"{path} can't be read: {error.strerror or error}.") from error
    text = _decoded(content)
    if content.startswith(b"PK\x03\x04") or "\0" in text:
        raise Usage(f"{path} is no text. Save it as CSV, or as text with a number a line, and import that.")
    return text


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _delimiter(text: str) -> str:
    """What stands between cells, by the first line that has any of them outside of quotes."""
    for line in text.splitlines():
        bare = _QUOTED.sub("", line)
        if any(one in bare for one in _DELIMITERS):
            return max(_DELIMITERS, key=bare.count)
    return ","
