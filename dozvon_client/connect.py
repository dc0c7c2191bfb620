"""From the options and the environment to a server that commands can talk to."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator

import httpx

from dozvon_client.api import Api
from dozvon_client.json_file import LOCK_WAIT_S
from dozvon_client.profiles import ProfileFile, Server, chosen
from dozvon_client.session import Session
from dozvon_client.settings import jwt_key, profiles_path, token_path
from dozvon_client.token_file import TokenFile
from dozvon_client.wire import TIMEOUT, Wire

# For the completion of names. The reading is long enough for a renewed token to arrive: one that is lost ends the login.
QUICK = httpx.Timeout(5.0, connect=1.0)
QUICK_LOCK_S = 1.0


def server(url: str | None, profile: str | None) -> Server:
    """Which server is meant. Raises Usage when that is not clear."""
    return chosen(url, profile, os.environ, ProfileFile(profiles_path()), TokenFile(token_path()).current())


@contextlib.contextmanager
def connected(to: Server, note: Callable[[str], None], *, quick: bool = False) -> Iterator[Api]:
    """The API of a server; nothing is sent yet.

    Args:
        note: is told, in a sentence, why something takes longer.
        quick: give up at once instead of trying again.
    """
    ca_file = to.profile.ca_file if to.profile else None
    wire = Wire(to.url, note, ca_file=ca_file, patient=not quick, timeout=QUICK if quick else TIMEOUT)
    try:
        file = TokenFile(token_path(), QUICK_LOCK_S if quick else LOCK_WAIT_S)
        yield Api(wire, Session(wire, file, jwt_key(), place=to.place))
    finally:
        wire.close()
