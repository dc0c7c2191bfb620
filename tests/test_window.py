"""dialer/window.py: by hand where the clock is odd, and by property everywhere else."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialer.window import DAYS, Window, is_timezone

MINUTE = 60_000
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def at(text: str, zone: str, fold: int = 0) -> int:
    """`2026-03-29T02:30` on the wall of `zone` → milliseconds of UNIX time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


def test_open_from_the_first_millisecond_to_the_last() -> None:
    window = Window(WORKDAYS, "09:00", "20:00", "Europe/Moscow")
    opens, closes = at("2026-11-23T09:00", "Europe/Moscow"), at("2026-11-23T20:00", "Europe/Moscow")
    assert not window.is_open(opens - 1)
    assert window.is_open(opens)
    assert window.is_open(closes - 1)
    assert not window.is_open(closes)
    assert window.next_open(opens - 1) == opens
    assert window.next_open(opens + 17) == opens + 17
    assert window.next_change(opens + 17) == closes


def test_friday_evening_waits_for_monday_morning() -> None:
    window = Window(WORKDAYS, "09:00", "20:00", "Europe/Moscow")
    assert window.next_open(at("2026-11-27T20:00", "Europe/Moscow")) == at("2026-11-30T09:00", "Europe/Moscow")


def test_the_zone_decides_not_the_server() -> None:
    moment = at("2026-11-23T09:30", "Europe/Moscow")
    assert Window(DAYS, "09:00", "10:00", "Europe/Moscow").is_open(moment)
    assert not Window(DAYS, "09:00", "10:00", "Asia/Vladivostok").is_open(moment)


def test_over_midnight_belongs_to_the_day_it_starts() -> None:
    window = Window(("fri",), "22:00", "02:00", "Europe/Moscow")
    assert window.is_open(at("2026-11-27T22:00", "Europe/Moscow"))
    assert window.is_open(at("2026-11-28T01:59", "Europe/Moscow"))  # Saturday's first hours are Friday's window
    assert not window.is_open(at("2026-11-28T02:00", "Europe/Moscow"))
    assert not window.is_open(at("2026-11-27T01:00", "Europe/Moscow"))  # Friday's first hours would be Thursday's
    assert not window.is_open(at("2026-11-28T22:00", "Europe/Moscow"))


def test_until_midnight() -> None:
    window = Window(("sun",), "20:00", "00:00", "Europe/Moscow")
    midnight = at("2026-11-30T00:00", "Europe/Moscow")
    assert window.is_open(midnight - 1)
    assert not window.is_open(midnight)


def test_a_whole_day() -> None:
    window = Window(("sat", "sun"), "00:00", "24:00", "Europe/Moscow")
    saturday, monday = at("2026-11-28T00:00", "Europe/Moscow"), at("2026-11-30T00:00", "Europe/Moscow")
    assert window.next_open(saturday - 1) == saturday
    assert window.next_change(saturday) == monday
    assert window.is_open(monday - 1)


def test_around_the_clock_never_changes() -> None:
    window = Window(DAYS, "00:00", "24:00", "Europe/Berlin")
    assert window.next_change(at("2026-10-24T12:00", "Europe/Berlin")) is None
    assert window.next_open(at("2026-10-25T02:30", "Europe/Berlin")) == at("2026-10-25T02:30", "Europe/Berlin")


def test_a_weekly_window_that_the_jump_swallows_waits_two_weeks() -> None:
    window = Window(("sun",), "02:10", "02:50", "Europe/Berlin")
    assert window.next_open(at("2026-03-22T02:50", "Europe/Berlin")) == at("2026-04-05T02:10", "Europe/Berlin")


def test_the_clock_jumps_over_the_opening() -> None:
    window = Window(DAYS, "02:30", "05:00", "Europe/Berlin")  # 2026-03-29: 02:00 becomes 03:00
    jump = at("2026-03-29T03:00", "Europe/Berlin")
    assert window.next_open(at("2026-03-29T01:00", "Europe/Berlin")) == jump
    assert not window.is_open(jump - 1)


def test_a_window_that_the_jump_swallows_opens_the_next_day() -> None:
    window = Window(DAYS, "02:10", "02:50", "Europe/Berlin")
    assert window.next_open(at("2026-03-29T00:00", "Europe/Berlin")) == at("2026-03-30T02:10", "Europe/Berlin")


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    window = Window(DAYS, "02:15", "02:45", "Europe/Berlin")  # 2026-10-25: 03:00 becomes 02:00
    first, second = (at("2026-10-25T02:15", "Europe/Berlin", fold) for fold in (0, 1))
    assert second - first == 60 * MINUTE
    assert window.next_open(at("2026-10-25T01:00", "Europe/Berlin")) == first
    assert window.next_change(first) == first + 30 * MINUTE
    assert window.next_open(first + 30 * MINUTE) == second
    assert window.is_open(second + 29 * MINUTE)
    assert not window.is_open(second + 30 * MINUTE)


def test_the_clock_goes_back_into_the_window() -> None:
    window = Window(DAYS, "00:00", "02:30", "Europe/Berlin")
    back = at("2026-10-25T02:00", "Europe/Berlin", fold=1)
    assert window.next_change(at("2026-10-25T01:00", "Europe/Berlin")) == at("2026-10-25T02:30", "Europe/Berlin")
    assert window.next_open(at("2026-10-25T02:30", "Europe/Berlin")) == back


@pytest.mark.parametrize("name", ["Europe/Moscow", "UTC", "America/Argentina/Buenos_Aires"])
def test_timezones(name: str) -> None:
    assert is_timezone(name)


@pytest.mark.parametrize(
    "name", ["", "Europe", "europe/moscow", "../../etc/passwd", "/etc/localtime", "Mars/Base", "a" * 5000, "é", "UTC "]
)
def test_not_timezones(name: str) -> None:
    assert not is_timezone(name)


def test_from_json() -> None:
    fields = {"days": ["mon"], "from": "09:00", "to": "20:00", "timezone": "UTC"}
    assert Window.from_json(fields) == Window(("mon",), "09:00", "20:00", "UTC")


# -- properties: against the definition, minute by minute --------------------------------------------------------------

ZONES = [
    "UTC",
    "Europe/Moscow",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Cairo",
]
CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
# Within four days of a change of the clock, or anywhere from 2024 to 2036.
CHANGES = ["2026-03-29T01:00", "2026-10-25T01:00", "2026-03-08T02:00", "2026-11-01T02:00", "2026-04-05T01:00", "2026-10-04T01:00"]
NEAR_A_CHANGE = st.builds(
    lambda text, shift: at(text, "UTC") + shift, st.sampled_from(CHANGES), st.integers(-4 * 86_400_000, 4 * 86_400_000)
)
MOMENT = st.one_of(NEAR_A_CHANGE, st.integers(at("2024-01-01T00:00", "UTC"), at("2036-01-01T00:00", "UTC")))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True))
    start, end = draw(CLOCK), draw(st.one_of(CLOCK, st.just("24:00")))
    assume(start != end)
    return Window(tuple(days), start, end, draw(st.sampled_from(ZONES)))


@given(windows(), MOMENT)
def test_is_open_says_what_the_wall_clock_says(window: Window, now: int) -> None:
    local = datetime.fromtimestamp(now / 1000, ZoneInfo(window.timezone))
    today, yesterday, clock = DAYS[local.weekday()], DAYS[local.weekday() - 1], f"{local:%H:%M}"
    if window.from_ < window.to:
        expected = today in window.days and window.from_ <= clock < window.to
    else:
        expected = (today in window.days and clock >= window.from_) or (yesterday in window.days and clock < window.to)
    assert window.is_open(now) == expected


@given(windows(), MOMENT)
def test_the_next_opening_is_open_and_nothing_before_it_is(window: Window, now: int) -> None:
    opening = window.next_open(now)
    assert opening >= now
    assert window.is_open(opening)
    if opening > now:
        assert not window.is_open(opening - 1)
    every_minute = range(now - now % MINUTE + MINUTE, opening, MINUTE)
    assert not any(window.is_open(moment) for moment in every_minute)


@given(windows(), MOMENT)
def test_nothing_changes_before_the_next_change(window: Window, now: int) -> None:
    change, before = window.next_change(now), window.is_open(now)
    if change is None:
        assert (len(window.days), window.from_, window.to) == (7, "00:00", "24:00")
        return
    assert change > now
    assert window.is_open(change) != before
    assert window.is_open(change - 1) == before
    every_minute = range(now - now % MINUTE + MINUTE, change, MINUTE)
    assert all(window.is_open(moment) == before for moment in every_minute)
