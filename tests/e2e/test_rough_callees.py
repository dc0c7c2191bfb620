"""The short form of `python -m bench.listening`: calls that are listened to, to a callee that is rough with them."""

from __future__ import annotations

import pytest

from bench.listening import run

pytestmark = pytest.mark.alone


@pytest.mark.timeout(120)
def test_no_agent_dies_and_no_recording_is_missing() -> None:
    result = run(calls=120, lines=60, kill=0, seed=5)
    assert (result.calls, result.deaths, result.missing) == (120, 0, 0), result
    assert set(result.outcomes) == {"delivered", "partial"}, result
    assert result.recordings, result
    assert result.digits, result


@pytest.mark.timeout(120)
def test_a_dead_agent_costs_its_own_calls_only() -> None:
    result = run(calls=80, lines=40, kill=1, seed=6)
    assert (result.calls, result.killed, result.deaths, result.missing) == (80, 1, 0, 0), result
    assert 1 <= result.outcomes["interrupted"] <= 4, result
