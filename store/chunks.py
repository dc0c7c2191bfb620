"""Work on many rows as a row of small transactions, so that nobody else waits long for the one writer's turn."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection

from store.engine import Store

ROWS = 5_000
_CATCH_UP_AFTER = 50  # transactions; a page that changes often is folded once and not each time

# Python's locks are not fair: without a pause the same thread would take the turn again before those who wait for it wake up.
_LET_OTHERS_WRITE_S = 0.001


def in_chunks(store: Store, step: Callable[[Connection], bool]) -> None:
    """Calls `step`, each time in a transaction of its own, for as long as it returns True.

    Blocks until the work is done. A step should touch at most `ROWS` rows. What is committed stays when a later step raises; a power cut
    may take the last steps back, so the next start must be able to undo or finish the work.
    """
    done = 0
    while _once(store, step):
        done += 1
        let_others_write(store, done)


def let_others_write(store: Store, done: int, catch_up_after: int = _CATCH_UP_AFTER) -> None:
    """Between two transactions of a long row; `done` tells how many there were. The WAL is folded each `catch_up_after` of them."""
    if done % catch_up_after == 0:
        store.catch_up()
    time.sleep(_LET_OTHERS_WRITE_S)


def _once(store: Store, step: Callable[[Connection], bool]) -> bool:
    with store.write(staged=True) as conn:
        return step(conn)
