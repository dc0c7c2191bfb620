"""dialer/retry.py: the contract's rules, each by hand, and what must hold for every sequence of outcomes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.retry import INTERRUPTED_MAX_ATTEMPTS, NextStep, RetryPlan, Rule, after

NEVER = ["delivered", "partial", "rejected", "invalid_number", "do_not_call", "canceled"]
EVERY = ["busy", "no_answer", "failed", "interrupted", *NEVER]
RULES = {"busy": Rule(300, 2), "no_answer": Rule(3600, 1)}


def calls_until_done(outcomes: list[str], plan: RetryPlan) -> int:
    """How many calls a target gets whose calls end with these outcomes, the last one again and again."""
    retries: dict[str, int] = {}
    attempts = 0
    while True:
        outcome = outcomes[min(attempts, len(outcomes) - 1)]
        attempts += 1
        step = after(outcome, attempts, retries, plan, 0)
        if step.again_at is None:
            return attempts
        retries = step.retries


def test_a_busy_target_is_called_again_after_its_time() -> None:
    assert after("busy", 1, {}, RetryPlan(RULES), 1_000) == NextStep(301_000, {"busy": 1})


def test_an_outcome_causes_at_most_its_number_of_further_calls() -> None:
    assert calls_until_done(["busy"], RetryPlan(RULES)) == 3
    assert calls_until_done(["no_answer"], RetryPlan(RULES)) == 2
    assert calls_until_done(["failed"], RetryPlan(RULES)) == 1


def test_each_outcome_counts_for_itself() -> None:
    assert calls_until_done(["busy", "no_answer", "busy", "busy"], RetryPlan(RULES)) == 4


def test_max_attempts_caps_the_calls_in_all() -> None:
    assert calls_until_done(["busy"], RetryPlan(RULES, max_attempts=2)) == 2
    assert calls_until_done(["busy"], RetryPlan(RULES, max_attempts=1)) == 1
    assert calls_until_done(["busy"], RetryPlan(RULES, max_attempts=20)) == 3


def test_without_retry_there_is_one_call() -> None:
    assert calls_until_done(["busy"], RetryPlan({}, max_attempts=1)) == 1
    assert calls_until_done(["busy"], RetryPlan({}, max_attempts=7)) == 1


@pytest.mark.parametrize("outcome", NEVER)
def test_never_again(outcome: str) -> None:
    assert after(outcome, 1, {}, RetryPlan(RULES, redial_interrupted=True), 0) == NextStep(None, {})


def test_interrupted_is_called_again_only_where_that_is_wanted() -> None:
    assert after("interrupted", 1, {}, RetryPlan(RULES), 0).again_at is None
    wanted = RetryPlan({}, max_attempts=1, redial_interrupted=True)
    assert after("interrupted", 1, {}, wanted, 5_000) == NextStep(5_000, {"interrupted": 1})
    assert calls_until_done(["interrupted"], wanted) == 1 + INTERRUPTED_MAX_ATTEMPTS


def test_a_cap_given_with_retry_holds_for_interrupted_too() -> None:
    assert calls_until_done(["interrupted"], RetryPlan(RULES, max_attempts=2, redial_interrupted=True)) == 2


def test_from_json() -> None:
    row = {"retry": {"busy": {"after_s": 300, "max_attempts": 2}}, "max_attempts": None, "redial_interrupted": 1}
    assert RetryPlan.from_json(row) == RetryPlan({"busy": Rule(300, 2)}, None, True)
    assert RetryPlan.from_json({"retry": {}, "max_attempts": 1, "redial_interrupted": 0}) == RetryPlan({}, 1, False)


RULE = st.builds(Rule, st.integers(0, 7 * 86_400), st.integers(1, 20))
PLAN = st.builds(
    RetryPlan,
    st.dictionaries(st.sampled_from(["busy", "no_answer", "failed"]), RULE),
    st.one_of(st.none(), st.integers(1, 20)),
    st.booleans(),
)


@given(st.lists(st.sampled_from(EVERY), min_size=1, max_size=80), PLAN)
def test_every_target_ends_within_what_its_rules_allow(outcomes: list[str], plan: RetryPlan) -> None:
    calls = calls_until_done(outcomes, plan)
    further = sum(rule.max_attempts for rule in plan.rules.values()) + (INTERRUPTED_MAX_ATTEMPTS if plan.redial_interrupted else 0)
    assert calls <= 1 + further
    if plan.rules and plan.max_attempts is not None:
        assert calls <= plan.max_attempts


@given(st.sampled_from(EVERY), st.integers(1, 20), st.dictionaries(st.sampled_from(EVERY), st.integers(0, 20)), PLAN, st.integers(0, 2**45))
def test_one_decision(outcome: str, attempts: int, retries: dict[str, int], plan: RetryPlan, ended_at: int) -> None:
    before = dict(retries)
    step = after(outcome, attempts, retries, plan, ended_at)
    assert retries == before  # what was passed in is left alone
    if step.again_at is None:
        assert step.retries == before
    else:
        assert step.again_at >= ended_at
        assert step.retries == {**before, outcome: before.get(outcome, 0) + 1}
