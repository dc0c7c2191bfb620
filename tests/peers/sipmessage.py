"""SIP messages as a test looks at them (RFC 3261 section 7): start line, headers, body. Not a parser for hostile input."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.peers.probe import PROBE

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}


@dataclass(frozen=True)
class SipMessage:
    """One message. `sent` is seen from the peer that kept it; a Capture sets the ports instead. `at` is UNIX time in seconds."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str
    raw: bytes
    at: float = 0.0
    sent: bool | None = None
    source: int = 0
    target: int = 0

    @property
    def method(self) -> str:
        """INVITE and so on; of a response, the method of its CSeq."""
        return self.header("CSeq").split()[-1] if self.status else self.start.split(" ", 1)[0]

    @property
    def status(self) -> int:
        """The status code, 0 for a request."""
        return int(self.start.split(" ")[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def call_id(self) -> str:
        return self.header("Call-ID")

    def all(self, name: str) -> list[str]:
        """Every header of that name (long form, any case), in order."""
        return [value for key, value in self.headers if key == name.lower()]

    def header(self, name: str) -> str:
        """The first header of that name, '' when there is none."""
        return next(iter(self.all(name)), "")


def parse(raw: bytes, at: float = 0.0, sent: bool | None = None, source: int = 0, target: int = 0) -> SipMessage:
    """Reads one whole message. Folded headers are unfolded."""
    head, _, body = raw.partition(b"\r\n\r\n")
    start, *lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "surrogateescape")).split("\r\n")
    headers = tuple((_name(key), value.strip()) for key, _, value in (line.partition(":") for line in lines))
    return SipMessage(start, headers, body.decode("utf-8", "surrogateescape"), raw, at, sent, source, target)


def _name(key: str) -> str:
    key = key.strip().lower()
    return _COMPACT.get(key, key)


def is_sip(raw: bytes) -> bool:
    """Whether this looks like a SIP message, and not RTP, a keep-alive or a marker."""
    start = raw.split(b"\r\n", 1)[0]
    return start.startswith(b"SIP/2.0 ") or start.endswith(b" SIP/2.0")


def split_stream(data: bytes) -> list[bytes]:
    """Cuts a TCP stream into messages by Content-Length (RFC 3261 section 18.3). An unfinished one at the end is left out."""
    messages: list[bytes] = []
    while True:
        data = data.lstrip(b"\r\n")
        head, found, rest = data.partition(b"\r\n\r\n")
        if not found:
            return messages
        length = re.search(rb"(?:^|\r\n)(?:content-length|l)[ \t]*:[ \t]*(\d+)", head, re.IGNORECASE)
        size = int(length[1]) if length else 0
        if len(rest) < size:
            return messages
        messages.append(head + found + rest[:size])
        data = rest[size:]


def read_sipp_trace(path: Path) -> list[SipMessage]:
    """Reads SIPp's -trace_msg file. Probes are left out."""
    if not path.exists():
        return []
    text = path.read_bytes()
    mark = re.compile(rb"^-{10,} (\d+-\d+-\d+ [\d:.]+)\n[^\n]* message (sent|received)[^\n]*:\n\n", re.MULTILINE)
    found = list(mark.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    messages = [
        parse(text[match.end() : end], _unix(match[1].decode()), match[2] == b"sent")
        for match, end in zip(found, ends, strict=True)
        if is_sip(text[match.end() : end])
    ]
    return [message for message in messages if not message.call_id.startswith(PROBE)]


def _unix(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()  # SIPp writes local time
