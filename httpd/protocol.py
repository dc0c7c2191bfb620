"""uvicorn's HTTP/1.1 with a time limit for the head of a request, and a way to cut a connection off."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import CONTENT_TYPE, problem_body
from errors import BadInput

HEAD_TIMEOUT_S = 30.0
MAX_HEAD_BYTES = 64 * 1024
ABORT = "dozvon.abort"


class TimedProtocol(HttpToolsProtocol):
    """One connection. Its first request must be asked within 30 s, and so must each request that has begun to come."""

    head_timeout_s = HEAD_TIMEOUT_S
    _head_timer: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """The connection is there; with TLS, after its handshake."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._head_is_here()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self.cycle is None or self.cycle.response_complete:
            self._expect_head()
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES + len(data):
                self.transport.abort()
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """A request's head is here in full."""
        self._head_is_here()
        # The application runs as a task after this, so it finds the entry.
        scope: Any = self.scope
        scope[ABORT] = self.transport.abort
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP."""
        body = json.dumps(problem_body(BadInput(msg))).encode()
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: {CONTENT_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_bytes = 0
            self._head_timer = self.loop.call_later(self.head_timeout_s, self._too_late)

    def _head_is_here(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_late(self) -> None:
        self._head_timer = None
        self.transport.abort()
