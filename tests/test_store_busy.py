"""A database that another program has locked: what is to be written waits, and the log tells why."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from store import engine, tables
from store.engine import Store

NEW = {"uid": "u", "login": "somebody", "password": "x"}


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that waits for 3 x 100 ms."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 100)
    made = Store(f"sqlite:///{tmp_path / 'db.sqlite3'}")
    tables.metadata.create_all(made.engine)
    yield made
    made.close()


@pytest.fixture
def other(impatient: Store) -> Iterator[sqlite3.Connection]:
    """The other program, which holds the lock."""
    path = impatient.url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        yield conn


def logins(store: Store) -> list[str]:
    with store.read() as conn:
        return list(conn.scalars(select(tables.users.c.login)))


def test_a_write_goes_through_when_the_lock_is_gone(impatient: Store, other: sqlite3.Connection, caplog: pytest.LogCaptureFixture) -> None:
    end = threading.Timer(0.15, lambda: other.execute("ROLLBACK"))
    end.start()
    with impatient.write() as conn:
        conn.execute(insert(tables.users).values(NEW))
    end.join()
    assert logins(impatient) == ["somebody"]
    assert "another program has locked the database" in caplog.text


def test_a_lock_that_stays_is_an_error_and_nothing_is_written(impatient: Store, other: sqlite3.Connection) -> None:
    with pytest.raises(OperationalError, match="database is locked"), impatient.write() as conn:
        conn.execute(insert(tables.users).values(NEW))
    assert logins(impatient) == []  # reading never waits
    other.execute("ROLLBACK")
    with impatient.write() as conn:
        conn.execute(insert(tables.users).values(NEW))
    assert logins(impatient) == ["somebody"]
