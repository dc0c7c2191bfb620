"""uvicorn's HTTP/1.1 with a time limit for the head of a request, and a way to cut a connection off."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import CONTENT_TYPE, problem_body, status_line
from errors import BadInput, DozvonError, HeadTooLarge

HEAD_TIMEOUT_S = 30.0
MAX_HEAD_BYTES = 64 * 1024
ABORT = "dozvon.abort"

_URL_FAULT = "The URL holds a character that must be percent-encoded there, such as a space or a letter outside of ASCII."
_METHOD_FAULT = "There is no such HTTP method."
_OTHER_FAULT = "This is no HTTP/1.1 request that can be read. Check its first line, its headers and its chunks."


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
                self._refuse(HeadTooLarge(f"The request line and the headers may have {MAX_HEAD_BYTES // 1024} kB together."))
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """A request's head is here in full."""
        self._head_is_here()
        # The application runs as a task after this, so it finds the entry.
        scope: Any = self.scope
        scope[ABORT] = self.transport.abort
        super().on_headers_complete()

    def send_400_response(self, _msg: str) -> None:
        """What came is no HTTP. uvicorn calls it while it handles the parser's exception; its message never tells what was wrong."""
        fault = sys.exc_info()[1]
        told = _OTHER_FAULT
        if isinstance(fault, httptools.HttpParserInvalidURLError):
            told = _URL_FAULT
        elif isinstance(fault, httptools.HttpParserInvalidMethodError):
            told = _METHOD_FAULT
        self._refuse(BadInput(told))

    def _unsupported_upgrade_warning(self) -> None:
        # uvicorn would log that something must be installed. Nothing must: the request is answered as it is (RFC 9110 section 7.8).
        return

    def _refuse(self, error: DozvonError) -> None:
        """Answers on the bare connection, and closes it."""
        body = json.dumps(problem_body(error)).encode()
        head = [
            f"HTTP/1.1 {status_line(error.status)}",
            f"content-type: {CONTENT_TYPE}",
            f"content-length: {len(body)}",
            "connection: close",
        ]
        self.transport.write("\r\n".join([*head, "", ""]).encode() + body)
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
