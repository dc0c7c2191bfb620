"""The moments at which calls take what they have heard."""

from __future__ import annotations

import os

import pytest

from sip.rounds import next_round

EVERY_S = 0.4


def test_all_calls_of_an_agent_have_the_same_moments() -> None:
    first = next_round(1000.0, EVERY_S)
    assert 1000.0 < first <= 1000.4
    assert next_round(first - 0.001, EVERY_S) == pytest.approx(first)
    assert next_round(first + 0.001, EVERY_S) == pytest.approx(first + EVERY_S)


@pytest.mark.parametrize("agents", [2, 25, 100, 200])
def test_agents_have_moments_of_their_own_far_from_each_other(agents: int, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = []
    for number in range(4711, 4711 + agents):
        monkeypatch.setattr(os, "getpid", lambda number=number: number)
        moments.append(next_round(1000.0, EVERY_S) % EVERY_S)
    moments.sort()
    gaps = [after - before for before, after in zip(moments, [*moments[1:], moments[0] + EVERY_S], strict=True)]
    assert min(gaps) > 0.3 * EVERY_S / agents
    assert max(gaps) < 3 * EVERY_S / agents
