"""The clock on the wall jumps in the middle of a campaign, while the clock that only counts on goes on: the engine with time passed in.

The same with real processes: tests/e2e/test_trouble.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from security.keys import SecretBox
from sip.messages import CallEnd, Dial
from store import tables
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import a_gateway, counts_add_up, number, rows_of, started
from tests.dialer.puppets import BUSY, Bench, Puppet

HOUR_MS = 3_600_000


class TwoClocks(Bench):
    """`now` counts on; the wall shows it, moved by `moved` ms."""

    moved = 0

    def turn(self, ms: int = 0, times: int = 3) -> None:
        self.now += ms
        for _ in range(times):
            for agent, message in self.pool.wait(0.0):
                self.engine.handle(agent, message, self.now + self.moved)
            self.engine.step(self.now + self.moved, self.now / 1000)

    def end(self, puppet: Puppet, dial: Dial, **facts: Any) -> None:
        # The agents read the same wall.
        shown = self.now + self.moved
        answered = {"answered_at": shown, "provisional": True, "sip_code": 200, "played": 8000, "message": 8000, "asked": "done"}
        puppet.say(CallEnd(dial.call_id, at=shown, **(facts or answered)))


@pytest.fixture
def bench(store: Store, box: SecretBox, tmp_path: Path) -> TwoClocks:
    return TwoClocks(store, box, tmp_path)


def calls_of(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(tables.calls).order_by(tables.calls.c.seq)).mappings())


@pytest.mark.parametrize("jump_ms", [-HOUR_MS, HOUR_MS])
def test_everybody_is_called_once_and_no_time_is_negative(bench: TwoClocks, store: Store, user: Viewer, jump_ms: int) -> None:
    own = started(store, user, 50, gateway_id=a_gateway(store, user))["id"]
    bench.look()
    bench.end_all()
    assert len(bench.engine.flights) == 20  # live while the clock jumps
    bench.moved = jump_ms
    while bench.end_all():
        bench.turn(1_000)
        counts_add_up(store, own)
    assert counts_add_up(store, own) == {"delivered": 50}
    assert sorted(dial.user for _, dial in bench.dials()) == sorted(number(n) for n in range(50))
    for row in calls_of(store):
        assert row["ended_at"] >= row["initiated_at"]
        assert row["talk_ms"] >= 0


def test_the_pace_holds_whatever_the_wall_shows(bench: TwoClocks, store: Store, user: Viewer) -> None:
    started(store, user, 30, calls_per_second=2)
    bench.look()
    starts = []
    for step in range(100):
        bench.moved = (-HOUR_MS, HOUR_MS, 0)[step % 3]
        bench.turn(100)
        bench.end_all()
        starts.append(len(bench.dials()))
    assert starts[-1] > 15
    assert all(later - before <= 2 for before, later in zip(starts, starts[10:], strict=False))


def test_a_retry_is_never_early_when_the_clock_is_set_back(bench: TwoClocks, store: Store, user: Viewer) -> None:
    own = started(store, user, 1, retry={"busy": {"after_s": 60, "max_attempts": 1}}, max_attempts=None)["id"]
    bench.look()
    bench.end_all(**BUSY)
    bench.moved = -HOUR_MS
    bench.turn(59_000)
    assert len(bench.dials()) == 1
    bench.turn(HOUR_MS + 2_000)  # its moment was fixed, and is in the list of targets: the wall comes there an hour later
    assert len(bench.dials()) == 2
    bench.end_all(**BUSY)
    assert rows_of(store, own)[0]["attempts"] == 2
