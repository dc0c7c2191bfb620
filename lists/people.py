"""Those who are on a list → the rows of the table Callbase. Pure work on texts, so that a child process can do it for the server."""

from __future__ import annotations

import json
import os
import random
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Protocol

# cid, pos, name, number, comment, search, and the further columns as a JSON object.
TableRow = tuple[str, int, str, str, str, str, "str | None"]
COLUMNS = ("cid", "pos", "name", "number", "comment", "search", "extra")
NUMBER = itemgetter(COLUMNS.index("number"))
POS = itemgetter(COLUMNS.index("pos"))

# So many people are sorted by number and then given out: each page of the index of numbers is written once for them, and not once for
# each transaction. More would cost the same in the index of places, and memory: some 400 bytes each.
WINDOW = 50_000
BATCH = 2_500  # rows in one transaction: some 15 ms, for which others wait

# The first digit of a UUID4's fourth group (RFC 9562 section 4.1), for each random byte.
_VARIANTS = b"89ab" * 64
# `json.dumps` would make a new encoder for each row.
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


class Person(Protocol):
    """What a list says of a subscriber: the number in E.164, and further columns by their headings."""

    @property
    def number(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def comment(self) -> str: ...
    @property
    def extra(self) -> dict[str, str] | None: ...


def batches(people: Iterable[Person]) -> Iterator[list[TableRow]]:
    """All of a list, in batches that each fit in one short transaction. Within some thousand people they come by number, not by place."""
    them = iter(people)
    first_pos = 1
    while rows := table_rows(list(islice(them, WINDOW)), first_pos):
        first_pos += len(rows)
        while rows:  # what was given out is let go, before the next ones are read
            yield rows[:BATCH]
            del rows[:BATCH]


def table_rows(people: Sequence[Person], first_pos: int) -> list[TableRow]:
    """The rows of `people`, sorted by number; their places are counted from `first_pos`. They get new cids."""
    rows = []
    for cid, (pos, one) in zip(_ids(len(people)), sorted(enumerate(people, first_pos), key=_number_of), strict=True):
        number, name, comment, extra = one.number, one.name, one.comment, one.extra
        rows.append((cid, pos, name, number, comment, searchable(name, number, comment), _ENCODE(extra) if extra else None))
    return rows


def searchable(name: str, number: str, comment: str) -> str:
    """What a search looks through: every script without the difference of upper and lower case. SQL itself folds only ASCII."""
    return fold(f"{name}\n{number}\n{comment}")


def fold(text: str) -> str:
    """`"ПЁТР"` and `"пётр"`, composed or not, → one and the same text."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _number_of(placed: tuple[int, Person]) -> str:
    return placed[1].number


def _ids(count: int) -> list[str]:
    """New UUID4s in their order. Those of one call are neighbours, as their first 32 bits count on from a random place: so a batch touches
    a few pages of the index and not thousands. 90 random bits are left to each."""
    first = random.SystemRandom().randrange((1 << 32) - count)
    rest = os.urandom(11 * count).hex()
    variants = os.urandom(count).translate(_VARIANTS).decode()
    return [
        f"{first + place:08x}-{rest[at : at + 4]}-4{rest[at + 4 : at + 7]}-{variant}{rest[at + 7 : at + 10]}-{rest[at + 10 : at + 22]}"
        for place, (at, variant) in enumerate(zip(range(0, 22 * count, 22), variants, strict=True))
    ]
