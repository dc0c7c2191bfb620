"""One running service a data folder. The system drops the lock when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import IO

from errors import StartRefused

if sys.platform == "win32":
    import msvcrt

    # The locked byte lies behind the pid: on Windows nobody can read a byte that is locked.
    _PLACE = 1 << 20

    def _try_lock(file: IO[bytes]) -> None:
        file.seek(_PLACE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Held from its making until `release`. The file `lock` stays; it holds the pid of its last holder.

    Raises:
        StartRefused: another process holds it, or the file can't be written.
    """

    def __init__(self, data: Path) -> None:
        path = data / "lock"
        try:
            self._file: IO[bytes] = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
        except OSError as err:
            raise StartRefused(f"The data folder {data} can't be used: {path}: {err.strerror}.") from None
        try:
            _try_lock(self._file)
        except OSError:
            holder = self._holder()
            self._file.close()
            raise StartRefused(f"Another Dozvon{holder} runs on the data folder {data}. Stop it, or take another folder: --data.") from None
        self._write_pid()
        # A forked child must not keep the lock of a parent that has died.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._close)

    def release(self) -> None:
        """Lets another process have the folder. Further calls do nothing."""
        self._close()

    def _holder(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            self._file.seek(0)
            return f" (process {int(self._file.read(20))})"
        return ""

    def _write_pid(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()}\n".encode())

    def _close(self) -> None:
        self._file.close()
