"""Sounds in the store: whole or not at all, in pieces, never under a running campaign."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from errors import BadInput, Conflict, NotFound
from sounds import SoundFacts
from store import audio
from store.engine import Store
from store.paging import Page
from store.tables import audio as table
from store.tables import audio_chunks, campaigns
from store.viewer import Viewer
from tests.test_store_gateways import add_campaign

FACTS = SoundFacts(1000, 44_100, 2, "wav", 11, "ab" * 32)


def add(
    store: Store,
    viewer: Viewer,
    original: tuple[bytes, ...] = (b"original", b"..."),
    phone: tuple[bytes, ...] = (b"\1\0\2\0",),
    wide: tuple[bytes, ...] = (),
) -> str:
    new_id = str(uuid.uuid4())
    item = audio.create(store, viewer, new_id, "Hello", True, FACTS, iter(original), iter(phone), iter(wide))
    assert item["id"] == new_id
    return new_id


def rows_left(store: Store) -> int:
    with store.read() as conn:
        return int(
            conn.execute(select(func.count()).select_from(table)).scalar_one()
            + conn.execute(select(func.count()).select_from(audio_chunks)).scalar_one()
        )


def test_a_sound_is_kept_whole(store: Store, user: Viewer) -> None:
    audio_id = add(store, user, original=tuple(bytes([n]) * 5 for n in range(9)))
    wanted = {
        "id": audio_id,
        "name": "Hello",
        "duration_ms": 1000,
        "sample_rate": 44_100,
        "channels": 2,
        "format": "wav",
        "size": 11,
        "sha256": "ab" * 32,
    }
    assert list(audio.get(store, user, audio_id).items()) == list(wanted.items())
    assert audio.list_page(store, user, Page()) == ([wanted], None)
    assert list(audio.chunks(store, audio_id, "original")) == [bytes([n]) * 5 for n in range(9)]
    assert audio.size_of(store, audio_id, "original") == 45
    assert audio.choose(store, audio_id, wide=False) == audio.choose(store, audio_id, wide=True) == ("phone", 8000, 4)
    assert audio.samples(store, audio_id, "phone") == b"\1\0\2\0"


def test_a_wide_rendering_is_chosen_only_when_asked_for(store: Store, user: Viewer) -> None:
    audio_id = add(store, user, wide=(b"\1\0\2\0", b"\3\0\4\0"))
    assert audio.choose(store, audio_id, wide=True) == ("wide", 16_000, 8)
    assert audio.choose(store, audio_id, wide=False) == ("phone", 8000, 4)
    assert audio.samples(store, audio_id, "wide") == b"\1\0\2\0\3\0\4\0"
    audio.delete(store, user, audio_id)
    assert rows_left(store) == 0


def test_half_an_upload_is_never_seen_and_never_left(store: Store, user: Viewer) -> None:
    def broken() -> Iterator[bytes]:
        yield from [b"x"] * 10
        with store.read() as conn:
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 1
        assert audio.list_page(store, user, Page()) == ([], None)
        with pytest.raises(NotFound):
            audio.get(store, user, new_id)
        raise OSError("the disk is gone")

    new_id = str(uuid.uuid4())
    with pytest.raises(OSError, match="disk"):
        audio.create(store, user, new_id, "Hello", True, FACTS, broken(), iter(()), iter(()))
    assert rows_left(store) == 0


def test_a_crash_in_the_middle_is_cleared_at_the_next_start(store: Store, user: Viewer) -> None:
    kept = add(store, user)
    crashed = add(store, user)
    with store.write() as conn:
        conn.execute(update(table).where(table.c.id == crashed).values(state="staging"))
    for attempt in (
        lambda: audio.get(store, user, crashed),
        lambda: audio.rename(store, user, crashed, "x"),
        lambda: audio.delete(store, user, crashed),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert audio.sweep(store) == 1
    assert rows_left(store) == 4
    assert audio.get(store, user, kept)["id"] == kept
    assert audio.samples(store, kept, "phone")


def test_the_same_id_can_be_tried_again_after_a_crash(store: Store, user: Viewer) -> None:
    new_id = add(store, user)
    with store.write() as conn:
        conn.execute(update(table).values(state="staging"))
    audio.create(store, user, new_id, "Again", False, FACTS, iter([b"new"]), iter([b"\0\0"]), iter(()))
    assert list(audio.chunks(store, new_id, "original")) == [b"new"]


def test_names(store: Store, user: Viewer, other: Viewer) -> None:
    audio_id = add(store, user)
    assert audio.rename(store, user, audio_id, "Новое имя")["name"] == "Новое имя"
    assert audio.get(store, user, audio_id)["name"] == "Новое имя"
    for bad in ("", " ", "a\x00", "a\r\nb", "x" * 201):
        with pytest.raises(BadInput):
            audio.rename(store, user, audio_id, bad)
    with pytest.raises(NotFound):
        audio.rename(store, other, audio_id, "mine")


def test_others_do_not_see_it(store: Store, user: Viewer, other: Viewer, admin: Viewer) -> None:
    audio_id = add(store, user)
    for attempt in (
        lambda: audio.get(store, other, audio_id),
        lambda: audio.delete(store, other, audio_id),
        lambda: audio.get(store, user, "x"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert audio.list_page(store, other, Page()) == ([], None)
    assert audio.get(store, admin, audio_id)["id"] == audio_id


@pytest.mark.parametrize(
    ("status", "free"), [("completed", True), ("canceled", True), ("running", False), ("preparing", False), ("paused", False)]
)
def test_a_sound_in_use_stays(store: Store, user: Viewer, status: str, free: bool) -> None:
    audio_id = add(store, user, original=(b"x",) * 10)
    add_campaign(store, user, "sandbox", status)
    with store.write() as conn:
        conn.execute(update(campaigns).values(audio_id=audio_id))
    if free:
        audio.delete(store, user, audio_id)
        assert rows_left(store) == 0
        with pytest.raises(NotFound):
            audio.choose(store, audio_id, wide=False)
    else:
        with pytest.raises(Conflict):
            audio.delete(store, user, audio_id)
        assert len(list(audio.chunks(store, audio_id, "original"))) == 10


def test_a_deletion_in_mid_reading_is_told(store: Store, user: Viewer) -> None:
    audio_id = add(store, user)
    pieces = audio.chunks(store, audio_id, "original")
    assert next(pieces) == b"original"
    audio.delete(store, user, audio_id)
    with pytest.raises(NotFound):
        next(pieces)


def test_the_largest_upload_lets_others_write_meanwhile(store: Store, user: Viewer) -> None:
    piece = bytes(1 << 20)
    waits: list[float] = []
    ended = threading.Event()

    def write_often() -> None:
        while not ended.is_set():
            began = time.monotonic()
            with store.write() as conn:
                conn.execute(update(table).values(normalize=True))
            waits.append(time.monotonic() - began)
            time.sleep(0.002)

    writer = threading.Thread(target=write_often)
    writer.start()
    try:
        audio_id = add(store, user, original=(piece,) * 128, phone=(piece,) * 9)
        audio.delete(store, user, audio_id)
    finally:
        ended.set()
        writer.join()
    assert len(waits) > 10
    assert max(waits) < 1.0  # in one transaction it was 1.1 s on an idle machine; so it is some 0.05 s
