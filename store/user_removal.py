"""What a deleted user leaves behind: campaigns, lists and sounds go in small transactions, so that nobody waits for a million rows.

In the transaction that deletes the user they become what a caller has deleted, and the admin's who deletes: so nobody sees them any more,
and the next start finishes what a crash cuts short, as of every other deletion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select, update

from store import audio, callbases, campaign_removal
from store.campaign_rows import DELETING
from store.engine import Store
from store.tables import audio as audio_table
from store.tables import callbases as callbase_table
from store.tables import campaigns


@dataclass(frozen=True)
class Left:
    """What is hidden and not gone yet: the numbers of campaigns, and the ids of callbases and sounds."""

    campaigns: list[int]
    callbases: list[str]
    sounds: list[str]


def hide(conn: Connection, uid: str, heir: str) -> Left:
    """Within the transaction that deletes the user `uid`, whose campaigns have all ended: takes what has many rows from them."""
    return Left(
        _hidden(conn, campaigns, "seq", uid, owner=heir, status=DELETING),
        _hidden(conn, callbase_table, "id", uid, callbase_table.c.state == callbases.READY, owner=heir, state=callbases.DELETING),
        _hidden(conn, audio_table, "id", uid, audio_table.c.state == audio.READY, owner=heir, state=audio.STAGING),
    )


def discard(store: Store, left: Left) -> None:
    """Deletes them. Blocks."""
    for seq in left.campaigns:
        campaign_removal.discard(store, seq)
    for callbase_id in left.callbases:
        callbases.discard(store, callbase_id)
    for audio_id in left.sounds:
        audio.discard(store, audio_id)


def _hidden(conn: Connection, table: Table, key: str, uid: str, *limits: Any, **values: str) -> list[Any]:
    own = (table.c.owner == uid, *limits)
    found = list(conn.scalars(select(table.c[key]).where(*own)))
    conn.execute(update(table).where(*own).values(**values))
    return found
