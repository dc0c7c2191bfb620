"""Failures for which neither the caller nor this program is to blame: the disk is full, broken, or must not be written."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

FULL = "The service's disk is full, so this could not be done. Make room on it, then try again."
READ_ONLY = "The service's data folder can't be written, so this could not be done. Make it writable, then try again."
BROKEN = "The service can't read or write its data folder: its disk may be full or broken. See the log of the machine."
LOCKED = "Another program holds the service's database. Try again in a minute."

# SQLite's own words; its result codes reach Python only from 3.11 on.
_SAID = {
    "disk is full": FULL,
    "readonly database": READ_ONLY,
    "disk I/O error": BROKEN,
    "unable to open database": BROKEN,
    "database is locked": LOCKED,
}
_ERRNOS = {
    errno.ENOSPC: FULL,
    getattr(errno, "EDQUOT", errno.ENOSPC): FULL,
    errno.EFBIG: FULL,
    errno.EROFS: READ_ONLY,
    errno.EIO: BROKEN,
}


def disk_fault(error: BaseException | None) -> str | None:
    """What is wrong with the disk, in words for a person, when that is why `error` was raised; None when it is not."""
    if isinstance(error, DBAPIError):
        error = error.orig
    if isinstance(error, sqlite3.Error):
        return next((told for words, told in _SAID.items() if words in str(error)), None)
    return _ERRNOS.get(error.errno or 0) if isinstance(error, OSError) else None
