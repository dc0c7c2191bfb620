"""The rows of a file → the phone numbers in them. No number may be lost without a word, nor anything else be taken for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from dozvon_client.errors import Usage

FEWEST_DIGITS = 7  # of what is taken for a whole number where no heading says so
NO_NUMBER = "has no phone number"
TOO_WIDE = "has more cells than there are headings"

_BEGINNINGS = ("телефон", "phone", "telephon", "telefon", "mobil", "мобильн", "сотов")
_ENDS = ("phone", "телефон")
_WORDS = frozenset({"тел", "моб", "tel", "mob", "cell", "msisdn"})
_BARE = frozenset({"number", "numbers", "номер", "номера"})
_LETTERS = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[,;\n\r\v\f\x85\u2028\u2029]")
_SLASH = re.compile("/")

Row = tuple[int, list[str]]  # the line it begins in, from 1, and its cells


@dataclass(frozen=True)
class Numbered:
    """A number as the file has it, and its line from 1."""

    line: int
    value: str


Bad = tuple[Numbered, str]  # what stands there, and why it is not taken


@dataclass
class Found:
    """What a file holds: its numbers, and the lines without one."""

    numbers: list[Numbered] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)


def numbers_of(rows: Sequence[Row]) -> Found:
    """The numbers of rows that are not empty. Raises Usage when the first is neither headings with a phone nor a row with a number."""
    if not rows:
        return Found()
    line, first = rows[0][0], _trimmed(rows[0][1])
    if any(is_number(cell) for cell in first):
        return _found(rows, lambda cells: [cell for cell in cells if _digits(cell) >= FEWEST_DIGITS])
    columns = _phone_columns(first)
    if not columns:
        raise Usage(
            f"Line {line} holds no number, and no heading says which column holds the phone numbers: name it phone or телефон. "
            f"The headings are: {_as_told(first)}."
        )
    if len(first) == 1:  # a line may hold several numbers then, with commas between them
        return _found(rows[1:], lambda cells: [cell for cell in cells if _digits(cell)])
    return _found(rows[1:], lambda cells: [cells[place] for place in columns if place < len(cells) and _digits(cells[place])], len(first))


def several(cell: str) -> list[str]:
    """The numbers of a cell: cut at commas, semicolons, lines and slashes, where there is a whole number on both sides."""
    return [number for part in _cut(cell, _BETWEEN) for number in _cut(part, _SLASH)]


def is_number(cell: str) -> bool:
    """Whether a cell looks like a phone number, and nothing else."""
    return _digits(cell) >= FEWEST_DIGITS and not _LETTERS.search(cell)


def _found(rows: Iterable[Row], taken: Callable[[list[str]], list[str]], width: int | None = None) -> Found:
    # What `taken` picks may have letters too: the server refuses it by its line. The first `width` cells have headings.
    found = Found()
    for line, cells in rows:
        numbers = [Numbered(line, number) for cell in taken(cells) for number in several(cell)]
        if width is not None and any(cells[width:]):
            found.bad.append((Numbered(line, _as_told(cells)), TOO_WIDE))
        elif not numbers:
            found.bad.append((Numbered(line, _as_told(cells)), NO_NUMBER))
        else:
            found.numbers += numbers
    return found


def _phone_columns(headings: Sequence[str]) -> list[int]:
    if any(_digits(cell) >= FEWEST_DIGITS for cell in headings):
        return []  # a number with words around it, and perhaps "mob" beside it, is no heading
    words = [_LETTERS.findall(cell.casefold()) for cell in headings]
    phones = [place for place, said in enumerate(words) if any(_says_phone(word) for word in said)]
    return phones or [place for place, said in enumerate(words) if len(said) == 1 and said[0] in _BARE]


def _says_phone(word: str) -> bool:
    return word in _WORDS or word.startswith(_BEGINNINGS) or word.endswith(_ENDS)


def _cut(text: str, between: re.Pattern[str]) -> list[str]:
    parts = [part.strip() for part in between.split(text) if part.strip()]
    # `0171/1234567` and `1234567, 68` are one thing, of which the server says what it is.
    return parts if all(_digits(part) >= FEWEST_DIGITS for part in parts) else [text]


def _trimmed(headings: Sequence[str]) -> list[str]:
    """Without the empty ones at the end: nobody said what stands there."""
    width = max((place for place, cell in enumerate(headings, 1) if cell), default=0)
    return list(headings[:width])


def _as_told(cells: Sequence[str]) -> str:
    return ", ".join(cell for cell in cells if cell)


def _digits(text: str) -> int:
    return sum(letter.isdecimal() for letter in text)
