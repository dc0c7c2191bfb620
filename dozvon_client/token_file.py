"""The tokens on disk, one login a place, and which place is used when none is named."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dozvon_client.json_file import LOCK_WAIT_S, JsonFile


@dataclass(frozen=True)
class Tokens:
    """What one login gave. `expires_at` is UNIX time in seconds by this machine's clock."""

    login: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float = 0.0


class TokenFile:
    """The tokens of each place: a server by its address, or `address#profile`, so that a token never goes to another address.

    Args:
        path: the file; it and its folder are made when first written (modes 0600 and 0700).
        lock_wait_s: for how long another process is waited for.
    """

    def __init__(self, path: Path, lock_wait_s: float = LOCK_WAIT_S) -> None:
        self._file = JsonFile(path, "token file", "Delete it and log in again.", lock_wait_s)

    def load(self, place: str) -> Tokens | None:
        """The tokens for this place, or None. Raises Usage when the file can't be read."""
        entry = self._read()["servers"].get(place)
        if not isinstance(entry, dict):
            return None
        try:
            return Tokens(**entry)
        except TypeError:
            return None

    def current(self) -> str | None:
        """The place of the last login, or what was chosen since."""
        place = self._read()["current"]
        return place if isinstance(place, str) else None

    def use(self, place: str) -> None:
        """Make this place the one that is used when none is named. Hold `lock` around it."""
        self._file.write({**self._read(), "current": place})

    def save(self, place: str, tokens: Tokens, *, current: bool = False) -> None:
        """Keep the tokens of this place; with `current`, make it the one that is used when none is named. Hold `lock` around it."""
        content = self._read()
        content["servers"][place] = asdict(tokens)
        if current:
            content["current"] = place
        self._file.write(content)

    def drop(self, place: str) -> None:
        """Forget the tokens of this place. Hold `lock` around it."""
        content = self._read()
        if content["servers"].pop(place, None) is not None:
            self._file.write(content)

    def lock(self) -> AbstractContextManager[None]:
        """Only one process at a time. Blocks, then raises Usage. A lock ends with its process."""
        return self._file.lock()

    def _read(self) -> dict[str, Any]:
        content = self._file.read()
        servers = content.get("servers")
        if not isinstance(servers, dict):
            return {"current": None, "servers": {}}
        return {"current": content.get("current"), "servers": servers}
