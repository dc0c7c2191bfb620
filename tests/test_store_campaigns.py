"""store/campaigns.py and its parts: starting, steering and ending a campaign on a real database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from clock import now_ms
from errors import BadInput, Conflict, NotFound
from store import campaign_end, campaign_removal, campaign_start, campaigns, tables
from store.engine import Store
from store.paging import Page
from store.viewer import Viewer
from tests.campaign_things import (
    SETTINGS,
    a_callbase,
    a_gateway,
    a_sound,
    add_subscribers,
    counts_add_up,
    number,
    rows_of,
    set_target,
    started,
)

HOUR_MS = 3_600_000


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_start, "ROWS", 3)
    monkeypatch.setattr(campaign_end, "ROWS", 3)
    monkeypatch.setattr(campaign_removal, "ROWS", 3)


def between_chunks(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> list[int]:
    """Lets `action` run where other writers get their turn. The list tells how often that was."""
    turns: list[int] = []

    def turn(_seconds: float) -> None:
        turns.append(1)
        action()

    monkeypatch.setattr("store.chunks.time.sleep", turn)
    return turns


def of_callbase(store: Store, owner: Viewer, callbase_id: str, **fields: Any) -> dict[str, Any]:
    given = {"gateway_id": "sandbox", "audio_id": a_sound(store, owner), "callbase_id": callbase_id}
    return campaigns.create(store, owner, str(uuid.uuid4()), SETTINGS | given | fields)


def count_rows(store: Store, table: Any) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(table)) or 0


# -- starting ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("size", [1, 2, 3, 4, 9, 10])
def test_every_subscriber_once_in_the_lists_order(store: Store, user: Viewer, size: int) -> None:
    numbers = [number(9 * index % 10) for index in range(size)]
    campaign = of_callbase(store, user, a_callbase(store, user, numbers))
    rows = rows_of(store, campaign["id"])
    assert [row["number"] for row in rows] == numbers
    assert [row["name"] for row in rows] == [f"Subscriber {place}" for place in range(1, size + 1)]
    assert {(row["state"], row["outcome"], row["attempts"], row["next_attempt_at"]) for row in rows} == {("pending", None, 0, 0)}
    assert counts_add_up(store, campaign["id"]) == {"pending": size}
    assert campaign["counts"]["total"] == campaign["counts"]["pending"] == size


def test_the_subscribers_cid_is_the_targets(store: Store, user: Viewer) -> None:
    campaign = of_callbase(store, user, a_callbase(store, user, [number(1)]))
    with store.read() as conn:
        assert [row["cid"] for row in rows_of(store, campaign["id"])] == conn.scalars(select(tables.subscribers.c.cid)).all()


@pytest.mark.usefixtures("small_chunks")
def test_numbers_are_targets_of_their_own(store: Store, user: Viewer) -> None:
    campaign = started(store, user, count=7)
    rows = rows_of(store, campaign["id"])
    assert [row["number"] for row in rows] == [number(index) for index in range(7)]
    assert len({row["cid"] for row in rows}) == 7
    assert campaign["callbase_id"] is None


def test_it_runs_at_once_and_says_what_it_was_started_with(store: Store, user: Viewer) -> None:
    window = {"days": ["mon"], "from": "09:00", "to": "20:00", "timezone": "Europe/Moscow"}
    retry = {"busy": {"after_s": 300, "max_attempts": 2}}
    campaign = started(store, user, name="Autumn", window=window, retry=retry, max_attempts=3, opt_out_digit="9", calls_per_second=0.5)
    assert campaign["status"] == "running"
    assert campaign["started_at"] is not None
    assert campaign["ended_at"] is None
    assert (campaign["name"], campaign["window"], campaign["retry"]) == ("Autumn", window, retry)
    assert (campaign["max_attempts"], campaign["opt_out_digit"], campaign["calls_per_second"]) == (3, "9", 0.5)
    assert campaigns.get(store, user, campaign["id"]) == campaign


def test_a_campaign_without_a_name_is_named_after_what_it_calls(store: Store, user: Viewer) -> None:
    campaign = of_callbase(store, user, a_callbase(store, user, [number(1)], name="К" * 200))
    assert campaign["name"].startswith("К" * 180 + " 20")
    assert len(campaign["name"]) <= 200
    assert started(store, user)["name"].startswith("Greeting 20")


def test_start_at_ahead_schedules_and_in_the_past_does_not(store: Store, user: Viewer) -> None:
    ahead = started(store, user, start_at=now_ms() + HOUR_MS)
    assert (ahead["status"], ahead["started_at"]) == ("scheduled", None)
    assert started(store, user, start_at=now_ms() - HOUR_MS)["status"] == "running"


def test_what_is_scheduled_starts_when_its_time_has_come(store: Store, user: Viewer) -> None:
    start_at = now_ms() + HOUR_MS
    campaign = started(store, user, start_at=start_at)
    with store.write() as conn:
        assert campaigns.start_due(conn, start_at - 1) == 0
        assert campaigns.start_due(conn, start_at) == 1
    assert campaigns.get(store, user, campaign["id"])["status"] == "running"
    assert campaigns.get(store, user, campaign["id"])["started_at"] == campaign["start_at"]


@pytest.mark.usefixtures("small_chunks")
def test_while_it_is_copied_the_list_is_held_and_what_is_appended_is_not_called(
    store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    callbase = a_callbase(store, user, [number(index) for index in range(7)])
    seen = []

    def someone_else() -> None:
        (campaign,), _ = campaigns.list_page(store, user, Page())
        seen.append((campaign["status"], campaign["counts"]["total"]))
        with store.write() as conn, pytest.raises(Conflict) as held:
            campaigns.require_not_copied(conn, callbase)
        assert held.value.headers["Retry-After"] == "1"
        add_subscribers(store, callbase, [number(100 + len(seen))])

    turns = between_chunks(monkeypatch, someone_else)
    campaign = of_callbase(store, user, callbase)
    assert len(turns) == 2
    assert seen == [("preparing", 0)] * 2
    assert [row["number"] for row in rows_of(store, campaign["id"])] == [number(index) for index in range(7)]
    with store.write() as conn:
        campaigns.require_not_copied(conn, callbase)


@pytest.mark.usefixtures("small_chunks")
def test_a_failure_half_way_leaves_nothing(store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> None:
        raise OSError("no space left on the disk")

    monkeypatch.setattr(campaign_start, "_begin", fail)
    with pytest.raises(OSError, match="no space"):
        started(store, user, count=7)
    assert count_rows(store, tables.campaigns) == count_rows(store, tables.targets) == 0


@pytest.mark.usefixtures("small_chunks")
def test_sweep_deletes_what_a_crash_left_and_nothing_else(store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = started(store, user, count=4)
    monkeypatch.setattr(campaign_start, "discard", lambda *_args: None)
    monkeypatch.setattr(campaign_start, "_begin", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        started(store, user, count=7)
    monkeypatch.undo()
    assert count_rows(store, tables.targets) == 11
    assert campaigns.sweep(store) == 1
    assert count_rows(store, tables.targets) == 4
    assert campaigns.get(store, user, kept["id"]) == kept
    assert campaigns.sweep(store) == 0


def test_an_empty_callbase(store: Store, user: Viewer) -> None:
    with pytest.raises(BadInput) as refused:
        of_callbase(store, user, a_callbase(store, user, []))
    assert [error.field for error in refused.value.errors] == ["callbase_id"]
    assert count_rows(store, tables.campaigns) == 0


@pytest.mark.parametrize("field", ["gateway_id", "audio_id", "callbase_id"])
@pytest.mark.parametrize("wrong", ["unknown", "no uuid", "another user's"])
def test_what_is_not_there_is_named(store: Store, user: Viewer, other: Viewer, admin: Viewer, field: str, wrong: str) -> None:
    def things(owner: Viewer) -> dict[str, str]:
        return {
            "gateway_id": a_gateway(store, owner),
            "audio_id": a_sound(store, owner),
            "callbase_id": a_callbase(store, owner, [number(1)]),
        }

    foreign = things(other)
    fields = SETTINGS | things(user)
    fields[field] = {"unknown": str(uuid.uuid4()), "no uuid": "7", "another user's": foreign[field]}[wrong]
    with pytest.raises(NotFound, match=field):
        campaigns.create(store, user, str(uuid.uuid4()), fields)
    assert count_rows(store, tables.campaigns) == 0
    if wrong == "another user's":
        assert campaigns.create(store, admin, str(uuid.uuid4()), fields)["status"] == "running"


def test_subscribers_outside_of_the_allowed_prefixes_are_rejected_without_a_call(store: Store, user: Viewer) -> None:
    gateway = a_gateway(store, user, allowed_prefixes=["+7912", "+7913", "+49"])
    callbase = a_callbase(
        store, user, ["+79121111111", "+79141111111", "+79131111111", "+4930123456", "+491", "+79120000000", "+4830123456"]
    )
    campaign = of_callbase(store, user, callbase, gateway_id=gateway)
    assert [row["state"] for row in rows_of(store, campaign["id"])] == [
        "pending",
        "done",
        "pending",
        "pending",
        "pending",
        "pending",
        "done",
    ]
    assert counts_add_up(store, campaign["id"]) == {"pending": 5, "rejected": 2}
    assert campaign["status"] == "running"
    assert count_rows(store, tables.calls) == 0


def test_a_thousand_allowed_prefixes(store: Store, user: Viewer) -> None:
    gateway = a_gateway(store, user, allowed_prefixes=[f"+7{index:0{1 + index % 9}}" for index in range(9000, 10000)])
    campaign = of_callbase(store, user, a_callbase(store, user, ["+7" + "9999999999", "+48301234567"]), gateway_id=gateway)
    assert counts_add_up(store, campaign["id"]) == {"pending": 1, "rejected": 1}


def test_nobody_left_to_call_is_completed_at_once(store: Store, user: Viewer) -> None:
    gateway = a_gateway(store, user, allowed_prefixes=["+49"])
    for start_at in (None, now_ms() + HOUR_MS):
        campaign = of_callbase(store, user, a_callbase(store, user, [number(1)]), gateway_id=gateway, start_at=start_at)
        assert campaign["status"] == "completed"
        assert campaign["ended_at"] is not None
        assert counts_add_up(store, campaign["id"]) == {"rejected": 1}


def test_demo_numbers_of_a_callbase_only_through_the_sandbox(store: Store, user: Viewer) -> None:
    callbase = a_callbase(store, user, ["+79440000001", number(1), "+79440009999", "+79440010000"])
    with pytest.raises(BadInput, match="2 of its numbers") as refused:
        of_callbase(store, user, callbase, gateway_id=a_gateway(store, user))
    assert [error.field for error in refused.value.errors] == ["callbase_id"]
    assert of_callbase(store, user, callbase)["counts"]["pending"] == 4


# -- seeing ------------------------------------------------------------------------------------------------------------


def test_a_users_campaigns_are_his_and_an_admins(store: Store, user: Viewer, other: Viewer, admin: Viewer) -> None:
    campaign = started(store, user)
    assert campaigns.get(store, admin, campaign["id"]) == campaign
    assert campaigns.list_page(store, admin, Page())[0] == [campaign]
    assert campaigns.list_page(store, other, Page()) == ([], None)
    for change in (campaigns.get, campaigns.pause, campaigns.resume, campaigns.mark_canceled):
        with pytest.raises(NotFound):
            change(store, other, campaign["id"])
        with pytest.raises(NotFound):
            change(store, user, "no uuid")
    assert campaigns.get(store, user, campaign["id"]) == campaign


def test_campaigns_in_pages_newest_first(store: Store, user: Viewer) -> None:
    made = {started(store, user)["id"] for _ in range(5)}
    seen: list[dict[str, Any]] = []
    cursor = None
    while True:
        items, cursor = campaigns.list_page(store, user, Page(2, cursor))
        seen += items
        if cursor is None:
            break
    assert {item["id"] for item in seen} == made
    assert len(seen) == 5
    assert [item["created_at"] for item in seen] == sorted((item["created_at"] for item in seen), reverse=True)


# -- pause and resume --------------------------------------------------------------------------------------------------


def test_pause_and_resume(store: Store, user: Viewer) -> None:
    campaign = started(store, user)
    paused = campaigns.pause(store, user, campaign["id"])
    assert paused == campaign | {"status": "paused"}
    assert campaigns.pause(store, user, campaign["id"]) == paused
    assert campaigns.resume(store, user, campaign["id"]) == campaign
    assert campaigns.resume(store, user, campaign["id"]) == campaign


def test_a_scheduled_campaign_paused_and_resumed_keeps_its_time(store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = started(store, user, start_at=now_ms() + HOUR_MS)
    assert campaigns.resume(store, user, campaign["id"]) == campaign
    assert campaigns.pause(store, user, campaign["id"])["status"] == "paused"
    with store.write() as conn:
        assert campaigns.start_due(conn, now_ms() + 2 * HOUR_MS) == 0
    assert campaigns.resume(store, user, campaign["id"]) == campaign
    campaigns.pause(store, user, campaign["id"])
    later = now_ms() + 2 * HOUR_MS
    monkeypatch.setattr(campaigns, "now_ms", lambda: later)
    resumed = campaigns.resume(store, user, campaign["id"])
    assert resumed["status"] == "running"
    assert resumed["started_at"] > campaign["start_at"]


@pytest.mark.parametrize("status", ["completed", "canceled", "preparing"])
def test_no_pause_or_resume_of_what_has_ended_or_not_begun(store: Store, user: Viewer, status: str) -> None:
    campaign = started(store, user)
    with store.write() as conn:
        conn.execute(tables.campaigns.update().values(status=status))
    for change in (campaigns.pause, campaigns.resume):
        with pytest.raises(Conflict):
            change(store, user, campaign["id"])
    assert campaigns.get(store, user, campaign["id"])["status"] == status


# -- cancel and the end ------------------------------------------------------------------------------------------------


def cancel(store: Store, viewer: Viewer, campaign_id: str) -> dict[str, Any]:
    campaigns.mark_canceled(store, viewer, campaign_id)
    campaigns.finish_cancel(store, campaign_id)
    return campaigns.get(store, viewer, campaign_id)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("size", [1, 3, 7, 9])
def test_cancel_takes_every_waiting_target_away_and_the_counts_always_add_up(
    store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    campaign = started(store, user, count=size)
    turns = between_chunks(monkeypatch, lambda: counts_add_up(store, campaign["id"]))
    canceled = cancel(store, user, campaign["id"])
    assert len(turns) == size // 3
    assert canceled["status"] == "canceled"
    assert canceled["ended_at"] is not None
    assert counts_add_up(store, campaign["id"]) == {"canceled": size}
    assert cancel(store, user, campaign["id"]) == canceled


@pytest.mark.parametrize("before", ["running", "paused", "scheduled"])
def test_cancel_from_every_status_that_has_not_ended(store: Store, user: Viewer, before: str) -> None:
    campaign = started(store, user, start_at=now_ms() + HOUR_MS if before == "scheduled" else None)
    if before == "paused":
        campaigns.pause(store, user, campaign["id"])
    assert cancel(store, user, campaign["id"])["counts"]["canceled"] == 3


def test_a_canceled_campaign_ends_with_its_last_live_call(store: Store, user: Viewer) -> None:
    campaign = started(store, user)
    live = rows_of(store, campaign["id"])[0]["id"]
    set_target(store, live, state="active")
    canceled = cancel(store, user, campaign["id"])
    assert (canceled["status"], canceled["ended_at"]) == ("canceled", None)
    assert counts_add_up(store, campaign["id"]) == {"active": 1, "canceled": 2}
    set_target(store, live, state="done", outcome="partial")
    with store.write() as conn:
        assert campaigns.close_if_done(conn, campaign["id"], 1_763_874_000_123)
        assert not campaigns.close_if_done(conn, campaign["id"], 1_763_874_000_124)
    ended = campaigns.get(store, user, campaign["id"])
    assert (ended["status"], ended["ended_at"]) == ("canceled", "2025-11-23T05:00:00.123Z")


@pytest.mark.usefixtures("small_chunks")
def test_a_cancel_that_a_crash_cut_short_is_finished_at_start(store: Store, user: Viewer) -> None:
    campaign, running = started(store, user, count=7), started(store, user)
    campaigns.mark_canceled(store, user, campaign["id"])
    assert campaigns.finish_cancels(store) == 1
    assert counts_add_up(store, campaign["id"]) == {"canceled": 7}
    assert campaigns.get(store, user, campaign["id"])["ended_at"] is not None
    assert campaigns.get(store, user, running["id"]) == running
    assert campaigns.finish_cancels(store) == 0


def test_a_running_campaign_is_not_taken_apart(store: Store, user: Viewer) -> None:
    campaign = started(store, user)
    campaigns.finish_cancel(store, campaign["id"])
    assert campaigns.get(store, user, campaign["id"]) == campaign


@pytest.mark.parametrize("status", ["running", "paused"])
def test_a_campaign_without_pending_and_active_targets_is_completed(store: Store, user: Viewer, status: str) -> None:
    campaign = started(store, user, count=2)
    if status == "paused":
        campaigns.pause(store, user, campaign["id"])
    first, second = (row["id"] for row in rows_of(store, campaign["id"]))
    for target, state in ((first, "done"), (second, "active"), (second, "pending"), (second, "done")):
        with store.write() as conn:
            assert not campaigns.close_if_done(conn, campaign["id"], 5)
        set_target(store, target, state=state, outcome="busy")
    with store.write() as conn:
        assert campaigns.close_if_done(conn, campaign["id"], 5)
    ended = campaigns.get(store, user, campaign["id"])
    assert (ended["status"], ended["ended_at"]) == ("completed", "1970-01-01T00:00:00.005Z")
    with pytest.raises(Conflict):
        campaigns.mark_canceled(store, user, campaign["id"])
