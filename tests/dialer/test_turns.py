"""Nobody starves: campaigns and users take turns at one line, at a slow pace, and where agents of several gateways share the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from security.keys import SecretBox
from sip.messages import CALLS_IN_A_ROW, Stop
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import a_gateway, counts_add_up, started
from tests.dialer.puppets import BUSY, Bench

MANY, FEW = 40, 3


def a_bench(store: Store, box: SecretBox, folder: Path, lines: int = 8) -> Bench:
    return Bench(store, box, folder, lines=lines)


def calls_until_done(bench: Bench, store: Store, campaign_id: str, every_ms: int) -> int:
    """How many calls begin until the campaign has no target left. Each call ends at once, so that nobody is live at the next start."""
    for _ in range(200):
        bench.turn(every_ms)
        bench.end_all(**BUSY)
        if not {"pending", "active"} & counts_add_up(store, campaign_id).keys():
            return len(bench.dials())
    raise AssertionError("it starves")


@pytest.mark.parametrize("limit", [{"max_lines": 1}, {"calls_per_second": 1}])
def test_a_small_campaign_is_not_stuck_behind_a_large_one(
    store: Store, box: SecretBox, tmp_path: Path, user: Viewer, limit: dict[str, int]
) -> None:
    gateway = a_gateway(store, user, **limit)
    started(store, user, MANY, gateway_id=gateway)
    small = started(store, user, FEW, gateway_id=gateway)["id"]
    bench = a_bench(store, box, tmp_path)
    bench.look()
    assert calls_until_done(bench, store, small, every_ms=1_200) <= 2 * FEW + 2


def test_a_user_with_one_campaign_is_not_stuck_behind_one_with_many(
    store: Store, box: SecretBox, tmp_path: Path, user: Viewer, other: Viewer
) -> None:
    for _ in range(6):
        started(store, user, MANY)
    single = started(store, other, FEW)["id"]
    bench = a_bench(store, box, tmp_path, lines=1)
    bench.look()
    assert calls_until_done(bench, store, single, every_ms=100) <= 2 * FEW + 2


def test_users_have_as_many_lines_each(store: Store, box: SecretBox, tmp_path: Path, user: Viewer, other: Viewer) -> None:
    runs = [started(store, owner, MANY)["id"] for owner in (user, user, user, other)]
    bench = a_bench(store, box, tmp_path)
    bench.look()
    assert [bench.engine.runs[own].live for own in runs] == [2, 1, 1, 4]


def test_lines_that_a_campaign_leaves_over_go_to_others_at_once(store: Store, box: SecretBox, tmp_path: Path, user: Viewer) -> None:
    started(store, user, 1)
    large = started(store, user, MANY)["id"]
    bench = a_bench(store, box, tmp_path)
    bench.look()
    assert len(bench.engine.flights) == 8
    assert bench.engine.runs[large].live == 7


def test_a_gateway_without_an_agent_gets_one_though_all_the_others_are_busy(
    store: Store, box: SecretBox, tmp_path: Path, user: Viewer
) -> None:
    """One line is one agent, and four more: five gateways keep them busy, the sixth comes later."""
    gateways = [a_gateway(store, user) for _ in range(6)]
    first = [started(store, user, MANY, gateway_id=gateway)["id"] for gateway in gateways[:5]]
    bench = a_bench(store, box, tmp_path, lines=5)
    bench.pool._max_agents = 5
    bench.look()
    late = started(store, user, FEW, gateway_id=gateways[5])["id"]
    bench.engine.look_again()
    for _ in range(60):
        bench.turn(1_000)
        bench.end_all()
        for puppet in bench.launcher.puppets:
            if puppet.sock.fileno() >= 0 and any(isinstance(message, Stop) for message in puppet.listen()):
                puppet.die()
        if counts_add_up(store, late) == {"delivered": FEW}:
            break
    assert counts_add_up(store, late) == {"delivered": FEW}
    assert all("pending" in counts_add_up(store, own) for own in first[:3])


def test_an_agent_rests_when_its_calls_end_at_once(store: Store, box: SecretBox, tmp_path: Path, user: Viewer) -> None:
    bench = a_bench(store, box, tmp_path, lines=4)
    own = started(store, user, MANY, gateway_id="sandbox", max_lines=4)["id"]
    bench.look()
    while bench.end_all(**BUSY):
        pass
    assert counts_add_up(store, own) == {"busy": CALLS_IN_A_ROW, "pending": MANY - CALLS_IN_A_ROW}
    bench.turn(1_001)
    while bench.end_all(**BUSY):
        pass
    assert counts_add_up(store, own) == {"busy": MANY}
