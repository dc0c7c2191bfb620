"""What makes a campaign of a million as quick as a small one: no query of its pages and claims sorts or goes through a table, others
get their turn, and the WAL does not grow without end."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from clock import now_ms
from store import calls, campaign_end, campaign_estimate, campaigns, checkpoints, chunks, flight, targets
from store.engine import Store
from store.paging import Page
from store.viewer import Viewer
from store.waiting_counts import WORDS
from tests.campaign_things import SETTINGS, a_call, a_callbase, a_sound, number, rows_of, set_target, started

Statement = tuple[str, Any]
SORTS = re.compile(r"USE TEMP B-TREE|^SCAN (targets|calls|Callbase)")


@pytest.fixture
def campaign(store: Store, user: Viewer) -> str:
    """Targets and calls in every state, beside another campaign's."""
    made: str = started(store, user, count=6)["id"]
    started(store, user, count=2)
    ids = [row["id"] for row in rows_of(store, made)]
    set_target(store, ids[0], state="done", outcome="delivered", attempts=1)
    set_target(store, ids[1], state="active", attempts=1)
    set_target(store, ids[2], next_attempt_at=now_ms() + 60_000, attempts=1, outcome="busy")
    set_target(store, ids[3], next_attempt_at=now_ms() - 60_000, attempts=1, outcome="busy")
    for status, outcome in (("completed", "delivered"), ("busy", "busy"), ("busy", "busy")):
        a_call(store, made, status=status, outcome=outcome)
    a_call(store, made, status="ringing", outcome=None, ended_at=None)
    return made


@pytest.fixture
def asked(store: Store) -> Iterator[list[Statement]]:
    """Every statement that the test lets the store run."""
    seen: list[Statement] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.engine, "before_cursor_execute", note)


def plans(store: Store, asked: list[Statement], table: str) -> list[str]:
    """How SQLite answers those of the statements that touch the table."""
    found: list[str] = []
    wanted = [one for one in asked if re.search(rf"\b{table}\b", one[0]) and not one[0].startswith("INSERT INTO calls")]
    with store.read() as conn:
        for statement, parameters in wanted:
            rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            found += [str(row[3]) for row in rows]
    assert found
    return found


def slow(found: list[str]) -> list[str]:
    return [step for step in found if SORTS.search(step)]


@pytest.mark.parametrize("cursor", [False, True])
@pytest.mark.parametrize(
    "wanted",
    [
        {},
        *({"state": state} for state in ("pending", "active", "done")),
        *({"outcome": outcome} for outcome in ("pending", "active", "delivered", "canceled")),
        {"state": "done", "outcome": "busy"},
    ],
)
def test_no_page_of_targets_sorts_or_scans(
    store: Store, user: Viewer, campaign: str, wanted: dict[str, str], cursor: bool, asked: list[Statement]
) -> None:
    _, after = targets.list_page(store, user, campaign, Page(1), lambda *_: None)
    asked.clear()
    targets.list_page(store, user, campaign, Page(1, after if cursor else None), lambda *_: None, targets.Wanted(**wanted))
    found = plans(store, list(asked), "targets")
    assert not slow(found)
    # Each filter has its own index; without a filter it is the place in the list.
    index = "targets_by_place" if not wanted else "targets_by_(state|outcome|turn)"
    assert re.search(index, " ".join(found))


@pytest.mark.parametrize("cursor", [False, True])
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "calls_by_campaign"),
        ({"outcome": "busy"}, "calls_by_outcome"),
        ({"statuses": ["busy"]}, "calls_by_status"),
        ({"statuses": ["busy", "completed"]}, "calls_by_status"),
        ({"statuses": ["in-progress"]}, "calls_in_flight"),
        ({"statuses": ["initiated", "ringing", "in-progress"]}, "calls_in_flight"),
        ({"statuses": ["busy"], "outcome": "busy"}, "calls_by_outcome|calls_by_status"),
    ],
)
def test_no_page_of_calls_sorts_or_scans(
    store: Store, user: Viewer, campaign: str, wanted: dict[str, Any], index: str, cursor: bool, asked: list[Statement]
) -> None:
    items, after = calls.list_page(store, user, campaign, Page(1))
    asked.clear()
    calls.list_page(store, user, campaign, Page(1, after if cursor else None), **wanted)
    found = plans(store, list(asked), "calls")
    if "in-progress" not in wanted.get("statuses", ()):  # as many as there are lines, in whatever order
        assert not slow(found)
    assert re.search(index, " ".join(found))
    assert items


def test_filters_of_calls(store: Store, user: Viewer, campaign: str) -> None:
    def count(statuses: Sequence[str] = (), **wanted: str) -> int:
        return len(calls.list_page(store, user, campaign, Page(), statuses, **wanted)[0])

    assert (count(), count(["busy"]), count(["completed"]), count(["ringing"])) == (4, 2, 1, 1)
    assert (count(["busy", "ringing"]), count(["initiated", "failed"]), count(["busy", "busy"])) == (3, 0, 2)
    assert (count(outcome="busy"), count(outcome="failed"), count(["busy"], outcome="delivered")) == (2, 0, 0)


@pytest.mark.parametrize("cursor", [False, True])
@pytest.mark.parametrize("word", ["retry", "lines", "window"])
def test_who_waits_is_counted_and_listed_by_the_index_of_turns(
    store: Store, user: Viewer, campaign: str, word: str, cursor: bool, asked: list[Statement]
) -> None:
    now = now_ms()

    def spans(*_: Any) -> list[tuple[str, int, int | None]]:
        return [("lines", 0, now), ("retry", now, now + 70_000), ("window", now + 70_000, now + 90_000), ("retry", now + 90_000, None)]

    wanted = targets.Wanted(waits_for=word)
    _, after = targets.list_page(store, user, campaign, Page(1), lambda *_: None, targets.Wanted(waits_for="lines"), spans)
    asked.clear()
    targets.list_page(store, user, campaign, Page(1, after if cursor else None), lambda *_: None, wanted, spans)
    assert campaigns.get(store, user, campaign, spans)["waiting"] == dict.fromkeys(WORDS, 0) | {"retry": 1, "lines": 3}
    found = plans(store, list(asked), "targets")
    assert not slow(found)
    assert [step for step in found if "targets" in step and "targets_by_turn" not in step] == []


def test_an_estimate_counts_by_indexes(store: Store, user: Viewer, campaign: str, asked: list[Statement]) -> None:
    fields = {**SETTINGS, "gateway_id": "sandbox", "audio_id": a_sound(store, user), "callbase_id": a_callbase(store, user, [number(1)])}
    asked.clear()
    campaign_estimate.counts(store, user, fields, (), ())
    campaign_estimate.counts(store, user, {**fields, "gateway_id": "x"}, (), ("+79", "+4"))
    found = plans(store, list(asked), "Callbase")
    assert not slow(found)
    assert len([step for step in found if "subscribers_by_number" in step]) >= 4
    found = plans(store, list(asked), "calls")
    assert not slow(found)
    assert {step for step in found if " calls " in step} == {"SEARCH calls USING INDEX calls_by_campaign (campaign_id=?)"}


def test_a_removal_does_not_sort_or_scan(store: Store, user: Viewer, campaign: str, asked: list[Statement]) -> None:
    with store.write() as conn:
        conn.exec_driver_sql("UPDATE campaigns SET status = 'completed', ended_at = 1 WHERE id = ?", (campaign,))
    campaigns.remove(store, user, campaign)
    for table in ("targets", "calls", "timeline"):
        assert not slow(plans(store, list(asked), table))


def test_no_claim_sorts_or_scans(store: Store, campaign: str, asked: list[Statement]) -> None:
    with store.write() as conn:
        assert [row["number"] for row in flight.claim(conn, campaign, 3, now_ms())] == [number(3), number(4), number(5)]
        assert flight.next_due_at(conn, campaign) == 0
    found = plans(store, list(asked), "targets")
    assert not slow(found)
    assert [step for step in found if "targets" in step and "targets_by_turn" not in step] == []


def test_a_cancel_does_not_sort_or_scan(store: Store, campaign: str, asked: list[Statement]) -> None:
    with store.write() as conn:
        conn.exec_driver_sql("UPDATE campaigns SET status = 'canceled' WHERE id = ?", (campaign,))
    campaign_end.finish_cancel(store, campaign)
    assert not slow(plans(store, list(asked), "targets"))


def test_a_start_goes_through_each_subscriber_once(store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk whose index has no upper bound of its own reads all of the rest: the time is then the square of the list's length."""
    monkeypatch.setattr("store.campaign_start.ROWS", 5)
    callbase = a_callbase(store, user, [number(index) for index in range(60)])
    steps: list[int] = []

    def count(_conn: Any, _cursor: Any, statement: str, _parameters: Any, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO targets"):
            assert statement.count(".pos <= ?") == statement.count(".pos > ?") == 1
            steps.append(1)

    event.listen(store.engine, "before_cursor_execute", count)
    campaign = started(store, user, numbers=None, callbase_id=callbase)
    assert (len(steps), campaign["counts"]["pending"]) == (12, 60)
    assert [row["number"] for row in rows_of(store, campaign["id"])] == [number(index) for index in range(60)]


# -- the WAL -----------------------------------------------------------------------------------------------------------


def fill(store: Store, pages: int) -> None:
    with store.write() as conn:
        conn.exec_driver_sql("CREATE TABLE IF NOT EXISTS filling (data BLOB)")
        for _ in range(pages):
            conn.exec_driver_sql("INSERT INTO filling VALUES (randomblob(4000))")


def test_no_commit_folds_the_wal_and_a_thread_does(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.05)
    store.catch_up()
    file = tmp_path / "db.sqlite3"
    folded = threading.Event()
    real = checkpoints.Checkpoints.catch_up

    hold = threading.Event()

    def catch_up(self: checkpoints.Checkpoints) -> None:
        hold.wait(5)
        real(self)
        folded.set()

    before = file.stat().st_size
    monkeypatch.setattr(checkpoints.Checkpoints, "catch_up", catch_up)
    fill(store, 1500)
    assert file.stat().st_size == before  # SQLite itself would have done it after 1000 pages
    hold.set()
    assert folded.wait(5)
    assert file.stat().st_size > before + 1500 * 4000


def test_a_long_row_of_transactions_keeps_the_wal_small(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_S", 60)
    left = [200]

    def step(conn: Any) -> bool:
        for _ in range(10):
            conn.exec_driver_sql("INSERT INTO filling VALUES (randomblob(4000))")
        left[0] -= 1
        return left[0] > 0

    fill(store, 1)
    chunks.in_chunks(store, step)
    assert (tmp_path / "db.sqlite3").stat().st_size > 1500 * 4000
    assert (tmp_path / "db.sqlite3-wal").stat().st_size < 800 * 4120


def test_what_is_staged_does_not_wait_for_the_disk_and_the_next_commit_does(store: Store) -> None:
    def synchronous(**how: bool) -> int:
        with store.write(**how) as conn:
            return int(conn.exec_driver_sql("PRAGMA synchronous").scalar_one())

    assert (synchronous(), synchronous(staged=True), synchronous()) == (2, 1, 2)
    with pytest.raises(ZeroDivisionError), store.write(staged=True):
        raise ZeroDivisionError
    assert synchronous() == 2


def test_the_wal_begins_anew_while_others_write_all_the_time(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "LARGE_PAGES", 200)
    over = threading.Event()

    def write_on() -> None:
        while not over.is_set():
            with store.write() as conn:
                conn.exec_driver_sql("INSERT INTO filler VALUES (zeroblob(100))")

    with store.write() as conn:
        conn.exec_driver_sql("CREATE TABLE filler (bytes BLOB)")
    other = threading.Thread(target=write_on)
    other.start()
    try:
        for _ in range(100):
            with store.write(staged=True) as conn:
                conn.exec_driver_sql("INSERT INTO filler VALUES (zeroblob(400000))")
            store.catch_up()
    finally:
        over.set()
        other.join()
    # More than 40 MB were written in all.
    assert (tmp_path / "db.sqlite3-wal").stat().st_size < 4_000 * 4120
