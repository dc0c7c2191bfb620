"""SIP transactions over UDP: what is sent again, and until when (RFC 3261 section 17, RFC 6026).

Time is passed in as a Clock; asyncio's event loop is one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from sip.sandbox.message import Request, Response

T1_S = 0.5  # RFC 3261 section 17.1.1.1: the estimate of a round trip
T2_S = 4.0  # the longest wait between two retransmissions
GIVE_UP_S = 64 * T1_S  # timers B, F, H, J and L

Address = tuple[str, int]
Send = Callable[[bytes, Address], None]
Key = tuple[str, ...]


class Handle(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    """The part of asyncio's loop that is used: seconds of a monotonic clock, and timers."""

    def time(self) -> float: ...

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any) -> Handle: ...


class Retransmission:
    """Sends a datagram at once, then after T1, 2*T1, ... at most T2, until `stop()`; after 64*T1 calls `on_timeout` instead."""

    def __init__(self, clock: Clock, send: Callable[[], None], on_timeout: Callable[[], None]) -> None:
        self._clock, self._send, self._on_timeout = clock, send, on_timeout
        self._wait = T1_S
        self._deadline = clock.time() + GIVE_UP_S
        send()
        self._timer: Handle | None = clock.call_later(self._wait, self._again)

    def _again(self) -> None:
        now = self._clock.time()
        if now >= self._deadline:
            self._timer = None
            self._on_timeout()
            return
        self._send()
        self._wait = min(2 * self._wait, T2_S)
        self._timer = self._clock.call_later(min(self._wait, self._deadline - now), self._again)

    def stop(self) -> None:
        """No more is sent. Safe to call twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class ServerTransaction:
    """One request that came in and what was last answered to it."""

    def __init__(self, key: Key, request: Request, peer: Address, table: Transactions) -> None:
        self.key, self.request, self.peer = key, request, peer
        self.final = 0  # the status of the final response, 0 before
        self._table = table
        self._last = b""
        self._retransmission: Retransmission | None = None

    def provisional(self, data: bytes) -> None:
        """Sends a 1xx, which is also the answer to a retransmission from now on."""
        self._last = data
        self._repeat()

    def finish(self, status: int, data: bytes, on_timeout: Callable[[], None] | None = None) -> None:
        """Sends the final response; that of an INVITE again and again until `acknowledged()`.

        `on_timeout` is called when no ACK came within 64*T1.
        """
        self.final, self._last = status, data
        if self.request.method == "INVITE":
            self._retransmission = Retransmission(self._table.clock, self._repeat, on_timeout or (lambda: None))
        else:
            self._repeat()
        self._table.expire(self)

    def lapse(self) -> None:
        """There will be no response."""
        self._table.expire(self)

    def acknowledged(self) -> None:
        """The ACK came (or the call has ended): the final response is not sent again by itself."""
        if self._retransmission is not None:
            self._retransmission.stop()

    def repeated(self) -> None:
        """The request came again: the last response goes out again, if there is one."""
        if self._last:
            self._repeat()

    def _repeat(self) -> None:
        self._table.send(self._last, self.peer)


def key_of(request: Request, method: str) -> Key:
    """What a retransmission, an ACK or a CANCEL finds its transaction by (RFC 3261 section 17.2.3).

    Args:
        method: the transaction's own method: INVITE for its ACK and its CANCEL.
    """
    sent_by = request.via.partition(";")[0].lower()
    if request.branch.startswith("z9hG4bK"):
        return (request.branch, sent_by, method)
    return (request.call_id, request.from_tag, str(request.cseq[0]), sent_by, method)


class Transactions:
    """The server transactions that are remembered: until 64*T1 after their final response.

    The old are dropped when new ones come, so that they need no timer each.
    """

    def __init__(self, clock: Clock, send: Send) -> None:
        self.clock, self.send = clock, send
        self._known: dict[Key, ServerTransaction] = {}
        self._expiring: deque[tuple[float, Key]] = deque()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, request: Request, method: str) -> ServerTransaction | None:
        return self._known.get(key_of(request, method))

    def open(self, request: Request, peer: Address) -> ServerTransaction:
        """A transaction for a request that was not seen before."""
        self._drop_old()
        transaction = ServerTransaction(key_of(request, request.method), request, peer, self)
        self._known[transaction.key] = transaction
        return transaction

    def expire(self, transaction: ServerTransaction) -> None:
        """The transaction is over: it is kept 64*T1 longer, to know retransmissions."""
        self._expiring.append((self.clock.time() + GIVE_UP_S, transaction.key))

    def _drop_old(self) -> None:
        now = self.clock.time()
        while self._expiring and self._expiring[0][0] <= now:
            self._known.pop(self._expiring.popleft()[1], None)


class ClientTransactions:
    """Requests of our own (BYE), sent again until a final response or 64*T1 (RFC 3261 section 17.1.2)."""

    def __init__(self, clock: Clock, send: Send) -> None:
        self._clock, self._send = clock, send
        self._open: dict[str, tuple[Retransmission, Callable[[], None]]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def request(self, branch: str, data: bytes, peer: Address, on_done: Callable[[], None]) -> None:
        """Sends the request; `on_done` is called once, at its final response or when none came."""
        sending = Retransmission(self._clock, lambda: self._send(data, peer), lambda: self._done(branch))
        self._open[branch] = (sending, on_done)

    def response(self, response: Response) -> None:
        """A response came in; one that is not awaited is ignored."""
        if response.status >= 200:
            self._done(response.branch)

    def _done(self, branch: str) -> None:
        sending, on_done = self._open.pop(branch, (None, None))
        if sending and on_done:
            sending.stop()
            on_done()
