"""SIP messages: bytes to a Request or a Response and back (RFC 3261 sections 7, 18 and 20).

The parser takes any bytes and never raises: what is no usable SIP message is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from urllib.parse import unquote

# RFC 3261 section 7.3.3: the one-letter forms of header names.
COMPACT = {
    "c": "content-type",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "v": "via",
}
MANDATORY = ("via", "from", "to", "call-id", "cseq")
MAX_LINES = 200

_REQUEST_LINE = re.compile(r"([A-Za-z0-9.!%*_+`'~-]{1,64}) ([^ ]+) SIP/2\.0", re.IGNORECASE)
_STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6][0-9]{2}) ?(.*)", re.IGNORECASE)
_CSEQ = re.compile(r"([0-9]{1,10})[ \t]+([^ \t]+)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?$)', re.DOTALL)  # one that is not closed goes to the end: never quadratic
_RPORT = re.compile(r";[ \t]*rport[ \t]*(?=;|$)", re.IGNORECASE)
_RECEIVED = re.compile(r";[ \t]*received[ \t]*=[^;]*", re.IGNORECASE)

# Phrases of SIP's own; HTTP's serve for the codes that both have.
_PHRASES = {
    180: "Ringing",
    100: "Trying",
    408: "Request Timeout",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    603: "Decline",
}

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Message:
    """What a request and a response have in common. `headers`: (lower-case full name, value), in order."""

    headers: list[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)

    def all(self, name: str) -> list[str]:
        """The values of each header line of this lower-case name."""
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> str:
        """The first value of the header, "" when it is absent."""
        return next((value for key, value in self.headers if key == name), "")

    @cached_property
    def cseq(self) -> tuple[int, str]:
        """The number and the method of CSeq; the parser lets only whole ones pass."""
        found = _CSEQ.fullmatch(self.first("cseq"))
        return (int(found[1]), found[2]) if found else (0, "")

    @cached_property
    def via(self) -> str:
        """The topmost Via, without those that share its line."""
        return split_list(self.first("via"))[0]

    @cached_property
    def branch(self) -> str:
        """The branch of the topmost Via, "" when it has none."""
        return parameters(self.via).get("branch", "")

    @property
    def call_id(self) -> str:
        return self.first("call-id")

    @property
    def from_tag(self) -> str:
        return tag_of(self.first("from"))

    @property
    def to_tag(self) -> str:
        return tag_of(self.first("to"))


@dataclass(frozen=True)
class Request(Message):
    """A request: `method` in capitals as it came, `uri` the Request-URI."""

    method: str
    uri: str


@dataclass(frozen=True)
class Response(Message):
    """A response with its status code."""

    status: int


def parse(data: bytes) -> Request | Response | None:
    """One datagram to a message; None when it is malformed. Never raises, whatever the bytes are."""
    head, separator, body = data.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not separator:
        return None
    try:
        lines = head.decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        return None
    if len(lines) > MAX_LINES:
        return None
    headers = _headers(_unfold(lines[1:]))
    if headers is None or any(character in head_line for head_line in lines for character in "\r\n\0"):
        return None
    cut = _cut_body(headers, body)
    return None if cut is None else _message(lines[0], headers, cut)


def _unfold(lines: list[str]) -> list[str]:
    """Joins continuation lines (RFC 3261 section 7.3.1) to the line that they go on."""
    whole: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t") and whole:
            whole[-1] = f"{whole[-1].rstrip()} {line.strip()}"
        else:
            whole.append(line)
    return whole


def _headers(lines: list[str]) -> list[tuple[str, str]] | None:
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or not name:
            return None
        headers.append((COMPACT.get(name, name), value.strip(" \t")))
    return headers


def _cut_body(headers: list[tuple[str, str]], body: bytes) -> bytes | None:
    """The body as long as Content-Length says; None when it is cut short (RFC 3261 section 18.3)."""
    told = next((value for name, value in headers if name == "content-length"), None)
    if told is None:
        return body
    if not re.fullmatch(r"[0-9]{1,6}", told) or int(told) > len(body):
        return None
    return body[: int(told)]


def _message(start: str, headers: list[tuple[str, str]], body: bytes) -> Request | Response | None:
    message: Request | Response
    if found := _STATUS_LINE.fullmatch(start):
        message = Response(headers, body, int(found[1]))
    elif found := _REQUEST_LINE.fullmatch(start):
        message = Request(headers, body, found[1], found[2])
    else:
        return None
    if not all(message.first(name) for name in MANDATORY) or not message.via:
        return None
    number, method = message.cseq
    if not method or number >= 2**31 or (isinstance(message, Request) and method != message.method):
        return None
    return message


def split_list(value: str) -> list[str]:
    """The parts of a comma-separated header value; commas in quotes and in <> do not split. Never empty."""
    parts, start, quoted, angled = [], 0, False, False
    for at, character in enumerate(value):
        if character == '"' and value[at - 1 : at] != "\\":
            quoted = not quoted
        elif not quoted and character in "<>":
            angled = character == "<"
        elif character == "," and not quoted and not angled:
            parts.append(value[start:at].strip())
            start = at + 1
    return [*parts, value[start:].strip()]


def parameters(value: str) -> dict[str, str]:
    """The ;name=value parameters behind a header's value or address; names in lower case, the first of a name counts."""
    bare = _QUOTED.sub("", value)
    behind = bare.rpartition(">")[2] if "<" in bare else bare
    found: dict[str, str] = {}
    for part in behind.split(";")[1:]:
        name, _, text = part.partition("=")
        found.setdefault(name.strip().lower(), text.strip())
    return found


def tag_of(address: str) -> str:
    """The tag of a From or To value, "" when it has none."""
    return parameters(address).get("tag", "")


def uri_of(address: str) -> str:
    """The URI of a name-addr or addr-spec such as a Contact's."""
    bare = _QUOTED.sub("", address)
    if "<" in bare:
        return bare.partition("<")[2].partition(">")[0].strip()
    return bare.partition(";")[0].strip()


def user_of(uri: str) -> str | None:
    """The user part of a sip, sips or tel URI without password and parameters ("" when it has none); None for other schemes."""
    scheme, _, rest = uri.partition(":")
    if scheme.lower() not in ("sip", "sips", "tel"):
        return None
    user, at, _ = rest.rpartition("@")
    if not at and scheme.lower() != "tel":
        return ""
    return unquote(re.split("[:;]", user if at else rest, maxsplit=1)[0])


def with_source(via: str, host: str, port: int) -> str:
    """The top Via as the answer bears it: where the request came from (RFC 3261 section 18.2.1, RFC 3581 section 4)."""
    via = _RECEIVED.sub("", via)
    told, asked = _RPORT.subn(f";rport={port}", via, count=1)
    sent_by = via.partition(";")[0].split()[-1:] or [""]
    if asked or sent_by[0].partition(":")[0] != host:
        return f"{told};received={host}"
    return told


def phrase(status: int) -> str:
    """The reason phrase of a status code."""
    if status in _PHRASES:
        return _PHRASES[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def render(start: str, headers: Headers, body: bytes = b"") -> bytes:
    """A message's bytes; Content-Length is added."""
    lines = [start, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def response(request: Request, status: int, source: tuple[str, int], to_tag: str = "", headers: Headers = (), body: bytes = b"") -> bytes:
    """The answer to a request (RFC 3261 section 8.2.6): its Vias, From, To, Call-ID and CSeq are copied.

    Args:
        source: host and port that the request came from.
        to_tag: put on To when it has no tag yet; "" puts none (100 Trying).
        headers: what goes beside the copied ones.
    """
    vias = [part for line in request.all("via") for part in split_list(line)]
    vias[0] = with_source(vias[0], *source)
    to = request.first("to")
    if to_tag and not tag_of(to):
        to = f"{to};tag={to_tag}"
    copied = [*(("Via", via) for via in vias), ("From", request.first("from")), ("To", to)]
    copied += [("Call-ID", request.call_id), ("CSeq", request.first("cseq"))]
    return render(f"SIP/2.0 {status} {phrase(status)}", [*copied, *headers], body)
