"""Targets as the API lists them: a row for each subscriber of a campaign, in the list's order unless asked who waits for what."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, false, or_, select, true

from clock import to_rfc3339
from lists.numbers import NumberError, parse
from lists.people import fold
from store.campaign_rows import require
from store.engine import Store
from store.paging import Page, fetch_page
from store.tables import gateways, targets
from store.target_rows import in_state
from store.viewer import Viewer
from store.waiting_counts import Spans, latest

# Of a campaign's row and the time in milliseconds at which a pending target may be called (0: at once) → why it waits.
WhyWaiting = Callable[[RowMapping, int], str | None]

_SPELLED_NUMBER = re.compile(r"[\d\s()+.\-]*\d[\d\s()+.\-]*")
_REGION = "RU"  # of the sandbox, which has no row


@dataclass(frozen=True)
class Wanted:
    """Which targets are wanted: only those of which all that is given is so.

    Attributes:
        state: their state.
        outcome: their outcome, one of the words of the campaign's counts.
        text: their name or number has this in it; empty for all.
        waits_for: what they wait for.
    """

    state: str | None = None
    outcome: str | None = None
    text: str | None = None
    waits_for: str | None = None


ALL = Wanted()


def list_page(
    store: Store, viewer: Viewer, campaign_id: str, page: Page, why: WhyWaiting, wanted: Wanted = ALL, spans: Spans | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of a campaign's targets, and the next page's cursor.

    Args:
        why: asked for each pending target.
        wanted: which ones; those that wait for something come in the order in which they may be called.
        spans: tells who waits for what.

    Raises:
        NotFound: no such campaign of the viewer's.
    """
    with store.read() as conn:
        campaign = require(conn, viewer, campaign_id)
        query, keys = _limited(campaign, wanted.state, wanted.outcome), [targets.c.id]
        if wanted.text:
            query = query.where(_matches(wanted.text, _region(conn, campaign)))
        if wanted.waits_for is not None:
            query = query.where(_waits(conn, campaign, wanted.waits_for, spans), in_state("pending"))
            keys = [targets.c.next_attempt_at, targets.c.id]  # as the index has them
        rows, next_cursor = fetch_page(conn, query, keys, page, newest_first=False)
    return [_as_json(row, campaign, why) for row in rows], next_cursor


def _matches(wanted: str, region: str) -> ColumnElement[bool]:
    ways = [targets.c.search.contains(fold(wanted), autoescape=True)]
    if _SPELLED_NUMBER.fullmatch(wanted):
        ways.append(targets.c.number.contains(re.sub(r"\D", "", wanted), autoescape=True))
        with suppress(NumberError):
            ways.append(targets.c.number == parse(wanted, region))
    return or_(*ways)


def _region(conn: Connection, campaign: RowMapping) -> str:
    return conn.scalar(select(gateways.c.region).where(gateways.c.id == campaign["gateway_id"])) or _REGION


def _waits(conn: Connection, campaign: RowMapping, word: str, spans: Spans | None) -> ColumnElement[bool]:
    found = list(spans(campaign, latest(conn, campaign))) if spans else []
    own = [(start, end) for name, start, end in found if name == word]
    if not own:
        return false()
    # Plus 0: else SQLite would take the index once for each span, and sort all that it finds.
    at = targets.c.next_attempt_at + 0
    within = or_(*(and_(at >= start, true() if end is None else at < end) for start, end in own))
    last = own[-1][1]
    return and_(targets.c.next_attempt_at >= own[0][0], true() if last is None else targets.c.next_attempt_at < last, within)


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
