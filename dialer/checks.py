"""`POST /gateways/{id}/check`: an OPTIONS, and a REGISTER where the gateway registers, through an agent; several askers share one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from dialer.pool import Agent, Pool
from sip.messages import Probe, ProbeResult, Register, Registration, Setup

# Answers to an OPTIONS that tell of our credentials or of a gateway in trouble; any other answer shows that it is there.
_BAD_CODES = frozenset((401, 403, 407, 408, *(code for code in range(500, 600) if code != 501)))


def _ok(code: int | None) -> bool:
    return code is not None and code not in _BAD_CODES


@dataclass
class Check:
    """One check under way."""

    wants_registration: bool
    askers: list[Future[dict[str, Any]]] = field(default_factory=list)
    asked: Agent | None = None
    probe: ProbeResult | None = None
    registration: Registration | None = None

    def result(self) -> dict[str, Any] | None:
        """The answer, when all of it is there."""
        if self.probe is None or (self.wants_registration and self.registration is None):
            return None
        if self.registration is not None and self.registration.state != "registered":
            return _answer(False, self.registration.sip_code, f"REGISTER: {self.registration.reason}", self.probe.rtt_ms)
        return _answer(_ok(self.probe.sip_code), self.probe.sip_code, self.probe.reason, self.probe.rtt_ms)

    def resolve(self, answer: dict[str, Any]) -> None:
        """Gives the answer to all who asked."""
        for asker in self.askers:
            if not asker.done():
                asker.set_result(answer)

    def fail(self, reason: str) -> None:
        """Nothing came: the gateway could not even be asked."""
        self.resolve(_answer(False, None, reason, None))


def _answer(ok: bool, sip_code: int | None, reason: str, rtt_ms: int | None) -> dict[str, Any]:
    return {"ok": ok, "sip_code": sip_code, "reason": reason, "rtt_ms": rtt_ms}


class Checks:
    """The checks under way, one a gateway. Used by the dialer's thread only.

    Args:
        pool: the agents, one of which asks.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._under_way: dict[str, Check] = {}

    def ask(self, gateway_id: str, wants_registration: bool, asker: Future[dict[str, Any]], setup: Callable[[], Setup]) -> None:
        """Asks the gateway, through a new agent (`setup`) where it has none; `asker` gets the answer, also of a check under way."""
        check = self._under_way.setdefault(gateway_id, Check(wants_registration))
        check.askers.append(asker)
        agent = self._agent_of(gateway_id)
        if agent is not None:
            self._send(agent, check)
            return
        try:
            self._pool.start(setup(), gateway_id)
        except OSError as error:
            self.fail(gateway_id, f"an agent could not be started: {error}")

    def on_ready(self, agent: Agent) -> None:
        """An agent can ask from now on."""
        if agent.gateway_id in self._under_way:
            self._send(agent, self._under_way[agent.gateway_id])

    def on_answer(self, gateway_id: str, probe: ProbeResult | None = None, registration: Registration | None = None) -> None:
        """The gateway's answer to an OPTIONS or a REGISTER, whoever wanted it."""
        check = self._under_way.get(gateway_id)
        if check is None or check.asked is None:
            return
        check.probe = probe or check.probe
        check.registration = registration or check.registration
        answer = check.result()
        if answer is not None:
            self._under_way.pop(gateway_id).resolve(answer)

    def on_agent_gone(self, agent: Agent) -> None:
        """Its process has ended: what it was asked gets no answer."""
        check = self._under_way.get(agent.gateway_id)
        if check is not None and (check.asked is agent or not self._agent_of(agent.gateway_id)):
            self.fail(agent.gateway_id, "the agent process died")

    def fail(self, gateway_id: str, reason: str) -> None:
        """The gateway can't be asked; a check under way ends so."""
        if gateway_id in self._under_way:
            self._under_way.pop(gateway_id).fail(reason)

    def fail_all(self, reason: str) -> None:
        """Answers all who wait: nothing more will come."""
        for gateway_id in list(self._under_way):
            self.fail(gateway_id, reason)

    def _agent_of(self, gateway_id: str) -> Agent | None:
        mine = [agent for agent in self._pool.agents if agent.gateway_id == gateway_id and not agent.leaving]
        return max(mine, key=lambda agent: agent.keep, default=None)

    def _send(self, agent: Agent, check: Check) -> None:
        if check.asked is not None or not agent.lines:
            return
        check.asked = agent
        self._pool.send(agent, Probe())
        if check.wants_registration:
            self._pool.send(agent, Register())
