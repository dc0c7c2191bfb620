"""/calls: one call, and hanging it up."""

from __future__ import annotations

import pytest

from clock import now_ms
from store import recordings
from store.engine import Store
from store.viewer import Viewer
from tests.api.conftest import Api
from tests.campaign_things import a_call, started


@pytest.fixture
def campaign(store: Store, user: Viewer) -> str:
    made: str = started(store, user)["id"]
    return made


def test_one_call(api: Api, store: Store, campaign: str) -> None:
    call = a_call(store, campaign)
    shown = api.user.get(f"/calls/{call}").json
    assert (shown["id"], shown["campaign_id"], shown["outcome"], shown["played_ms"]) == (call, campaign, "delivered", 1000)
    assert api.admin.get(f"/calls/{call}").json == shown
    api.other.get(f"/calls/{call}", status=404)
    api.user.get("/calls/no-uuid", status=404)
    api.anyone.get(f"/calls/{call}", status=401)


@pytest.mark.parametrize("status", ["initiated", "ringing", "in-progress"])
def test_a_live_call_is_hung_up(api: Api, store: Store, campaign: str, status: str) -> None:
    call = a_call(store, campaign, status=status, outcome=None, ended_at=None, hangup_by=None)
    assert api.user.post(f"/calls/{call}/hangup", status=200).json["id"] == call
    assert api.dialer.asked == [("hangup", call)]


def test_a_call_that_has_ended_cannot_be_hung_up(api: Api, store: Store, campaign: str) -> None:
    assert api.user.post(f"/calls/{a_call(store, campaign)}/hangup", status=409).json["code"] == "conflict"
    assert api.dialer.asked == []


def test_nobody_hangs_up_another_users_call(api: Api, store: Store, campaign: str) -> None:
    call = a_call(store, campaign, status="ringing", outcome=None, ended_at=None)
    api.other.post(f"/calls/{call}/hangup", status=404)
    api.anyone.post(f"/calls/{call}/hangup", status=401)
    api.user.post("/calls/no-uuid/hangup", status=404)
    assert api.dialer.asked == []
    api.admin.post(f"/calls/{call}/hangup", status=200)
    assert api.dialer.asked == [("hangup", call)]


def test_a_recording(api: Api, store: Store, campaign: str) -> None:
    call = a_call(store, campaign, answered_by="beep")
    path = f"/calls/{call}/recording"
    assert api.user.get(path, status=404).json["code"] == "not_found"
    assert api.user.get(f"/calls/{call}").json["recording_ms"] is None
    content = b"RIFF" + bytes(1 << 20)
    recordings.keep(store, call, content, 65_000, now_ms())
    answer = api.user.get(path)
    assert (answer.content_type, answer.content_length, answer.body) == ("audio/wav", len(content), content)
    assert f"{call}.wav" in answer.headers["Content-Disposition"]
    assert api.admin.get(path).body == content
    shown = api.user.get(f"/calls/{call}").json
    assert (shown["answered_by"], shown["recording_ms"]) == ("beep", 65_000)
    api.other.get(path, status=404)
    api.anyone.get(path, status=401)
    api.user.get("/calls/no-uuid/recording", status=404)
