"""Recordings between agent and store: kept once, tried again, cleared away after crashes; and what the calls are told to listen for."""

from __future__ import annotations

import logging
import time
import wave
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from dialer import recordings as module
from dialer.recordings import Recordings
from security.keys import SecretBox
from sip.messages import Hear
from store import calls, campaigns, recordings
from store.engine import Store
from store.paging import Page
from store.viewer import Viewer
from tests.campaign_things import a_call, started
from tests.dialer.puppets import Bench


@pytest.fixture
def call(store: Store, user: Viewer) -> str:
    return a_call(store, started(store, user)["id"])


def write(data: Path, name: str, length_ms: int = 500) -> Path:
    path = data / "recordings" / name
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16 * length_ms))
    return path


def test_it_is_stored_and_its_file_goes(store: Store, user: Viewer, tmp_path: Path, call: str) -> None:
    own = Recordings(store, tmp_path)
    own.start()
    path = write(tmp_path, f"{call}.wav")
    content = path.read_bytes()
    own.keep(call)
    own.stop()
    assert b"".join(recordings.content(store, user, call)[1]) == content
    assert calls.get(store, user, call)["recording_ms"] == 500
    assert not path.exists()


def test_a_start_keeps_what_is_whole_and_clears_away_the_rest(store: Store, user: Viewer, tmp_path: Path, call: str, caplog: Any) -> None:
    own = Recordings(store, tmp_path)
    write(tmp_path, f"{call}.wav")
    write(tmp_path, "0b5b1c9e-3c56-4b8f-9c0e-2f6f0a4d7a11.wav")
    write(tmp_path, "cut-off.wav.part")
    (tmp_path / "recordings" / "torn.wav").write_bytes(b"RIFF")
    own.start()
    own.stop()
    assert calls.get(store, user, call)["recording_ms"] == 500
    assert list((tmp_path / "recordings").iterdir()) == []
    assert "cut off" in caplog.text
    assert "no such call" in caplog.text
    assert "can't be read" in caplog.text


def test_what_the_store_does_not_take_is_tried_again(
    store: Store, user: Viewer, tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(module, "AGAIN_S", 0.02)
    real, tries = recordings.keep, [0]

    def full_at_first(*arguments: Any) -> bool:
        tries[0] += 1
        if tries[0] < 3:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        return real(*arguments)

    monkeypatch.setattr(recordings, "keep", full_at_first)
    own = Recordings(store, tmp_path)
    own.start()
    path = write(tmp_path, f"{call}.wav")
    with caplog.at_level(logging.ERROR):
        own.keep(call)
        end = time.monotonic() + 5
        while path.exists() and time.monotonic() < end:
            time.sleep(0.01)
    own.stop()
    assert "disk is full" in caplog.text
    assert calls.get(store, user, call)["recording_ms"] == 500


def test_old_ones_are_deleted_at_the_start(store: Store, user: Viewer, tmp_path: Path, call: str) -> None:
    recordings.keep(store, call, b"RIFF", 1, 0)
    own = Recordings(store, tmp_path)
    own.start()
    own.stop()
    assert calls.get(store, user, call)["recording_ms"] is None


# -- with the engine ---------------------------------------------------------------------------------------------------


@pytest.fixture
def bench(store: Store, box: SecretBox, tmp_path: Path) -> Bench:
    return Bench(store, box, tmp_path)


def test_a_call_is_told_what_to_listen_for(bench: Bench, store: Store, user: Viewer, tmp_path: Path) -> None:
    params = {"greeting_ms": 2000}
    started(store, user, 1, machine_detection="message_after_beep", machine_detection_params=params, record_s=7)
    bench.look()
    ((_, dial),) = bench.dials()
    assert dial.hear == Hear("message_after_beep", params, 7000, str(tmp_path / "recordings" / f"{dial.call_id}.wav"))


def test_who_answered_is_written_and_counted(bench: Bench, store: Store, user: Viewer) -> None:
    own = started(store, user, 4, machine_detection="report_only")["id"]
    bench.look()
    for (puppet, dial), who in zip(bench.dials(), ["human", "beep", "beep", None], strict=True):
        facts = {"answered_at": bench.now, "sip_code": 200, "played": 1, "message": 1, "answered_by": who}
        bench.end(puppet, dial, **facts)
    bench.turn()
    shown = campaigns.get(store, user, own)
    assert shown["answered_by"] == {"human": 1, "machine": 0, "beep": 2, "unknown": 0}
    listed, _ = calls.list_page(store, user, own, Page())
    assert sorted(str(call["answered_by"]) for call in listed) == ["None", "beep", "beep", "human"]


def test_a_machine_that_was_hung_up_on_is_partial_and_not_called_again(bench: Bench, store: Store, user: Viewer) -> None:
    retry = {word: {"after_s": 0, "max_attempts": 3} for word in ("busy", "no_answer", "failed")}
    own = started(store, user, 1, machine_detection="hang_up", retry=retry, max_attempts=None)["id"]
    bench.look()
    ((puppet, dial),) = bench.dials()
    facts = {"asked": "machine", "ended_by": "service", "answered_by": "machine", "message": 8000}
    bench.end(puppet, dial, answered_at=bench.now, sip_code=200, **facts)
    bench.turn(5_000)
    assert campaigns.get(store, user, own)["counts"]["partial"] == 1
    (call,) = calls.list_page(store, user, own, Page())[0]
    assert (call["outcome"], call["played_ms"], call["hangup_by"], call["answered_by"]) == ("partial", 0, "service", "machine")
    assert len(bench.dials()) == 1


def test_an_agent_that_dies_leaves_no_file(bench: Bench, store: Store, user: Viewer, tmp_path: Path) -> None:
    started(store, user, 1, record_s=5)
    bench.look()
    ((puppet, dial),) = bench.dials()
    write(tmp_path, f"{dial.call_id}.wav.part")
    puppet.die()
    bench.turn()
    assert list((tmp_path / "recordings").iterdir()) == []


def test_a_whole_recording_goes_on_to_the_store(bench: Bench, store: Store, user: Viewer, tmp_path: Path) -> None:
    own = started(store, user, 1, record_s=5)["id"]
    bench.look()
    ((puppet, dial),) = bench.dials()
    write(tmp_path, f"{dial.call_id}.wav")
    bench.recordings.start()
    bench.end(puppet, dial, answered_at=bench.now, sip_code=200, played=1, message=1, recorded_ms=500)
    bench.turn()
    bench.recordings.stop()
    (call,) = calls.list_page(store, user, own, Page())[0]
    assert (call["outcome"], call["recording_ms"]) == ("delivered", 500)
