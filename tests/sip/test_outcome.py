"""The one table from SIP results to outcomes: each row of the design's table, and what the rows do not say."""

import dataclasses

import pytest

from sip.messages import CallEnd
from sip.outcome import ALIKE, BY_CAUSE, BY_CODE, CREDENTIALS, FINE, OVERLOAD, UNREACHABLE, judge


def refused(code: int, **facts: object) -> CallEnd:
    return dataclasses.replace(CallEnd("c", at=9, provisional=True, sip_code=code), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "status", "outcome", "gateway"),
    [
        (486, "busy", "busy", FINE),
        (600, "busy", "busy", FINE),
        (480, "no-answer", "no_answer", FINE),
        (404, "failed", "invalid_number", ALIKE),
        (410, "failed", "invalid_number", FINE),
        (484, "failed", "invalid_number", ALIKE),
        (485, "failed", "invalid_number", FINE),
        (604, "failed", "invalid_number", FINE),
        (603, "failed", "rejected", FINE),
        (607, "failed", "rejected", FINE),
        (608, "failed", "rejected", FINE),
        (403, "failed", "rejected", ALIKE),
        (401, "failed", None, CREDENTIALS),
        (407, "failed", None, CREDENTIALS),
        (415, "failed", "failed", FINE),
        (488, "failed", "failed", ALIKE),
        (606, "failed", "failed", ALIKE),
        (302, "failed", "failed", FINE),
        (422, "failed", "failed", FINE),
        (481, "failed", "failed", FINE),
        (491, "failed", "failed", FINE),
        (487, "failed", "failed", FINE),
        (500, "failed", "failed", OVERLOAD),
        (502, "failed", "failed", OVERLOAD),
        (503, "failed", "failed", OVERLOAD),
        (504, "failed", "failed", OVERLOAD),
        (580, "failed", "failed", OVERLOAD),
        (400, "failed", "failed", FINE),
        (408, "failed", "failed", FINE),
        (699, "failed", "failed", FINE),
    ],
)
def test_final_responses(code: int, status: str, outcome: str | None, gateway: str) -> None:
    verdict = judge(refused(code))
    assert (verdict.status, verdict.outcome, verdict.gateway, verdict.sip_code) == (status, outcome, gateway, code)
    assert verdict.counts == (outcome is not None)


def test_408_after_ringing_is_no_answer() -> None:
    assert judge(refused(408, ringing_at=5)).outcome == "no_answer"


@pytest.mark.parametrize(("cause", "outcome"), list(BY_CAUSE.items()))
def test_the_cause_goes_before_the_code(cause: int, outcome: str) -> None:
    for code in BY_CODE:
        assert judge(refused(code, q850_cause=cause)).outcome == outcome


def test_an_unknown_cause_leaves_it_to_the_code() -> None:
    assert judge(refused(486, q850_cause=16)).outcome == "busy"


def test_a_busy_callee_behind_a_503_is_no_overload() -> None:
    assert judge(refused(503, q850_cause=17)).gateway == FINE


def test_congestion_told_by_the_cause_is_overload() -> None:
    assert judge(refused(480, q850_cause=34)).gateway == OVERLOAD


def test_whole_message_is_delivered_and_less_is_partial() -> None:
    whole = CallEnd("c", at=9, answered_at=1, sip_code=200, played=16000, message=16000, ended_by="service")
    assert judge(whole).outcome == "delivered"
    short = dataclasses.replace(whole, played=15999, ended_by="callee")
    assert (judge(short).outcome, judge(short).hangup_by, judge(short).status) == ("partial", "callee", "completed")


def test_an_answer_that_crossed_our_cancel_is_an_answered_call() -> None:
    for asked in ("ring_timeout", "end", "stop"):
        crossed = CallEnd("c", at=9, answered_at=8, sip_code=200, message=16000, asked=asked, ended_by="service")
        assert (judge(crossed).status, judge(crossed).outcome) == ("completed", "partial")


def test_our_cancel_at_the_ring_timeout_is_no_answer() -> None:
    verdict = judge(refused(487, asked="ring_timeout", ringing_at=3))
    assert (verdict.status, verdict.outcome, verdict.sip_code, verdict.hangup_by) == ("no-answer", "no_answer", 487, "service")


def test_100_only_until_the_ring_timeout_is_no_answer() -> None:
    silent = CallEnd("c", at=9, provisional=True, asked="ring_timeout")
    assert (judge(silent).outcome, judge(silent).sip_code) == ("no_answer", 487)


def test_a_busy_that_crossed_our_cancel_is_busy() -> None:
    assert judge(refused(486, asked="ring_timeout")).outcome == "busy"
    assert judge(refused(486, asked="end")).outcome == "busy"


@pytest.mark.parametrize("asked", ["end", "stop"])
@pytest.mark.parametrize("code", [None, 487])
def test_ended_by_us_before_the_answer_is_canceled(asked: str, code: int | None) -> None:
    verdict = judge(CallEnd("c", at=9, provisional=True, asked=asked, sip_code=code))
    assert (verdict.status, verdict.outcome, verdict.hangup_by) == ("canceled", "canceled", "service")


@pytest.mark.parametrize("asked", ["", "ring_timeout"])
def test_no_reply_at_all_counts_only_when_the_gateway_answers(asked: str) -> None:
    dead = CallEnd("c", at=9, local_cause="timeout", asked=asked, gateway_answers=False)
    assert (judge(dead).outcome, judge(dead).gateway, judge(dead).sip_code) == (None, UNREACHABLE, 408)
    alive = dataclasses.replace(dead, gateway_answers=True)
    assert (judge(alive).outcome, judge(alive).gateway, judge(alive).sip_code) == ("failed", FINE, 408)


@pytest.mark.parametrize("cause", ["resolve", "transport", "tls", "no_port"])
def test_a_fault_of_the_way_does_not_count(cause: str) -> None:
    verdict = judge(CallEnd("c", at=9, local_cause=cause))
    assert (verdict.outcome, verdict.gateway, verdict.sip_code) == (None, UNREACHABLE, None)


def test_no_media_in_common_fails() -> None:
    answered = CallEnd("c", at=9, answered_at=8, sip_code=200, message=10, local_cause="no_media")
    assert (judge(answered).status, judge(answered).outcome) == ("failed", "failed")
