"""How many targets wait for what: dialer/waiting.py's spans and store/waiting_counts.py, held against `why_waiting` of each target."""

from __future__ import annotations

import random
from collections import Counter
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from dialer.waiting import waiting_spans, why_waiting
from store import campaigns, tables, targets, waiting_counts
from store.engine import Store
from store.paging import Page
from store.viewer import Viewer
from store.waiting_counts import WORDS
from tests.campaign_things import rows_of, set_target, started

NOW = 1_763_874_000_123  # 2025-11-23 05:00:00.123 UTC, a Sunday
HOUR_MS = 3_600_000
OFFICE = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00", "timezone": "Europe/Moscow"}
SUNDAY = {"days": ["sun"], "from": "07:00", "to": "09:00", "timezone": "Europe/Moscow"}
NIGHTS = {"days": ["sat", "sun"], "from": "22:00", "to": "06:30", "timezone": "Asia/Vladivostok"}


def spans_of(due: str) -> Any:
    return lambda campaign, latest: waiting_spans(campaign, latest, NOW, due)


def why(due: str) -> Any:
    return partial(why_waiting, now=NOW, due=due)


def told(store: Store, viewer: Viewer, campaign_id: str, due: str) -> Counter[str]:
    """What the list of targets says, counted."""
    items, _ = targets.list_page(store, viewer, campaign_id, Page(1000), why(due))
    return Counter(item["why_waiting"] for item in items if item["why_waiting"])


def counted(store: Store, viewer: Viewer, campaign_id: str, due: str) -> dict[str, int]:
    campaign = campaigns.get(store, viewer, campaign_id, spans_of(due))
    assert list(campaign["waiting"]) == list(WORDS)
    if campaign["status"] != "canceled":
        assert sum(campaign["waiting"].values()) == campaign["counts"]["pending"]
    return {word: count for word, count in campaign["waiting"].items() if count}


@pytest.fixture
def many(store: Store, user: Viewer) -> str:
    """Sixty targets: new ones, some to be called again at once, some in the next days, live and ended ones."""
    own: str = started(store, user, count=60)["id"]
    started(store, user, count=3)
    rng = random.Random(5)
    for row in rows_of(store, own):
        kind = rng.randrange(10)
        if kind == 0:
            set_target(store, row["id"], state="done", outcome="delivered")
        elif kind == 1:
            set_target(store, row["id"], state="active")
        elif kind > 3:
            at = NOW + rng.choice([-1, 0, 1, 900, 2 * HOUR_MS, *(rng.randrange(-HOUR_MS, 180 * HOUR_MS) for _ in range(6))])
            set_target(store, row["id"], next_attempt_at=at, outcome="busy")
    return own


@pytest.mark.parametrize("few", [1, 5, 10_000])
@pytest.mark.parametrize("window", [None, OFFICE, SUNDAY, NIGHTS])
@pytest.mark.parametrize("status", ["running", "paused", "scheduled", "canceled"])
@pytest.mark.parametrize("due", ["lines", "gateway"])
def test_they_are_those_of_the_targets(
    store: Store, user: Viewer, many: str, window: Any, status: str, due: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_counts, "FEW", few)
    with store.write() as conn:
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == many).values(status=status, window=window))
    expected = told(store, user, many, due)
    assert counted(store, user, many, due) == expected
    for word in WORDS:
        items: list[dict[str, Any]] = []
        cursor = None
        while True:
            page, cursor = targets.list_page(store, user, many, Page(7, cursor), why(due), targets.Wanted(waits_for=word), spans_of(due))
            items += page
            if cursor is None:
                break
        assert len({item["cid"] for item in items}) == len(items) == expected[word]
        assert {item["why_waiting"] for item in items} <= {word}
        times = [item["next_attempt_at"] or "" for item in items]
        assert times == sorted(times)


def test_there_is_something_to_see(store: Store, user: Viewer, many: str) -> None:
    assert counted(store, user, many, "rate").keys() == {"rate", "retry"}
    with store.write() as conn:
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == many).values(window=SUNDAY))
    assert counted(store, user, many, "rate").keys() == {"rate", "retry", "window"}


def test_a_list_tells_it_of_each(store: Store, user: Viewer, many: str) -> None:
    with store.write() as conn:
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id != many).values(status="paused"))
    items, _ = campaigns.list_page(store, user, Page(), spans_of("gateway"))
    waiting = {item["id"]: item["waiting"] for item in items}
    assert waiting.pop(many) == campaigns.get(store, user, many, spans_of("gateway"))["waiting"]
    assert [list(one.values()) for one in waiting.values()] == [[0, 0, 0, 0, 3, 0]]


def test_lines_in_use_are_its_live_calls(store: Store, user: Viewer, many: str) -> None:
    with store.read() as conn:
        active = conn.scalar(select(tables.campaigns.c.n_active).where(tables.campaigns.c.id == many))
    assert active
    assert campaigns.get(store, user, many)["lines_in_use"] == active


def test_other_filters_hold_too(store: Store, user: Viewer, many: str) -> None:
    def found(**wanted: str) -> int:
        return len(targets.list_page(store, user, many, Page(1000), why("lines"), targets.Wanted(**wanted), spans_of("lines"))[0])

    retry = found(waits_for="retry")
    assert retry == found(waits_for="retry", state="pending") == found(waits_for="retry", outcome="pending") > 0
    assert found(waits_for="retry", state="done") == found(waits_for="retry", outcome="busy") == 0
    assert 0 < found(waits_for="retry", text="00000") == found(waits_for="retry")
    assert found(waits_for="retry", text="nobody") == 0
