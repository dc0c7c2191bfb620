"""At start: what a run of the service that died left in flight is written as interrupted.

Nothing that may have rung is dialled again by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dialer.retry import RetryPlan
from dialer.verdicts import interrupted
from store import campaigns, flight
from store.engine import Store
from store.tables import campaigns as campaigns_table


def recover(store: Store, now: int) -> int:
    """Settles all calls without an end and finishes cancels that were cut short. Blocks. Returns how many calls there were."""
    with store.write() as conn:
        rows = flight.in_flight(conn)
        touched = {row["campaign_id"] for row in rows}
        query = select(campaigns_table).where(campaigns_table.c.id.in_(touched))
        owners = {row["id"]: row for row in conn.execute(query).mappings()}
        ends = [_interrupted(row, owners[row["campaign_id"]], now) for row in rows]
        if ends:
            flight.finish(conn, ends, now)
        for campaign in flight.unfinished_campaigns(conn):
            campaigns.close_if_done(conn, campaign["id"], now)
    campaigns.finish_cancels(store)
    return len(rows)


def _interrupted(row: Mapping[Any, Any], campaign: Mapping[Any, Any], now: int) -> flight.Finish:
    plan = RetryPlan({}) if campaign["status"] == "canceled" else RetryPlan.from_json(campaign)
    retries = dict(row["retries"] or {})
    return interrupted(row["id"], row["campaign_id"], row["target_id"], row["attempts"], retries, plan, now)
