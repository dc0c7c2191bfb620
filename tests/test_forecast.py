"""dialer/forecast.py: how long a campaign will take and when it ends; held against a clock that is turned minute by minute."""

from __future__ import annotations

import time
from typing import Any

import pytest

from clock import from_rfc3339, to_rfc3339
from dialer import forecast
from dialer.tempo import Tempo
from dialer.window import DAYS, Window

OFFICE = Window(DAYS[:5], "09:00", "18:00", "Europe/Moscow")
NIGHTS = Window(("fri", "sat"), "22:00", "03:00", "Europe/Berlin")
ALWAYS = Window(DAYS, "00:00", "24:00", "UTC")
ONE_MINUTE_A_WEEK = Window(("mon",), "09:00", "09:01", "UTC")
MONDAY = from_rfc3339("2026-03-02T10:00:00+03:00")
CAMPAIGN: dict[str, Any] = {"repeat": 1, "repeat_pause_ms": 0, "lead_in_ms": 200, "tail_ms": 300, "ring_timeout_s": 45, "collect_digits": 0}


@pytest.mark.parametrize(
    ("changed", "seen", "expected"),
    [
        ({}, None, 10 + 0.2 + 12 + 0.3),
        ({"repeat": 3, "repeat_pause_ms": 1500}, None, 10 + 0.2 + 36 + 3 + 0.3),
        ({"ring_timeout_s": 5}, None, 5 + 12.5),
        ({"opt_out_digit": "9"}, None, 22.5 + 5),
        ({"transfer_digit": "1"}, None, 22.5 + 5),
        ({"collect_digits": 2}, None, 22.5 + 5),
        ({"opt_out_digit": None}, None, 22.5),
        ({}, (14.0, 0.5), 14 + 6),
        ({"repeat": 2, "repeat_pause_ms": 1000, "opt_out_digit": "9"}, (14.0, 0.5), 14 + 12.5),
        ({}, (3.0, 0.0), 3),
    ],
)
def test_how_long_a_call_has_its_line(changed: dict[str, Any], seen: tuple[float, float] | None, expected: float) -> None:
    assert forecast.call_s(CAMPAIGN | changed, 12_000, seen) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("calls", "lines", "rate", "expected"),
    [
        (0, 8, None, 0),
        (1, 8, None, 20),
        (8, 8, None, 20),
        (80, 8, None, 200),
        (81, 8, None, 202.5),
        (80, 8, 0.1, 810),  # the last one begins after 790 s
        (80, 8, 100, 200),
        (1, 8, 0.1, 20),
        (1_000_000, 100, None, 200_000),
    ],
)
def test_how_long_they_take(calls: int, lines: int, rate: float | None, expected: float) -> None:
    assert forecast.dialling_s(calls, 20, lines, rate) == pytest.approx(expected)


def turned(window: Window, start: int, minutes: int) -> int:
    """When so many open minutes have gone by; each minute of the clock is looked at."""
    at = start
    while minutes:
        minutes -= window.is_open(at)
        at += 60_000
    return at


@pytest.mark.parametrize("window", [OFFICE, NIGHTS, ALWAYS])
@pytest.mark.parametrize("minutes", [1, 60, 479, 480, 481, 3000, 30_000])
def test_the_closed_hours_are_counted_in(window: Window, minutes: int) -> None:
    start = window.next_open(MONDAY)
    assert to_rfc3339(forecast.ends_at(window, start, minutes * 60_000)) == to_rfc3339(turned(window, start, minutes))


def test_without_a_window_it_goes_on() -> None:
    assert forecast.ends_at(None, MONDAY, 5_000) == MONDAY + 5_000


def test_a_change_of_the_clock_on_the_way() -> None:
    start = from_rfc3339("2026-03-27T22:00:00+01:00")  # in the second of these nights an hour is missing: 5 + 4 hours are open
    assert forecast.ends_at(NIGHTS, start, 9 * 3_600_000) == from_rfc3339("2026-03-29T03:00:00+02:00")


def test_what_takes_ages_is_told_soon_or_not_at_all() -> None:
    began = time.perf_counter()
    end = forecast.ends_at(ONE_MINUTE_A_WEEK, ONE_MINUTE_A_WEEK.next_open(MONDAY), 1000 * 60_000)
    assert (to_rfc3339(end) or "").startswith("2045-")
    assert forecast.ends_at(ONE_MINUTE_A_WEEK, MONDAY, 10_000_000 * 60_000_000) is None
    assert forecast.ends_at(None, MONDAY, 10**17) is None
    assert time.perf_counter() - began < 1


def test_when_it_can_begin() -> None:
    closed = from_rfc3339("2026-03-01T12:00:00+03:00")
    opening = from_rfc3339("2026-03-02T09:00:00+03:00")
    assert forecast.times(OFFICE, closed, closed - 5, 60_000) == (opening, opening + 60_000)
    assert forecast.times(OFFICE, closed, MONDAY, 60_000) == (MONDAY, MONDAY + 60_000)
    assert forecast.times(None, closed, 0, 0) == (closed, closed)
    last = from_rfc3339("9999-12-31T23:59:59Z")
    for window in (None, OFFICE):
        assert forecast.times(window, closed, last, 1) == (last, None)


def test_the_tempo_of_the_last_ten_seconds() -> None:
    tempo = Tempo()
    assert tempo.calls_per_second(1000.0) == 0
    for tenth in range(200):
        tempo.started(1000 + tenth / 10)
    assert tempo.calls_per_second(1020.0) == 10
    assert tempo.calls_per_second(1024.5) == 6
    assert tempo.calls_per_second(1031.0) == 0
    tempo.started(5000.2)
    assert [tempo.calls_per_second(at) for at in (5000.9, 5001, 5010.9, 5011)] == [0, 0.1, 0.1, 0]
