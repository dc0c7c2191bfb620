"""Logging in and out, and tokens that renew themselves: the client as a real process against a server made for it."""

from __future__ import annotations

import json
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.client_things import KEY, PASSWORD, Client, FakeServer, Reply, problem

ID = "00000000-0000-4000-8000-00000000000{}"


def expire(client: Client, url: str) -> None:
    """Let the kept access token end in a second."""
    content = json.loads(client.token_file.read_text())
    content["servers"][url]["expires_at"] = 1.0
    client.token_file.write_text(json.dumps(content))


def things(*names: str) -> Reply:
    return Reply(200, {"items": [{"id": ID.format(i), "name": name} for i, name in enumerate(names)], "next_cursor": None})


def test_login_keeps_the_tokens_for_the_owner_only(client: Client, server: FakeServer) -> None:
    run = client("login", "--login", "admin", "--password-stdin", "--json", stdin=PASSWORD + "\n")
    assert (run.code, run.json()) == (0, {"url": server.url, "login": "admin"})
    assert stat.S_IMODE(client.token_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(client.token_file.parent.stat().st_mode) == 0o700
    assert client.tokens(server.url)["access_token"] in server.good_access
    assert PASSWORD not in run.out + run.err + client.token_file.read_text()


def test_login_and_password_come_from_the_environment(client: Client) -> None:
    run = client("login", env={"DOZVON_LOGIN": "admin", "DOZVON_PASSWORD": PASSWORD})
    assert run.code == 0
    assert "as admin" in run.out


def test_a_password_is_no_option(client: Client) -> None:
    run = client("login", "--login", "admin", "--password", PASSWORD)
    assert run.code == 2


def test_a_wrong_password_is_3_in_the_servers_words(client: Client) -> None:
    run = client("login", "--login", "admin", "--password-stdin", stdin="wrong\n")
    assert (run.code, run.out) == (3, "")
    assert run.err == "The login or the password is wrong.\n"
    assert not client.token_file.exists()


def test_without_a_terminal_nobody_is_asked(client: Client) -> None:
    run = client("login", "--login", "admin")
    assert run.code == 2
    assert "--password-stdin" in run.err


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals")
def test_the_prompt_does_not_echo_the_password(client: Client) -> None:
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "api_client.py", "login", "--login", "admin"], client.env)
    shown = b""
    while b"Password: " not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, PASSWORD.encode() + b"\n")
    try:
        while piece := os.read(terminal, 1000):
            shown += piece
    except OSError:
        pass  # the end of a pseudo terminal
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert PASSWORD.encode() not in shown
    assert b"Logged in" in shown


def test_jwt_key_that_fits(client: Client) -> None:
    run = client("login", "--login", "admin", "--password-stdin", stdin=PASSWORD, env={"JWT_KEY": KEY})
    assert run.code == 0


def test_jwt_key_that_does_not_fit(client: Client, server: FakeServer) -> None:
    run = client("login", "--login", "admin", "--password-stdin", stdin=PASSWORD, env={"JWT_KEY": "x" * 40})
    assert run.code == 3
    assert "does not fit JWT_KEY" in run.err
    assert not client.token_file.exists()
    assert [request.body for request in server.of("POST", "/oauth/revoke")] == [b"token=refresh-1"]


def test_jwt_key_is_checked_before_the_token_is_used(logged_in: Client, server: FakeServer) -> None:
    run = logged_in("gateway", "list", env={"JWT_KEY": "x" * 40})
    assert run.code == 3
    assert server.of("GET", "/gateways") == []


def test_a_short_jwt_key_is_wrong_usage(client: Client) -> None:
    run = client("gateway", "list", env={"JWT_KEY": "12345678"})
    assert run.code == 2
    assert "32 bytes" in run.err


def test_logout_revokes_and_forgets(logged_in: Client, server: FakeServer) -> None:
    assert logged_in("logout").code == 0
    assert server.of("POST", "/oauth/revoke")[0].body == b"token=refresh-1"
    run = logged_in("gateway", "list")
    assert run.code == 3
    assert "login" in run.err


def test_a_damaged_token_file_is_told(client: Client) -> None:
    client.token_file.parent.mkdir()
    client.token_file.write_text("{")
    run = client("gateway", "list")
    assert run.code == 2
    assert "damaged" in run.err


def test_a_token_that_ends_soon_is_renewed_first(logged_in: Client, server: FakeServer) -> None:
    expire(logged_in, server.url)
    server.answer("GET", "/gateways", things("a"))
    assert logged_in("gateway", "list").code == 0
    assert logged_in.tokens(server.url)["refresh_token"] == "refresh-2"
    assert len(server.of("GET", "/gateways")) == 1
    assert stat.S_IMODE(logged_in.token_file.stat().st_mode) == 0o600


def test_a_401_renews_the_token_once(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", "/gateways", problem(401, "expired"), things("a"))
    assert logged_in("gateway", "list").code == 0
    first, second = (request.headers["authorization"] for request in server.of("GET", "/gateways"))
    assert first != second
    assert len(server.of("POST", "/oauth/token")) == 2


def test_a_second_401_is_3(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", "/gateways", problem(401, "The user was deleted."))
    run = logged_in("gateway", "list")
    assert (run.code, len(server.of("GET", "/gateways"))) == (3, 2)


def test_a_login_that_has_ended_is_3(logged_in: Client, server: FakeServer) -> None:
    expire(logged_in, server.url)
    server.good_refresh.clear()
    run = logged_in("gateway", "list")
    assert run.code == 3
    assert "has ended" in run.err


def test_two_processes_at_once_use_the_refresh_token_once(logged_in: Client, server: FakeServer) -> None:
    expire(logged_in, server.url)
    server.refresh_delay_s = 0.5
    server.answer("GET", "/gateways", things("a"))
    with ThreadPoolExecutor(3) as pool:
        codes = list(pool.map(lambda _: logged_in("gateway", "list").code, range(3)))
    assert codes == [0, 0, 0]
    assert len(server.of("POST", "/oauth/token")) == 2  # the login and one refresh
