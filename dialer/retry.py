"""Whether a target is called again after an attempt, and when. Pure: the rules of the contract's `retry` and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A call whose end is not known may have been heard. Even where that is accepted, it is not repeated for ever.
INTERRUPTED_MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Rule:
    """After one outcome: call again `after_s` seconds later, at most `max_attempts` further times because of that outcome."""

    after_s: int
    max_attempts: int


@dataclass(frozen=True)
class RetryPlan:
    """What a campaign says about further calls.

    Args:
        rules: by outcome, of `busy`, `no_answer` and `failed`; empty: no outcome of the network is called again.
        max_attempts: how many calls a target gets in all, when given together with rules; None: the rules alone decide.
        redial_interrupted: call again after `interrupted`, at once, at most `INTERRUPTED_MAX_ATTEMPTS` further times.
    """

    rules: Mapping[str, Rule]
    max_attempts: int | None = None
    redial_interrupted: bool = False

    @classmethod
    def from_json(cls, campaign: Mapping[str, Any]) -> RetryPlan:
        """Of a campaign, a row or as JSON: its `retry`, `max_attempts` and `redial_interrupted`."""
        rules = {outcome: Rule(rule["after_s"], rule["max_attempts"]) for outcome, rule in (campaign["retry"] or {}).items()}
        return cls(rules, campaign["max_attempts"], bool(campaign["redial_interrupted"]))


@dataclass(frozen=True)
class NextStep:
    """What becomes of the target: done (`again_at` None) or pending until `again_at` (milliseconds of UNIX time).

    `retries` tells how many further calls each outcome has caused so far, this decision included.
    """

    again_at: int | None
    retries: dict[str, int]


def after(outcome: str, attempts: int, retries: Mapping[str, int], plan: RetryPlan, ended_at_ms: int) -> NextStep:
    """Decides after an attempt that counts.

    Args:
        outcome: of the attempt that has just ended, one of the words of a campaign's counts.
        attempts: how many calls the target has had, this one included.
        retries: as the last `NextStep` of this target gave it; empty at first.
        plan: the campaign's.
        ended_at_ms: when the attempt ended, in milliseconds of UNIX time.
    """
    rule = _rule(outcome, plan)
    caused = retries.get(outcome, 0)
    capped = bool(plan.rules) and plan.max_attempts is not None and attempts >= plan.max_attempts
    if rule is None or caused >= rule.max_attempts or capped:
        return NextStep(None, dict(retries))
    return NextStep(ended_at_ms + rule.after_s * 1000, {**retries, outcome: caused + 1})


def _rule(outcome: str, plan: RetryPlan) -> Rule | None:
    if outcome == "interrupted":
        return Rule(0, INTERRUPTED_MAX_ATTEMPTS) if plan.redial_interrupted else None
    return plan.rules.get(outcome)
