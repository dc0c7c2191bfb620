"""What a call's end means: SIP result → status and outcome (RFC 3261, RFC 3398, Q.850). The one table of it; pure, no pjsua2.

A `Reason: Q.850` header is more precise than the SIP code and goes first. An answered call is `delivered` or `partial` whatever came
later. What is not known to the table fails carefully: `failed`, never called again but by the campaign's `retry.failed`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sip.messages import CallEnd

# Faults of our own side or of the way to the gateway, when no SIP message tells: the call does not count as an attempt.
LOCAL_CAUSES = ("timeout", "resolve", "transport", "tls", "no_port", "stun", "settings")

# What a call's end says of its gateway; the breaker acts on it.
FINE = "fine"  # the gateway works
CREDENTIALS = "credentials"  # it refuses our credentials
UNREACHABLE = "unreachable"  # it does not resolve, connect or answer
OVERLOAD = "overload"  # 5xx
ALIKE = "alike"  # a code that wrong settings would bring for every number

BY_CAUSE = {
    17: "busy",
    18: "no_answer",
    19: "no_answer",
    1: "invalid_number",
    22: "invalid_number",
    28: "invalid_number",
    21: "rejected",
    58: "failed",
    65: "failed",
    88: "failed",
    27: "failed",
    34: "failed",
    38: "failed",
    41: "failed",
    42: "failed",
}
BY_CODE = {
    **dict.fromkeys((486, 600), "busy"),
    480: "no_answer",
    **dict.fromkeys((404, 410, 484, 485, 604), "invalid_number"),
    **dict.fromkeys((403, 603, 607, 608), "rejected"),
}
OVERLOAD_CAUSES = frozenset((27, 34, 38, 41, 42))
ALIKE_CODES = frozenset((403, 404, 484, 488, 606))
STATUS = {"busy": "busy", "no_answer": "no-answer", "canceled": "canceled", "delivered": "completed", "partial": "completed"}


@dataclass(frozen=True)
class Verdict:
    """What becomes of a call.

    Attributes:
        status: the call's, as in the contract.
        outcome: one of the contract's words; None for an attempt that does not count.
        sip_code: the code to keep, 408 and 487 included where they are ours.
        hangup_by: callee, service or network.
        gateway: what it says of the gateway, one of FINE ... ALIKE.
    """

    status: str
    outcome: str | None
    sip_code: int | None
    hangup_by: str
    gateway: str

    @property
    def counts(self) -> bool:
        """Whether the target was really tried."""
        return self.outcome is not None


def judge(end: CallEnd) -> Verdict:
    """The verdict on a call that is over."""
    if end.answered_at is not None:
        return _answered(end)
    ours = end.sip_code in (None, 487)
    if end.asked in ("end", "stop") and ours:
        return Verdict("canceled", "canceled", end.sip_code, "service", FINE)
    if end.sip_code is None and not end.provisional:
        return _no_reply(end)
    if end.asked == "ring_timeout" and ours:
        return Verdict("no-answer", "no_answer", end.sip_code or 487, "service", FINE)
    if end.sip_code is None:  # it rang, or was tried, and then the way broke
        return Verdict("failed", "failed", None, "network", FINE)
    return _refused(end, end.sip_code)


def _answered(end: CallEnd) -> Verdict:
    if end.local_cause == "no_media":
        return Verdict("failed", "failed", 488, "service", FINE)
    whole = end.played >= end.message
    return Verdict("completed", "delivered" if whole else "partial", end.sip_code, end.ended_by, FINE)


def _no_reply(end: CallEnd) -> Verdict:
    if end.local_cause in ("", "timeout"):
        if end.gateway_answers:
            return Verdict("failed", "failed", 408, "network", FINE)
        return Verdict("failed", None, 408, "network", UNREACHABLE)
    return Verdict("failed", None, None, "network", UNREACHABLE)


def _refused(end: CallEnd, code: int) -> Verdict:
    if code in (401, 407):
        return Verdict("failed", None, code, "network", CREDENTIALS)
    outcome = BY_CAUSE.get(end.q850_cause or 0) or _by_code(code, end.ringing_at is not None)
    by = "callee" if outcome in ("busy", "rejected") else "network"
    return Verdict(STATUS.get(outcome, "failed"), outcome, code, by, _of_gateway(end, code, outcome))


def _by_code(code: int, rang: bool) -> str:
    if code == 408 and rang:
        return "no_answer"
    return BY_CODE.get(code, "failed")


def _of_gateway(end: CallEnd, code: int, outcome: str) -> str:
    if outcome == "failed" and (code // 100 == 5 or (end.q850_cause or 0) in OVERLOAD_CAUSES):
        return OVERLOAD
    return ALIKE if code in ALIKE_CODES else FINE


def local_cause(code: int, reason: str) -> str:
    """Which fault of our own side or of the way pjsua2's made-up code tells of, when no message came (one of LOCAL_CAUSES)."""
    text = reason.lower()
    if code == 408:
        return "timeout"
    if "stun" in text:
        return "stun"
    if "resolv" in text or "hostname" in text or "gai" in text:
        return "resolve"
    if "ssl" in text or "tls" in text or "certificate" in text:
        return "tls"
    if "address already in use" in text:
        return "no_port"
    return "transport"
