"""The gateways of the table, as the runner starts them: SIPp alone, behind a TCP relay or behind Kamailio, and those in Python.

Each has `port`, `transport`, `rtp` and `other` (two places for media), and `messages()`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

from typing_extensions import Self

from tests.interop.pipe import Pipe
from tests.peers.kamailio import KamailioProxy
from tests.peers.ports import HOST
from tests.peers.rtp import RtpSink
from tests.peers.scenarios import Value, around, choice, filled
from tests.peers.sipmessage import SipMessage
from tests.peers.sipp import SippGateway

SCENARIOS = Path(__file__).parent / "sipp"
RING_MS = 20
RELAYED = "answers_behind_a_relay"  # the scenario behind a Pipe


def told(xml: str) -> str:
    """What a scenario does, in the words of the comment at its head."""
    found = re.search(r"<!-- (.+?) -->", (SCENARIOS / f"{xml}.xml").read_text(), re.DOTALL)
    assert found, xml
    return found[1]


class Place(Protocol):
    """A gateway that calls can go to. A context manager."""

    port: int
    transport: str
    rtp: RtpSink
    other: RtpSink

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: Any) -> None: ...

    def messages(self) -> list[SipMessage]: ...


class ScenarioGateway(SippGateway):
    """SIPp with scenarios of sipp/ here.

    Args:
        scenarios: by the dialled number's last digits, name and values of each; "" is for every other number, and must be there.
        folder: its files.
        transport: udp or tcp.
        other_host: where the second place for media is.
        values: for all of them.
    """

    def __init__(
        self,
        scenarios: Mapping[str, tuple[str, Mapping[str, Value]]],
        folder: Path,
        transport: str = "udp",
        other_host: str = HOST,
        **values: Value,
    ) -> None:
        super().__init__("", folder, transport=transport, trace=True)
        self.other = RtpSink(other_host)
        self._scenarios = scenarios
        self._own: dict[str, Value] = {"rtp_port": self.rtp.port, "other_port": self.other.port, "other_host": other_host, **values}

    def prepare(self) -> None:
        labels = {digits: f"{xml}_{digits}" for digits, (xml, _) in self._scenarios.items()}
        first, *rest = sorted(self._scenarios)
        bodies = choice({digits: labels[digits] for digits in rest}) if rest else ""
        for digits in (first, *rest):
            xml, values = self._scenarios[digits]
            text = (SCENARIOS / f"{xml}.xml").read_text()
            bodies += filled(text, labels[digits], {"ring_ms": RING_MS, "headers": "", **self._own, **values})
        (self.folder / "scenario.xml").write_text(around(bodies, "interop", self._own))

    def stop(self, limit_s: float = 2.0) -> None:
        super().stop(limit_s)
        self.other.close()


class Fronted:
    """A ScenarioGateway with something in front of it: a Pipe or a Kamailio."""

    def __init__(self, gateway: ScenarioGateway, front: Pipe | KamailioProxy, transport: str) -> None:
        self.gateway, self.front = gateway, front
        self.port, self.transport = front.port, transport
        self.rtp, self.other = gateway.rtp, gateway.other
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.gateway)
            stack.enter_context(self.front)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stack.close()

    def messages(self) -> list[SipMessage]:
        """What the gateway behind saw."""
        return self.gateway.messages()
