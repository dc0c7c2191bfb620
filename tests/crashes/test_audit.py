"""The audit finds what it is there to find: the crash test can't pass by accident."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from security.keys import SecretBox
from store import tables
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import a_gateway, number, started
from tests.crashes.audit import Audit, audit
from tests.dialer.puppets import Bench
from tests.peers.events import Event, GatewayStats

PEOPLE = 6


class Ended:
    """A campaign that has ended as it should, and what its gateway saw."""

    def __init__(self, store: Store, box: SecretBox, user: Viewer, folder: Path) -> None:
        self.store = store
        self.campaign = started(store, user, PEOPLE, gateway_id=a_gateway(store, user))["id"]
        bench = Bench(store, box, folder)
        bench.look()
        while bench.end_all():
            pass
        self.events = [
            Event(name, dial.call_id, dial.user, bench.now / 1000) for _, dial in bench.dials() for name in ("INVITE", "ANSWERED")
        ]
        self.promised = {self.campaign: PEOPLE}

    def audit(self) -> Audit:
        return audit(Path(self.store.url.removeprefix("sqlite:///")), GatewayStats(tuple(self.events)), self.promised, set())


@pytest.fixture
def ended(store: Store, box: SecretBox, user: Viewer, tmp_path: Path) -> Ended:
    return Ended(store, box, user, tmp_path)


def test_all_is_well(ended: Ended) -> None:
    found = ended.audit()
    assert found.faults == []
    assert (found.figures["dialogs"], found.figures["targets"], found.figures["extra"], found.figures["lost"]) == (PEOPLE, PEOPLE, 0, 0)


def test_a_dialog_too_many(ended: Ended) -> None:
    ended.events.append(Event("INVITE", "another", number(2), 1e12))
    found = ended.audit()
    assert found.figures["extra"] == 1
    assert any("a dialog without a row: another" in fault for fault in found.faults)


def test_a_call_too_many(ended: Ended) -> None:
    with ended.store.write() as conn:
        again = _a_call(conn) | {"id": "another", "attempt": 2}
        conn.execute(insert(tables.calls).values(again))
        conn.execute(update(tables.targets).where(tables.targets.c.id == again["target_id"]).values(attempts=2))
    ended.events += [Event(name, "another", again["dialled"], 1e12) for name in ("INVITE", "ANSWERED")]
    found = ended.audit()
    assert found.figures["extra"] == 1
    assert any("was called 2 times" in fault for fault in found.faults)


def test_a_row_of_a_call_that_never_was(ended: Ended) -> None:
    del ended.events[:2]
    assert any("a row without a dialog" in fault for fault in ended.audit().faults)


def test_a_dialog_before_its_row(ended: Ended) -> None:
    first = ended.events[0]
    ended.events[0] = Event(first.name, first.call_id, first.number, first.at - 1)
    assert any("began before its row" in fault for fault in ended.audit().faults)


def test_a_lost_target(ended: Ended) -> None:
    with ended.store.write() as conn:
        conn.execute(update(tables.targets).where(tables.targets.c.number == number(1)).values(state="pending", outcome=None))
    found = ended.audit()
    assert found.figures["lost"] == 1
    assert any("do not add up" in fault for fault in found.faults)


def test_a_timeline_that_tells_of_other_calls(ended: Ended) -> None:
    assert ended.audit().faults == []
    with ended.store.write() as conn:
        conn.execute(update(tables.timeline).values(n_delivered=tables.timeline.c.n_delivered + 1))
    assert any("the timeline is not that of the calls" in fault for fault in ended.audit().faults)


def test_a_lost_campaign(ended: Ended) -> None:
    with ended.store.write() as conn:
        for table in (tables.calls, tables.targets, tables.campaigns):
            conn.execute(delete(table))
    assert ended.audit().figures["lost"] == PEOPLE


def test_a_campaign_that_nobody_was_told_of(ended: Ended) -> None:
    ended.promised.clear()
    assert any("nobody was told of" in fault for fault in ended.audit().faults)


def _a_call(conn: Connection) -> dict[str, Any]:
    row = dict(conn.execute(select(tables.calls).limit(1)).mappings().one())
    del row["seq"]
    return row
