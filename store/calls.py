"""Calls, one row an attempt, as the API asks of them. What the dialer writes is in store/flight.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, select

from clock import to_rfc3339
from errors import Conflict, NotFound
from store.campaign_rows import require, seen_by
from store.engine import Store
from store.paging import Page, merge_pages
from store.tables import calls, campaigns
from store.viewer import Viewer

FIELDS = (
    "id",
    "campaign_id",
    "cid",
    "number",
    "dialled",
    "attempt",
    "status",
    "outcome",
    "sip_code",
    "sip_reason",
    "q850_cause",
    "sip_call_id",
    "initiated_at",
    "ringing_at",
    "answered_at",
    "ended_at",
    "ring_ms",
    "talk_ms",
    "played_ms",
    "audio_ms",
    "first_audio_ms",
    "packets_sent",
    "packets_lost",
    "jitter_ms",
    "rtt_ms",
    "packets_received",
    "received_lost",
    "digits",
    "transfer",
    "transfer_code",
    "hangup_by",
    "answered_by",
    "recording_ms",
)
LIVE = ("initiated", "ringing", "in-progress")  # the statuses of a call that has not ended
_EXPORTED_AT_ONCE = 1000


def get(store: Store, viewer: Viewer, call_id: str) -> dict[str, Any]:
    """One call. Raises NotFound."""
    with store.read() as conn:
        return as_json(_require(conn, viewer, call_id))


def require_live(store: Store, viewer: Viewer, call_id: str) -> dict[str, Any]:
    """One call that can be hung up.

    Raises:
        NotFound: no such call of the viewer's.
        Conflict: it has ended.
    """
    call = get(store, viewer, call_id)
    if call["ended_at"] is not None:
        raise Conflict("The call has ended.")
    return call


def list_page(
    store: Store,
    viewer: Viewer,
    campaign_id: str,
    page: Page,
    statuses: Sequence[str] = (),
    outcome: str | None = None,
    cid: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of a campaign's calls, newest first, and the next page's cursor.

    Args:
        statuses: only calls with one of these; empty for all.
        outcome: only calls with this outcome.
        cid: only calls to this subscriber. There is no index for it: all calls of the campaign are gone through.

    Raises:
        NotFound: no such campaign of the viewer's.
    """
    queries = _limited(campaign_id, statuses, outcome)
    if cid is not None:
        queries = [query.where(calls.c.cid == cid) for query in queries]
    with store.read() as conn:
        require(conn, viewer, campaign_id)
        rows, next_cursor = merge_pages(conn, queries, (calls.c.seq,), page, newest_first=True)
    return [as_json(row) for row in rows], next_cursor


def export(
    store: Store, viewer: Viewer, campaign_id: str, statuses: Sequence[str] = (), outcome: str | None = None
) -> Iterator[dict[str, Any]]:
    """The calls of a campaign, oldest first, read a thousand at a time: a slow reader holds no transaction.

    Args:
        statuses, outcome: as of `list_page`.

    Raises:
        NotFound: at once, not at the first row.
    """
    with store.read() as conn:
        require(conn, viewer, campaign_id)
    return _oldest_first(store, _limited(campaign_id, statuses, outcome))


def as_json(row: RowMapping) -> dict[str, Any]:
    """A row as a caller sees it. The call's own id is its SIP Call-ID."""
    shown = {"sip_call_id": row["id"], **row}
    return {name: to_rfc3339(shown[name]) if name.endswith("_at") else shown[name] for name in FIELDS}


def _oldest_first(store: Store, queries: Sequence[Select[Any]]) -> Iterator[dict[str, Any]]:
    page = Page(limit=_EXPORTED_AT_ONCE)
    while True:
        with store.read() as conn:
            rows, next_cursor = merge_pages(conn, queries, (calls.c.seq,), page, newest_first=False)
        yield from map(as_json, rows)
        if next_cursor is None:
            return
        page = Page(_EXPORTED_AT_ONCE, next_cursor)


def _of(campaign_id: str, status: str | None) -> ColumnElement[bool]:
    own = calls.c.campaign_id == campaign_id
    if status is None:
        return own
    # Whether it has ended is said beside the status, so that the index of the ended calls, or of the few others, can be used.
    if status in LIVE:
        # Of those there are only as many as lines. An index by campaign must not be used: it would go through all its calls for them.
        return (calls.c.campaign_id.concat("") == campaign_id) & (calls.c.status == status) & calls.c.ended_at.is_(None)
    return own & (calls.c.status == status) & calls.c.ended_at.is_not(None)


def _limited(campaign_id: str, statuses: Sequence[str], outcome: str | None) -> list[Select[Any]]:
    # A query for each status has an index in the order of the page; one query for several would go through all their calls and sort them.
    wanted: Iterable[str | None] = dict.fromkeys(statuses) or [None]
    query = select(calls) if outcome is None else select(calls).where(calls.c.outcome == outcome)
    return [query.where(_of(campaign_id, status)) for status in wanted]


def _require(conn: Connection, viewer: Viewer, call_id: str) -> RowMapping:
    query = select(calls).join(campaigns, campaigns.c.id == calls.c.campaign_id).where(calls.c.id == call_id, seen_by(viewer))
    row = conn.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such call.")
    return row
