"""How a campaign ends: by itself when nobody is left to call, or canceled, which takes its waiting targets away.

A cancel is one small commit that sets the status; from then on nothing more of the campaign is claimed. Then the pending targets become
`canceled` in chunks, each with its counts. A crash in between is finished at start by `finish_cancels`. The calls that are live then
are ended by the dialer, and the last of them closes the campaign.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from clock import now_ms
from store.chunks import ROWS, in_chunks
from store.engine import Store
from store.tables import campaigns, targets
from store.target_rows import in_state, seq_of


def close_if_done(conn: Connection, campaign_id: str, now: int) -> bool:
    """Within the transaction that changed its counts: ends the campaign when no target is pending or active. True when it did.

    A running campaign (a paused one too: there is nothing left to pause) becomes `completed`; a canceled one gets its `ended_at`.
    """
    empty = (campaigns.c.id == campaign_id) & (campaigns.c.n_pending == 0) & (campaigns.c.n_active == 0)
    through = empty & campaigns.c.status.in_(("running", "paused"))
    if conn.execute(update(campaigns).where(through).values(status="completed", ended_at=now)).rowcount:
        return True
    canceled = empty & (campaigns.c.status == "canceled") & campaigns.c.ended_at.is_(None)
    return conn.execute(update(campaigns).where(canceled).values(ended_at=now)).rowcount > 0


def finish_cancel(store: Store, campaign_id: str) -> None:
    """Takes a canceled campaign's pending targets away, and ends it when no call is live. Blocks; doing it twice does no harm."""
    pending = (targets.c.campaign_seq == seq_of(campaign_id)) & in_state("pending")

    def step(conn: Connection) -> bool:
        if conn.scalar(select(campaigns.c.status).where(campaigns.c.id == campaign_id)) != "canceled":
            return False
        some = select(targets.c.id).where(pending).limit(ROWS)
        taken = {"state": "done", "outcome": "canceled", "next_attempt_at": 0}
        count = conn.execute(update(targets).where(targets.c.id.in_(some)).values(taken)).rowcount
        moved = {"n_pending": campaigns.c.n_pending - count, "n_canceled": campaigns.c.n_canceled + count}
        conn.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(moved))
        close_if_done(conn, campaign_id, now_ms())
        return count == ROWS

    in_chunks(store, step)


def finish_cancels(store: Store) -> int:
    """At start, once the calls that a crash left in flight are settled: finishes the cancels that it cut short. Returns how many."""
    with store.read() as conn:
        query = select(campaigns.c.id).where(campaigns.c.status == "canceled", campaigns.c.ended_at.is_(None))
        left = conn.scalars(query).all()
    for campaign_id in left:
        finish_cancel(store, campaign_id)
    return len(left)
