"""Counts for GET /metrics. Cheap however many calls there are: a scrape comes every few seconds."""

from __future__ import annotations

from sqlalchemy import func, select

from store import quality
from store.campaign_rows import DELETING
from store.engine import Store
from store.tables import calls, campaigns

_COUNTS = tuple(column for column in campaigns.c if column.name.startswith("n_"))


def campaigns_by_status(store: Store) -> list[tuple[str, int]]:
    """How many campaigns of all users have each status."""
    query = select(campaigns.c.status, func.count()).where(campaigns.c.status != DELETING).group_by(campaigns.c.status)
    with store.read() as conn:
        return [(status, count) for status, count in conn.execute(query)]


def targets_by_state(store: Store) -> list[tuple[str, int]]:
    """How many targets of all campaigns are pending, active, or ended with each outcome: the sums of the campaigns' counts."""
    query = select(*(func.coalesce(func.sum(column), 0) for column in _COUNTS)).where(campaigns.c.status != DELETING)
    with store.read() as conn:
        sums = conn.execute(query).one()
    return [(column.name.removeprefix("n_"), total) for column, total in zip(_COUNTS, sums, strict=True)]


def live_calls_by_status(store: Store) -> list[tuple[str, int]]:
    """How many calls that have not ended have each status."""
    query = select(calls.c.status, func.count()).where(calls.c.ended_at.is_(None)).group_by(calls.c.status)
    with store.read() as conn:
        return [(status, count) for status, count in conn.execute(query)]


def rtp(store: Store) -> dict[str, float]:
    """How the sound of all calls travelled that there ever were: the sums of `store.tables.RTP_SUMS`, by name. They never go back."""
    with store.read() as conn:
        return quality.of_all(conn)
