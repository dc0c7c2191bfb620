"""The tokens on disk: one JSON file, readable by its owner only, written in one step, with a lock between processes."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from client.errors import Usage

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_WAIT_S = 90.0
LOCK_POLL_S = 0.05


@dataclass(frozen=True)
class Tokens:
    """What one login gave. `expires_at` is UNIX time in seconds by this machine's clock."""

    login: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float = 0.0


class TokenFile:
    """The tokens of each server, by its address.

    Args:
        path: the file; it and its folder are made when first written (modes 0600 and 0700).
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, url: str) -> Tokens | None:
        """The tokens for this server, or None. Raises Usage when the file can't be read."""
        entry = self._read()["servers"].get(url)
        if not isinstance(entry, dict):
            return None
        try:
            return Tokens(**entry)
        except TypeError:
            return None

    def current(self) -> str | None:
        """The server of the last login."""
        url = self._read()["current"]
        return url if isinstance(url, str) else None

    def save(self, url: str, tokens: Tokens, *, current: bool = False) -> None:
        """Keep the tokens of this server; with `current`, make it the one that is used when none is named. Hold `lock` around it."""
        content = self._read()
        content["servers"][url] = asdict(tokens)
        if current:
            content["current"] = url
        self._write(content)

    def drop(self, url: str) -> None:
        """Forget the tokens of this server. Hold `lock` around it."""
        content = self._read()
        if content["servers"].pop(url, None) is not None:
            self._write(content)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Only one process at a time. Blocks up to 90 s, then raises Usage. A lock ends with its process."""
        with _told(self.path):
            self._make_folder()
            handle = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._wait_for(handle)
            yield
        finally:
            os.close(handle)

    def _wait_for(self, handle: int) -> None:
        deadline = time.monotonic() + LOCK_WAIT_S
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise Usage(f"Another process holds {self.path.name}.lock for too long. End it and try again.")
            time.sleep(LOCK_POLL_S)

    def _read(self) -> dict[str, Any]:
        with _told(self.path):
            try:
                content = json.loads(self.path.read_bytes())
            except FileNotFoundError:
                content = {}
            except ValueError:
                raise Usage(f"The token file {self.path} is damaged. Delete it and log in again.") from None
        servers = content.get("servers") if isinstance(content, dict) else None
        if not isinstance(servers, dict):
            return {"current": None, "servers": {}}
        return {"current": content.get("current"), "servers": servers}

    def _write(self, content: dict[str, Any]) -> None:
        with _told(self.path):
            self._make_folder()
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".tokens-")  # mode 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(content, file, indent=1)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self.path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _make_folder(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Usage(f"The token file {path} can't be used: {error.strerror or error}.") from error


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
