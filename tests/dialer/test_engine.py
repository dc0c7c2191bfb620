"""The engine's rules: committed before handed over, never twice, never lost; on a real store, with time passed in."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from dialer.recovery import recover
from security.keys import SecretBox
from sip.messages import Alive, Broken, Registration
from store import campaigns, tables
from store.engine import Store
from store.target_rows import seq_of
from store.viewer import Viewer
from tests.campaign_things import a_gateway, counts_add_up, number, rows_of, started
from tests.dialer.puppets import BUSY, GONE, REFUSED, Bench, waiting_of


@pytest.fixture
def bench(store: Store, box: SecretBox, tmp_path: Path) -> Bench:
    return Bench(store, box, tmp_path)


def calls_of(store: Store, campaign_id: str) -> list[dict[str, Any]]:
    with store.read() as conn:
        query = select(tables.calls).where(tables.calls.c.campaign_id == campaign_id).order_by(tables.calls.c.seq)
        return [dict(row) for row in conn.execute(query).mappings()]


def campaign(store: Store, campaign_id: str) -> dict[str, Any]:
    with store.read() as conn:
        return dict(conn.execute(select(tables.campaigns).where(tables.campaigns.c.id == campaign_id)).mappings().one())


def test_everybody_is_called_once_and_the_campaign_completes(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 50)["id"]
    bench.look()
    assert len(bench.engine.flights) == 20
    while bench.end_all():
        counts_add_up(store, own)
    numbers = [dial.user for _, dial in bench.dials()]
    assert sorted(numbers) == sorted(number(n) for n in range(50))
    assert counts_add_up(store, own) == {"delivered": 50}
    assert campaign(store, own)["status"] == "completed"


def test_a_call_is_in_the_store_before_its_agent_hears_of_it(bench: Bench, store: Store, user: Viewer, monkeypatch: Any) -> None:
    own = started(store, user, 8)["id"]
    seen: list[str | None] = []
    dial = bench.pool.dial

    def check_then_dial(gateway_id: str, dials: list[Any]) -> None:
        with sqlite3.connect(store.url.removeprefix("sqlite:///")) as other:
            rows = dict(other.execute("select id, status from calls"))
        seen.extend(rows.get(one.call_id) for one in dials)
        dial(gateway_id, dials)

    monkeypatch.setattr(bench.pool, "dial", check_then_dial)
    bench.look()
    assert seen == ["initiated"] * 8
    assert counts_add_up(store, own) == {"active": 8}


def test_nothing_is_dialled_when_the_commit_fails(bench: Bench, store: Store, user: Viewer, monkeypatch: Any) -> None:
    own = started(store, user, 4)["id"]

    def full(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("store.flight.begin", full)
        bench.look()
        bench.turn(1500)
        assert bench.dials() == []
        assert "disk is full" in bench.engine.trouble
        assert counts_add_up(store, own) == {"pending": 4}
    bench.turn(1500)
    assert len(bench.dials()) == 4
    assert bench.engine.trouble == ""


def test_an_end_that_could_not_be_written_is_written_later(bench: Bench, store: Store, user: Viewer, monkeypatch: Any) -> None:
    own = started(store, user, 2)["id"]
    bench.look()
    with monkeypatch.context() as patch:
        patch.setattr("store.flight.finish", lambda *_: (_ for _ in ()).throw(OperationalError("UPDATE", {}, Exception("locked"))))
        bench.end_all()
        bench.turn(1500)
        assert counts_add_up(store, own) == {"active": 2}
    bench.turn(1500)
    assert counts_add_up(store, own) == {"delivered": 2}


def test_an_agent_that_dies_interrupts_its_calls_and_no_others(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 20)["id"]
    bench.look()
    victim = bench.launcher.puppets[0]
    lost = {dial.call_id for dial in victim.dials()}
    victim.die()
    bench.turn()
    while bench.end_all():
        pass
    assert counts_add_up(store, own) == {"delivered": 20 - len(lost), "interrupted": len(lost)}
    assert {row["id"] for row in calls_of(store, own) if row["status"] == "interrupted"} == lost
    assert len(bench.dials()) == 20  # nobody was called again


def test_interrupted_is_called_again_only_where_the_campaign_says_so(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 1, redial_interrupted=True)["id"]
    bench.look()
    bench.launcher.puppets[0].die()
    bench.turn(times=6)
    bench.end_all()
    assert counts_add_up(store, own) == {"delivered": 1}
    assert [row["status"] for row in calls_of(store, own)] == ["interrupted", "completed"]


def test_after_a_crash_what_was_in_flight_is_interrupted_and_the_rest_goes_on(
    bench: Bench, store: Store, user: Viewer, box: SecretBox, tmp_path: Path
) -> None:
    own = started(store, user, 30)["id"]
    bench.look()
    first = {dial.user for _, dial in bench.dials()}
    assert recover(store, bench.now + 5) == 20
    assert counts_add_up(store, own) == {"interrupted": 20, "pending": 10}
    (tmp_path / "again").mkdir()
    again = Bench(store, box, tmp_path / "again")
    again.look()
    while again.end_all():
        pass
    assert counts_add_up(store, own) == {"interrupted": 20, "delivered": 10}
    assert first.isdisjoint({dial.user for _, dial in again.dials()})


def test_calls_that_do_not_end_at_the_stop_close_their_campaign(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 3)["id"]
    bench.look()
    bench.engine.stopping = True
    bench.engine.interrupt_all(bench.now)
    bench.turn()
    assert counts_add_up(store, own) == {"interrupted": 3}
    assert campaign(store, own)["status"] == "completed"


def test_a_campaign_that_a_crash_left_with_nobody_to_call_is_closed_at_start(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 2)["id"]
    with store.write() as conn:
        conn.execute(update(tables.targets).where(tables.targets.c.campaign_seq == seq_of(own)).values(state="done", outcome="delivered"))
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == own).values(n_pending=0, n_delivered=2))
    recover(store, bench.now)
    assert campaign(store, own)["status"] == "completed"


def test_busy_is_called_again_after_its_time_and_not_before(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 1, retry={"busy": {"after_s": 60, "max_attempts": 1}}, max_attempts=None)["id"]
    bench.look()
    bench.end_all(**BUSY)
    assert counts_add_up(store, own) == {"pending": 1}
    bench.turn(59_900)
    assert len(bench.dials()) == 1
    bench.turn(200)
    assert len(bench.dials()) == 2
    bench.end_all(**BUSY)
    assert counts_add_up(store, own) == {"busy": 1}
    assert rows_of(store, own)[0]["attempts"] == 2


def test_refused_credentials_cost_one_call_and_nobody_counts_as_called(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 30, gateway_id=a_gateway(store, user))["id"]
    bench.look()
    assert len(bench.dials()) == 1
    bench.end_all(**REFUSED)
    bench.turn(2000)
    assert len(bench.dials()) == 1
    assert counts_add_up(store, own) == {"pending": 30}
    assert {row["attempts"] for row in rows_of(store, own)} == {0}
    assert bench.engine.runs[own].why == "gateway"
    status = bench.contacts.get(campaign(store, own)["gateway_id"]).status()
    assert status["breaker"]["state"] == "open"
    assert "407" in status["breaker"]["reason"]


def test_a_gateway_that_works_again_is_found_by_one_probing_call(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 30, gateway_id=a_gateway(store, user))["id"]
    bench.look()
    bench.end_all(**GONE)
    for _ in range(3):
        bench.turn(400_000)
        assert bench.end_all(**GONE) == 1
    bench.turn(400_000)
    assert bench.end_all() == 1
    assert len(bench.engine.flights) > 10
    while bench.end_all():
        pass
    assert counts_add_up(store, own) == {"delivered": 30}


def test_the_breaker_survives_a_restart(bench: Bench, store: Store, user: Viewer, box: SecretBox, tmp_path: Path) -> None:
    gateway_id = a_gateway(store, user)
    started(store, user, 5, gateway_id=gateway_id)
    bench.look()
    bench.end_all(**REFUSED)
    (tmp_path / "again").mkdir()
    again = Bench(store, box, tmp_path / "again")
    again.now = bench.now + 1000
    again.look()
    assert again.dials() == []
    assert again.contacts.get(gateway_id).status()["breaker"]["state"] == "open"


def test_an_agent_that_cannot_resolve_the_host_stops_the_gateway(bench: Bench, store: Store, user: Viewer) -> None:
    bench.launcher.ready = False
    own = started(store, user, 5, gateway_id=a_gateway(store, user, host="nowhere.invalid"))["id"]
    bench.look()
    puppet = bench.launcher.puppets[0]
    puppet.say(Broken("resolve", "Name or service not known"))
    puppet.die()
    bench.turn()
    assert calls_of(store, own) == []
    assert "can't be resolved" in bench.contacts.get(campaign(store, own)["gateway_id"]).status()["breaker"]["reason"]
    assert bench.engine.runs[own].why == "gateway"


def test_a_number_put_on_the_list_in_mid_campaign_is_not_called(bench: Bench, store: Store, user: Viewer, other: Viewer) -> None:
    own = started(store, user, 30)["id"]
    bench.look()
    with store.write() as conn:
        conn.execute(insert(tables.dnc).values(number=number(25), owner=other.uid, created_at=1))
    while bench.end_all():
        pass
    assert counts_add_up(store, own) == {"delivered": 29, "do_not_call": 1}
    assert number(25) not in {dial.user for _, dial in bench.dials()}


def test_a_list_of_only_unwanted_numbers_completes_without_a_call(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 3)["id"]
    with store.write() as conn:
        conn.execute(insert(tables.dnc), [{"number": number(n), "owner": user.uid, "created_at": 1} for n in range(3)])
    bench.look()
    bench.turn(1000)
    assert counts_add_up(store, own) == {"do_not_call": 3}
    assert campaign(store, own)["status"] == "completed"


def test_opting_out_puts_the_number_on_the_list_and_ends_all_attempts(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 1, retry={"failed": {"after_s": 0, "max_attempts": 5}}, max_attempts=None, opt_out_digit="9")["id"]
    bench.look()
    (puppet, dial) = bench.dials()[0]
    assert dial.opt_out_digit == "9"
    bench.end(puppet, dial, answered_at=bench.now, sip_code=200, played=5, message=10, digits="9", opted_out=True, ended_by="callee")
    bench.turn()
    assert counts_add_up(store, own) == {"partial": 1}
    with store.read() as conn:
        assert conn.scalars(select(tables.dnc.c.number)).all() == [number(0)]


def test_pause_lets_live_calls_end_and_starts_none(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 40)["id"]
    bench.look()
    campaigns.pause(store, user, own)
    bench.look()
    bench.end_all()
    assert len(bench.dials()) == 20
    assert waiting_of(bench, user, own) == {"paused"}
    campaigns.resume(store, user, own)
    bench.look()
    assert len(bench.dials()) == 40


def test_cancel_hangs_up_live_calls_and_nobody_is_called_again(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 40, retry={"busy": {"after_s": 0, "max_attempts": 9}}, max_attempts=None)["id"]
    bench.look()
    campaigns.mark_canceled(store, user, own)
    campaigns.finish_cancel(store, own)
    bench.look()
    asked = {call_id for puppet in bench.launcher.puppets for call_id in puppet.ends()}
    assert asked == {dial.call_id for _, dial in bench.dials()}
    for place, (puppet, dial) in enumerate(bench.dials()):
        facts = BUSY if place % 2 else {"provisional": True, "sip_code": 487, "asked": "end"}
        bench.end(puppet, dial, **facts)
    bench.turn()
    assert counts_add_up(store, own) == {"canceled": 30, "busy": 10}
    assert campaign(store, own)["ended_at"] is not None
    assert len(bench.dials()) == 20


def test_max_lines_of_campaign_and_gateway_hold(bench: Bench, store: Store, user: Viewer) -> None:
    gateway_id = a_gateway(store, user, max_lines=5)
    one = started(store, user, 20, gateway_id=gateway_id, max_lines=3)["id"]
    two = started(store, user, 20, gateway_id=gateway_id)["id"]
    bench.look()
    most = {one: 0, two: 0, "both": 0}
    while bench.end_all():
        live = {own: bench.engine.runs[own].live for own in (one, two) if own in bench.engine.runs}
        for own, count in live.items():
            most[own] = max(most[own], count)
        most["both"] = max(most["both"], sum(live.values()))
    assert most[one] <= 3
    assert most["both"] == 5
    assert counts_add_up(store, one) == counts_add_up(store, two) == {"delivered": 20}


def test_calls_per_second_holds(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 60, calls_per_second=10)["id"]
    bench.look()
    starts = []
    for _ in range(800):
        before = len(bench.dials())
        bench.turn(10, times=1)
        starts += [bench.now] * (len(bench.dials()) - before)
        bench.end_all()
    assert len(bench.dials()) == 60
    assert all(later - sooner >= 1000 for sooner, later in zip(starts, starts[10:], strict=False))
    assert campaign(store, own)["status"] == "completed"


def test_outside_the_window_nobody_is_called(bench: Bench, store: Store, user: Viewer) -> None:
    window = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "09:00", "to": "20:00", "timezone": "UTC"}
    own = started(store, user, 3, window=window)["id"]
    bench.now -= bench.now % 86_400_000  # midnight
    bench.look()
    assert bench.dials() == []
    assert waiting_of(bench, user, own) == {"window"}
    bench.turn(9 * 3_600_000 - 1)
    assert bench.dials() == []
    bench.turn(1)
    assert len(bench.dials()) == 3


def test_a_scheduled_campaign_starts_at_its_time(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 3)["id"]
    with store.write() as conn:
        soon = {"status": "scheduled", "start_at": bench.now + 60_000, "started_at": None}
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == own).values(soon))
    bench.look()
    bench.turn(59_000)
    assert bench.dials() == []
    bench.turn(1_000)
    assert len(bench.dials()) == 3
    assert campaign(store, own)["started_at"] == bench.now


def test_calls_wait_for_the_registration(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 3, gateway_id=a_gateway(store, user, register=True))["id"]
    bench.look()
    registrar = bench.launcher.puppets[0]
    assert bench.dials() == []
    registrar.say(Registration("failed", 403, "Forbidden", bench.now))
    bench.turn()
    assert bench.engine.runs[own].why == "gateway"
    assert "403 Forbidden" in bench.contacts.get(campaign(store, own)["gateway_id"]).status()["breaker"]["reason"]
    bench.turn(400_000)
    registrar.say(Registration("registered", 200, "OK", bench.now))
    bench.turn()
    assert len(bench.dials()) == 1  # the single probe


def test_changed_settings_start_new_agents_and_let_live_calls_end(bench: Bench, store: Store, user: Viewer, box: SecretBox) -> None:
    gateway_id = a_gateway(store, user)
    own = started(store, user, 30, gateway_id=gateway_id)["id"]
    bench.look()
    bench.end_all()
    old = list(bench.launcher.puppets)
    with store.write() as conn:
        new = {"host": "127.0.0.9", "changed_at": bench.now}
        conn.execute(update(tables.gateways).where(tables.gateways.c.id == gateway_id).values(new))
    bench.contacts.changed(gateway_id)
    before = len(bench.dials())
    while bench.end_all():
        pass
    new_puppets = [puppet for puppet in bench.launcher.puppets if puppet not in old]
    assert {puppet.setup.host for puppet in new_puppets} == {"127.0.0.9"}
    assert len([dial for puppet in new_puppets for dial in puppet.dials()]) == 30 - before
    assert counts_add_up(store, own) == {"delivered": 30}


def test_a_stuck_agent_is_ended(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 1)["id"]
    bench.look()
    bench.turn(20_000)
    bench.pool.watch()
    bench.turn()
    assert bench.launcher.killed == [1]
    assert counts_add_up(store, own) == {"interrupted": 1}


def test_idle_agents_are_stopped_and_started_again_when_needed(bench: Bench, store: Store, user: Viewer) -> None:
    started(store, user, 1)
    bench.look()
    bench.end_all()
    bench.turn(10_000)
    for puppet in bench.launcher.puppets:
        puppet.say(Alive())
    bench.turn(11_000)
    bench.pool.watch()
    assert all("Stop()" in map(repr, puppet.listen()) for puppet in bench.launcher.puppets)
    for puppet in bench.launcher.puppets:
        puppet.die()
    bench.turn()
    started(store, user, 1)
    bench.look()
    assert bench.end_all() == 1


def test_a_campaign_on_a_gateway_that_is_gone_does_not_stop_the_others(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 2)["id"]
    other = started(store, user, 2)["id"]
    with store.write() as conn:
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == other).values(gateway_id="gone"))
    bench.look()
    while bench.end_all():
        pass
    assert counts_add_up(store, own) == {"delivered": 2}
    assert bench.engine.runs[other].why == "gateway"
