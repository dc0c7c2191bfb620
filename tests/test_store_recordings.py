"""store/recordings.py: kept whole, seen by their owner only, gone after their days."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from errors import NotFound
from store import calls, campaign_rows, recordings, tables
from store.engine import Store
from store.recordings import CHUNK_BYTES, DAY_MS
from store.viewer import Viewer
from tests.campaign_things import a_call, started

NOW = 1_763_874_003_000


@pytest.fixture
def call(store: Store, user: Viewer) -> str:
    return a_call(store, started(store, user, recording_days=2)["id"])


def kept(store: Store, viewer: Viewer, call_id: str) -> bytes:
    size, pieces = recordings.content(store, viewer, call_id)
    whole = b"".join(pieces)
    assert len(whole) == size
    return whole


@pytest.mark.parametrize("size", [44, CHUNK_BYTES, 2 * CHUNK_BYTES - 3])
def test_it_is_given_back_whole(store: Store, user: Viewer, call: str, size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    assert recordings.keep(store, call, content, 1234, NOW)
    assert kept(store, user, call) == content
    assert calls.get(store, user, call)["recording_ms"] == 1234


def test_whose_it_is(store: Store, user: Viewer, other: Viewer, admin: Viewer, call: str) -> None:
    recordings.keep(store, call, b"RIFF", 1, NOW)
    assert kept(store, admin, call) == b"RIFF"
    with pytest.raises(NotFound):
        recordings.content(store, other, call)
    with pytest.raises(NotFound):
        recordings.content(store, user, a_call(store, calls.get(store, user, call)["campaign_id"]))


def test_a_second_time_changes_nothing_and_an_unknown_call_keeps_nothing(store: Store, user: Viewer, call: str) -> None:
    assert recordings.keep(store, call, b"RIFF first", 1, NOW)
    assert recordings.keep(store, call, b"RIFF second", 2, NOW)
    assert kept(store, user, call) == b"RIFF first"
    assert not recordings.keep(store, "no such call", b"RIFF", 1, NOW)


def test_after_its_days_it_is_deleted_and_no_other(store: Store, user: Viewer, call: str) -> None:
    campaign = calls.get(store, user, call)["campaign_id"]
    many = [a_call(store, campaign) for _ in range(2 * recordings.CALLS_AT_ONCE + 1)]
    for one in many:
        recordings.keep(store, one, bytes(CHUNK_BYTES + 1), 1, NOW - 1)
    recordings.keep(store, call, b"RIFF", 1, NOW)
    assert recordings.delete_expired(store, NOW + 2 * DAY_MS - 2) == 0
    assert recordings.delete_expired(store, NOW + 2 * DAY_MS - 1) == len(many)
    assert kept(store, user, call) == b"RIFF"
    with pytest.raises(NotFound):
        recordings.content(store, user, many[0])
    assert {calls.get(store, user, one)["recording_ms"] for one in many} == {None}
    with store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(tables.call_recordings)) == 1


def test_deleted_while_it_is_read_it_does_not_look_whole(store: Store, user: Viewer, call: str) -> None:
    recordings.keep(store, call, bytes(CHUNK_BYTES + 1), 1, NOW)
    _, pieces = recordings.content(store, user, call)
    next(pieces)
    recordings.delete_expired(store, NOW + 2 * DAY_MS)
    with pytest.raises(NotFound):
        next(pieces)


def test_the_defaults_of_a_campaign(store: Store, user: Viewer) -> None:
    shown = started(store, user)
    assert shown["answered_by"] == {"human": 0, "machine": 0, "beep": 0, "unknown": 0}
    assert {"machine_detection", "machine_detection_params", "record_s", "recording_days"} <= set(campaign_rows.SETTINGS)
