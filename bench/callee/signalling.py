"""SIP of the callee (RFC 3261, UDP): each INVITE rings for a while and is answered; the caller hangs up.

Compact, for a thousand calls a second.
"""

from __future__ import annotations

import heapq
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

Address = tuple[str, int]

T1_S = 0.5
T2_S = 4.0
KEEP_S = 5.0  # how long an ended call is remembered, to answer a BYE that comes again

_COPIED = (b"via:", b"from:", b"to:", b"call-id:", b"cseq:", b"record-route:")
_NUMBER = re.compile(rb"sip:\+?(\d+)@")
_AUDIO = re.compile(rb"m=audio (\d+) ")
_KEYS = re.compile(rb"a=rtpmap:(\d+) telephone-event/8000")


def ring_s(number: int, longest_s: float) -> float:
    """How long the phone with this number rings: between 0 and `longest_s`, spread evenly, always the same for a number."""
    return (number * 2654435761 % 2**32) / 2**32 * longest_s


@dataclass
class Call:
    """One call. Times are UNIX time in ns, 0: not yet; ports are the caller's."""

    number: int
    peer: Address
    rtp_port: int
    ringing: bytes
    answer: bytes
    invited_at: int
    answered_at: int = 0
    ended_at: int = 0
    acknowledged: bool = False
    canceled: bool = False


class Signalling:
    """The callee without its sockets.

    Args:
        send: sends a datagram to an address.
        sip_port, rtp_port: ours, on loopback.
        ring_s, spread: a phone rings so long, in seconds; with `spread` between 0 and that, by its number. 0: 200 at once, no 180.
        on_media: takes a call, and whether sound goes to it from now on.
    """

    def __init__(
        self,
        send: Callable[[bytes, Address], object],
        sip_port: int,
        rtp_port: int,
        ring: float,
        spread: bool,
        on_media: Callable[[Call, bool], None],
    ) -> None:
        self.done: list[Call] = []
        self.answered = 0
        self.repeated = 0  # requests that came again, and answers that we sent again: a sign of overload
        self.live = 0
        self.most = 0
        self._line_ns = 0
        self._counted_at = time.time_ns()
        self._send = send
        self._ring, self._spread = ring, spread
        self._on_media = on_media
        self._calls: dict[bytes, Call] = {}
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = 0
        self._contact = b"Contact: <sip:callee@127.0.0.1:%d>\r\n" % sip_port
        self._rtp_port = rtp_port
        self._methods = {b"INVITE": self._invite, b"ACK": self._ack, b"BYE": self._bye, b"CANCEL": self._cancel, b"OPTIONS": self._options}

    def line_s(self) -> float:
        """How many seconds calls were answered so far, all together."""
        self._count(0)
        return self._line_ns / 1e9

    def datagram(self, data: bytes, peer: Address) -> None:
        """One datagram from a caller. What is no request of ours is ignored."""
        handler = self._methods.get(data[: data.find(b" ")])
        if handler is not None:
            handler(data, peer)

    def turn(self, now: float) -> float:
        """Does what is due by the monotonic clock; gives how many seconds to wait for the next."""
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()
        return self._due[0][0] - now if self._due else 1.0

    # -- requests ------------------------------------------------------------------------------------------------------

    def _invite(self, data: bytes, peer: Address) -> None:
        call_id = _header(data, b"call-id:")
        call = self._calls.get(call_id)
        if call is not None:
            self.repeated += 1
            self._send(call.answer if call.answered_at else call.ringing, peer)
            return
        audio, number = _AUDIO.search(data), _NUMBER.search(data)
        call = Call(
            int(number[1]) if number else 0,
            peer,
            int(audio[1]) if audio else 0,
            self._response(data, peer, b"180 Ringing", self._contact),
            self._response(data, peer, b"200 OK", self._contact + b"Content-Type: application/sdp\r\n", self._sdp(data)),
            time.time_ns(),
        )
        self._calls[call_id] = call
        ring = ring_s(call.number, self._ring) if self._spread else self._ring
        if ring > 0:
            self._send(call.ringing, peer)
            self._later(ring, lambda: self._answer(call))
        else:
            self._answer(call)

    def _answer(self, call: Call) -> None:
        if call.canceled:
            return
        self._count(+1)
        self.answered += 1
        call.answered_at = time.time_ns()
        self._send(call.answer, call.peer)
        self._later(T1_S, lambda: self._answer_again(call, T1_S))

    def _answer_again(self, call: Call, wait: float) -> None:
        if not (call.acknowledged or call.ended_at):
            self.repeated += 1
            self._send(call.answer, call.peer)
            self._later(min(2 * wait, T2_S), lambda: self._answer_again(call, min(2 * wait, T2_S)))

    def _ack(self, data: bytes, _peer: Address) -> None:
        call = self._calls.get(_header(data, b"call-id:"))
        if call is not None and not call.acknowledged and not call.ended_at:
            call.acknowledged = True
            self._on_media(call, True)

    def _bye(self, data: bytes, peer: Address) -> None:
        self._send(self._response(data, peer, b"200 OK"), peer)
        call_id = _header(data, b"call-id:")
        call = self._calls.get(call_id)
        if call is None or call.ended_at:
            self.repeated += 1
            return
        self._end(call_id, call)
        self._count(-1)
        self._on_media(call, False)

    def _cancel(self, data: bytes, peer: Address) -> None:
        self._send(self._response(data, peer, b"200 OK"), peer)
        call_id = _header(data, b"call-id:")
        call = self._calls.get(call_id)
        if call is not None and not call.answered_at and not call.canceled:
            call.canceled = True
            call.answer = call.answer.partition(b"Contact:")[0].replace(b"SIP/2.0 200 OK", b"SIP/2.0 487 Request Terminated", 1)
            call.answer += b"Content-Length: 0\r\n\r\n"
            self._send(call.answer, peer)
            self._end(call_id, call)

    def _options(self, data: bytes, peer: Address) -> None:
        self._send(self._response(data, peer, b"200 OK", self._contact), peer)

    # -- pieces --------------------------------------------------------------------------------------------------------

    def _end(self, call_id: bytes, call: Call) -> None:
        call.ended_at = time.time_ns()
        self.done.append(call)
        self._later(KEEP_S, lambda: self._calls.pop(call_id, None))

    def _later(self, delay: float, what: Callable[[], object]) -> None:
        self._order += 1  # two of the same moment: functions can't be compared
        heapq.heappush(self._due, (time.monotonic() + delay, self._order, lambda: (what(), None)[1]))

    def _count(self, step: int) -> None:
        now = time.time_ns()
        self._line_ns += self.live * (now - self._counted_at)
        self._counted_at = now
        self.live += step
        self.most = max(self.most, self.live)

    def _sdp(self, offer: bytes) -> bytes:
        keys = _KEYS.search(offer)
        number = b" " + keys[1] if keys else b""
        lines = [b"v=0", b"o=callee 1 1 IN IP4 127.0.0.1", b"s=-", b"c=IN IP4 127.0.0.1", b"t=0 0"]
        lines += [b"m=audio %d RTP/AVP 8%b" % (self._rtp_port, number), b"a=rtpmap:8 PCMA/8000"]
        lines += [b"a=rtpmap:%b telephone-event/8000" % keys[1]] if keys else []
        return b"".join(line + b"\r\n" for line in [*lines, b"a=ptime:20", b"a=sendrecv"])

    def _response(self, request: bytes, peer: Address, status: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
        """A response to the request, with the To tag that its dialog has; `rport` is filled in (RFC 3581)."""
        copied = [line for line in request.partition(b"\r\n\r\n")[0].split(b"\r\n") if line[: line.find(b":") + 1].lower() in _COPIED]
        copied = [_tagged(line) for line in copied]
        head = b"SIP/2.0 " + status + b"\r\n" + b"\r\n".join(copied).replace(b";rport;", b";rport=%d;" % peer[1], 1)
        return head + b"\r\n" + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _tagged(line: bytes) -> bytes:
    return line + b";tag=callee" if line[:3].lower() == b"to:" and b";tag=" not in line else line


def _header(message: bytes, name: bytes) -> bytes:
    """The value of a header that is there once; empty when it is not there."""
    lower = message[:2000].lower()
    start = lower.find(b"\r\n" + name)
    if start < 0:
        return b""
    start += 2 + len(name)
    return message[start : message.find(b"\r\n", start)].strip()
