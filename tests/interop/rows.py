"""What a row of the table is, and what was seen of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tests.interop.gateways import RELAYED, Fronted, Place, ScenarioGateway, told
from tests.interop.pipe import Pipe
from tests.interop.raw import RawGateway
from tests.peers import g711, signals
from tests.peers.compare import Samples
from tests.peers.kamailio import KamailioProxy
from tests.peers.ports import free_port
from tests.peers.rtp import RtpStream
from tests.peers.scenarios import Value
from tests.peers.sipmessage import SipMessage

MESSAGE = signals.speech_like(2.5)
MESSAGE_MS = len(MESSAGE) // 8
CODECS = {0: "PCMU", 8: "PCMA"}
Make = Callable[[Path], Place]


@dataclass(frozen=True)
class Row:
    """A behaviour of a gateway, and what must become of a call to it.

    Attributes:
        name: of the behaviour; of a scenario, its file's.
        does: what the gateway does.
        outcome: the call's; None when the attempt must not count and the target waits.
        sip_code, q850, hangup_by: the call's. `hangup_by` None: not said here.
        heard: what the gateway's media port heard of the message: all, none, or "" when only `check` can say.
        make: makes the gateway in a folder; None for a refusal, of which many share a gateway.
        settings: of the service's gateway.
        fields: of the campaign.
        during: runs beside the call.
        check: what else must hold; raises AssertionError.
        numbers: how many subscribers are dialled.
        slow: it waits for a timer of seconds, so it is dialled first.
    """

    name: str
    does: str
    outcome: str | None
    sip_code: int | None
    q850: int | None = None
    hangup_by: str | None = None
    heard: str = ""
    make: Make | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    during: Callable[[Place], None] | None = None
    check: Callable[[Any], None] | None = None
    numbers: int = 1
    slow: bool = False
    refusal: tuple[str, Mapping[str, Value]] = ("", {})


@dataclass
class Seen:
    """What was seen of a row: `calls` as the API tells them, `messages` and `streams` as the gateway did."""

    calls: list[dict[str, Any]]
    target: dict[str, Any]
    status: dict[str, Any]
    place: Place
    messages: list[SipMessage]
    streams: list[RtpStream]
    others: list[RtpStream]

    @property
    def call(self) -> dict[str, Any]:
        """The first call."""
        return self.calls[0]

    @cached_property
    def sound(self) -> Samples:
        """All that came to the gateway's media port, in the order of its streams."""
        return sound_of(self.streams)

    def requests(self, method: str) -> list[SipMessage]:
        """What we sent to the gateway. One that was repeated (UDP, a busy machine) is there once."""
        found = [message for message in self.messages if not message.sent and message.start.startswith(f"{method} ")]
        return list({message.raw: message for message in reversed(found)}.values())[::-1]

    def times(self, method: str) -> int:
        """How often such requests came, repeated ones counted."""
        return sum(not message.sent and message.start.startswith(f"{method} ") for message in self.messages)

    def answers(self, method: str) -> list[int]:
        """The final codes that we gave to the gateway's own requests of that method."""
        found = [message for message in self.messages if not message.sent and message.status >= 200 and message.method == method]
        return [message.status for message in {message.header("CSeq"): message for message in found}.values()]


def sound_of(streams: list[RtpStream]) -> Samples:
    """The decoded payloads of G.711 streams."""
    parts = [
        g711.decode(bytes(stream.sound), CODECS[max(stream.payload_types, key=stream.payload_types.__getitem__)]) for stream in streams
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def codec_of(stream: RtpStream) -> str:
    """PCMA or PCMU: which one most of its packets have."""
    return max((packets, CODECS[kind]) for kind, packets in stream.payload_types.items() if kind in CODECS)[1]


def answered(name: str, make: Make | None = None, **more: Any) -> Row:
    """A row whose call is answered and hears all of the message."""
    fields: dict[str, Any] = {"outcome": "delivered", "sip_code": 200, "hangup_by": "service", "heard": "all"} | more
    return Row(name, fields.pop("does", "") or told(name), make=make or sipp(name), **fields)


def ended(name: str, outcome: str | None, sip_code: int | None, make: Make | None = None, **more: Any) -> Row:
    """A row whose call ends otherwise."""
    return Row(name, more.pop("does", "") or told(name), outcome, sip_code, make=make or sipp(name), **more)


def sipp(xml: str, transport: str = "udp", **values: Any) -> Make:
    """SIPp with one scenario."""
    return lambda folder: ScenarioGateway({"": (xml, {})}, folder, transport, **values)


def piped(how: str) -> Make:
    """SIPp over TCP behind a Pipe."""

    def make(folder: Path) -> Place:
        port = free_port()
        gateway = ScenarioGateway({"": (RELAYED, {"front_port": port})}, folder, "tcp")
        return Fronted(gateway, Pipe(port, gateway.port, how), "tcp")

    return make


def proxied(xml: str, transport: str, auth: bool = False, **values: Any) -> Make:
    """SIPp behind Kamailio."""

    def make(folder: Path) -> Place:
        gateway = ScenarioGateway({"": (xml, values)}, folder / "sipp")
        proxy = KamailioProxy(folder / "kamailio", auth=auth, transport=transport, upstream=gateway.port)
        return Fronted(gateway, proxy, transport)

    return make


def raw(kind: type[RawGateway]) -> Make:
    """A gateway in Python."""
    return lambda folder: kind()
