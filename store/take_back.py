"""Attempts that turn out not to count: the calls keep what the network said, their targets wait again. Part of the dialer's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from store import timeline
from store.flight import LIVE_CAMPAIGNS, Moved
from store.tables import calls, campaigns, targets

_MANY = 100  # more ends than are needed to tell what the first calls of a gateway were like


def first_ends(conn: Connection, gateway_id: str, since: int) -> Sequence[RowMapping]:
    """Some of the calls through a gateway since `since` (milliseconds of UNIX time) that have ended.

    Returns:
        Rows of `id, number, outcome, sip_code, answered_at`.
    """
    columns = (calls.c.id, calls.c.number, calls.c.outcome, calls.c.sip_code, calls.c.answered_at)
    query = select(*columns).join(campaigns, campaigns.c.id == calls.c.campaign_id)
    query = query.where(campaigns.c.gateway_id == gateway_id, campaigns.c.ended_at.is_(None) | (campaigns.c.ended_at >= since))
    return conn.execute(query.where(calls.c.initiated_at >= since, calls.c.ended_at.is_not(None)).limit(_MANY)).mappings().all()


def take_back(conn: Connection, call_ids: Sequence[str]) -> None:
    """The calls do not count as attempts, and their targets are pending again, to be called at once.

    Campaigns that have ended stay as they are: somebody may have acted on their result.
    """
    for target_id, of_target in _by_target(conn, call_ids).items():
        conn.execute(update(calls).where(calls.c.id.in_([row["id"] for row in of_target])).values(outcome=None))
        counted = [row for row in of_target if row["ended_at"] is not None and row["call_outcome"] is not None]
        timeline.taken_back(conn, [(row["campaign_id"], row["ended_at"], row["call_outcome"]) for row in counted])
        _reopen(conn, target_id, of_target)


def _by_target(conn: Connection, call_ids: Sequence[str]) -> dict[int, list[RowMapping]]:
    of_call = (calls.c.id, calls.c.campaign_id, calls.c.ended_at, calls.c.outcome.label("call_outcome"))
    of_target = (targets.c.id.label("target_id"), targets.c.state, targets.c.outcome, targets.c.retries)
    query = select(*of_call, *of_target).join(targets, targets.c.id == calls.c.target_id)
    query = query.join(campaigns, campaigns.c.id == calls.c.campaign_id)
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in conn.execute(query.where(calls.c.id.in_(call_ids), campaigns.c.status.in_(LIVE_CAMPAIGNS))).mappings():
        found[row["target_id"]].append(row)
    return found


def _reopen(conn: Connection, target_id: int, of_target: list[RowMapping]) -> None:
    last = of_target[-1]
    values: dict[str, Any] = {"attempts": targets.c.attempts - len(of_target), "retries": _retries_left(last, len(of_target))}
    if last["state"] != "active":  # one that is being called again just now ends as that call does
        values |= {"state": "pending", "outcome": None, "next_attempt_at": 0}
    conn.execute(update(targets).where(targets.c.id == target_id).values(values))
    if last["state"] == "done":
        moved = Moved()
        moved.add(last["campaign_id"], last["outcome"], "pending")
        moved.write(conn)


def _retries_left(last: RowMapping, count: int) -> dict[str, int]:
    """What further calls the other outcomes have caused: those of the calls taken back count no more."""
    caused = count - 1 if last["state"] == "done" else count
    retries = {**(last["retries"] or {})}
    if last["outcome"] in retries:
        retries[last["outcome"]] = max(0, retries[last["outcome"]] - caused)
    return {outcome: count for outcome, count in retries.items() if count}
