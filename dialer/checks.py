"""`POST /gateways/{id}/check`: an OPTIONS, and a REGISTER where the gateway registers, through an agent; several askers share one."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from sip.messages import ProbeResult, Registration

# Answers to an OPTIONS that tell of our credentials or of a gateway in trouble; any other answer shows that it is there.
_BAD_CODES = frozenset((401, 403, 407, 408, *(code for code in range(500, 600) if code != 501)))


def _ok(code: int | None) -> bool:
    return code is not None and code not in _BAD_CODES


@dataclass
class Check:
    """One check under way."""

    wants_registration: bool
    askers: list[Future[dict[str, Any]]] = field(default_factory=list)
    asked: object = None  # the agent that was asked
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
