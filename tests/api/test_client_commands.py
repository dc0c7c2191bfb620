"""The command line client as a real process against the real API over HTTP: each command does what it says."""

from __future__ import annotations

import json
import threading
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
