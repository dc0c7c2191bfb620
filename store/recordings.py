"""Recordings of what called people said: WAV files in pieces of at most 1 MiB, kept with their call until they expire."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, delete, func, insert, select, update

from errors import NotFound
from store.campaign_rows import seen_by
from store.chunks import in_chunks
from store.engine import Store
from store.tables import call_recordings, calls, campaigns
from store.viewer import Viewer

CHUNK_BYTES = 1 << 20
CALLS_AT_ONCE = 8  # in a transaction that deletes: at most 16 MB
DAY_MS = 86_400_000

_pieces = call_recordings


def keep(store: Store, call_id: str, content: bytes, length_ms: int, now: int) -> bool:
    """Keeps a call's recording, in one transaction; a second time changes nothing. Gives whether there is such a call.

    Args:
        content: the WAV file, at most 2 MB.
        now: from when its campaign's `recording_days` are counted (milliseconds of UNIX time).
    """
    with store.write() as conn:
        days = conn.scalar(
            select(campaigns.c.recording_days).join(calls, calls.c.campaign_id == campaigns.c.id).where(calls.c.id == call_id)
        )
        if days is None:
            return False
        there = select(_pieces.c.seq).where(_pieces.c.call_id == call_id).limit(1)
        if conn.scalar(there) is None:
            expires_at = now + days * DAY_MS
            cuts = range(0, len(content), CHUNK_BYTES)
            rows = [
                {"call_id": call_id, "seq": seq, "expires_at": expires_at, "data": content[cut : cut + CHUNK_BYTES]}
                for seq, cut in enumerate(cuts)
            ]
            conn.execute(insert(_pieces), rows)
            conn.execute(update(calls).where(calls.c.id == call_id).values(recording_ms=length_ms))
    return True


def content(store: Store, viewer: Viewer, call_id: str) -> tuple[int, Iterator[bytes]]:
    """A recording's size in bytes, and its bytes, each piece read when it is asked for.

    Raises:
        NotFound: no such call of the viewer's, or it has no recording (any more).
    """
    query = (
        select(_pieces.c.seq, func.length(_pieces.c.data).label("size"))
        .join(calls, calls.c.id == _pieces.c.call_id)
        .join(campaigns, campaigns.c.id == calls.c.campaign_id)
        .where(_pieces.c.call_id == call_id, seen_by(viewer))
        .order_by(_pieces.c.seq)
    )
    with store.read() as conn:
        rows = conn.execute(query).all()
    if not rows:
        raise NotFound("There is no such call, or it has no recording.")
    return sum(row.size for row in rows), _read(store, call_id, [row.seq for row in rows])


def delete_expired(store: Store, now: int) -> int:
    """Deletes the recordings whose days are over, a few in each transaction. Blocks; gives how many there were."""
    count = 0

    def step(conn: Connection) -> bool:
        nonlocal count
        some = conn.scalars(select(_pieces.c.call_id).where(_pieces.c.expires_at <= now, _pieces.c.seq == 0).limit(CALLS_AT_ONCE)).all()
        if some:
            conn.execute(delete(_pieces).where(_pieces.c.call_id.in_(some)))
            conn.execute(update(calls).where(calls.c.id.in_(some)).values(recording_ms=None))
        count += len(some)
        return bool(some)

    in_chunks(store, step)
    return count


def _read(store: Store, call_id: str, seqs: list[int]) -> Iterator[bytes]:
    for seq in seqs:
        with store.read() as conn:
            data = conn.scalar(select(_pieces.c.data).where(_pieces.c.call_id == call_id, _pieces.c.seq == seq))
        if data is None:  # a body that is cut short must not look whole
            raise NotFound("The recording was deleted.")
        yield data
