"""Session descriptions: which codec, which payload types and which way (RFC 8866, RFC 3264). Never raises on any bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

STATIC = {0: "PCMU", 8: "PCMA"}  # RFC 3551 section 6: known without an rtpmap
CODECS = ("PCMA", "PCMU")
EVENT_TYPE = 101  # the telephone-event payload type of our own offers
MIRRORED = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}

_MEDIA = re.compile(r"([a-zA-Z0-9-]+) ([0-9]{1,5})(?:/[0-9]+)? ([A-Za-z0-9/-]+)((?: [^ ]+)+)")
_RTPMAP = re.compile(r"rtpmap:([0-9]{1,3}) ([^/ ]+)/([0-9]+)")
_ADDRESS = re.compile(r"IN IP4 ([0-9.]+)(?:/.*)?")


@dataclass
class MediaLine:
    """One m= line with its attributes. `host` is "" when no usable IPv4 address was told."""

    kind: str
    port: int
    protocol: str
    formats: list[str]
    host: str
    direction: str
    names: dict[int, str] = field(default_factory=dict)  # payload type -> codec, of those with 8 kHz


@dataclass(frozen=True)
class Chosen:
    """What both sides can do. `index`: which m= line; `host`, `port`: where the other side listens; `direction`: ours.

    `event_type` is the payload type of telephone-event, None when it was not offered.
    """

    index: int
    codec: str
    payload_type: int
    event_type: int | None
    host: str
    port: int
    direction: str

    @property
    def sends(self) -> bool:
        """Whether we may send: not while the other side holds the call."""
        return self.direction in ("sendrecv", "sendonly") and self.host != "0.0.0.0"  # noqa: S104 - RFC 2543's hold


@dataclass
class Origin:
    """Our o= line: its id stays for the call, its version counts our descriptions."""

    session: int
    version: int = 0

    def line(self) -> str:
        self.version += 1
        return f"o=- {self.session} {self.version} IN IP4 127.0.0.1"


def parse(body: bytes) -> list[MediaLine]:
    """The m= lines of a description; what can't be read is left out, so the list may be empty."""
    host, direction = "", "sendrecv"
    lines: list[MediaLine] = []
    for text in re.split("\r\n|\r|\n", body.decode("utf-8", "replace")):
        kind, _, value = text.partition("=")
        value = value.strip()
        if kind == "m":
            lines.append(_media(value, host, direction))
        elif kind == "c" and (found := _ADDRESS.fullmatch(value)):
            host = _set(lines, "host", found[1]) or host
        elif kind == "a" and value in MIRRORED:
            direction = _set(lines, "direction", value) or direction
        elif kind == "a" and lines:
            _map(lines[-1], value)
    return lines


def _set(lines: list[MediaLine], name: str, value: str) -> str:
    """Puts the value on the m= line it stands under; gives it back when there is none yet: it then holds for all."""
    if not lines:
        return value
    setattr(lines[-1], name, value)
    return ""


def _media(value: str, host: str, direction: str) -> MediaLine:
    found = _MEDIA.fullmatch(value)
    if not found or int(found[2]) > 65535:
        return MediaLine("", 0, "", [], host, direction)
    formats = found[4].split()
    line = MediaLine(found[1], int(found[2]), found[3], formats, host, direction)
    line.names = {number: name for number, name in STATIC.items() if str(number) in formats}
    return line


def _map(line: MediaLine, value: str) -> None:
    found = _RTPMAP.match(value)
    if found and found[1] in line.formats and int(found[1]) < 128 and int(found[3]) == 8000:
        line.names[int(found[1])] = found[2].upper()


def choose(lines: list[MediaLine]) -> Chosen | None:
    """The first plain RTP audio line with PCMA or PCMU, and of these the one that stands first; None when there is none."""
    for index, line in enumerate(lines):
        if line.kind != "audio" or line.port == 0 or line.protocol.upper() not in ("RTP/AVP", "RTP/AVPF"):
            continue
        order = [int(text) for text in line.formats if text.isascii() and text.isdigit()]
        codec = next((number for number in order if line.names.get(number) in CODECS), None)
        if codec is None:
            continue
        event = next((number for number in order if line.names.get(number) == "TELEPHONE-EVENT"), None)
        return Chosen(index, line.names[codec], codec, event, line.host, line.port, MIRRORED[line.direction])
    return None


def answer(lines: list[MediaLine], chosen: Chosen, port: int, origin: Origin) -> bytes:
    """The answer to an offer: the chosen line with our port, every other with port 0 (RFC 3264 section 6)."""
    out = _session(origin)
    for index, line in enumerate(lines):
        if index != chosen.index:
            out.append(f"m={line.kind or 'audio'} 0 {line.protocol or 'RTP/AVP'} {' '.join(line.formats) or '0'}")
            continue
        types = {chosen.payload_type: f"{chosen.codec}/8000"}
        if chosen.event_type is not None:
            types[chosen.event_type] = "telephone-event/8000"
        out += _audio(port, line.protocol, types, chosen.direction)
    return _join(out)


def offer(port: int, origin: Origin) -> bytes:
    """Our own offer, for an INVITE that came without one."""
    types = {8: "PCMA/8000", 0: "PCMU/8000", EVENT_TYPE: "telephone-event/8000"}
    return _join([*_session(origin), *_audio(port, "RTP/AVP", types, "sendrecv")])


def _session(origin: Origin) -> list[str]:
    return ["v=0", origin.line(), "s=-", "c=IN IP4 127.0.0.1", "t=0 0"]


def _audio(port: int, protocol: str, types: dict[int, str], direction: str) -> list[str]:
    out = [f"m=audio {port} {protocol} {' '.join(map(str, types))}"]
    for number, name in types.items():
        out.append(f"a=rtpmap:{number} {name}")
        if name.startswith("telephone-event"):
            out.append(f"a=fmtp:{number} 0-15")
    return [*out, "a=ptime:20", f"a={direction}"]


def _join(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()
