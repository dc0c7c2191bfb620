"""Opens the database of a data folder: takes the folder's lock, brings the schema to this version, and says clearly what is wrong."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError

from errors import StartRefused
from store.engine import Store
from store.lock import FolderLock

DB_FILE = "db.sqlite3"
MIGRATIONS = Path(__file__).parent / "migrations"
# Checking every page of a large file would hold up the start.
CHECKED_WHOLE_BYTES = 64 * 1024 * 1024

# What SQLite says, by its result code (sqlite.org/rescode.html), in words that tell what to do.
_ADVICE = (
    ("SQLITE_NOTADB", "It is no SQLite database. Move it away, or put a backup in its place."),
    ("SQLITE_CORRUPT", "It is damaged. Put a backup in its place."),
    ("SQLITE_READONLY", "It can't be written. Give this user the right to write the file and its folder."),
    ("SQLITE_CANTOPEN", "It can't be opened. See that it is a file and that this user may read and write it and its folder."),
    ("SQLITE_FULL", "The disk is full. Make room."),
    ("SQLITE_IOERR", "Reading or writing it failed. See whether the disk is full or broken."),
    ("SQLITE_BUSY", "Another program holds it. Close that program."),
)


class FolderStore(Store):
    """The store of a data folder; holds the folder's lock until it is closed."""

    def __init__(self, path: Path, lock: FolderLock) -> None:
        super().__init__(f"sqlite:///{path}")
        self._lock = lock

    def close(self) -> None:
        """Closes the database and lets another process have the folder."""
        super().close()
        self._lock.release()


def open_store(data: Path) -> Store:
    """Locks the data folder, makes or upgrades its database, and opens it. The folder is made when it is not there.

    Raises:
        StartRefused: the folder is in use, or its database can't be used; the text tells why and what to do.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        reason = "a file stands in its place" if data.is_file() else err.strerror
        raise StartRefused(f"The data folder {data} can't be made: {reason}. Choose another with --data.") from None
    store = FolderStore(data / DB_FILE, FolderLock(data))
    try:
        prepare(store, data / DB_FILE)
    except BaseException:
        store.close()
        raise
    return store


def prepare(store: Store, path: Path) -> None:
    """Checks the database file at `path` and brings its schema to this version, in one transaction.

    Raises:
        StartRefused: it can't be used.
    """
    try:
        if not path.exists():
            path.touch(mode=0o600)
        _check_pages(store, path)
        _migrate(store, path)
    except OSError as err:
        raise StartRefused(f"The database {path} can't be opened: {err.strerror}.") from None
    except (DatabaseError, sqlite3.DatabaseError) as err:
        raise _refused(path, err) from None


def open_unlocked(data: Path) -> Store:
    """For the command line: the same database, also while a service runs on it. Upgrades a database that no service runs on.

    Raises:
        StartRefused: as `open_store`.
    """
    try:
        return open_store(data)
    except StartRefused:
        store = Store(f"sqlite:///{data / DB_FILE}")
        if _is_current(store):
            return store
        store.close()
        raise


def _is_current(store: Store) -> bool:
    try:
        with store.read() as conn:
            return MigrationContext.configure(conn).get_current_revision() == _scripts().get_current_head()
    except DatabaseError:
        return False


def _check_pages(store: Store, path: Path) -> None:
    if path.stat().st_size > CHECKED_WHOLE_BYTES:
        return
    with store.read() as conn:
        said = conn.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if said != "ok":
        raise StartRefused(f"The database {path} can't be used. {dict(_ADVICE)['SQLITE_CORRUPT']}")


def _migrate(store: Store, path: Path) -> None:
    with store.engine.connect() as conn:
        conn.execution_options(dozvon_write=True)
        # A migration that makes a table anew drops the old one; with foreign keys on, that would delete the rows that hang on it.
        _foreign_keys(conn, on=False)
        try:
            with conn.begin():
                _check_version(conn, path)
                config = alembic_config()
                config.attributes["connection"] = conn
                command.upgrade(config, "head")
                if conn.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise StartRefused(
                        f"The database {path} can't be upgraded: rows point at rows that are not there. Put a backup in its place."
                    )
        finally:
            _foreign_keys(conn, on=True)


def _foreign_keys(conn: Connection, *, on: bool) -> None:
    raw = conn.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - the type is SQLite's, as the pragma
    raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_version(conn: Connection, path: Path) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    there = set(MigrationContext.configure(conn).get_current_heads())
    if not there <= known:
        raise StartRefused(f"The database {path} was made by a newer version of Dozvon. Start that version, or put a backup in its place.")
    if not there and inspect(conn).has_table("Users"):
        raise StartRefused(
            f"The database {path} has tables that this program did not make. Make it anew with sqlite/db.sql, or move it away."
        )


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def alembic_config() -> Config:
    """Alembic's settings; `attributes["connection"]` is still to be set."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _refused(path: Path, err: DatabaseError | sqlite3.DatabaseError) -> StartRefused:
    origin = err.orig if isinstance(err, DatabaseError) else err
    code = getattr(origin, "sqlite_errorname", "") or _name_of(str(origin))
    advice = next((text for name, text in _ADVICE if code.startswith(name)), f"SQLite says: {origin}.")
    return StartRefused(f"The database {path} can't be used. {advice}")


def _name_of(message: str) -> str:
    """Python 3.10 gives no result code, only SQLite's message."""
    said = {
        "file is not a database": "SQLITE_NOTADB",
        "malformed": "SQLITE_CORRUPT",
        "readonly": "SQLITE_READONLY",
        "unable to open": "SQLITE_CANTOPEN",
        "is full": "SQLITE_FULL",
        "I/O error": "SQLITE_IOERR",
        "locked": "SQLITE_BUSY",
    }
    return next((name for part, name in said.items() if part in message), "")
