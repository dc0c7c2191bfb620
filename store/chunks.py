"""Work on many rows as a row of small transactions, so that nobody else waits long for the one writer's turn."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection

from store.engine import Store

ROWS = 10_000

# Python's locks are not fair: without a pause the same thread would take the turn again before those who wait for it wake up.
_LET_OTHERS_WRITE_S = 0.001


def in_chunks(store: Store, step: Callable[[Connection], bool]) -> None:
    """Calls `step`, each time in a transaction of its own, for as long as it returns True.

    Blocks until the work is done. A step should touch at most `ROWS` rows. What is committed stays when a later step raises.
    """
    while _once(store, step):
        time.sleep(_LET_OTHERS_WRITE_S)


def _once(store: Store, step: Callable[[Connection], bool]) -> bool:
    with store.write() as conn:
        return step(conn)
