"""Rows of the table Callbase: how they are made in bulk and how they are searched."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, insert, or_

from store.tables import subscribers

_COLUMNS = ("cid", "callbase_id", "pos", "name", "number", "comment", "search", "extra")
# `json.dumps` would make a new encoder for each row.
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_SPELLED_NUMBER = re.compile(r"[\d\s()+.\-]*\d[\d\s()+.\-]*")


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


def insert_people(conn: Connection, callbase_id: str, people: Sequence[Person], first_pos: int) -> list[str]:
    """Inserts subscribers at the places from `first_pos` on. At most some 10,000 at once. Returns their cids in the same order."""
    if not people:
        return []
    cids = _ids(len(people))
    as_column = _json if conn.dialect.positional else _as_it_is
    rows = [
        (cid, callbase_id, pos, one.name, one.number, one.comment, searchable(one.name, one.number, one.comment), as_column(one.extra))
        for pos, (cid, one) in enumerate(zip(cids, people, strict=True), start=first_pos)
    ]
    # Neighbours in the index of numbers together: each of its pages is written once a batch. `pos` keeps the list's order.
    rows.sort(key=itemgetter(4))
    if conn.dialect.positional:
        # Without SQLAlchemy's work on each row it takes half the time.
        places = ", ".join("?" * len(_COLUMNS))
        conn.exec_driver_sql(f'INSERT INTO "{subscribers.name}" ({", ".join(_COLUMNS)}) VALUES ({places})', rows)  # noqa: S608 - constants
    else:
        conn.execute(insert(subscribers), [dict(zip(_COLUMNS, row, strict=True)) for row in rows])
    return cids


def searchable(name: str, number: str, comment: str) -> str:
    """What a search looks through: every script without the difference of upper and lower case. SQL itself folds only ASCII."""
    return fold(f"{name}\n{number}\n{comment}")


def fold(text: str) -> str:
    """`"ПЁТР"` and `"пётр"`, composed or not, → one and the same text."""
    return unicodedata.normalize("NFKC", text).casefold()


def matches(wanted: str, numbers: Iterable[str] = ()) -> ColumnElement[bool]:
    """The WHERE clause of a search for `wanted`, taken literally: `%` and `_` are no wildcards.

    Args:
        numbers: further E.164 numbers that are wanted, such as the one that `wanted` spells.
    """
    ways = [subscribers.c.search.contains(fold(wanted), autoescape=True), *(subscribers.c.number == number for number in numbers)]
    if _SPELLED_NUMBER.fullmatch(wanted):
        ways.append(subscribers.c.number.contains(re.sub(r"\D", "", wanted), autoescape=True))
    return or_(*ways)


def _ids(count: int) -> list[str]:
    """New UUID4s in their order. Those of a batch lie near each other, as they share their first, random, 16 bits: so a batch touches a
    few pages of the index and not thousands. 106 random bits are left to each."""
    random = os.urandom(14 * count).hex()
    shared = os.urandom(2).hex()
    made = []
    for start in range(0, 28 * count, 28):
        one = random[start : start + 28]
        variant = "89ab"[int(one[11], 16) & 3]
        made.append(f"{shared}{one[:4]}-{one[4:8]}-4{one[8:11]}-{variant}{one[12:15]}-{one[15:27]}")
    made.sort()
    return made


def _json(extra: dict[str, str] | None) -> Any:
    return _ENCODE(extra) if extra else None


def _as_it_is(extra: dict[str, str] | None) -> Any:
    return extra
