"""The command line client as a real process against the real API over HTTP: each command does what it says."""

from __future__ import annotations

import csv
import json
import threading
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.services import Services
from api_srv import make_app
from httpd.server import HttpServer
from store.viewer import Viewer
from tests.api.conftest import KEY, RecordingDialer
from tests.client_things import ROOT, Client, Run
from tests.conftest import PASSWORD

SOUND = str(ROOT / "demo" / "message.wav")
PEOPLE = str(ROOT / "demo" / "people.csv")


@pytest.fixture
def url(services: Services, tmp_path: Path) -> Iterator[str]:
    server = HttpServer(make_app(services), "127.0.0.1", 0, tmp_path)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture
def client(url: str, tmp_path: Path, user: Viewer) -> Client:
    made = Client(tmp_path, url)
    run = made("login", "--login", "user", "--password-stdin", stdin=PASSWORD, env={"JWT_KEY": KEY.decode()})
    assert run.code == 0, run.err
    return made


def ok(run: Run) -> Any:
    assert run.code == 0, run.err
    return run.json()


def test_a_wrong_login_is_3(url: str, tmp_path: Path, user: Viewer) -> None:
    run = Client(tmp_path, url)("login", "--login", "user", "--password-stdin", stdin="wrong")
    assert run.code == 3
    assert "password" in run.err


def test_gateways(client: Client, dialer: RecordingDialer) -> None:
    words = ("--name", "Офис", "--host", "sip.example.com", "--transport", "tcp", "--username", "1001", "--max-lines", "4")
    made = ok(client("gateway", "add", *words, "--password-stdin", "--json", stdin="sesame\n"))
    assert (made["transport"], made["max_lines"]) == ("tcp", 4)
    assert {item["name"] for item in ok(client("gateway", "list", "--json"))["items"]} >= {"Офис"}
    shown = client("gateway", "show", "офис")
    assert "sip.example.com" in shown.out
    assert "sesame" not in shown.out
    assert client("gateway", "check", "Офис").code == 0
    dialer.check = {"ok": False, "sip_code": None, "reason": "timed out", "rtt_ms": None}
    assert client("gateway", "check", "Офис").code == 1
    assert ok(client("gateway", "status", "Офис", "--json"))["breaker"]["state"] == "closed"
    assert client("gateway", "resume", "Офис").code == 0
    assert ("resume_gateway", made["id"]) in dialer.asked
    assert client("gateway", "delete", "Офис").code == 0
    assert client("gateway", "show", "Офис").code == 4


def test_what_the_server_refuses_is_told_by_field(client: Client) -> None:
    run = client("gateway", "add", "--name", "x", "--host", "h", "--port", "99999", "--json")
    assert run.code == 4
    assert {error["field"] for error in run.json()["error"]["errors"]} == {"port"}
    assert "port: " in run.err


def test_sounds(client: Client) -> None:
    sound = ok(client("audio", "add", SOUND, "--json"))
    assert (sound["name"], sound["format"].lower()) == ("message", "wav")
    assert [item["id"] for item in ok(client("audio", "list", "--json"))["items"]] == [sound["id"]]
    assert client("audio", "add", PEOPLE).code == 4
    assert client("audio", "delete", "message").code == 0
    assert ok(client("audio", "list", "--json"))["items"] == []


def test_the_demos_list(client: Client) -> None:
    tried = ok(client("callbase", "add", PEOPLE, "--dry-run", "--json"))
    assert ok(client("callbase", "list", "--json"))["items"] == []
    shown = client("callbase", "add", PEOPLE)
    assert shown.code == 0
    sums = {name: tried["report"][name] for name in ("rows", "accepted", "duplicates", "rejected")}
    assert sums == {"rows": 25, "accepted": 23, "duplicates": 1, "rejected": 1}
    assert "позвонить секретарю" in shown.out
    found = ok(client("callbase", "show", "people", "--search", "смирнов", "--json"))
    assert [item["number"] for item in found["subscribers"]["items"]] == ["+79440000011"]
    assert client("callbase", "delete", "people").code == 0


def test_an_empty_callbase(client: Client) -> None:
    assert ok(client("callbase", "add", "--name", "empty", "--json"))["total"] == 0


def test_the_list_of_those_who_are_never_called(client: Client) -> None:
    assert client("dnc", "add", "8 (944) 000-0012", "+79440000013").code == 0
    assert {item["number"] for item in ok(client("dnc", "list", "--json"))["items"]} == {"+79440000012", "+79440000013"}
    assert client("dnc", "remove", "+79440000012").code == 0
    assert [item["number"] for item in ok(client("dnc", "list", "--json"))["items"]] == ["+79440000013"]
    assert client("dnc", "add", "abc").code == 4


def test_a_campaign(client: Client) -> None:
    ok(client("audio", "add", SOUND, "--json"))
    ok(client("callbase", "add", PEOPLE, "--json"))
    words = ("--max-lines", "2", "--retry", "busy:300:2", "--window", "daily 09:00-24:00 Europe/Moscow", "--start-at", "2099-01-01 09:00")
    started = ok(client("dial", "--gateway", "sandbox", "--audio", "message", "--callbase", "people", "--name", "Май", *words, "--json"))
    assert (started["counts"]["total"], started["retry"]["busy"]) == (23, {"after_s": 300, "max_attempts": 2})
    assert [item["id"] for item in ok(client("campaign", "list", "--json"))["items"]] == [started["id"]]
    assert "Май" in client("campaign", "list").out
    assert ok(client("campaign", "pause", "Май", "--json"))["status"] == "paused"
    assert ok(client("campaign", "resume", "Май", "--json"))["status"] == "scheduled"
    assert len(ok(client("campaign", "targets", "Май", "--limit", "0", "--json"))["items"]) == 23
    assert ok(client("campaign", "calls", "Май", "--outcome", "failed", "--json"))["items"] == []
    in_use = client("audio", "delete", "message")
    assert (in_use.code, in_use.out) == (4, "")
    assert client("campaign", "cancel", "Май").code == 0
    assert client("campaign", "watch", "Май").code == 6
    assert client("audio", "delete", "message").code == 0


def test_bad_numbers_are_told_by_index(client: Client) -> None:
    ok(client("audio", "add", SOUND, "--json"))
    run = client("dial", "--gateway", "sandbox", "--audio", "message", "--numbers", "+79440000010", "x", "8 (944) 000-0486")
    assert run.code == 4
    assert "numbers[1]: " in run.err
    assert "numbers[2]" not in run.err


def test_a_gateways_settings_are_changed(client: Client) -> None:
    ok(client("gateway", "add", "--name", "pbx", "--host", "h", "--register", "--max-lines", "4", "--caller-id", "100", "--json"))
    changed = ok(
        client("gateway", "change", "pbx", "--no-register", "--max-lines", "none", "--caller-id", "", "--codecs", "G722", "--json")
    )
    assert (changed["register"], changed["max_lines"], changed["caller_id"], changed["codecs"]) == (False, None, "", ["G722"])
    assert (changed["host"], changed["name"]) == ("h", "pbx")
    assert client("gateway", "change", "pbx", "--password-stdin", stdin="sesame").code == 0
    assert client("gateway", "change", "pbx", "--no-password").code == 0
    assert client("gateway", "change", "pbx").code == 2
    assert client("gateway", "change", "sandbox", "--port", "5070").code == 4


def test_people(client: Client) -> None:
    ok(client("callbase", "add", PEOPLE, "--json"))
    added = ok(client("callbase", "add-person", "people", "8 (944) 000-0099", "--name", "Новый", "--comment", "VIP", "--json"))["items"][0]
    assert (added["number"], added["name"], added["comment"]) == ("+79440000099", "Новый", "VIP")
    assert "already" in client("callbase", "add-person", "people", "+79440000099").out
    assert client("callbase", "add-person", "people", "abc").code == 4
    assert [one["cid"] for one in ok(client("callbase", "people", "people", "--q", "новый", "--json"))["items"]] == [added["cid"]]
    assert ok(client("callbase", "change-person", "people", "+79440000099", "--name", "Старый", "--json"))["name"] == "Старый"
    assert ok(client("callbase", "remove-person", "people", "8 944 000-00-99", "--json")) == {"deleted": added["cid"]}
    assert client("callbase", "remove-person", "people", "+79440000099").code == 4
    assert ok(client("callbase", "rename", "people", "october", "--json"))["name"] == "october"


def test_a_list_goes_out_as_it_came_in(client: Client, tmp_path: Path) -> None:
    ok(client("callbase", "add", PEOPLE, "--json"))
    for name in ("again.csv", "again.xlsx"):
        saved = tmp_path / name
        assert client("callbase", "export", "people", "-o", str(saved)).code == 0
        report = ok(client("callbase", "add", str(saved), "--name", name, "--json"))["report"]
        assert (report["rows"], report["accepted"]) == (23, 23)


def test_sounds_are_renamed_and_saved(client: Client, tmp_path: Path) -> None:
    ok(client("audio", "add", SOUND, "--json"))
    assert ok(client("audio", "rename", "message", "hello", "--json"))["name"] == "hello"
    original, heard = tmp_path / "original.wav", tmp_path / "heard.wav"
    assert client("audio", "download", "hello", "-o", str(original)).code == 0
    assert original.read_bytes() == Path(SOUND).read_bytes()
    assert client("audio", "download", "hello", "--phone", "-o", str(heard)).code == 0
    with wave.open(str(heard)) as file:
        assert (file.getframerate(), file.getnchannels()) == (8000, 1)


def test_numbers_of_a_file_are_never_called(client: Client, tmp_path: Path) -> None:
    numbers = tmp_path / "never.csv"
    numbers.write_text("имя;номер\nа;8 (944) 000-0012\nб;нет\nв;+79440000013\n")
    run = client("dnc", "import", str(numbers))
    assert run.code == 4
    assert "line 3: " in run.err
    assert ok(client("dnc", "list", "--json"))["items"] == []
    assert ok(client("dnc", "import", str(numbers), "--skip-bad", "--reason", "asked", "--json"))["added"] == 2
    saved = tmp_path / "saved.csv"
    assert client("dnc", "export", "-o", str(saved)).code == 0
    assert {row["number"] for row in csv.DictReader(saved.open(encoding="utf-8-sig"))} == {"+79440000012", "+79440000013"}


def test_an_estimate_tells_whom_it_would_not_call(client: Client) -> None:
    ok(client("audio", "add", SOUND, "--json"))
    ok(client("callbase", "add", PEOPLE, "--json"))
    assert client("dnc", "add", "+79440000011").code == 0
    words = ("dial", "--gateway", "sandbox", "--audio", "message", "--callbase", "people")
    told = ok(client(*words, "--estimate", "--json"))
    assert (told["subscribers"], told["to_dial"], told["do_not_call"]) == (23, 22, 1)
    assert "Will call 22 of 23." in client(*words, "--estimate").out
    assert ok(client("campaign", "list", "--json"))["items"] == []
    assert "not 1 on the do-not-call list" in client(*words, "--start-at", "2099-01-01").err


def test_results_and_the_end_of_a_campaign(client: Client, tmp_path: Path) -> None:
    ok(client("audio", "add", SOUND, "--json"))
    words = ("--name", "Май", "--start-at", "2099-01-01", "--json")
    ok(client("dial", "--gateway", "sandbox", "--audio", "message", "--numbers", "+79440000010", *words))
    assert client("campaign", "export", "Май").out.startswith("\ufeffid,campaign_id,")
    for name, more in (("calls.xlsx", ""), ("busy.csv", "--outcome=busy"), ("targets.xlsx", "--targets")):
        assert client("campaign", "export", "Май", "-o", str(tmp_path / name), *more.split()).code == 0
    assert (tmp_path / "targets.xlsx").read_bytes().startswith(b"PK")
    assert "+79440000010" in client("campaign", "export", "Май", "--targets").out
    assert "+79440000010" not in client("campaign", "export", "Май", "--targets", "--outcome", "busy").out
    assert ok(client("campaign", "list", "--status", "scheduled", "--q", "май", "--json"))["items"][0]["name"] == "Май"
    assert ok(client("campaign", "targets", "Май", "--why-waiting", "window", "--json"))["items"][0]["number"] == "+79440000010"
    assert client("campaign", "calls", "Май", "--status", "initiated,ringing,in-progress").code == 0
    assert client("campaign", "delete", "Май").code == 4
    assert client("campaign", "cancel", "Май").code == 0
    assert client("campaign", "delete", "Май").code == 0
    assert ok(client("campaign", "list", "--json"))["items"] == []


def test_a_call_that_is_not_there(client: Client, tmp_path: Path) -> None:
    call = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    for words in (("show", call), ("hangup", call), ("recording", call, "-o", str(tmp_path / "x.wav"))):
        run = client("call", *words, "--json")
        assert (run.code, run.json()["error"]["status"]) == (4, 404)
    assert client("campaign", "hangup", call).code == 4
    assert list(tmp_path.glob("*.wav")) == []


def test_users(url: str, tmp_path: Path, admin: Viewer, client: Client) -> None:
    chief = Client(tmp_path / "chief", url)
    assert chief("login", "--login", "admin", "--password-stdin", stdin=PASSWORD).code == 0
    made = ok(chief("user", "add", "anna", "--name", "Anna", "--password-stdin", "--json", stdin="a good one of mine\n"))
    assert (made["login"], made["role"]) == ("anna", "user")
    assert "Anna" in chief("user", "list").out
    assert ok(chief("user", "role", "Anna", "admin", "--json"))["role"] == "admin"
    assert chief("user", "passwd", "anna", "--password-stdin", stdin="another good one").code == 0
    anna = Client(tmp_path / "anna", url)
    assert anna("login", "--login", "anna", "--password-stdin", stdin="a good one of mine").code == 3
    assert anna("login", "--login", "anna", "--password-stdin", stdin="another good one").code == 0
    assert chief("user", "delete", "anna").code == 0
    assert anna("gateway", "list").code == 3
    assert client("user", "list").code == 4


def test_ones_own_password(client: Client, url: str, tmp_path: Path) -> None:
    other = Client(tmp_path / "other", url)
    assert other("login", "--login", "user", "--password-stdin", stdin=PASSWORD).code == 0
    assert client("user", "passwd", env={"DOZVON_NEW_PASSWORD": "short"}).code == 4
    assert client("user", "passwd", env={"DOZVON_NEW_PASSWORD": "a new long one"}).code == 0
    assert client("gateway", "list").code == 0  # logged in again with it
    assert other("gateway", "list").code == 3
    assert other("login", "--login", "user", "--password-stdin", stdin="a new long one").code == 0


def test_health(client: Client, dialer: RecordingDialer) -> None:
    assert ok(client("health", "--json"))["status"] == "ok"
    dialer.is_ready = False
    assert client("health").code == 5


def test_processes_at_once_keep_the_login(client: Client, url: str) -> None:
    """Each refresh token is good once: without a lock, the family would end here."""
    content = json.loads(client.token_file.read_text())
    content["servers"][url]["expires_at"] = 1.0
    client.token_file.write_text(json.dumps(content))
    gate = threading.Barrier(4)

    def run(_: int) -> int:
        gate.wait()
        return client("gateway", "list").code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(4))) == [0] * 4
    assert client("gateway", "list").code == 0


def test_logout_ends_the_token_at_the_server(client: Client, url: str) -> None:
    kept = client.token_file.read_text()
    assert client("logout").code == 0
    client.token_file.write_text(kept)
    assert client("gateway", "list").code == 3
