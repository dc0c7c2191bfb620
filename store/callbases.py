"""Callbases: named lists of subscribers. What is on them: `store/subscribers.py`; how an upload gets in: `store/callbase_import.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection, RowMapping, exists, select, update
from sqlalchemy import delete as sql_delete

from errors import Conflict, NotFound
from lists.people import BATCH, WINDOW
from store import dnc
from store.campaign_rows import ENDED
from store.chunks import in_chunks
from store.engine import Store
from store.paging import Page, fetch_page
from store.subscriber_rows import of_callbase
from store.tables import callbases, campaigns, subscribers
from store.viewer import Viewer

# 'staging' while an upload runs, 'deleting' while its subscribers go; only 'ready' ones are there for a caller.
READY = "ready"
STAGING = "staging"
DELETING = "deleting"


def get(store: Store, viewer: Viewer, callbase_id: str) -> dict[str, Any]:
    """One callbase with the report of its upload, in which `do_not_call` is as of now. Raises NotFound."""
    with store.read() as conn:
        shown = as_json(require(conn, viewer, callbase_id))
        if shown["report"]:
            shown["report"] = {**shown["report"], "do_not_call": dnc.count_of_callbase(conn, callbase_id)}
        return shown


def list_page(store: Store, viewer: Viewer, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """The viewer's callbases (an admin's: everybody's), newest first, and the next page's cursor."""
    query = select(callbases).where(viewer.may_see(callbases), callbases.c.state == READY)
    with store.read() as conn:
        rows, next_cursor = fetch_page(conn, query, (callbases.c.created_at, callbases.c.id), page, newest_first=True)
    return [as_json(row) for row in rows], next_cursor


def change(store: Store, viewer: Viewer, callbase_id: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Sets `name` or `region` (checked), or both. Raises NotFound."""
    with store.write() as conn:
        row = require(conn, viewer, callbase_id)
        if fields:
            conn.execute(update(callbases).where(callbases.c.id == callbase_id).values(**fields))
        return as_json({**row, **fields})


def delete(store: Store, viewer: Viewer, callbase_id: str) -> None:
    """Deletes a callbase with all its subscribers. It is gone for callers at once; blocks some seconds for a million rows.

    Raises:
        NotFound: no such callbase of the viewer's.
        Conflict: a campaign that has not ended uses it.
    """
    with store.write() as conn:
        require(conn, viewer, callbase_id)
        in_use = exists().where(campaigns.c.callbase_id == callbase_id, campaigns.c.status.not_in(ENDED))
        if conn.scalar(select(in_use)):
            raise Conflict("A campaign that has not ended uses this callbase. Cancel the campaign first, or wait for its end.")
        conn.execute(update(callbases).where(callbases.c.id == callbase_id).values(state=DELETING))
    discard(store, callbase_id)


def require(conn: Connection, viewer: Viewer, callbase_id: str) -> RowMapping:
    """The row of a callbase that is there for the viewer, within the caller's transaction. Raises NotFound."""
    query = select(callbases).where(callbases.c.id == callbase_id, callbases.c.state == READY, viewer.may_see(callbases))
    row = conn.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such callbase.")
    return row


def as_json(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as a caller sees it."""
    return {name: row[name] for name in ("id", "name", "region", "total", "report")}


def sweep(store: Store) -> int:
    """At start: deletes what a crash left of uploads and deletions. Returns how many callbases."""
    with store.read() as conn:
        left = conn.scalars(select(callbases.c.id).where(callbases.c.state != READY)).all()
    for callbase_id in left:
        discard(store, callbase_id)
    return len(left)


def discard(store: Store, callbase_id: str) -> None:
    """Deletes a callbase that no caller sees, in small transactions. Nothing happens when there is none, or it is a ready one."""
    hidden = select(callbases.c.id).where(callbases.c.id == callbase_id, callbases.c.state != READY)
    with store.read() as conn:
        if conn.scalar(hidden) is None:
            return
    while cids := _first_window(store, callbase_id):
        batches = iter([cids[start : start + BATCH] for start in range(0, len(cids), BATCH)])
        in_chunks(store, partial(_delete_next, batches))
    with store.write() as conn:
        conn.execute(sql_delete(callbases).where(callbases.c.id == callbase_id, callbases.c.state != READY))


def _first_window(store: Store, callbase_id: str) -> list[str]:
    """The cids of the list's first people, by number: as they were written, they lie together in the table and in its indexes."""
    first = select(subscribers.c.number, subscribers.c.cid).where(of_callbase(callbase_id)).order_by(subscribers.c.pos).limit(WINDOW)
    with store.read() as conn:
        return [cid for _, cid in sorted(conn.execute(first).tuples())]


def _delete_next(batches: Iterator[list[str]], conn: Connection) -> bool:
    batch = next(batches, None)
    if batch is None:
        return False
    conn.execute(sql_delete(subscribers).where(subscribers.c.cid.in_(batch)))
    return True
