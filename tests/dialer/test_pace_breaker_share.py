"""The dialer's pure parts: pace, breaker, fair shares."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.breaker import FIRST_TRY_MS, LONGEST_TRY_MS, SLOW_AFTER, STOP_AFTER, Breaker
from dialer.pace import Pace
from dialer.share import Want, share
from sip.outcome import ALIKE, CREDENTIALS, FINE, OVERLOAD, UNREACHABLE


@given(st.floats(0.2, 200), st.lists(st.floats(0, 0.3), min_size=5, max_size=300))
def test_no_sliding_second_has_more_starts_than_allowed(rate: float, waits: list[float]) -> None:
    pace, now, starts = Pace(rate), 1000.0, []
    for wait in waits:
        now += wait
        if pace.allows(now):
            pace.started(now)
            starts.append(now)
    for first, second in itertools.pairwise(starts):
        assert second - first >= 1 / rate


def test_nothing_is_saved_up_in_a_pause() -> None:
    pace = Pace(10)
    pace.started(0.0)
    assert pace.allows(100.0)
    pace.started(100.0)
    assert not pace.allows(100.0)
    assert pace.allows(100.0 + 0.11)


def test_without_a_rate_there_is_no_limit() -> None:
    pace = Pace(None)
    pace.started(0.0)
    assert pace.allows(0.0)


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
