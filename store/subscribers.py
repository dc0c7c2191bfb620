"""Subscribers: the people on a callbase. A campaign has copies of them, so a change here never touches one that was started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update
from sqlalchemy import delete as sql_delete

from errors import BadInput, Conflict, FieldError, NotFound
from lists.numbers import NumberError, parse
from lists.people import POS, searchable, table_rows
from store import callbases, dnc
from store.campaign_rows import require_not_copied
from store.engine import Store
from store.paging import Page, fetch_page
from store.subscriber_rows import insert_rows, matches, of_callbase
from store.tables import callbases as callbase_table
from store.tables import subscribers
from store.viewer import Viewer

MOST_ERRORS = 100
_SOME = 500  # numbers in one query
_EXPORTED_AT_ONCE = 2000
_EXPORTED = (*(subscribers.c[name] for name in ("cid", "name", "number", "comment")), subscribers.c.extra, subscribers.c.pos)


@dataclass(frozen=True)
class Person:
    """Somebody who is to be added; the number in E.164."""

    number: str
    name: str = ""
    comment: str = ""
    extra: dict[str, str] | None = None


def list_page(store: Store, viewer: Viewer, callbase_id: str, wanted: str | None, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """The subscribers in the list's order, and the next page's cursor.

    Args:
        wanted: only those whose name, number or comment has this in it; None or empty for all.

    Raises:
        NotFound: no such callbase of the viewer's.
    """
    with store.read() as conn:
        callbase = callbases.require(conn, viewer, callbase_id)
        query = select(subscribers).where(of_callbase(callbase_id))
        if wanted:
            query = query.where(matches(wanted, _as_number(wanted, callbase["region"])))
        rows, next_cursor = fetch_page(conn, query, (subscribers.c.pos,), page, newest_first=False)
    return [_as_json(row) for row in rows], next_cursor


def get(store: Store, viewer: Viewer, callbase_id: str, cid: str) -> dict[str, Any]:
    """One subscriber. Raises NotFound."""
    with store.read() as conn:
        callbases.require(conn, viewer, callbase_id)
        return _as_json(_row(conn, callbase_id, cid))


def add(store: Store, viewer: Viewer, callbase_id: str, given: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Adds people to the end of the list; who is on it already, by the number, is left out and reported as a duplicate.

    Args:
        given: objects with `number` in any spelling, `name` and `comment`, their texts checked; at most 10,000.

    Returns:
        `items`, those who were added, and `report`, whose `line` is the place in `given` from 1.

    Raises:
        NotFound: no such callbase of the viewer's.
        BadInput: naming the first hundred numbers that are wrong, by their index; nobody was added.
        Conflict: a campaign is just copying the list.
    """
    with store.read() as conn:
        region = callbases.require(conn, viewer, callbase_id)["region"]
    people = _people(given, region)
    with store.write() as conn:
        callbase = callbases.require(conn, viewer, callbase_id)
        require_not_copied(conn, callbase_id)
        known = _listed(conn, callbase_id, [one.number for one in people])
        new: dict[str, Person] = {}
        again = []
        for place, one in enumerate(people, 1):
            if one.number in known or one.number in new:
                reason = "is on the list already" if one.number in known else "is given twice"
                again.append({"line": place, "value": one.number, "reason": reason})
            else:
                new[one.number] = one
        last = conn.scalar(select(func.max(subscribers.c.pos)).where(of_callbase(callbase_id))) or 0
        rows = table_rows(list(new.values()), last + 1)
        insert_rows(conn, callbase["seq"], rows)
        _change_total(conn, callbase_id, len(new))
        on_dnc = len(dnc.listed(conn, list(new)))
    items = [
        {"cid": cid, "name": name, "number": number, "comment": comment} for cid, _, name, number, comment, *_ in sorted(rows, key=POS)
    ]
    counts = {"rows": len(people), "accepted": len(new), "duplicates": len(again), "rejected": 0, "do_not_call": on_dnc}
    return {"items": items, "report": counts | {"details": again[:MOST_ERRORS]}}


def change(store: Store, viewer: Viewer, callbase_id: str, cid: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Sets `name`, `number` (in any spelling) or `comment`, their texts checked, and keeps the rest.

    Raises:
        NotFound: no such subscriber of the viewer's.
        BadInput: the number is none.
        Conflict: another subscriber of the list has the number, or a campaign is just copying the list.
    """
    with store.write() as conn:
        region = callbases.require(conn, viewer, callbase_id)["region"]
        row = _row(conn, callbase_id, cid)
        require_not_copied(conn, callbase_id)
        changes = dict(fields)
        if "number" in changes:
            changes["number"] = _number(changes["number"], region)
            if changes["number"] != row["number"] and _listed(conn, callbase_id, [changes["number"]]):
                raise Conflict("Another subscriber of this callbase has this number.")
        new = {**row, **changes}
        changes["search"] = searchable(new["name"], new["number"], new["comment"])
        conn.execute(update(subscribers).where(subscribers.c.cid == cid).values(**changes))
        return _as_json(new)


def delete(store: Store, viewer: Viewer, callbase_id: str, cid: str) -> None:
    """Takes a subscriber off the list.

    Raises:
        NotFound: no such subscriber of the viewer's.
        Conflict: a campaign is just copying the list.
    """
    with store.write() as conn:
        callbases.require(conn, viewer, callbase_id)
        _row(conn, callbase_id, cid)
        require_not_copied(conn, callbase_id)
        conn.execute(sql_delete(subscribers).where(subscribers.c.cid == cid))
        _change_total(conn, callbase_id, -1)


def further_columns(store: Store, viewer: Viewer, callbase_id: str) -> list[str]:
    """The headings of the further columns that the list's rows have, in the order in which they first come. Raises NotFound."""
    with store.read() as conn:
        callbases.require(conn, viewer, callbase_id)
        query = select(subscribers.c.extra).where(of_callbase(callbase_id), subscribers.c.extra.is_not(None)).order_by(subscribers.c.pos)
        found: dict[str, None] = {}
        for extra in conn.execution_options(yield_per=_EXPORTED_AT_ONCE).scalars(query):
            found.update(dict.fromkeys(extra or ()))
    return list(found)


def told_of(store: Store, cids: Sequence[str]) -> dict[str, tuple[str, dict[str, str]]]:
    """The comment and the further columns of those subscribers that are still there, by cid."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    columns = select(subscribers.c.cid, subscribers.c.comment, subscribers.c.extra)
    for start in range(0, len(cids), _SOME):
        query = columns.where(subscribers.c.cid.in_(cids[start : start + _SOME]))
        with store.read() as conn:
            found |= {cid: (comment, extra or {}) for cid, comment, extra in conn.execute(query)}
    return found


def export(store: Store, callbase_id: str) -> Iterator[dict[str, Any]]:
    """All subscribers in the list's order, with `extra` beside the fields, piece by piece: no transaction stays open while a
    slow reader takes them. The caller has checked that the viewer may see the callbase."""
    after = 0
    while True:
        query = select(*_EXPORTED).where(of_callbase(callbase_id), subscribers.c.pos > after)
        with store.read() as conn:
            rows = conn.execute(query.order_by(subscribers.c.pos).limit(_EXPORTED_AT_ONCE)).mappings().all()
        if not rows:
            return
        yield from (_as_json(row) | {"extra": row["extra"] or {}} for row in rows)
        after = rows[-1]["pos"]


def _people(given: Sequence[Mapping[str, str]], region: str) -> list[Person]:
    people = []
    errors = []
    for index, one in enumerate(given):
        try:
            people.append(Person(parse(one["number"], region), one.get("name") or "", one.get("comment") or ""))
        except NumberError as error:
            errors.append(FieldError(f"subscribers[{index}].number", error.reason))
    if errors:
        raise BadInput(f"{len(errors)} of {len(given)} numbers can't be used. Nobody was added.", errors[:MOST_ERRORS])
    return people


def _number(text: str, region: str) -> str:
    try:
        return parse(text, region)
    except NumberError as error:
        raise BadInput.of("number", error.reason) from None


def _as_number(wanted: str, region: str) -> list[str]:
    try:
        return [parse(wanted, region)]
    except NumberError:
        return []


def _listed(conn: Connection, callbase_id: str, numbers: Sequence[str]) -> set[str]:
    """Which of the numbers are on the list."""
    found: set[str] = set()
    for start in range(0, len(numbers), _SOME):
        some = numbers[start : start + _SOME]
        found.update(conn.scalars(select(subscribers.c.number).where(of_callbase(callbase_id), subscribers.c.number.in_(some))))
    return found


def _row(conn: Connection, callbase_id: str, cid: str) -> RowMapping:
    query = select(subscribers).where(subscribers.c.cid == cid, of_callbase(callbase_id))
    row = conn.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such subscriber on this callbase.")
    return row


def _change_total(conn: Connection, callbase_id: str, by: int) -> None:
    change_ = {"total": callbase_table.c.total + by}
    conn.execute(update(callbase_table).where(callbase_table.c.id == callbase_id).values(**change_))


def _as_json(row: Mapping[Any, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("cid", "name", "number", "comment")}
    return told | {"attributes": row["extra"]} if row["extra"] else told
