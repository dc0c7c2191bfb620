"""Folds SQLite's WAL into the database file beside the writers, so that no commit has to do it and wait for the disk.

A passive checkpoint takes no lock that a reader or a writer needs. Done by SQLite itself, every so many pages, it would be part of
some commit: 100 to 300 ms on a slow disk, during which nobody else can write. But the WAL begins anew only when all of it is folded, and
while others write there is always a little that is not: so the last pages are folded while the writers are kept out, which is short.
"""

from __future__ import annotations

import logging
import sqlite3
import threading

# The WAL of two seconds of 400 calls a second is some 20 MB; pages that change often are copied once and not for each change.
EVERY_S = 2.0
LARGE_PAGES = 4_000  # 16 MB: from here on the WAL is made to begin anew

log = logging.getLogger("dozvon.store")


class Checkpoints:
    """Safe to use from several threads. A thread of its own does the work; it begins with the first write.

    Args:
        path: of the database file.
        turn: the lock that writers hold.
    """

    def __init__(self, path: str, turn: threading.RLock) -> None:
        self._path = path
        self._turn = turn
        self._wrote = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wrote(self) -> None:
        """Something was committed. Doesn't block."""
        if self._thread is None:
            self._begin()
        self._wrote.set()

    def catch_up(self) -> None:
        """Folds what is there now. Blocks while it copies; others can write meanwhile, but for its last moment. Not to be called by one who
        writes just then. For those who write much in a row."""
        with self._lock:
            try:
                conn = sqlite3.connect(self._path, isolation_level=None)
                try:
                    conn.execute("PRAGMA synchronous=FULL")
                    if _fold(conn) > LARGE_PAGES:
                        with self._turn:
                            _fold(conn)
                finally:
                    conn.close()
            except sqlite3.Error as error:  # the WAL keeps what is written, and grows
                log.warning("the database's WAL could not be folded into its file: %s", error)

    def close(self) -> None:
        """Ends the thread. Blocks while it folds."""
        self._stopping.set()
        self._wrote.set()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wrote.wait()
            if self._stopping.wait(EVERY_S):
                return
            self._wrote.clear()
            self.catch_up()


def _fold(conn: sqlite3.Connection) -> int:
    """Gives the WAL's length in pages."""
    ((_, pages, _),) = conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    return int(pages)
