"""Campaigns, as the API asks of them. Their counts change only together with their targets, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from clock import now_ms
from errors import Conflict
from lists.people import fold
from store.campaign_end import close_if_done, finish_cancel, finish_cancels
from store.campaign_removal import remove, sweep
from store.campaign_rows import ENDED, as_json, require, require_not_copied, seen_by
from store.campaign_start import create
from store.engine import Store
from store.paging import Page, fetch_page
from store.tables import campaigns
from store.viewer import Viewer
from store.waiting_counts import Spans, of_campaign

__all__ = [
    "close_if_done",
    "create",
    "finish_cancel",
    "finish_cancels",
    "get",
    "list_page",
    "mark_canceled",
    "pause",
    "remove",
    "require",
    "require_not_copied",
    "resume",
    "start_due",
    "sweep",
]


def get(store: Store, viewer: Viewer, campaign_id: str, spans: Spans | None = None) -> dict[str, Any]:
    """One campaign; with `spans` also its `waiting`. Raises NotFound."""
    with store.read() as conn:
        return _shown(conn, require(conn, viewer, campaign_id), spans)


def list_page(
    store: Store, viewer: Viewer, page: Page, spans: Spans | None = None, statuses: Sequence[str] = (), wanted: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """The viewer's campaigns (an admin's: everybody's), newest first, and the next page's cursor.

    Args:
        spans: with it each has its `waiting`.
        statuses: only those with one of these; empty for all.
        wanted: only those whose name has this in it, upper and lower case alike; None or empty for all.
    """
    query = select(campaigns).where(seen_by(viewer))
    if statuses:
        query = query.where(campaigns.c.status.in_(statuses))
    if wanted:
        query = query.where(campaigns.c.search.contains(fold(wanted), autoescape=True))
    with store.read() as conn:
        rows, next_cursor = fetch_page(conn, query, (campaigns.c.created_at, campaigns.c.id), page, newest_first=True)
        return [_shown(conn, row, spans) for row in rows], next_cursor


def pause(store: Store, viewer: Viewer, campaign_id: str) -> dict[str, Any]:
    """No new calls; those that are live go on. A paused campaign stays as it is.

    Raises:
        NotFound: no such campaign of the viewer's.
        Conflict: it has ended, or is not whole yet.
    """
    with store.write() as conn:
        row = _require_whole(conn, viewer, campaign_id)
        _refuse_if_ended(row)
        return _changed(conn, viewer, campaign_id, status="paused")


def resume(store: Store, viewer: Viewer, campaign_id: str) -> dict[str, Any]:
    """Calls go on: `running`, or `scheduled` while `start_at` is ahead. A campaign that is not paused stays as it is.

    Raises:
        NotFound: no such campaign of the viewer's.
        Conflict: it has ended, or is not whole yet.
    """
    now = now_ms()
    with store.write() as conn:
        row = _require_whole(conn, viewer, campaign_id)
        _refuse_if_ended(row)
        if row["status"] != "paused":
            return as_json(row)
        if row["started_at"] is None and row["start_at"] is not None and row["start_at"] > now:
            return _changed(conn, viewer, campaign_id, status="scheduled")
        return _changed(conn, viewer, campaign_id, status="running", started_at=row["started_at"] or now)


def mark_canceled(store: Store, viewer: Viewer, campaign_id: str) -> None:
    """From its commit on nobody more is called. `finish_cancel` then takes the waiting targets away. Canceling twice changes nothing.

    Raises:
        NotFound: no such campaign of the viewer's.
        Conflict: it is completed, or is not whole yet.
    """
    with store.write() as conn:
        row = _require_whole(conn, viewer, campaign_id)
        if row["status"] == "completed":
            raise Conflict("The campaign is completed; there is nothing left to cancel.")
        conn.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(status="canceled"))


def start_due(conn: Connection, now: int) -> int:
    """Campaigns whose `start_at` has come begin to run. Returns how many."""
    due = (campaigns.c.status == "scheduled") & (campaigns.c.start_at <= now)
    return conn.execute(update(campaigns).where(due).values(status="running", started_at=now)).rowcount


def _shown(conn: Connection, row: RowMapping, spans: Spans | None) -> dict[str, Any]:
    return as_json(row) | ({"waiting": of_campaign(conn, row, spans)} if spans else {})


def _require_whole(conn: Connection, viewer: Viewer, campaign_id: str) -> RowMapping:
    row = require(conn, viewer, campaign_id)
    if row["status"] == "preparing":
        raise Conflict("The campaign is still being prepared. Try again in a moment.", {"Retry-After": "1"})
    return row


def _refuse_if_ended(row: RowMapping) -> None:
    if row["status"] in ENDED:
        raise Conflict(f"The campaign is {row['status']}; it can't be paused or resumed. Start a new one with POST /dial.")


def _changed(conn: Connection, viewer: Viewer, campaign_id: str, **values: Any) -> dict[str, Any]:
    conn.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(values))
    return as_json(require(conn, viewer, campaign_id))
