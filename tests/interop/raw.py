"""Gateways that SIPp can't play: each line of the dialog in Python, over UDP on loopback."""

from __future__ import annotations

import socket
import threading
import time
import uuid

from typing_extensions import Self

from tests.peers.ports import HOST, free_port
from tests.peers.rtp import RtpSink
from tests.peers.sipmessage import SipMessage, is_sip, parse

_COPIED = ("via", "record-route", "from", "to", "call-id", "cseq")


class RawGateway:
    """A gateway that rings, answers and takes the BYE. Subclasses do one thing otherwise.

    A context manager; everything runs on one thread. `messages()` is every SIP message so far, sent and received.
    """

    transport = "udp"

    def __init__(self) -> None:
        self.port = free_port()
        self.rtp, self.other = RtpSink(), RtpSink()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._kept: list[SipMessage] = []
        self._due: list[tuple[float, bytes]] = []  # what is to be sent, and when (monotonic seconds)
        self._peer = (HOST, 0)
        self._ends = False
        self._thread = threading.Thread(target=self._serve, name="raw-gateway", daemon=True)

    def __enter__(self) -> Self:
        self._socket.bind((HOST, self.port))
        self._socket.settimeout(0.02)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends = True
        self._thread.join(2)
        self._socket.close()
        self.rtp.close()
        self.other.close()

    def messages(self) -> list[SipMessage]:
        """Every SIP message so far but OPTIONS, in order."""
        return [message for message in self._kept if message.method != "OPTIONS"]

    # -- what a subclass changes ---------------------------------------------------------------------------------------

    def on_invite(self, request: SipMessage) -> None:
        """An INVITE came for the first time."""
        self.send(reply(request, "180 Ringing", self.port))
        self.answer(request)

    def on_ack(self, request: SipMessage) -> None:
        """An ACK came."""

    def on_bye(self, request: SipMessage) -> None:
        """A BYE came, or came again."""
        self.send(reply(request, "200 OK", self.port))

    def on_cancel(self, request: SipMessage) -> None:
        """A CANCEL came, or came again."""
        self.send(reply(request, "200 OK", self.port))

    def on_response(self, response: SipMessage) -> None:
        """An answer to a request of ours came."""

    # -- what it has to work with --------------------------------------------------------------------------------------

    def send(self, message: bytes, after_s: float = 0.0) -> None:
        """Sends to the caller, now or later."""
        self._due.append((time.monotonic() + after_s, message))

    def answer(self, request: SipMessage, tag: str = "callee", rtp_port: int = 0) -> None:
        """The 200 with SDP."""
        self.send(reply(request, "200 OK", self.port, tag, sdp(rtp_port or self.rtp.port)))

    def seen(self, method: str) -> list[SipMessage]:
        """The requests of one method that came, repeated ones too."""
        return [message for message in self._kept if not message.sent and message.start.startswith(f"{method} ")]

    # -- its thread ----------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._ends:
            self._send_due()
            try:
                data, self._peer = self._socket.recvfrom(65536)
            except TimeoutError:
                continue
            if is_sip(data):
                self._take(parse(data, time.time(), False))

    def _send_due(self) -> None:
        now = time.monotonic()
        ready = [message for when, message in self._due if when <= now]
        self._due = [(when, message) for when, message in self._due if when > now]
        for message in ready:
            self._kept.append(parse(message, time.time(), True))
            self._socket.sendto(message, self._peer)

    def _take(self, message: SipMessage) -> None:
        known = any(message.raw == old.raw for old in self._kept)
        self._kept.append(message)
        if message.status:
            self.on_response(message)
        elif message.method == "OPTIONS":
            self.send(reply(message, "200 OK", self.port))
        elif message.method == "INVITE" and not known:
            self.on_invite(message)
        elif message.method in ("ACK", "BYE", "CANCEL"):
            getattr(self, f"on_{message.method.lower()}")(message)


def reply(request: SipMessage, status: str, port: int, tag: str = "callee", body: str = "") -> bytes:
    """A response to a request (RFC 3261 section 8.2.6)."""
    lines = [f"SIP/2.0 {status}"]
    for name, value in request.headers:
        if name in _COPIED:
            needs_tag = name == "to" and ";tag=" not in value
            lines.append(f"{name.title()}: {value}{f';tag={tag}' if needs_tag else ''}")
    return _whole([*lines, f"Contact: <sip:{tag}@{HOST}:{port}>"], body)


def request_out_of_the_blue(method: str, uri: str, port: int, header: str = "", body: str = "") -> bytes:
    """A request with a Call-ID of its own."""
    mark = uuid.uuid4().hex
    return _whole(
        [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{port};branch=z9hG4bK{mark}",
            f"From: <sip:stranger@{HOST}>;tag={mark[:8]}",
            f"To: <{uri}>",
            f"Call-ID: stranger-{mark}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:stranger@{HOST}:{port}>",
            "Max-Forwards: 70",
            *([header] if header else []),
        ],
        body,
    )


def request_within(invite: SipMessage, method: str, port: int, tag: str = "callee") -> bytes:
    """A request of the callee's in the dialog that this INVITE began (RFC 3261 section 12.2.1.1)."""
    target = invite.header("Contact").partition("<")[2].partition(">")[0]
    return _whole(
        [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{port};branch=z9hG4bK{uuid.uuid4().hex}",
            f"From: {invite.header('To')};tag={tag}",
            f"To: {invite.header('From')}",
            f"Call-ID: {invite.call_id}",
            f"CSeq: 1 {method}",
            "Max-Forwards: 70",
        ],
        "",
    )


def sdp(rtp_port: int, keys: str = "") -> str:
    """A whole answer: PCMA, and telephone-event where `keys` is its payload type."""
    lines = ["v=0", f"o=gateway 1 1 IN IP4 {HOST}", "s=-", f"c=IN IP4 {HOST}", "t=0 0"]
    lines += [f"m=audio {rtp_port} RTP/AVP 8 {keys}".rstrip(), "a=rtpmap:8 PCMA/8000"]
    lines += [f"a=rtpmap:{keys} telephone-event/8000"] if keys else []
    return "\r\n".join([*lines, "a=sendrecv", ""])


def _whole(lines: list[str], body: str) -> bytes:
    kind = ["Content-Type: application/sdp"] if body else []
    return "\r\n".join([*lines, *kind, f"Content-Length: {len(body)}", "", body]).encode()
