"""When the newest call began: after a restart the pace goes on from there. Milliseconds of UNIX time."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from store.tables import calls, campaigns

MANY_CAMPAIGNS = 1_000  # of one gateway: those that run, then those that ended last

_NEWEST = (
    select(calls.c.initiated_at)
    .where(calls.c.campaign_id == campaigns.c.id)
    .order_by(calls.c.seq.desc())
    .limit(1)
    .correlate(campaigns)
    .scalar_subquery()
)


def of_campaign(conn: Connection, campaign_id: str) -> int | None:
    """Of this campaign; None when nobody was called."""
    found: int | None = conn.scalar(select(_NEWEST).select_from(campaigns).where(campaigns.c.id == campaign_id))
    return found


def of_gateway(conn: Connection, gateway_id: str) -> int | None:
    """Through this gateway; None when nobody was called."""
    query = select(_NEWEST.label("at")).select_from(campaigns).where(campaigns.c.gateway_id == gateway_id)
    newest = query.order_by(campaigns.c.ended_at.is_not(None), campaigns.c.ended_at.desc()).limit(MANY_CAMPAIGNS).subquery()
    found: int | None = conn.scalar(select(func.max(newest.c.at)))
    return found
