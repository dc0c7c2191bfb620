"""When calls start by the clock on the wall: windows that close in mid-campaign, changes to summer time and back, retries, start_at."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from security.keys import SecretBox
from store import tables
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import counts_add_up, started
from tests.dialer.puppets import BUSY, Bench

BERLIN = "Europe/Berlin"
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MINUTE_MS = 60_000
QUARTER_MS = 15 * MINUTE_MS


def at(text: str, fold: int = 0) -> int:
    """`2026-03-29T02:30` on the wall of Berlin → milliseconds of UNIX time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN), fold=fold).timestamp() * 1000)


def window(first: str, last: str) -> dict[str, object]:
    return {"days": DAYS, "from": first, "to": last, "timezone": BERLIN}


def starts_of(bench: Bench, store: Store, until: int) -> list[int]:
    """Turns the loop every quarter of an hour, every minute while somebody is called; calls end at once. Gives when they began."""
    bench.engine.look_again()
    while bench.now < until:
        step = MINUTE_MS if bench.end_all() else QUARTER_MS
        bench.turn(step - bench.now % step)
    with store.read() as conn:
        return list(conn.scalars(select(tables.calls.c.initiated_at).order_by(tables.calls.c.seq)))


@pytest.fixture
def bench(store: Store, box: SecretBox, tmp_path: Path) -> Bench:
    return Bench(store, box, tmp_path, lines=1)


def test_a_window_that_closes_in_mid_campaign(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 20, window=window("09:00", "09:10"))["id"]
    bench.now = at("2026-11-23T08:55")
    starts = starts_of(bench, store, at("2026-11-24T12:00"))
    first, second = at("2026-11-23T09:00"), at("2026-11-24T09:00")
    assert counts_add_up(store, own) == {"delivered": 20}
    assert starts[0] == first
    assert all(first <= start < first + 10 * MINUTE_MS or start >= second for start in starts)
    assert second in starts


@pytest.mark.parametrize(
    ("first", "last", "begin", "opens", "closes"),
    [
        # 2026-03-29: 02:00 becomes 03:00
        ("02:30", "03:05", "2026-03-29T01:00", [at("2026-03-29T03:00")], [at("2026-03-29T03:05")]),
        # 2026-10-25: 03:00 becomes 02:00, and 02:15 comes twice
        (
            "02:15",
            "02:20",
            "2026-10-25T01:00",
            [at("2026-10-25T02:15"), at("2026-10-25T02:15", 1)],
            [at("2026-10-25T02:20"), at("2026-10-25T02:20", 1)],
        ),
    ],
)
def test_over_a_change_of_the_clock(
    bench: Bench, store: Store, user: Viewer, first: str, last: str, begin: str, opens: list[int], closes: list[int]
) -> None:
    started(store, user, 1000, window=window(first, last))
    bench.now = at(begin)
    starts = starts_of(bench, store, bench.now + 6 * 60 * MINUTE_MS)
    spans = list(zip(opens, closes, strict=True))
    assert set(opens) <= set(starts)
    assert all(any(opening <= start < closing for opening, closing in spans) for start in starts)


def test_a_retry_that_falls_outside_of_the_window_waits_for_it(bench: Bench, store: Store, user: Viewer) -> None:
    fields = {"retry": {"busy": {"after_s": 600, "max_attempts": 1}}, "max_attempts": None}
    started(store, user, 1, window=window("09:00", "09:10"), **fields)
    bench.now = at("2026-11-23T09:08")
    bench.look()
    bench.end_all(**BUSY)
    starts = starts_of(bench, store, at("2026-11-24T10:00"))
    assert starts[1:] == [at("2026-11-24T09:00")]


def test_the_time_until_a_retry_counts_from_the_end_of_the_call(bench: Bench, store: Store, user: Viewer) -> None:
    started(store, user, 1, retry={"busy": {"after_s": 60, "max_attempts": 1}}, max_attempts=None)
    bench.look()
    begun = bench.now
    bench.turn(40_000)  # it rings
    bench.end_all(**BUSY)
    bench.turn(59_999)
    assert len(bench.dials()) == 1
    bench.turn(1)
    assert len(bench.dials()) == 2
    assert bench.now == begun + 100_000


def test_start_at_and_window_must_both_be_there(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 1, window=window("09:00", "20:00"))["id"]
    bench.now = at("2026-11-22T12:00")
    with store.write() as conn:
        later = {"status": "scheduled", "start_at": at("2026-11-23T06:00"), "started_at": None}
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == own).values(later))
    assert starts_of(bench, store, at("2026-11-23T12:00")) == [at("2026-11-23T09:00")]
