"""The answer on its way out: a thread of the application puts it here at once, the connection takes it as fast as it can."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024

log = logging.getLogger(__name__)

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Outbox:
    """Holds one answer, in a file of `data` when it is large, and sends it while it still grows.

    Args:
        send: ASGI's; waits while the connection is full.
        idle_timeout_s: how long the connection may take no byte.
        abort: cuts the connection.
    """

    def __init__(self, send: Send, data: Path, idle_timeout_s: float, abort: Callable[[], None]) -> None:
        self.status = 0
        # Set before the answer: the connection is closed after it.
        self.last_of_connection = False
        self._send = send
        self._idle_timeout_s = idle_timeout_s
        self._abort = abort
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(data))  # noqa: SIM115 (closed by close)
        self._written = self._sent = 0
        self._news = asyncio.Event()
        self._ended = self._broken = False
        self._sender: asyncio.Task[None] | None = None

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Takes one ASGI message of the application. Never waits for the connection."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.last_of_connection:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            self._sender = asyncio.create_task(self._send_all(message))
            return
        body = message.get("body", b"")
        if body and not self._broken:
            try:
                self._file.seek(self._written)
                self._file.write(body)
            except OSError:  # no room on the disk: an answer that is cut short must not look whole
                log.exception("An answer could not be put down, so its connection is cut")
                self._broken = True
                self._abort()
                return
            self._written += len(body)
            self._news.set()

    async def finish(self) -> None:
        """The answer is whole. Returns when it is sent, or the connection was cut."""
        self._ended = True
        self._news.set()
        if self._sender is not None:
            await self._sender

    async def close(self) -> None:
        """Gives everything back, also when the answer never came to its end."""
        if self._sender is not None and not self._sender.done():
            self._sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sender
        self._file.close()

    async def _send_all(self, start: MutableMapping[str, Any]) -> None:
        try:
            await self._send_one(start)
            while not (self._ended and self._sent == self._written):
                if self._sent == self._written:
                    self._news.clear()
                    await self._news.wait()
                else:
                    await self._send_one({"type": "http.response.body", "body": self._next_piece(), "more_body": True})
            await self._send_one({"type": "http.response.body", "body": b"", "more_body": False})
        except asyncio.TimeoutError:
            self._broken = True
            self._abort()

    async def _send_one(self, message: MutableMapping[str, Any]) -> None:
        await asyncio.wait_for(self._send(message), self._idle_timeout_s)

    def _next_piece(self) -> bytes:
        self._file.seek(self._sent)
        piece: bytes = self._file.read(min(PIECE, self._written - self._sent))
        self._sent += len(piece)
        return piece
