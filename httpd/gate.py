"""What stands between a connection and the threads: takes in the whole body before, and holds the answer after.

Bodies over 256 kB lie in files of the data folder. Limits are enforced while the bytes come in; who has no token can't send more
than 64 kB at all.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import IO, Any

from api.problems import from_exception, oauth_body, problem_body
from errors import BadInput, DozvonError, TooLarge
from httpd.outbox import Outbox
from httpd.protocol import ABORT

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Authorised = Callable[[dict[str, str], str], bool]

IN_MEMORY = 256 * 1024
SMALL = 64 * 1024
MIB = 1024 * 1024
# What the parts of a form cost around the file.
SLACK = MIB
LIMITS = {"/audio": 128 * MIB + SLACK, "/callbases": 256 * MIB + SLACK}
JSON_LIMIT = 16 * MIB
# No byte for this long: the connection is closed.
IDLE_TIMEOUT_S = 30.0
# Who was refused may go on sending for this long, so that the answer is read and not lost with the connection.
DRAIN_S = 10.0

access_log = logging.getLogger("dozvon.access")
_ROUTINE = ("/health", "/assets/", "/help/", "/docs/", "/favicon.ico")


def anybody(_headers: dict[str, str], _path: str) -> bool:
    """Lets everybody send bodies up to the limits."""
    return True


def limit_of(path: str) -> int:
    """The most bytes that a body to this path may have."""
    if path.startswith("/oauth/"):
        return SMALL
    return LIMITS.get(path, JSON_LIMIT)


class Gate:
    """The ASGI application around the WSGI one."""

    idle_timeout_s = IDLE_TIMEOUT_S

    def __init__(self, app: Any, data: Path, authorised: Authorised) -> None:
        self._app = app
        self._data = data
        self._authorised = authorised

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI 3)."""
        if scope["type"] != "http":
            return
        started = time.monotonic()
        body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(self._data))  # noqa: SIM115 (closed below)
        outbox = Outbox(send, self._data, self.idle_timeout_s, scope[ABORT])
        try:
            await self._serve(scope, receive, outbox, body)
        except _Gone:
            scope[ABORT]()
        finally:
            await outbox.close()
            body.close()
            _log_access(scope, outbox.status, started)

    async def _serve(self, scope: Scope, receive: Receive, outbox: Outbox, body: IO[bytes]) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        intake = _Intake(receive, self.idle_timeout_s)
        try:
            _check_framing(scope)
            whole = await self._take_in(scope["path"], headers, intake, body)
        except (BadInput, TooLarge, OSError) as error:
            await _refuse(outbox, from_exception(error), scope["path"])
            await intake.drain(headers)
            await outbox.finish()
            return
        scope["dozvon.body"] = (body, body.tell())
        body.seek(0)
        if whole:
            await self._app(scope, receive, outbox.send)
            await outbox.finish()
            return
        outbox.last_of_connection = True
        await self._app(scope, receive, outbox.send)
        await intake.drain(headers)
        await outbox.finish()

    async def _take_in(self, path: str, headers: dict[str, str], intake: _Intake, body: IO[bytes]) -> bool:
        """Puts the body into the file.

        Returns:
            Whether all of it was taken. Not, when it is large and nobody vouches for the sender; the file is empty then.

        Raises:
            TooLarge: it is over the limit.
            _Gone: the sender went away, or sent nothing for too long.
        """
        limit = limit_of(path)
        announced = headers.get("content-length", "")
        length = int(announced) if announced.isascii() and announced.isdigit() else None
        vouched = False
        if length is not None and length > SMALL:
            if not await self._vouch(headers, path):
                return False
            vouched = True
        if length is not None and length > limit:
            raise _too_large(limit)
        size = 0
        async for part in intake.parts():
            size += len(part)
            if size > SMALL and not vouched:
                if not await self._vouch(headers, path):
                    body.seek(0)
                    body.truncate()
                    return False
                vouched = True
            if size > limit:
                raise _too_large(limit)
            body.write(part)
        return True

    async def _vouch(self, headers: dict[str, str], path: str) -> bool:
        # It may ask the store, so not on this thread.
        return await asyncio.get_running_loop().run_in_executor(None, self._authorised, headers, path)


class _Gone(Exception):
    """Nobody is there any more, or nothing came for too long."""


class _Intake:
    """The body of one request as it comes in."""

    def __init__(self, receive: Receive, idle_timeout_s: float) -> None:
        self._receive = receive
        self._idle_timeout_s = idle_timeout_s
        self._more = True

    async def parts(self) -> Any:
        """The pieces of the body."""
        while self._more:
            try:
                message = await asyncio.wait_for(self._receive(), self._idle_timeout_s)
            except asyncio.TimeoutError:
                raise _Gone from None
            if message["type"] != "http.request":
                raise _Gone
            self._more = message.get("more_body", False)
            yield message.get("body", b"")

    async def drain(self, headers: dict[str, str]) -> None:
        """Takes what is still sent, for a while, and forgets it."""
        if "expect" in headers:  # it waits for a word from here, and sends nothing
            return
        try:
            await asyncio.wait_for(self._drain(), DRAIN_S)
        except (asyncio.TimeoutError, _Gone):
            return

    async def _drain(self) -> None:
        async for _part in self.parts():
            pass


def _check_framing(scope: Scope) -> None:
    """What the parser lets through and RFC 9112 does not: where two programs could read one request in two ways.

    Raises:
        BadInput: not exactly one Host (section 3.2), or a body with another transfer coding than chunked (section 6.1).
    """
    names = [name for name, _ in scope["headers"]]
    if scope["http_version"] == "1.1" and names.count(b"host") != 1:
        raise BadInput("The request must have exactly one Host header.")
    codings = [value for name, value in scope["headers"] if name == b"transfer-encoding"]
    if codings and [value.strip().lower() for value in codings] != [b"chunked"]:
        raise BadInput("The only Transfer-Encoding that is taken here is chunked.")


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body may have at most {limit // MIB or 1} MB here.")


async def _refuse(outbox: Outbox, error: DozvonError, path: str) -> None:
    kind, told = "application/problem+json", problem_body(error)
    if path.startswith("/oauth/"):
        kind, told = "application/json", dict(oauth_body(error))
    body = json.dumps(told).encode()
    outbox.last_of_connection = True
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), (b"x-content-type-options", b"nosniff")]
    headers += [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    await outbox.send({"type": "http.response.start", "status": error.status, "headers": headers})
    await outbox.send({"type": "http.response.body", "body": body})


def _log_access(scope: Scope, status: int, started: float) -> None:
    peer = (scope.get("client") or ("-",))[0]
    # Without the query, which may hold names and numbers. Control characters would forge lines.
    path = "".join(char if char.isprintable() else "?" for char in scope["path"])[:200]
    # What an open console asks for every few seconds, and its files, would bury the rest.
    is_routine = status < 400 and path.startswith(_ROUTINE)
    level = logging.DEBUG if is_routine else logging.INFO
    access_log.log(level, "%s %s %s %d %.0f ms", peer, scope["method"], path, status, (time.monotonic() - started) * 1000)
