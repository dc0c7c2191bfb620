"""For the sandbox's unit tests: a clock that is moved by hand, and a caller that speaks SIP to a Server without sockets."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sip.sandbox.message import Request, Response, parse
from sip.sandbox.report import Report
from sip.sandbox.server import Server

PEER = ("127.0.0.1", 5070)


@dataclass(order=True)
class Timer:
    at: float
    number: int
    callback: Callable[..., object] = field(compare=False)
    args: tuple[Any, ...] = field(compare=False)
    canceled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.canceled = True


class FakeClock:
    """Time in seconds that moves only in `advance()`, which calls the timers that fall due, in order, each at its own time."""

    def __init__(self) -> None:
        self.now = 100.0
        self._timers: list[Timer] = []
        self._numbers = itertools.count()

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any) -> Timer:
        timer = Timer(self.now + delay, next(self._numbers), callback, args)
        heapq.heappush(self._timers, timer)
        return timer

    def advance(self, seconds: float) -> None:
        end = self.now + seconds
        while self._timers and self._timers[0].at <= end + 1e-9:
            timer = heapq.heappop(self._timers)
            self.now = max(self.now, timer.at)
            if not timer.canceled:
                timer.callback(*timer.args)
        self.now = end

    @property
    def waiting(self) -> int:
        return sum(not timer.canceled for timer in self._timers)


OFFER = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio %d RTP/AVP 96 0 8 120\r\na=rtpmap:96 speex/8000\r\na=rtpmap:120 telephone-event/8000\r\na=sendrecv\r\n"
)


class Caller:
    """One server and what it sent; makes requests of one call (or more, by `call`)."""

    def __init__(self, record: Path | None = None) -> None:
        self.clock = FakeClock()
        self.sent: list[tuple[float, bytes]] = []
        self.reports: list[Report] = []
        self.server = Server(self.clock, self._keep, 5060, self.reports.append, record)
        self.tag = ""

    def _keep(self, data: bytes, peer: tuple[str, int]) -> None:
        assert peer == PEER
        self.sent.append((self.clock.now, data))

    def messages(self) -> list[Request | Response]:
        """All that was sent so far, parsed."""
        parsed = [parse(data) for _, data in self.sent]
        return [message for message in parsed if message is not None]

    def codes(self) -> list[int]:
        return [message.status for message in self.messages() if isinstance(message, Response)]

    def last(self) -> Request | Response:
        return self.messages()[-1]

    def request(self, method: str, number: str = "79990000000", cseq: int = 1, branch: str = "", body: bytes = b"", **more: str) -> bytes:
        """A request as it goes over the wire. `more`: further headers, with _ for -; `to_tag` and `call` are taken out."""
        to_tag, call = more.pop("to_tag", self.tag), more.pop("call", "call-1")
        lines = [
            f"{method} sip:{number}@127.0.0.1:5060 SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:5070;rport;branch=z9hG4bK{branch or call + str(cseq)}",
            "Max-Forwards: 70",
            'From: "A, B <c>" <sip:a@127.0.0.1>;tag=caller',
            f"To: <sip:{number}@127.0.0.1>" + (f";tag={to_tag}" if to_tag else ""),
            f"Call-ID: {call}",
            f"CSeq: {cseq} {method}",
            "Contact: <sip:a@127.0.0.1:5070>",
            *(f"{name.replace('_', '-')}: {value}" for name, value in more.items()),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def send(self, method: str, number: str = "79990000000", cseq: int = 1, branch: str = "", body: bytes = b"", **more: str) -> None:
        self.server.datagram(self.request(method, number, cseq, branch, body, **more), PEER)

    def invite(self, number: str = "79990000000", rtp_port: int = 4000, branch: str = "", **more: str) -> None:
        self.server.datagram(self.request("INVITE", number, 1, branch, OFFER % rtp_port, **more), PEER)

    def answered(self, number: str = "79990000000", rtp_port: int = 4000, branch: str = "", **more: str) -> Response:
        """Places a call, waits for the 200 and acknowledges it; gives the 200."""
        self.invite(number, rtp_port, branch, **more)
        self.clock.advance(0.85)
        ok = self.last()
        assert isinstance(ok, Response)
        assert ok.status == 200
        self.tag = ok.to_tag
        self.send("ACK", number, branch="ack")
        return ok
