"""Numbers that are never called. Everybody's entries are obeyed; each user sees and removes their own, an admin all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, false, func, insert, or_, select, true
from sqlalchemy import delete as sql_delete

from clock import now_ms, to_rfc3339
from errors import NotFound
from store.chunks import ROWS
from store.engine import Store
from store.paging import Page, fetch_page
from store.subscriber_rows import of_callbase
from store.tables import dnc, subscribers, users
from store.viewer import Viewer

_SOME = 1000  # numbers in one query
_TRUNK = 3  # with more digits a leading 8 or 0 may be a trunk prefix, which E.164 does not have


def list_page(store: Store, viewer: Viewer, page: Page, digits: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """The viewer's entries (an admin's: everybody's), newest first, and the next page's cursor.

    Args:
        digits: only numbers with these in them; signs between them are passed over, and so is a trunk prefix (8 or 0) in front of some.
    """
    query = select(dnc).where(viewer.may_see(dnc), _has(digits))
    with store.read() as conn:
        rows, next_cursor = fetch_page(conn, query, (dnc.c.created_at, dnc.c.number, dnc.c.owner), page, newest_first=True)
    return [_as_json(row) for row in rows], next_cursor


def add(store: Store, viewer: Viewer, numbers: Sequence[str], reason: str) -> list[dict[str, Any]]:
    """Enters E.164 numbers for the viewer; what is entered already stays as it is. Returns the entries, each number once.

    A long list is entered in pieces. When the disk is full in between, the first ones stay: better too many numbers than too few.
    """
    unique = list(dict.fromkeys(numbers))
    entries: list[dict[str, Any]] = []
    for start in range(0, len(unique), ROWS):
        with store.write() as conn:
            entries += _add_some(conn, viewer.uid, unique[start : start + ROWS], reason)
    return entries


def remove(store: Store, viewer: Viewer, readings: Sequence[str]) -> None:
    """Removes the viewer's entry (an admin's: everybody's) of the first of `readings`, E.164 numbers, that has one.

    Raises:
        NotFound: none has one.
    """
    with store.write() as conn:
        for number in readings:
            if conn.execute(sql_delete(dnc).where(dnc.c.number == number, viewer.may_see(dnc))).rowcount:
                return
    raise NotFound("This number is not on your list.")


def listed(conn: Connection, numbers: Sequence[str]) -> set[str]:
    """Which of the E.164 numbers must not be called, whoever entered them."""
    found: set[str] = set()
    for start in range(0, len(numbers), _SOME):
        found.update(conn.scalars(select(dnc.c.number).where(dnc.c.number.in_(numbers[start : start + _SOME]))))
    return found


def count_of_callbase(conn: Connection, callbase_id: str) -> int:
    """How many subscribers of a callbase must not be called. Fast with a million of them: an index finds each entry's subscriber."""
    entered = subscribers.c.number.in_(select(dnc.c.number))
    return conn.scalar(select(func.count()).select_from(subscribers).where(of_callbase(callbase_id), entered)) or 0


def opt_out(conn: Connection, number: str, owner: str, now: int) -> None:
    """Within the dialer's transaction: who was called at `number` does not want to be. From its commit on no attempt is possible.

    When the campaign's `owner` was deleted while the call was live, an admin's list keeps it.
    """
    mine = users.c.uid == owner
    keeper = conn.scalar(select(users.c.uid).where(or_(mine, users.c.role == "admin")).order_by(mine.desc()).limit(1))
    if keeper is not None and not _own(conn, keeper, [number]):
        conn.execute(insert(dnc).values(number=number, owner=keeper, created_at=now, reason="opted out by key"))


def _has(text: str) -> ColumnElement[bool]:
    digits = "".join(filter(str.isdecimal, text))
    if not digits:
        return true() if not text.strip() else false()
    local = digits[1:] if digits[0] in "80" and len(digits) > _TRUNK else digits
    return or_(dnc.c.number.contains(digits), dnc.c.number.contains(local))


def _add_some(conn: Connection, owner: str, numbers: Sequence[str], reason: str) -> list[dict[str, Any]]:
    known = _own(conn, owner, numbers)
    now = now_ms()
    new = {number: {"number": number, "owner": owner, "created_at": now, "reason": reason} for number in numbers if number not in known}
    if new:
        conn.execute(insert(dnc), list(new.values()))
    return [_as_json(known.get(number) or new[number]) for number in numbers]


def _own(conn: Connection, owner: str, numbers: Sequence[str]) -> dict[str, RowMapping]:
    found: dict[str, RowMapping] = {}
    for start in range(0, len(numbers), _SOME):
        query = select(dnc).where(dnc.c.owner == owner, dnc.c.number.in_(numbers[start : start + _SOME]))
        found.update({row["number"]: row for row in conn.execute(query).mappings()})
    return found


def _as_json(row: Any) -> dict[str, Any]:
    return {"number": row["number"], "reason": row["reason"], "created_at": to_rfc3339(row["created_at"])}
