"""A small JSON file of the client's own: readable by its owner only, written in one step, with a lock between processes."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dozvon_client.errors import Usage

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_WAIT_S = 90.0
LOCK_POLL_S = 0.05


class JsonFile:
    """A file with one JSON object.

    Args:
        path: the file; it and its folder are made when first written (modes 0600 and 0700).
        what: what it is called in sentences, such as "token file".
        remedy: what to do when it is damaged, a sentence.
        lock_wait_s: for how long another process is waited for.
    """

    def __init__(self, path: Path, what: str, remedy: str, lock_wait_s: float = LOCK_WAIT_S) -> None:
        self.path = path
        self._what = what
        self._remedy = remedy
        self._lock_wait_s = lock_wait_s

    def read(self) -> dict[str, Any]:
        """The object; an empty one when there is no file. Raises Usage when it can't be read or is damaged."""
        with self._told():
            try:
                content = json.loads(self.path.read_bytes())
            except FileNotFoundError:
                return {}
            except (ValueError, RecursionError):
                raise Usage(f"The {self._what} {self.path} is damaged. {self._remedy}") from None
        return content if isinstance(content, dict) else {}

    def write(self, content: dict[str, Any]) -> None:
        """Replace the file by this object, in one step. Hold `lock` from the reading on."""
        with self._told():
            self._make_folder()
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.stem}-")  # mode 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(content, file, indent=1)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self.path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Only one process at a time. Blocks, then raises Usage. A lock ends with its process."""
        with self._told():
            self._make_folder()
            handle = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._wait_for(handle)
            yield
        finally:
            os.close(handle)

    def _wait_for(self, handle: int) -> None:
        deadline = time.monotonic() + self._lock_wait_s
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise Usage(f"Another process holds {self.path.name}.lock for too long. End it and try again.")
            time.sleep(LOCK_POLL_S)

    def _make_folder(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Usage(f"The {self._what} {self.path} can't be used: {error.strerror or error}.") from error


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
