"""store/targets.py and dialer/waiting.py: the list of a campaign's targets, and why they wait."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from dialer.waiting import why_waiting
from errors import BadInput, NotFound
from store import campaigns, targets
from store.engine import Store
from store.paging import Page
from store.viewer import Viewer
from tests.campaign_things import number, rows_of, set_target, started

NOW = 1_763_874_000_123  # 2025-11-23 05:00:00.123 UTC, a Sunday
HOUR_MS = 3_600_000
NEVER_ASKED = partial(why_waiting, now=NOW, due="lines")
SUNDAY_MORNING = {"days": ["sun"], "from": "05:00", "to": "06:00", "timezone": "UTC"}


def listed(store: Store, viewer: Viewer, campaign_id: str, limit: int = 100, **wanted: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        page, cursor = targets.list_page(store, viewer, campaign_id, Page(limit, cursor), NEVER_ASKED, targets.Wanted(**wanted))
        items += page
        if cursor is None:
            return items


@pytest.fixture
def mixed(store: Store, user: Viewer) -> str:
    """Six targets: delivered, busy, active, waiting after busy, new, canceled."""
    campaign: str = started(store, user, count=6)["id"]
    started(store, user, count=2)  # of another campaign, in the same table
    ids = [row["id"] for row in rows_of(store, campaign)]
    set_target(store, ids[0], state="done", outcome="delivered", attempts=1)
    set_target(store, ids[1], state="done", outcome="busy", attempts=2)
    set_target(store, ids[2], state="active", attempts=1)
    set_target(store, ids[3], state="pending", outcome="busy", attempts=1, next_attempt_at=NOW + HOUR_MS)
    set_target(store, ids[5], state="done", outcome="canceled")
    return campaign


def test_the_whole_list_in_order(store: Store, user: Viewer, mixed: str) -> None:
    items = listed(store, user, mixed)
    assert [item["number"] for item in items] == [number(index) for index in range(6)]
    assert [item["state"] for item in items] == ["done", "done", "active", "pending", "pending", "done"]
    assert [item["outcome"] for item in items] == ["delivered", "busy", "active", "pending", "pending", "canceled"]
    assert [item["attempts"] for item in items] == [1, 2, 1, 1, 0, 0]
    assert [item["next_attempt_at"] for item in items] == [None, None, None, "2025-11-23T06:00:00.123Z", None, None]
    assert [item["why_waiting"] for item in items] == [None, None, None, "retry", "lines", None]
    assert list(items[0]) == ["cid", "name", "number", "state", "outcome", "attempts", "next_attempt_at", "why_waiting"]


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 7])
def test_pages_hold_every_target_once(store: Store, user: Viewer, mixed: str, limit: int) -> None:
    assert listed(store, user, mixed, limit) == listed(store, user, mixed)


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({"state": "done"}, [0, 1, 5]),
        ({"state": "pending"}, [3, 4]),
        ({"state": "active"}, [2]),
        ({"outcome": "busy"}, [1]),  # not the one that waits after busy
        ({"outcome": "pending"}, [3, 4]),
        ({"outcome": "active"}, [2]),
        ({"outcome": "canceled"}, [5]),
        ({"outcome": "failed"}, []),
        ({"state": "done", "outcome": "delivered"}, [0]),
        ({"state": "pending", "outcome": "busy"}, []),
        ({"state": "done", "outcome": "pending"}, []),
    ],
)
def test_filters(store: Store, user: Viewer, mixed: str, wanted: dict[str, str], places: list[int]) -> None:
    assert [item["number"] for item in listed(store, user, mixed, 1, **wanted)] == [number(place) for place in places]


def test_whose_they_are(store: Store, user: Viewer, other: Viewer, admin: Viewer, mixed: str) -> None:
    assert listed(store, admin, mixed) == listed(store, user, mixed)
    for viewer, campaign_id in ((other, mixed), (user, "no uuid")):
        with pytest.raises(NotFound):
            listed(store, viewer, campaign_id)


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJhIl0", "bnVsbA", "WzFdWzFd", "W1tbW1tb"])
def test_a_cursor_that_was_not_given(store: Store, user: Viewer, mixed: str, cursor: str) -> None:
    with pytest.raises(BadInput):
        targets.list_page(store, user, mixed, Page(10, cursor), NEVER_ASKED)


def test_a_paused_campaigns_targets_say_so(store: Store, user: Viewer, mixed: str) -> None:
    campaigns.pause(store, user, mixed)
    assert {item["why_waiting"] for item in listed(store, user, mixed, state="pending")} == {"paused"}


@pytest.mark.parametrize(
    ("status", "window", "next_attempt_at", "expected"),
    [
        ("running", None, 0, "lines"),
        ("running", None, NOW, "lines"),
        ("running", None, NOW + 1, "retry"),
        ("running", SUNDAY_MORNING, 0, "lines"),
        ("running", SUNDAY_MORNING, NOW + 1, "retry"),
        ("running", SUNDAY_MORNING, NOW + HOUR_MS, "window"),
        ("paused", SUNDAY_MORNING, NOW + HOUR_MS, "paused"),
        ("scheduled", None, 0, "window"),
        ("preparing", None, 0, None),
        ("canceled", None, 0, None),
    ],
)
def test_why_waiting(status: str, window: dict[str, Any] | None, next_attempt_at: int, expected: str | None) -> None:
    assert why_waiting({"status": status, "window": window}, next_attempt_at, now=NOW, due="lines") == expected


def test_what_the_dialer_has_not_seen_waits_for_a_line() -> None:
    assert why_waiting({"status": "running", "window": None}, 0, now=NOW, due=None) == "lines"
