"""store/timeline.py: the counters of each 10 s are always the sums of the calls' rows, and a chart is read from them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from clock import from_rfc3339
from dialer.recovery import recover
from errors import NotFound
from security.keys import SecretBox
from store import campaigns, tables, timeline
from store.engine import Store
from store.target_rows import seq_of
from store.viewer import Viewer
from tests.campaign_things import a_gateway, counts_add_up, started
from tests.dialer.puppets import BUSY, START_MS, Bench

REFUSED = {"provisional": True, "sip_code": 403, "sip_reason": "Forbidden"}
RETRY = {"busy": {"after_s": 30, "max_attempts": 1}}


@pytest.fixture
def bench(store: Store, box: SecretBox, tmp_path: Path) -> Bench:
    return Bench(store, box, tmp_path)


def rows(store: Store, campaign_id: str) -> dict[int, dict[str, int]]:
    """By their time, the counters that are not 0; without the peak."""
    query = select(tables.timeline).where(tables.timeline.c.campaign_seq == seq_of(campaign_id))
    with store.read() as conn:
        found = conn.execute(query).mappings().all()
    kept = {row["at"]: {name: row[name] for name in row if name not in ("campaign_seq", "at", "peak") and row[name]} for row in found}
    return {at: counters for at, counters in kept.items() if counters}


def real(store: Store, campaign_id: str) -> dict[int, dict[str, int]]:
    """The same, counted from the calls."""
    found: dict[int, Counter[str]] = {}
    with store.read() as conn:
        for call in conn.execute(select(tables.calls).where(tables.calls.c.campaign_id == campaign_id)).mappings():
            found.setdefault(call["initiated_at"] // 10_000 * 10_000, Counter())["started"] += 1
            if call["ended_at"] is not None:
                counters = found.setdefault(call["ended_at"] // 10_000 * 10_000, Counter())
                counters["ended"] += 1
                if call["outcome"]:
                    counters[f"n_{call['outcome']}"] += 1
    return {at: dict(counters) for at, counters in found.items()}


def shown(store: Store, viewer: Viewer, campaign_id: str, step_s: int | None = None) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = timeline.of_campaign(store, viewer, campaign_id, step_s)["items"]
    return items


# -- what the dialer writes --------------------------------------------------------------------------------------------


def test_the_sums_are_those_of_the_calls(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 30, retry=RETRY, max_attempts=None)["id"]
    bench.look()
    for number, (puppet, dial) in enumerate(bench.dials()):
        bench.now += 700
        bench.end(puppet, dial, **(BUSY if number % 3 else {}))
        bench.turn(700)
        assert rows(store, own) == real(store, own)
    for _ in range(10):
        bench.turn(20_000)
        bench.end_all()
    assert counts_add_up(store, own) == {"delivered": 30}
    assert rows(store, own) == real(store, own)
    assert len(rows(store, own)) > 3
    items = shown(store, user, own)
    assert sum(item["started"] for item in items) == sum(item["delivered"] + item["busy"] for item in items) == len(bench.dials()) > 30


def test_calls_that_a_crash_cut_off(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 20)["id"]
    bench.look()
    assert rows(store, own) == real(store, own) == {START_MS: {"started": 20}}
    recover(store, bench.now + 3_600_000)
    assert rows(store, own) == real(store, own)
    items = shown(store, user, own, 600)
    assert [(item["started"], item["interrupted"], item["lines"]) for item in items] == [(20, 0, 20), *[(0, 0, 20)] * 5, (0, 20, 20)]


def test_calls_that_were_taken_back_have_no_outcome_any_more(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 40, gateway_id=a_gateway(store, user))["id"]
    bench.look()
    while bench.end_all(**REFUSED):
        assert rows(store, own) == real(store, own)
    counters = rows(store, own)
    assert counters == real(store, own)
    assert counters[START_MS]["started"] == counters[START_MS]["ended"] == len(bench.dials()) >= 20
    assert "n_rejected" not in counters[START_MS]


def test_two_campaigns_have_each_their_own(bench: Bench, store: Store, user: Viewer) -> None:
    both = [started(store, user, 5)["id"], started(store, user, 3)["id"]]
    bench.look()
    bench.end_all()
    assert [rows(store, own)[START_MS]["n_delivered"] for own in both] == [5, 3]


def test_what_is_not_committed_is_not_counted(bench: Bench, store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    own = started(store, user, 5)["id"]
    with monkeypatch.context() as patch:
        patch.setattr("store.campaigns.close_if_done", lambda *_: 1 / 0)
        bench.look()
        assert bench.engine.trouble == "division by zero"
    assert rows(store, own) == real(store, own) == {}


def test_who_was_not_called_is_not_in_it(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 25)["id"]
    bench.look()
    campaigns.mark_canceled(store, user, own)
    campaigns.finish_cancel(store, own)
    bench.end_all()
    assert counts_add_up(store, own) == {"delivered": 20, "canceled": 5}
    (item,) = shown(store, user, own)
    assert (item["started"], item["delivered"], item["canceled"], item["lines"]) == (20, 20, 0, 20)


# -- what a caller sees ------------------------------------------------------------------------------------------------

HOUR_S = 3600


def a_history(store: Store, owner: Viewer, buckets: dict[int, dict[str, int]]) -> str:
    """An ended campaign with these counters, by seconds from START_MS."""
    own: str = started(store, owner)["id"]
    with store.write() as conn:
        seq = conn.scalar(select(tables.campaigns.c.seq).where(tables.campaigns.c.id == own))
        for at, counters in buckets.items():
            conn.execute(insert(tables.timeline).values(campaign_seq=seq, at=START_MS + 1000 * at, **counters))
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == own).values(status="completed", ended_at=START_MS))
    return own


def test_steps_add_up_and_gaps_are_filled(store: Store, user: Viewer) -> None:
    one = {"started": 4, "ended": 1, "peak": 4, "n_busy": 1}
    two = {"started": 1, "ended": 4, "peak": 3, "n_delivered": 3, "n_partial": 1}
    own = a_history(store, user, {0: one, 10: two, 50: two | {"started": 4}})
    items = shown(store, user, own, 10)
    assert [item["started"] for item in items] == [4, 1, 0, 0, 0, 4]
    assert [item["lines"] for item in items] == [4, 3, 0, 0, 0, 3]
    assert [from_rfc3339(item["at"]) - START_MS for item in items] == [0, 10_000, 20_000, 30_000, 40_000, 50_000]
    coarse = timeline.of_campaign(store, user, own, 25)
    assert coarse["step_s"] == 30
    assert [(item["started"], item["busy"], item["delivered"], item["lines"]) for item in coarse["items"]] == [(5, 1, 3, 4), (4, 0, 3, 3)]
    assert list(items[0]) == [
        *("at", "started", "delivered", "partial", "busy", "no_answer", "rejected", "invalid_number", "failed", "do_not_call"),
        *("canceled", "interrupted", "lines"),
    ]


@pytest.mark.parametrize(
    ("span_s", "step_s"),
    [(0, 10), (2390, 10), (2400, 20), (10 * HOUR_S, 300), (24 * HOUR_S, 600), (29 * 24 * HOUR_S, 10_800), (3000 * 24 * HOUR_S, 1_209_600)],
)
def test_a_step_is_chosen_that_gives_at_most_some_240_points(store: Store, user: Viewer, span_s: int, step_s: int) -> None:
    own = a_history(store, user, {span_s: {"ended": 1}, 0: {"started": 1}})
    found = timeline.of_campaign(store, user, own, None)
    assert found["step_s"] == step_s
    assert len(found["items"]) <= timeline.POINTS + 1


def test_there_are_never_too_many_points(store: Store, user: Viewer) -> None:
    own = a_history(store, user, {0: {"started": 1}, 1_000_000: {"ended": 1}})
    found = timeline.of_campaign(store, user, own, 10)
    assert (found["step_s"], len(found["items"]) <= timeline.MOST_POINTS + 1) == (510, True)


def test_a_running_campaigns_goes_on_until_now(bench: Bench, store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    own = started(store, user, 3)["id"]
    assert timeline.of_campaign(store, user, own, None) == {"step_s": 10, "items": []}
    bench.look()
    monkeypatch.setattr(timeline, "now_ms", lambda: START_MS + 35_000)
    assert [(item["started"], item["lines"]) for item in shown(store, user, own)] == [(3, 3), (0, 3), (0, 3), (0, 3)]


def test_whose_it_is(store: Store, user: Viewer, other: Viewer, admin: Viewer) -> None:
    own = a_history(store, user, {0: {"started": 1}})
    assert shown(store, admin, own) == shown(store, user, own)
    for viewer, campaign_id in ((other, own), (user, "no uuid")):
        with pytest.raises(NotFound):
            timeline.of_campaign(store, viewer, campaign_id, None)
