"""When the first numbers of a gateway all end alike it is more likely a fault of its settings, which must not burn a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialer.alike import FIRST_NUMBERS, FirstEnds
from dialer.breaker import Breaker
from security.keys import SecretBox
from sip.messages import Stop
from sip.outcome import ALIKE
from store import gateways
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import a_gateway, counts_add_up, number, rows_of, started
from tests.dialer.puppets import BUSY, Bench
from tests.dialer.test_engine import calls_of, campaign

NO_SUCH_NUMBER = {"provisional": True, "sip_code": 404, "sip_reason": "Not Found"}
REFUSED_MEDIA = {"provisional": True, "sip_code": 488, "sip_reason": "Not Acceptable Here"}


@pytest.fixture
def bench(store: Store, box: SecretBox, tmp_path: Path) -> Bench:
    return Bench(store, box, tmp_path)


def test_twenty_different_numbers_with_one_code_are_enough() -> None:
    ends = FirstEnds()
    assert [ends.note(number(n), str(n), 404) for n in range(FIRST_NUMBERS)] == [False] * (FIRST_NUMBERS - 1) + [True]
    assert sorted(ends.call_ids()) == sorted(str(n) for n in range(FIRST_NUMBERS))


def test_the_same_number_again_is_no_other_number() -> None:
    ends = FirstEnds()
    assert not any(ends.note(number(0), str(n), 488) for n in range(100))


@pytest.mark.parametrize("other", [None, 403])
def test_one_that_ends_differently_settles_it(other: int | None) -> None:
    ends = FirstEnds()
    for n in range(FIRST_NUMBERS - 1):
        ends.note(number(n), str(n), 404)
    assert not ends.note(number(98), "98", other)
    assert not any(ends.note(number(n), str(n), 404) for n in range(100, 200))


def test_a_breaker_that_waits_for_a_person_is_moved_by_nothing_else() -> None:
    breaker = Breaker(proven=True)
    breaker.open_for_person("all alike", 5)
    breaker.on_sign_of_life(10**12)
    breaker.on_end(ALIKE, "404", None, 10**12)
    breaker.open("no answer", 10**12, 60_000)
    assert (breaker.state, breaker.reason, breaker.since, breaker.next_try_at) == ("open", "all alike", 5, None)
    assert breaker.may_fly(10**15) == 0
    breaker.reset()
    assert breaker.may_fly(0) == 1


def test_the_gateway_stops_and_nobody_counts_as_called(bench: Bench, store: Store, user: Viewer) -> None:
    gateway_id = a_gateway(store, user)
    own = started(store, user, 60, gateway_id=gateway_id)["id"]
    bench.look()
    for _ in range(8):
        bench.end_all(**NO_SUCH_NUMBER)
        counts_add_up(store, own)
    assert counts_add_up(store, own) == {"pending": 60}
    assert {row["attempts"] for row in rows_of(store, own)} == {0}
    calls = calls_of(store, own)
    assert FIRST_NUMBERS <= len(calls) < 60
    assert {(row["status"], row["outcome"], row["sip_code"], row["sip_reason"]) for row in calls} == {("failed", None, 404, "Not Found")}
    breaker = bench.contacts.get(gateway_id).status()["breaker"]
    assert (breaker["state"], breaker["next_try_at"]) == ("open", None)
    assert "404 Not Found" in breaker["reason"]
    assert bench.engine.runs[own].why == "gateway"
    bench.turn(86_400_000)
    assert len(bench.dials()) == len(calls)


def test_after_resume_the_code_counts_as_true(bench: Bench, store: Store, user: Viewer, box: SecretBox, tmp_path: Path) -> None:
    gateway_id = a_gateway(store, user)
    own = started(store, user, 60, gateway_id=gateway_id)["id"]
    bench.look()
    while bench.end_all(**NO_SUCH_NUMBER):
        pass
    bench.contacts.resume(gateway_id)
    bench.turn()
    assert bench.end_all(**NO_SUCH_NUMBER) == 1  # a gateway that was stopped begins with one probing call
    # It is not forgotten by a restart either.
    bench.turn()
    bench.end_all(**NO_SUCH_NUMBER)
    (tmp_path / "again").mkdir()
    again = Bench(store, box, tmp_path / "again")
    again.look()
    while bench.end_all(**NO_SUCH_NUMBER) + again.end_all(**NO_SUCH_NUMBER):
        pass
    assert counts_add_up(store, own) == {"invalid_number": 60}
    assert {row["attempts"] for row in rows_of(store, own)} == {1}
    assert campaign(store, own)["status"] == "completed"


def test_a_restart_does_not_let_it_dial(bench: Bench, store: Store, user: Viewer, box: SecretBox, tmp_path: Path) -> None:
    gateway_id = a_gateway(store, user)
    own = started(store, user, 60, gateway_id=gateway_id)["id"]
    bench.look()
    while bench.end_all(**NO_SUCH_NUMBER):
        pass
    (tmp_path / "again").mkdir()
    again = Bench(store, box, tmp_path / "again")
    again.now = bench.now + 400_000
    again.look()
    assert again.dials() == []
    again.contacts.resume(gateway_id)
    again.turn()
    while again.end_all(**NO_SUCH_NUMBER):
        pass
    assert counts_add_up(store, own) == {"invalid_number": 60}


def test_the_first_numbers_are_counted_over_a_restart(bench: Bench, store: Store, user: Viewer, box: SecretBox, tmp_path: Path) -> None:
    gateway_id = a_gateway(store, user)
    own = started(store, user, 60, gateway_id=gateway_id, max_lines=4)["id"]
    bench.look()
    while len(calls_of(store, own)) < 12:
        bench.end_all(**NO_SUCH_NUMBER)
    bench.end_all(**NO_SUCH_NUMBER)
    bench.engine.stopping = True
    while bench.end_all(**NO_SUCH_NUMBER):
        pass
    (tmp_path / "again").mkdir()
    again = Bench(store, box, tmp_path / "again")
    again.look()
    while again.end_all(**NO_SUCH_NUMBER):
        pass
    assert counts_add_up(store, own) == {"pending": 60}
    assert len(calls_of(store, own)) < FIRST_NUMBERS + 4


def test_changed_settings_let_it_dial_and_count_anew(bench: Bench, store: Store, user: Viewer, box: SecretBox) -> None:
    gateway_id = a_gateway(store, user)
    own = started(store, user, 60, gateway_id=gateway_id)["id"]
    bench.look()
    while bench.end_all(**NO_SUCH_NUMBER):
        pass
    for prefix in ("8", "9"):
        gateways.change(store, user, gateway_id, {"dial_prefix": prefix}, box)
        change_over(bench, gateway_id)
        while bench.end_all(**NO_SUCH_NUMBER):
            pass
        assert counts_add_up(store, own) == {"pending": 60}
    gateways.change(store, user, gateway_id, {"dial_prefix": ""}, box)
    change_over(bench, gateway_id)
    while bench.end_all():
        pass
    assert counts_add_up(store, own) == {"delivered": 60}


def change_over(bench: Bench, gateway_id: str) -> None:
    """The gateway has new settings, and its agents with the old ones go."""
    bench.contacts.changed(gateway_id)
    for puppet in bench.launcher.puppets:
        if Stop() in puppet.listen():
            puppet.die()
    bench.turn()


def test_a_true_outcome_among_them_leaves_the_others_true(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 60, gateway_id=a_gateway(store, user))["id"]
    bench.look()
    bench.end_all(**BUSY)
    while bench.end_all(**NO_SUCH_NUMBER):
        pass
    assert counts_add_up(store, own) == {"busy": 1, "invalid_number": 59}


def test_further_calls_that_they_caused_are_taken_back_too(bench: Bench, store: Store, user: Viewer) -> None:
    again: dict[str, Any] = {"retry": {"failed": {"after_s": 0, "max_attempts": 2}}, "max_attempts": None}
    own = started(store, user, 30, gateway_id=a_gateway(store, user), max_lines=2, **again)["id"]
    bench.look()
    while bench.end_all(**REFUSED_MEDIA):
        counts_add_up(store, own)
        bench.now += 100
    assert counts_add_up(store, own) == {"pending": 30}
    assert {(row["attempts"], row["next_attempt_at"]) for row in rows_of(store, own)} == {(0, 0)}
    assert not any(row["retries"] for row in rows_of(store, own))
    assert {row["outcome"] for row in calls_of(store, own)} == {None}


def test_who_is_called_again_in_that_moment_has_all_further_calls_left_too(bench: Bench, store: Store, user: Viewer) -> None:
    again = {"retry": {"failed": {"after_s": 0, "max_attempts": 2}}, "max_attempts": None}
    own = started(store, user, 20, gateway_id=a_gateway(store, user), **again)["id"]
    bench.look()
    called: set[str] = set()
    while len(called) < 20:
        live = [(puppet, dial) for puppet, dial in bench.dials() if dial.call_id in bench.engine.flights]
        puppet, dial = min(live, key=lambda one: one[1].user in called)
        called.add(dial.user)
        bench.end(puppet, dial, **REFUSED_MEDIA)
        bench.turn(10)
    assert any(dial.user in called for _, dial in bench.dials() if dial.call_id in bench.engine.flights)
    while bench.end_all(**REFUSED_MEDIA):
        pass
    assert not any(row["retries"] for row in rows_of(store, own))


def test_a_campaign_that_has_ended_stays_as_it_is(bench: Bench, store: Store, user: Viewer) -> None:
    gateway_id = a_gateway(store, user)
    ended = started(store, user, 5, gateway_id=gateway_id)["id"]
    bench.look()
    while bench.end_all(**NO_SUCH_NUMBER):
        pass
    numbers = [number(n) for n in range(5, 40)]
    own = started(store, user, gateway_id=gateway_id, numbers=numbers)["id"]
    bench.look()
    while bench.end_all(**NO_SUCH_NUMBER):
        pass
    assert counts_add_up(store, ended) == {"invalid_number": 5}
    assert campaign(store, ended)["status"] == "completed"
    assert counts_add_up(store, own) == {"pending": 35}


def test_people_who_answered_are_not_called_again_for_it(bench: Bench, store: Store, user: Viewer, box: SecretBox, tmp_path: Path) -> None:
    own = started(store, user, 60, gateway_id=a_gateway(store, user))["id"]
    no_media = {"provisional": True, "sip_code": 200, "local_cause": "no_media", "message": 10, "ended_by": "service"}
    bench.look()
    for _ in range(2):
        bench.end_all(answered_at=bench.now, **no_media)
    (tmp_path / "again").mkdir()
    again = Bench(store, box, tmp_path / "again")
    again.look()
    while bench.end_all(**REFUSED_MEDIA) + again.end_all(**REFUSED_MEDIA):
        pass
    assert counts_add_up(store, own) == {"failed": 60}


def test_the_sandbox_has_no_such_rule(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 60)["id"]
    bench.look()
    while bench.end_all(**NO_SUCH_NUMBER):
        pass
    assert counts_add_up(store, own) == {"invalid_number": 60}
