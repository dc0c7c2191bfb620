"""The application behind the real HTTP server: the token decides about large bodies, and uploads lie on the disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.token_check import authorised
from httpd.server import HttpServer
from tests.api.conftest import Api
from tests.conftest import PASSWORD

MB = 1024 * 1024


@pytest.fixture
def client(api: Api, tmp_path: Path) -> Iterator[httpx.Client]:
    """Asks the real server, without a token."""
    server = HttpServer(api.app, "127.0.0.1", 0, tmp_path, authorised=authorised(api.services.auth))
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as asking:
        yield asking
    server.stop()


def _log_in(client: httpx.Client) -> None:
    answer = client.post("/oauth/token", data={"grant_type": "password", "username": "user", "password": PASSWORD})
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def test_a_stranger_sends_nothing_large(client: httpx.Client) -> None:
    for path in ("/audio", "/callbases", "/dial", "/nothing"):
        answer = client.post(path, content=b"x" * 5 * MB)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="dozvon"'


def test_who_is_logged_in_does(client: httpx.Client, api: Api) -> None:
    _log_in(client)
    text = "".join(f"+7912{number:07d}\n" for number in range(40_000))
    answer = client.post("/callbases", data={"name": "Список"}, files={"file": ("список.txt", text.encode())})
    assert answer.status_code == 201
    assert answer.json()["total"] == 40_000
    assert answer.json()["name"] == "Список"


def test_the_limit_for_json_holds(client: httpx.Client) -> None:
    _log_in(client)
    answer = client.post("/dial", content=json.dumps({"name": "x" * 17 * MB}), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "too_large"


def test_too_much_for_a_login_is_told_as_oauth_does(client: httpx.Client) -> None:
    answer = client.post("/oauth/token", content=b"x" * MB)
    assert answer.status_code == 413
    assert answer.json()["error"] == "invalid_request"
