"""From the facts of a call's end to what the store keeps: the call's row, and whether its target is done. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dialer import retry
from dialer.retry import RetryPlan
from sip.messages import CallEnd
from sip.outcome import Verdict
from sip.response import readable
from store.flight import Finish


@dataclass(frozen=True)
class Flight:
    """A call in flight, as the dialer keeps it until its end is written. `attempts` counts this one.

    `settings_of` is the gateway's `changed_at`: with which of its settings the call was placed.
    """

    call_id: str
    campaign_id: str
    target_id: int
    gateway_id: str
    number: str
    owner: str
    initiated_at: int
    attempts: int
    retries: dict[str, int]
    plan: RetryPlan
    settings_of: int


def finish_of(flight: Flight, end: CallEnd, verdict: Verdict, *, stopping: bool) -> Finish:
    """What becomes of the call and its target.

    Args:
        stopping: the service stops in order. A call that it cut off before the answer counts as interrupted for the retry.
    """
    ended_at = max(end.at, flight.initiated_at)
    call = call_columns(end, verdict, ended_at)
    do_not_call = (flight.number, flight.owner) if end.opted_out else None
    if verdict.outcome is None:
        return _taken_back(flight, call, do_not_call)
    cause = "interrupted" if stopping and verdict.outcome == "canceled" else verdict.outcome
    step = retry.after(cause, flight.attempts, flight.retries, flight.plan, ended_at)
    again_at = None if end.opted_out else step.again_at
    return Finish(
        call_id=flight.call_id,
        campaign_id=flight.campaign_id,
        target_id=flight.target_id,
        call=call,
        state="done" if again_at is None else "pending",
        outcome=verdict.outcome,
        retries=step.retries,
        next_attempt_at=again_at or 0,
        do_not_call=do_not_call,
    )


def interrupted(
    call_id: str, campaign_id: str, target_id: int, attempts: int, retries: dict[str, int], plan: RetryPlan, now: int
) -> Finish:
    """A call whose end nobody saw: the service or its agent died."""
    step = retry.after("interrupted", attempts, retries, plan, now)
    return Finish(
        call_id=call_id,
        campaign_id=campaign_id,
        target_id=target_id,
        call={"status": "interrupted", "outcome": "interrupted", "ended_at": now},
        state="done" if step.again_at is None else "pending",
        outcome="interrupted",
        retries=step.retries,
        next_attempt_at=step.again_at or 0,
    )


def _taken_back(flight: Flight, call: dict[str, Any], do_not_call: tuple[str, str] | None) -> Finish:
    return Finish(
        call_id=flight.call_id,
        campaign_id=flight.campaign_id,
        target_id=flight.target_id,
        call=call,
        state="pending",
        outcome=None,
        retries=flight.retries,
        next_attempt_at=0,
        counts=False,
        do_not_call=do_not_call,
    )


def call_columns(end: CallEnd, verdict: Verdict, ended_at: int) -> dict[str, Any]:
    """The columns of the call's row, all durations in milliseconds."""
    rang_until = end.answered_at or ended_at
    return {
        "status": verdict.status,
        "outcome": verdict.outcome,
        "sip_code": verdict.sip_code,
        "sip_reason": readable(end.sip_reason) or None,
        "q850_cause": end.q850_cause,
        "ringing_at": end.ringing_at,
        "answered_at": end.answered_at,
        "ended_at": ended_at,
        "ring_ms": None if end.ringing_at is None else max(0, rang_until - end.ringing_at),
        "talk_ms": None if end.answered_at is None else max(0, ended_at - end.answered_at),
        "played_ms": None if end.answered_at is None else round(end.played * 1000 / end.rate),
        "first_audio_ms": end.first_audio_ms,
        **(vars(end.quality) if end.quality else {}),
        "digits": end.digits,
        "transfer": end.transfer or None,
        "transfer_code": end.transfer_code,
        "hangup_by": verdict.hangup_by,
        "answered_by": end.answered_by,
    }
