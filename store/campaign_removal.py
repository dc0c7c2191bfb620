"""Deleting campaigns with all that is theirs, in small transactions, so that nobody waits long while a million calls go.

One small commit makes a campaign invisible (`deleting`); then its calls with their recordings, its targets and its timeline go in chunks,
and its own row last. What a crash leaves, also of campaigns that were only half made, `sweep` deletes at the next start.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Table, delete, select, update

from errors import Conflict
from store import quality
from store.campaign_rows import DELETING, ENDED, require
from store.chunks import ROWS, in_chunks
from store.engine import Store
from store.recordings import CALLS_AT_ONCE
from store.tables import calls, campaigns, targets, timeline
from store.viewer import Viewer

CALLS = 1_000  # in one transaction: each touches a page of its own in the index of ids
UNSEEN = ("preparing", DELETING)


def remove(store: Store, viewer: Viewer, campaign_id: str) -> None:
    """Deletes a campaign that has ended. It is gone for callers at once; blocks until its rows are, half a minute for a million calls.

    Raises:
        NotFound: no such campaign of the viewer's.
        Conflict: it has not ended, or calls of a canceled one are still live.
    """
    with store.write() as conn:
        row = require(conn, viewer, campaign_id)
        if row["status"] not in ENDED or row["ended_at"] is None:
            raise Conflict("The campaign has not ended. Cancel it first, or wait for its end; then delete it.")
        conn.execute(update(campaigns).where(campaigns.c.seq == row["seq"]).values(status=DELETING))
    discard(store, row["seq"])


def sweep(store: Store) -> int:
    """At start: deletes the campaigns that a crash left half made or half deleted. Returns how many."""
    with store.read() as conn:
        left = conn.scalars(select(campaigns.c.seq).where(campaigns.c.status.in_(UNSEEN))).all()
    for seq in left:
        discard(store, seq)
    return len(left)


def discard(store: Store, seq: int) -> None:
    """Deletes a campaign that no caller sees, in small transactions. Nothing happens when there is none, or it is another one."""
    in_chunks(store, lambda conn: _step(conn, seq))


def _step(conn: Connection, seq: int) -> bool:
    """True while there is more."""
    row = conn.execute(select(campaigns).where(campaigns.c.seq == seq, campaigns.c.status.in_(UNSEEN))).mappings().one_or_none()
    if row is None:
        return False
    if _some_calls(conn, row["id"]) or _some(conn, targets, targets.c.id, seq) or _some(conn, timeline, timeline.c.at, seq):
        return True
    quality.keep(conn, row)
    conn.execute(delete(campaigns).where(campaigns.c.seq == seq))
    return False


def _some(conn: Connection, table: Table, key: Column[int], seq: int) -> bool:
    own = table.c.campaign_seq == seq
    upto = conn.scalars(select(key).where(own).order_by(key).limit(ROWS)).all()
    return bool(upto) and conn.execute(delete(table).where(own, key <= upto[-1])).rowcount > 0


def _some_calls(conn: Connection, campaign_id: str) -> bool:
    own = calls.c.campaign_id == campaign_id
    upto, recordings = None, 0
    for seq, recorded_ms in conn.execute(select(calls.c.seq, calls.c.recording_ms).where(own).order_by(calls.c.seq).limit(CALLS)).all():
        upto, recordings = seq, recordings + (recorded_ms is not None)
        if recordings == CALLS_AT_ONCE:
            break
    return upto is not None and conn.execute(delete(calls).where(own, calls.c.seq <= upto)).rowcount > 0
