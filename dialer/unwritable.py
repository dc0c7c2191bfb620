"""Ends of calls that the store does not take. It is a fault of ours, and must not keep everybody else's ends from being written."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from store import flight
from store.engine import Store
from store.flight import Finish

NO_FAULT_OF_OURS = (OperationalError, InterfaceError, OSError)  # a full disk, a lock, a lost connection: it passes
KEPT = ("status", "outcome", "ended_at")

log = logging.getLogger("dozvon.dialer")


def writable(store: Store, ends: Sequence[Finish], now: int) -> list[Finish]:
    """The ends as the store takes them: one that it refuses keeps its outcome and loses its other facts. Writes nothing, and blocks while
    others write.

    Raises:
        NO_FAULT_OF_OURS: the store takes nothing at all just now.
    """
    with store.write() as conn:
        return [end if _is_taken(conn, end, now) else _plain(end) for end in ends]


def _is_taken(conn: Connection, end: Finish, now: int) -> bool:
    tried = conn.begin_nested()
    try:
        flight.finish(conn, [end], now)
    except NO_FAULT_OF_OURS:
        raise
    except Exception:
        log.exception("not all facts of call %s can be written; its outcome %s stays", end.call_id, end.outcome)
        return False
    finally:
        tried.rollback()
    return True


def _plain(end: Finish) -> Finish:
    return replace(end, call={name: end.call[name] for name in KEPT})
