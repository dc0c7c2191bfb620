"""The dialer's pure parts: pace, breaker, fair shares."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.breaker import FIRST_TRY_MS, LONGEST_TRY_MS, SLOW_AFTER, STOP_AFTER, Breaker
from dialer.pace import WIRE_S, Pace
from dialer.share import Want, share
from sip.outcome import ALIKE, CREDENTIALS, FINE, OVERLOAD, UNREACHABLE

rates = st.one_of(st.floats(0.05, 400), st.integers(1, 400).map(float))


def crowded(starts: list[float], rate: float) -> list[tuple[float, float]]:
    """Where starts were closer than allowed: N + 1 of them must take N/rate, N the rate rounded up."""
    count = math.ceil(rate)
    return [(first, last) for first, last in zip(starts, starts[count:], strict=False) if last - first < count / rate]


@given(rates, st.lists(st.floats(0, 0.3), min_size=5, max_size=300))
def test_no_sliding_second_has_more_starts_than_allowed(rate: float, waits: list[float]) -> None:
    pace, now, starts = Pace(rate), 1000.0, []
    for wait in waits:
        now += wait
        room = pace.room(now)
        for _ in range(room):
            pace.started(now)
            starts.append(now)
        assert pace.room(now) == 0
        assert pace.next_at() > now
    assert crowded(starts, rate) == []


@settings(deadline=None, max_examples=50)
@given(rates, st.data())
def test_the_wire_may_be_late_by_some_milliseconds(rate: float, data: st.DataObject) -> None:
    pace, now, starts = Pace(rate), 1000.0, []
    for _ in range(min(500, math.ceil(rate) + 50)):
        now = max(now, pace.next_at())
        pace.started(now)
        starts.append(now)
    late = data.draw(st.lists(st.floats(0, WIRE_S), min_size=len(starts), max_size=len(starts)))
    assert crowded(sorted(at + more for at, more in zip(starts, late, strict=True)), rate) == []


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 400), st.lists(st.floats(0, 0.02), min_size=100, max_size=200))
def test_a_dialer_that_is_late_by_some_milliseconds_keeps_the_mean(rate: int, late: list[float]) -> None:
    pace, now, starts = Pace(rate), 1000.0, 0
    for more in late:
        now = max(now, pace.next_at()) + more
        room = pace.room(now)
        starts += room
        for _ in range(room):
            pace.started(now)
    assert starts + 1 >= (now - 1000.0) * rate * 0.94


def test_nothing_is_saved_up_in_a_pause() -> None:
    pace = Pace(10)
    pace.started(0.0)
    assert pace.room(100.0) == 1
    pace.started(100.0)
    assert pace.room(100.0) == 0
    assert pace.room(100.0 + 0.11) == 1


def test_slow_rates_keep_their_distance() -> None:
    pace = Pace(0.2)
    pace.started(0.0)
    assert pace.room(5.0) == 0
    assert pace.room(5.1) == 1


def test_a_new_rate_is_no_fresh_beginning() -> None:
    pace = Pace(None)
    pace.started(0.0)
    pace.change(1)
    assert pace.room(1.0) == 0
    assert pace.room(1.2) == 1
    pace.started(1.2)
    pace.change(2)
    assert pace.room(1.6) == 0
    assert pace.room(1.9) == 1


def test_what_started_before_a_restart_counts() -> None:
    pace = Pace(0.5)
    pace.recall(-1.0)
    assert pace.room(1.0) == 0
    assert pace.room(1.2) == 1


def test_without_a_rate_there_is_no_limit() -> None:
    pace = Pace(None)
    pace.started(0.0)
    assert pace.room(0.0) > 1000


def test_the_first_call_is_a_single_probe() -> None:
    breaker = Breaker()
    assert breaker.may_fly(0) == 1
    breaker.on_sign_of_life(0)
    assert breaker.may_fly(0) is None


@pytest.mark.parametrize("signal", [CREDENTIALS, UNREACHABLE])
def test_a_gateway_that_refuses_us_or_is_not_there_is_stopped_at_once(signal: str) -> None:
    breaker = Breaker(proven=True)
    breaker.on_end(signal, "407 Proxy Authentication Required", None, 1000)
    assert (breaker.state, breaker.since, breaker.next_try_at) == ("open", 1000, 1000 + FIRST_TRY_MS)
    assert breaker.may_fly(1000 + FIRST_TRY_MS - 1) == 0
    assert breaker.may_fly(1000 + FIRST_TRY_MS) == 1


def test_the_interval_doubles_up_to_five_minutes() -> None:
    breaker, now, intervals = Breaker(), 0, []
    for _ in range(10):
        breaker.on_end(UNREACHABLE, "no answer", None, now)
        assert breaker.next_try_at is not None
        intervals.append(breaker.next_try_at - now)
        now = breaker.next_try_at
    assert intervals[:4] == [FIRST_TRY_MS, 2 * FIRST_TRY_MS, 4 * FIRST_TRY_MS, 8 * FIRST_TRY_MS]
    assert intervals[-1] == LONGEST_TRY_MS
    assert breaker.since == 0


def test_a_probing_call_that_works_closes_it() -> None:
    breaker = Breaker()
    breaker.on_end(UNREACHABLE, "no answer", None, 0)
    breaker.on_end(FINE, "", None, 6000)
    assert (breaker.state, breaker.reason, breaker.next_try_at, breaker.may_fly(6000)) == ("closed", "", None, None)


def test_5xx_in_a_row_slow_it_and_then_stop_it() -> None:
    breaker = Breaker(proven=True)
    for n in range(1, STOP_AFTER + 1):
        assert breaker.state == ("closed" if n <= SLOW_AFTER else "slowed")
        breaker.on_end(OVERLOAD, "503 Service Unavailable", None, n)
    assert breaker.state == "open"


def test_one_call_that_works_between_them_breaks_the_row() -> None:
    breaker = Breaker(proven=True)
    for n in range(50):
        breaker.on_end(OVERLOAD if n % SLOW_AFTER else ALIKE, "503", None, n)
    assert breaker.state == "closed"


def test_retry_after_is_obeyed() -> None:
    breaker = Breaker(proven=True)
    breaker.on_end(OVERLOAD, "503 Service Unavailable", 37, 1000)
    assert (breaker.state, breaker.next_try_at) == ("open", 38_000)


wants = st.lists(st.tuples(st.sampled_from(["g1", "g2", "g3"]), st.integers(0, 20), st.integers(0, 30)), max_size=12)


@given(st.integers(0, 60), wants, st.dictionaries(st.sampled_from(["g1", "g2", "g3"]), st.integers(0, 40)))
def test_shares_keep_every_limit_and_leave_nothing_that_could_be_used(
    free: int, raw: list[tuple[str, int, int]], rooms: dict[str, int]
) -> None:
    asked = [Want(str(n), gateway, live, room) for n, (gateway, live, room) in enumerate(raw)]
    given_out = share(free, asked, rooms)
    by_id = {want.campaign_id: want for want in asked}
    assert sum(given_out.values()) <= free
    for campaign_id, count in given_out.items():
        assert 0 < count <= by_id[campaign_id].room
    for gateway, room in rooms.items():
        used = sum(count for campaign_id, count in given_out.items() if by_id[campaign_id].gateway_id == gateway)
        assert used <= room
        hungry = any(want.gateway_id == gateway and given_out.get(want.campaign_id, 0) < want.room for want in asked)
        assert not hungry or used == room or sum(given_out.values()) == free


def test_a_small_campaign_is_not_stuck_behind_a_large_one() -> None:
    assert share(4, [Want("large", "g", 100, 1000), Want("small", "g", 0, 3)], {"g": 100}) == {"small": 3, "large": 1}


def test_users_share_a_gateway_whoever_has_more_campaigns() -> None:
    many = [Want(f"many{n}", "g", 0, 100, owner="busy") for n in range(9)]
    given_out = share(20, [*many, Want("one", "g", 0, 100, owner="calm")], {"g": 100})
    assert given_out["one"] == 10
    assert sorted(given_out.values()) == [1] * 8 + [2, 10]


@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 3))
def test_with_one_line_everybody_has_a_turn(campaigns: int, owners: int, lines: int) -> None:
    """Calls that end at once, so that nobody has a call live when the next line is given."""
    served = dict.fromkeys(range(campaigns), 0)
    last: dict[int, int] = {}
    for turn in range(1, 50):
        wants = [Want(str(n), "g", 0, 1000, f"owner {n % owners}", served[n]) for n in range(campaigns)]
        for campaign_id in share(lines, wants, {"g": 1}):
            served[int(campaign_id)] = last[int(campaign_id)] = turn
        waits = [turn - last.get(n, 0) for n in range(campaigns)]
        assert max(waits) <= owners * campaigns
