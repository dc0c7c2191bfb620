"""Deleting campaigns and users: gone at once, in small transactions, whole also after a crash."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select, update

from errors import Conflict, NotFound
from store import audio, callbases, calls, campaign_removal, campaigns, gateways, metrics, recordings, tables, targets, timeline, users
from store.engine import Store
from store.paging import Page
from store.viewer import Viewer
from tests.campaign_things import a_call, a_callbase, a_gateway, a_sound, number, rows_of, set_target, started

TABLES = (tables.campaigns, tables.targets, tables.calls, tables.timeline, tables.call_recordings, tables.subscribers, tables.callbases)
NOTHING = dict.fromkeys((table.name for table in TABLES), 0)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("store.campaign_removal.ROWS", "store.campaign_removal.CALLS", "store.callbases.BATCH"):
        monkeypatch.setattr(name, 3)


def counts(store: Store) -> dict[str, int]:
    with store.read() as conn:
        return {table.name: conn.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES}


def ended(store: Store, owner: Viewer, count: int = 8, **fields: Any) -> str:
    """A completed campaign: each target called, some calls recorded, a timeline."""
    own: str = started(store, owner, count=count, **fields)["id"]
    for row in rows_of(store, own):
        set_target(store, row["id"], state="done", outcome="delivered", attempts=1)
    for place in range(count):
        call = a_call(store, own)
        if place % 2:
            recordings.keep(store, call, b"RIFF" + bytes(100), 10, 1)
    with store.write() as conn:
        seq = conn.scalar(select(tables.campaigns.c.seq).where(tables.campaigns.c.id == own))
        conn.execute(insert(tables.timeline), [{"campaign_seq": seq, "at": at, "started": 1} for at in range(0, 100_000, 10_000)])
        values = {"status": "completed", "ended_at": 1, "rtp_calls": count, "rtp_sent": 10 * count, "rtp_jitter_ms": 1.5}
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == own).values(values))
    return own


def between_chunks(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> list[int]:
    turns: list[int] = []

    def turn(_seconds: float) -> None:
        turns.append(1)
        action()

    monkeypatch.setattr("store.chunks.time.sleep", turn)
    return turns


# -- a campaign --------------------------------------------------------------------------------------------------------


def test_all_that_is_its_own_goes_and_nothing_else(store: Store, user: Viewer) -> None:
    kept, before = ended(store, user, 4), counts(store)
    own = ended(store, user)
    campaigns.remove(store, user, own)
    assert counts(store) == before
    assert campaigns.get(store, user, kept)["counts"]["delivered"] == 4
    assert len(targets.list_page(store, user, kept, Page(), lambda *_: None)[0]) == len(calls.list_page(store, user, kept, Page())[0]) == 4
    with pytest.raises(NotFound):
        campaigns.remove(store, user, own)


def test_it_is_gone_at_once_while_its_rows_go(store: Store, user: Viewer, admin: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway, sound, callbase = a_gateway(store, user), a_sound(store, user), a_callbase(store, user, [number(place) for place in range(8)])
    own = ended(store, user, gateway_id=gateway, audio_id=sound, callbase_id=callbase, numbers=None)
    (call, *_), _ = calls.list_page(store, user, own, Page())
    assert recordings.content(store, user, call["id"])

    def not_there(viewer: Viewer) -> None:
        looks: list[Callable[[], object]] = [
            lambda: campaigns.get(store, viewer, own),
            lambda: campaigns.remove(store, viewer, own),
            lambda: calls.get(store, viewer, call["id"]),
            lambda: calls.list_page(store, viewer, own, Page()),
            lambda: recordings.content(store, viewer, call["id"]),
            lambda: targets.list_page(store, viewer, own, Page(), lambda *_: None),
            lambda: timeline.of_campaign(store, viewer, own, None),
        ]
        for look in looks:
            with pytest.raises(NotFound):
                look()
        assert campaigns.list_page(store, viewer, Page())[0] == []

    def nobody_sees_it() -> None:
        not_there(user)
        not_there(admin)
        assert dict(metrics.campaigns_by_status(store)) == {}
        assert sum(count for _, count in metrics.targets_by_state(store)) == 0

    turns = between_chunks(monkeypatch, nobody_sees_it)
    campaigns.remove(store, user, own)
    assert len(turns) > 8
    nobody_sees_it()


def test_what_it_used_can_be_deleted_meanwhile(store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway, sound, callbase = a_gateway(store, user), a_sound(store, user), a_callbase(store, user, [number(1)])
    own = ended(store, user, 1, gateway_id=gateway, audio_id=sound, callbase_id=callbase, numbers=None)

    def crash(*_args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(campaign_removal, "_step", crash)
    with pytest.raises(KeyboardInterrupt):
        campaigns.remove(store, user, own)
    gateways.delete(store, user, gateway)
    audio.delete(store, user, sound)
    callbases.delete(store, user, callbase)


@pytest.mark.parametrize("crash_after", [0, 1, 3, 6, 9])
def test_a_crash_half_way_is_finished_at_the_next_start(
    store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch, crash_after: int
) -> None:
    own, steps = ended(store, user), [0]
    step = campaign_removal._step

    def crashing(*args: Any) -> bool:
        if steps[0] == crash_after:
            raise KeyboardInterrupt
        steps[0] += 1
        return step(*args)

    with monkeypatch.context() as patch:
        patch.setattr(campaign_removal, "_step", crashing)
        with pytest.raises(KeyboardInterrupt):
            campaigns.remove(store, user, own)
    with pytest.raises(NotFound):
        campaigns.get(store, user, own)
    assert campaigns.sweep(store) == 1
    assert counts(store) == NOTHING
    assert campaigns.sweep(store) == 0


@pytest.mark.parametrize("status", ["preparing", "scheduled", "running", "paused", "canceled"])
def test_one_that_has_not_ended_stays(store: Store, user: Viewer, status: str) -> None:
    own = ended(store, user)
    with store.write() as conn:
        conn.execute(update(tables.campaigns).values(status=status, ended_at=None))
    before = counts(store)
    with pytest.raises(Conflict, match="has not ended"):
        campaigns.remove(store, user, own)
    assert counts(store) == before


def test_a_canceled_one_whose_calls_are_over_goes(store: Store, user: Viewer) -> None:
    own = ended(store, user)
    with store.write() as conn:
        conn.execute(update(tables.campaigns).values(status="canceled"))
    campaigns.remove(store, user, own)
    assert counts(store) == NOTHING


def test_whose_it_is(store: Store, user: Viewer, other: Viewer, admin: Viewer) -> None:
    own = ended(store, user)
    for viewer, campaign_id in ((other, own), (user, "no uuid")):
        with pytest.raises(NotFound):
            campaigns.remove(store, viewer, campaign_id)
    campaigns.remove(store, admin, own)
    assert counts(store) == NOTHING


def test_few_recordings_go_in_one_transaction(store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_removal, "CALLS", 100)
    monkeypatch.setattr(campaign_removal, "CALLS_AT_ONCE", 2)
    own, gone = ended(store, user, 9), []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("DELETE FROM calls"):
            gone.append(counts(store)["call_recordings"])

    event.listen(store.engine, "before_cursor_execute", note)
    campaigns.remove(store, user, own)
    assert gone == [4, 2, 0]
    assert counts(store) == NOTHING


def test_the_sums_over_all_calls_do_not_go_back(store: Store, user: Viewer) -> None:
    own = [ended(store, user, count) for count in (2, 3, 5)]
    before = metrics.rtp(store)
    assert (before["rtp_calls"], before["rtp_sent"], before["rtp_jitter_ms"]) == (10, 100, 4.5)
    for one in own:
        campaigns.remove(store, user, one)
        assert metrics.rtp(store) == before
    assert counts(store) == NOTHING


# -- a user ------------------------------------------------------------------------------------------------------------


def things(store: Store, owner: Viewer) -> None:
    ended(store, owner, callbase_id=a_callbase(store, owner, [number(place) for place in range(8)]), numbers=None)
    ended(store, owner)
    a_callbase(store, owner, [])


def test_a_users_rows_go_in_small_transactions_and_nobody_sees_them(
    store: Store, admin: Viewer, user: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    things(store, user)

    def nobody_sees_them() -> None:
        for viewer in (admin, user):
            assert campaigns.list_page(store, viewer, Page())[0] == callbases.list_page(store, viewer, Page())[0] == []
            assert audio.list_page(store, viewer, Page())[0] == []
        with pytest.raises(NotFound):
            users.get(store, user.uid)

    turns = between_chunks(monkeypatch, nobody_sees_them)
    users.delete_user(store, admin, user.uid)
    assert len(turns) > 20
    assert counts(store) == NOTHING
    with store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(tables.audio)) == 0
        assert conn.scalar(select(func.count()).select_from(tables.audio_chunks)) == 0


def test_another_users_rows_stay(store: Store, admin: Viewer, user: Viewer, other: Viewer) -> None:
    things(store, other)
    before = counts(store)
    things(store, user)
    users.delete_user(store, admin, user.uid)
    assert counts(store) == before


def test_what_a_crash_leaves_of_a_user_is_deleted_at_the_next_start(
    store: Store, admin: Viewer, user: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    things(store, user)
    with monkeypatch.context() as patch:
        patch.setattr("store.user_removal.discard", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            users.delete_user(store, admin, user.uid)
    with pytest.raises(NotFound):
        users.get(store, user.uid)
    assert (campaigns.sweep(store), callbases.sweep(store), audio.sweep(store)) == (2, 2, 2)
    assert counts(store) == NOTHING


def test_an_upload_that_goes_on_meanwhile_goes_with_its_user(store: Store, admin: Viewer, user: Viewer) -> None:
    with store.write() as conn:
        row = {"id": str(uuid.uuid4()), "owner": user.uid, "created_at": 1, "name": "New", "region": "RU", "state": "staging"}
        conn.execute(insert(tables.callbases).values(**row, total=0, report={}))
    users.delete_user(store, admin, user.uid)
    assert counts(store) == NOTHING
