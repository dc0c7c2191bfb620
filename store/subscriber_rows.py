"""Rows of the table Callbase: how they get in, which are a callbase's, and how they are searched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select
from sqlalchemy.sql.expression import ScalarSelect

from lists.people import COLUMNS, TableRow, fold
from store.tables import callbases, subscribers

_SPELLED_NUMBER = re.compile(r"[\d\s()+.\-]*\d[\d\s()+.\-]*")


def seq_of(callbase_id: object) -> ScalarSelect[int]:
    """The number to which a callbase's subscribers point.

    Args:
        callbase_id: the callbase's UUID, or a bind parameter for it.
    """
    return select(callbases.c.seq).where(callbases.c.id == callbase_id).scalar_subquery()


def of_callbase(callbase_id: object) -> ColumnElement[bool]:
    """The WHERE clause of a callbase's subscribers."""
    return subscribers.c.callbase_seq == seq_of(callbase_id)


def insert_rows(conn: Connection, callbase_seq: int, rows: Sequence[TableRow]) -> None:
    """Inserts subscribers, at most some 10,000 at once; sorted by number it takes the least time."""
    if not rows:
        return
    if conn.dialect.positional:
        # Without SQLAlchemy's work on each row it takes half the time.
        columns, places = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
        into = f'INSERT INTO "{subscribers.name}" ({columns}, callbase_seq) VALUES ({places}, {int(callbase_seq)})'  # noqa: S608 - constants
        conn.exec_driver_sql(into, list(rows))
        return
    conn.execute(insert(subscribers), [_named(row) | {"callbase_seq": callbase_seq} for row in rows])


def _named(row: TableRow) -> dict[str, Any]:
    extra = row[-1]
    return dict(zip(COLUMNS, row, strict=True)) | {"extra": None if extra is None else json.loads(extra)}


def matches(wanted: str, numbers: Iterable[str] = ()) -> ColumnElement[bool]:
    """The WHERE clause of a search for `wanted`, taken literally: `%` and `_` are no wildcards.

    Args:
        numbers: further E.164 numbers that are wanted, such as the one that `wanted` spells.
    """
    ways = [subscribers.c.search.contains(fold(wanted), autoescape=True), *(subscribers.c.number == number for number in numbers)]
    if _SPELLED_NUMBER.fullmatch(wanted):
        ways.append(subscribers.c.number.contains(re.sub(r"\D", "", wanted), autoescape=True))
    return or_(*ways)
