"""The database connection: who may write when, and what a committed transaction promises.

SQLite runs in WAL mode with `synchronous=FULL`: what `write()` has committed survives a power cut. Writers of this process take
turns on a lock, so that none of them meets SQLITE_BUSY from its own side; against other programs there is a busy timeout.
Checkpoints are made beside the writers (store/checkpoints.py). PostgreSQL needs none of it.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from store.checkpoints import Checkpoints

# Another program's lock is waited for 15 s in all; the log tells of it after each third.
BUSY_TIMEOUT_MS = 5_000
BUSY_TRIES = 3

log = logging.getLogger("dozvon.store")


class Store:
    """The one way to the database. Safe to use from several threads.

    Args:
        url: an SQLAlchemy URL, such as `sqlite:////var/lib/dozvon/db.sqlite3`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=32,
            hide_parameters=True,  # an error must not print names and numbers
        )
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turn = threading.RLock()
        self._checkpoints = Checkpoints(self.engine.url.database or "", self._turn) if self.is_sqlite else None
        if self.is_sqlite:
            event.listen(self.engine, "connect", _set_pragmas)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and must not write. Never waits for a writer."""
        with self.engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self, *, staged: bool = False) -> Iterator[Connection]:
        """A connection in a transaction that commits at the end of the block, or undoes everything when it raises.

        Blocks while another thread writes. Keep the block short: at most some thousand rows.

        Args:
            staged: a part of something that the next start undoes or finishes by itself. It is not waited for until the disk has it: a
                power cut may take it back, though never before what was committed earlier, and never after what is committed later.
        """
        with self._turn, self.engine.connect() as conn:
            if self.is_sqlite:
                conn.execution_options(dozvon_write=True)
            with _unhurried(conn, staged and self.is_sqlite), conn.begin():
                yield conn
        if self._checkpoints is not None:
            self._checkpoints.wrote()

    def catch_up(self) -> None:
        """On SQLite folds the WAL into the database file, so that it does not grow with a long row of transactions. Blocks only the
        caller."""
        if self._checkpoints is not None:
            self._checkpoints.catch_up()

    def close(self) -> None:
        """Closes the connections; on SQLite the WAL is folded into the one file."""
        if self._checkpoints is not None:
            self._checkpoints.close()
        self.engine.dispose()


@contextmanager
def _unhurried(conn: Connection, staged: bool) -> Iterator[None]:
    """While `staged`, a commit does not wait for the disk."""
    if not staged:
        yield
        return
    raw: Any = conn.connection.driver_connection
    raw.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        raw.execute("PRAGMA synchronous=FULL")


def _set_pragmas(raw: sqlite3.Connection, _record: Any) -> None:
    # SQLAlchemy's own BEGIN (below) decides about transactions, not the driver.
    raw.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=0",
        "journal_size_limit=67108864",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-16384",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin(conn: Connection) -> None:
    # A writer takes the lock at once: a reader that turns into a writer half-way can't wait and fails.
    if conn.get_execution_options().get("dozvon_write"):
        _begin_to_write(conn)
        return
    # A plain BEGIN takes no lock and can't fail, so it goes past SQLAlchemy, whose own work would be half of a short read's time.
    raw: Any = conn.connection.driver_connection
    raw.execute("BEGIN")


def _begin_to_write(conn: Connection) -> None:
    raw: Any = conn.connection.driver_connection
    for _ in range(BUSY_TRIES - 1):
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                break
            log.error("another program has locked the database; what is to be written waits for it")
    conn.exec_driver_sql("BEGIN IMMEDIATE")  # whatever is wrong now is raised as SQLAlchemy's own error
