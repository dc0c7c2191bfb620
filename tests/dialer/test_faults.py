"""Faults of one campaign, gateway, agent or disk: they must not hold up the others, and nobody is lost or called twice for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from security.keys import SecretBox
from sip.messages import Alive, Probe, ProbeResult, Registration
from store import campaigns, gateways, tables
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import a_gateway, counts_add_up, number, started
from tests.dialer.puppets import BUSY, GONE, Bench
from tests.dialer.test_engine import calls_of, campaign


@pytest.fixture
def bench(store: Store, box: SecretBox, tmp_path: Path) -> Bench:
    return Bench(store, box, tmp_path)


def locked(*_: Any) -> None:
    raise OperationalError("SELECT", {}, Exception("database is locked"))


def test_a_read_that_fails_after_the_commit_loses_no_call(bench: Bench, store: Store, user: Viewer, monkeypatch: Any) -> None:
    own = started(store, user, 3)["id"]
    with monkeypatch.context() as patch:
        patch.setattr("store.flight.next_due_at", locked)
        bench.look()
    assert counts_add_up(store, own) == {"active": 3}
    assert len(bench.dials()) == 3
    bench.turn(1500)
    bench.end_all()
    bench.turn(1500)
    assert counts_add_up(store, own) == {"delivered": 3}


def test_a_reason_in_another_charset_is_written_and_holds_up_nobody(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 2)["id"]
    bench.look()
    bench.end_all(**{**BUSY, "sip_reason": b"\xc7\xe0\xed\xff\xf2\xee".decode("utf-8", "surrogateescape")})
    assert counts_add_up(store, own) == {"busy": 2}


def test_facts_that_can_not_be_written_cost_their_own_call_only_these_facts(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 3)["id"]
    bench.look()
    (first, dial), *others = bench.dials()
    heard = {"answered_at": bench.now, "provisional": True, "sip_code": 200, "played": 8, "message": 8, "ended_by": "service"}
    bench.end(first, dial, digits="\udcff", opted_out=True, **heard)
    for puppet, other in others:
        bench.end(puppet, other, **BUSY)
    bench.turn()
    bench.turn(1500)
    assert counts_add_up(store, own) == {"delivered": 1, "busy": 2}
    (odd,) = [row for row in calls_of(store, own) if row["id"] == dial.call_id]
    assert (odd["status"], odd["outcome"], odd["digits"], odd["sip_code"]) == ("completed", "delivered", "", None)
    with store.read() as conn:
        assert conn.scalars(select(tables.dnc.c.number)).all() == [odd["number"]]


def test_an_opt_out_whose_owner_is_gone_is_kept_and_holds_up_nobody(bench: Bench, store: Store, admin: Viewer, user: Viewer) -> None:
    own = started(store, user, 1, opt_out_digit="9")["id"]
    others = started(store, admin, 2)["id"]
    bench.look()
    campaigns.mark_canceled(store, user, own)
    campaigns.finish_cancel(store, own)
    with store.write() as conn:
        conn.execute(delete(tables.campaigns).where(tables.campaigns.c.id == own))
        conn.execute(delete(tables.audio).where(tables.audio.c.owner == user.uid))
        conn.execute(delete(tables.users).where(tables.users.c.uid == user.uid))
    (puppet, dial) = bench.dials()[0]
    bench.end(puppet, dial, answered_at=bench.now, sip_code=200, played=5, message=10, digits="9", opted_out=True, ended_by="callee")
    bench.turn()
    bench.end_all()
    assert counts_add_up(store, others) == {"delivered": 2}
    with store.read() as conn:
        rows = conn.execute(select(tables.dnc.c.number, tables.dnc.c.owner)).all()
    assert [tuple(row) for row in rows] == [(number(0), admin.uid)]


def test_a_password_that_cannot_be_read_stops_its_gateway_only(bench: Bench, store: Store, user: Viewer) -> None:
    a_gateway(store, user, register=True, username="u", password="sealed with another key")
    sealed = a_gateway(store, user, username="u", password="sealed with another key")
    waits = started(store, user, 2, gateway_id=sealed)["id"]
    own = started(store, user, 2)["id"]
    bench.look()
    bench.end_all()
    assert counts_add_up(store, own) == {"delivered": 2}
    assert counts_add_up(store, waits) == {"pending": 2}
    assert bench.engine.runs[waits].why == "gateway"


def test_a_number_that_the_gateway_may_no_longer_dial_is_not_dialled(bench: Bench, store: Store, user: Viewer, box: SecretBox) -> None:
    gateway_id = a_gateway(store, user)
    own = started(store, user, 90, gateway_id=gateway_id)["id"]
    bench.look()
    bench.end_all()
    done = len(bench.dials())
    assert 0 < done < 90
    gateways.change(store, user, gateway_id, {"allowed_prefixes": ["+7495"]}, box)
    # Not even when the dialer has not yet been told.
    bench.turn()
    while bench.end_all():
        pass
    assert len(bench.dials()) == done
    assert counts_add_up(store, own) == {"delivered": done, "rejected": 90 - done}
    assert campaign(store, own)["status"] == "completed"


def test_an_agent_whose_words_were_not_read_for_long_is_not_ended(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 1)["id"]
    bench.look()
    bench.launcher.puppets[0].say(Alive())
    bench.now += 20_000  # a step took so long: the disk was busy
    bench.pool.watch()
    assert bench.launcher.killed == []
    bench.end_all()
    assert counts_add_up(store, own) == {"delivered": 1}


def test_the_sandbox_is_not_hammered_when_no_call_can_be_placed(bench: Bench, store: Store, user: Viewer) -> None:
    started(store, user, 4)
    bench.look()
    for _ in range(20):
        bench.end_all(local_cause="no_port", sip_reason="address already in use")
    assert len(bench.dials()) <= 8
    bench.turn(3000)
    assert len(bench.dials()) > 4


def test_an_outage_that_ends_many_calls_at_once_costs_one_interval(bench: Bench, store: Store, user: Viewer) -> None:
    gateway_id = a_gateway(store, user)
    own = started(store, user, 60, gateway_id=gateway_id)["id"]
    bench.look()
    bench.end_all()
    assert len(bench.engine.flights) > 10
    bench.end_all(**GONE)
    bench.turn(5_100)
    assert len(bench.engine.flights) == 1
    assert bench.engine.runs[own].why == "gateway"  # the others wait for what the probing call brings


def test_a_clock_set_back_by_an_hour_stops_nobody(bench: Bench, store: Store, user: Viewer, monkeypatch: Any) -> None:
    gateway_id = a_gateway(store, user)
    own = started(store, user, 3, gateway_id=gateway_id)["id"]
    bench.look()
    bench.end_all(**GONE)
    monkeypatch.setattr(bench.pool, "clock", lambda: bench.now / 1000 + 3600)
    bench.now -= 3_600_000
    for _ in range(3):
        bench.turn(10_000)
        bench.end_all()
    assert counts_add_up(store, own) == {"delivered": 3}


def test_a_cancel_that_failed_half_way_is_finished(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 40)["id"]
    bench.look()
    campaigns.mark_canceled(store, user, own)  # and what should follow met a full disk
    bench.look()
    bench.end_all(provisional=True, sip_code=487, asked="end")
    for _ in range(5):
        bench.turn(2_500)
    assert counts_add_up(store, own) == {"canceled": 40}
    assert campaign(store, own)["ended_at"] is not None


def test_a_prompt_file_that_was_deleted_is_made_anew(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 30)["id"]
    bench.look()
    path = Path(bench.dials()[0][1].prompt.path)
    path.unlink()
    bench.end_all()
    assert path.exists()
    bench.end_all()
    assert counts_add_up(store, own) == {"delivered": 30}


def test_registering_gateways_leave_agents_to_the_others(bench: Bench, store: Store, user: Viewer) -> None:
    for _ in range(12):
        a_gateway(store, user, register=True)
    own = started(store, user, 4, gateway_id=a_gateway(store, user))["id"]
    bench.look()
    for puppet in bench.launcher.puppets:
        puppet.say(Registration("registered", 200, "OK", bench.now))
    while bench.end_all():
        pass
    assert counts_add_up(store, own) == {"delivered": 4}


def test_nobody_registers_anew_while_the_service_stops(bench: Bench, store: Store, user: Viewer) -> None:
    a_gateway(store, user, register=True)
    bench.look()
    bench.engine.stopping = True
    for agent in list(bench.pool.agents):
        bench.pool.stop(agent)
    bench.launcher.puppets[0].die()
    bench.turn(500)
    assert len(bench.launcher.puppets) == 1


def test_a_refreshed_registration_does_not_shorten_retry_after(bench: Bench, store: Store, user: Viewer) -> None:
    gateway_id = a_gateway(store, user, register=True)
    started(store, user, 3, gateway_id=gateway_id)
    bench.look()
    registrar = bench.launcher.puppets[0]
    registrar.say(Registration("registered", 200, "OK", bench.now))
    bench.turn()
    bench.end_all(provisional=True, sip_code=503, sip_reason="Service Unavailable", retry_after_s=120)
    registrar.say(Registration("registered", 200, "OK", bench.now))
    bench.turn(1_000)
    assert len(bench.dials()) == 1
    bench.turn(120_000)
    assert len(bench.dials()) == 2


def test_a_check_is_answered_when_the_agent_that_was_asked_dies(bench: Bench, store: Store, user: Viewer) -> None:
    gateway_id = a_gateway(store, user)
    started(store, user, 60, gateway_id=gateway_id)
    bench.look()
    bench.end_all()
    assert len(bench.launcher.puppets) > 1
    from concurrent.futures import Future

    first: Future[dict[str, Any]] = Future()
    bench.contacts.check(gateway_id, first)
    asked = next(puppet for puppet in bench.launcher.puppets if Probe() in puppet.listen())
    asked.die()
    bench.turn()
    assert first.result(0)["ok"] is False
    second: Future[dict[str, Any]] = Future()
    bench.contacts.check(gateway_id, second)
    other = next(puppet for puppet in bench.launcher.puppets if puppet is not asked and Probe() in puppet.listen())
    other.say(ProbeResult(200, "OK", 1))
    bench.turn()
    assert second.result(0)["ok"] is True


def test_an_agent_that_talks_nonsense_is_ended_and_the_others_are_heard(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 8)["id"]
    bench.look()
    mad, sane = bench.launcher.puppets[:2]
    mad.sock.sendall(b"\0\0\0\4gaga")
    for dial in sane.dials():
        bench.end(sane, dial)
    bench.turn()
    assert counts_add_up(store, own) == {"delivered": 4, "interrupted": 4}
