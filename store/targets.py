"""Targets as the API lists them: a row for each subscriber of a campaign, in the list's order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import RowMapping, Select, select

from clock import to_rfc3339
from store.campaign_rows import require
from store.engine import Store
from store.paging import Page, fetch_page
from store.tables import targets
from store.target_rows import in_state
from store.viewer import Viewer

# Of a campaign's row and the time in milliseconds at which a pending target may be called (0: at once) → why it waits.
WhyWaiting = Callable[[RowMapping, int], str | None]


def list_page(
    store: Store, viewer: Viewer, campaign_id: str, page: Page, why: WhyWaiting, state: str | None = None, outcome: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of a campaign's targets, and the next page's cursor.

    Args:
        why: asked for each pending target.
        state: only targets in this state.
        outcome: only targets with this outcome, one of the words of the campaign's counts.

    Raises:
        NotFound: no such campaign of the viewer's.
    """
    with store.read() as conn:
        campaign = require(conn, viewer, campaign_id)
        query = _limited(campaign, state, outcome)
        rows, next_cursor = fetch_page(conn, query, (targets.c.id,), page, newest_first=False)
    return [_as_json(row, campaign, why) for row in rows], next_cursor


def _limited(campaign: RowMapping, state: str | None, outcome: str | None) -> Select[Any]:
    query = select(targets).where(targets.c.campaign_seq == campaign["seq"])
    if outcome in ("pending", "active"):
        query = query.where(in_state(outcome))
    elif outcome is not None:
        # A pending target's row may hold the outcome of its last call; that is not yet its own.
        query = query.where(targets.c.outcome == outcome, in_state("done"))
    return query if state is None else query.where(in_state(state))


def _as_json(row: RowMapping, campaign: RowMapping, why: WhyWaiting) -> dict[str, Any]:
    pending = row["state"] == "pending"
    return {
        "cid": row["cid"],
        "name": row["name"],
        "number": row["number"],
        "state": row["state"],
        "outcome": row["outcome"] if row["state"] == "done" else row["state"],
        "attempts": row["attempts"],
        "next_attempt_at": to_rfc3339(row["next_attempt_at"] or None) if pending else None,
        "why_waiting": why(campaign, row["next_attempt_at"]) if pending else None,
    }
