"""What was answered to an Idempotency-Key, so that the same request sent again starts nothing and gets the same answer.

A row is reserved before the work and holds the id of the thing that will be made. After a crash the row tells which id to look for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from errors import Conflict, KeyReused
from store.engine import Store
from store.tables import idempotency

KEEP_MS = 24 * 3600_000
RETRY_AFTER_S = 2
# The run_id of a row whose work failed half-way: the next request with the key takes it over, as after a crash.
NO_RUN = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Place:
    """A key belongs to one user and one route (method and concrete path)."""

    uid: str
    route: str
    key: str

    def where(self) -> ColumnElement[bool]:
        """The WHERE clause of its row."""
        table = idempotency.c
        return (table.uid == self.uid) & (table.route == self.route) & (table.key == self.key)


@dataclass(frozen=True)
class Reservation:
    """The work is this caller's. `resumed`: an earlier run of the service may have done it already, under `resource_id`."""

    resource_id: str
    resumed: bool


@dataclass(frozen=True)
class Answer:
    """A finished answer, to be given again."""

    status: int
    headers: dict[str, str]
    body: bytes


def reserve(store: Store, place: Place, fingerprint: str, new_id: str, run_id: str, now: int) -> Reservation | Answer:
    """Takes the key for this request, or finds the answer that it got before. Of two at once one INSERT decides.

    Args:
        fingerprint: equal for equal requests.
        new_id: the id for the thing to be made, when the key is new.
        run_id: names this run of the service.
        now: milliseconds.

    Raises:
        KeyReused: the key came with another request before.
        Conflict: the first request is still running; has `Retry-After`.
    """
    with store.write() as conn:
        conn.execute(delete(idempotency).where(idempotency.c.created_at <= now - KEEP_MS))
        row = {
            "uid": place.uid,
            "route": place.route,
            "key": place.key,
            "fingerprint": fingerprint,
            "resource_id": new_id,
            "run_id": run_id,
            "created_at": now,
        }
        if _insert_if_new(conn, row):
            return Reservation(new_id, resumed=False)
        return _found(conn, place, fingerprint, run_id)


def finish(store: Store, place: Place, run_id: str, answer: Answer) -> None:
    """Keeps the answer."""
    values: dict[str, Any] = {"status": answer.status, "headers": answer.headers, "body": answer.body}
    with store.write() as conn:
        conn.execute(update(idempotency).where(_mine(place, run_id)).values(**values))


def release(store: Store, place: Place, run_id: str) -> None:
    """The work failed and nothing was made: the key is free again."""
    with store.write() as conn:
        conn.execute(delete(idempotency).where(_mine(place, run_id)))


def abandon(store: Store, place: Place, run_id: str) -> None:
    """The thing was made, but the answer failed: the next request with the key takes the row over and finds the thing."""
    with store.write() as conn:
        conn.execute(update(idempotency).where(_mine(place, run_id)).values(run_id=NO_RUN))


def _found(conn: Connection, place: Place, fingerprint: str, run_id: str) -> Reservation | Answer:
    row = conn.execute(select(idempotency).where(place.where())).one()
    if row.fingerprint != fingerprint:
        raise KeyReused("This Idempotency-Key was used for another request within 24 hours. Take a new key for a new request.")
    if row.status is not None:
        return Answer(row.status, dict(row.headers), row.body)
    if row.run_id == run_id:
        raise Conflict("The first request with this Idempotency-Key is still running.", {"Retry-After": str(RETRY_AFTER_S)})
    conn.execute(update(idempotency).where(place.where()).values(run_id=run_id))
    return Reservation(row.resource_id, resumed=True)


def _insert_if_new(conn: Connection, row: dict[str, Any]) -> bool:
    dialect: Any = sqlite if conn.dialect.name == "sqlite" else postgresql
    return bool(conn.execute(dialect.insert(idempotency).values(**row).on_conflict_do_nothing()).rowcount == 1)


def _mine(place: Place, run_id: str) -> ColumnElement[bool]:
    return place.where() & (idempotency.c.run_id == run_id) & idempotency.c.status.is_(None)
