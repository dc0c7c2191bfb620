"""Several servers by short names: a command goes to the one that is meant, with that one's login and certificates, and to no other."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dozvon_client.errors import Usage
from dozvon_client.profiles import Profile, ProfileFile, chosen
from tests.client_things import PASSWORD, Client, FakeServer, Reply
from tests.peers.certificates import make_certificates

EMPTY = Reply(200, {"items": [], "next_cursor": None})
CLINIC = Profile("clinic", "https://clinic.example")


@pytest.fixture
def elsewhere() -> Iterator[FakeServer]:
    """A second server."""
    fake = FakeServer()
    yield fake
    fake.close()


@pytest.fixture
def free(client: Client) -> Client:
    """The client without a server in its environment."""
    del client.env["DOZVON_URL"]
    return client


def add(client: Client, name: str, server: FakeServer, *more: str) -> None:
    assert client("profile", "add", name, "--url", server.url, "--login", "admin", *more).code == 0


def login(client: Client, *words: str) -> None:
    run = client("login", "--password-stdin", *words, stdin=PASSWORD)
    assert run.code == 0, run.err


def test_each_profile_has_a_login_of_its_own(free: Client, server: FakeServer, elsewhere: FakeServer) -> None:
    for name, there in (("clinic", server), ("office", elsewhere)):
        add(free, name, there)
        login(free, "--profile", name)
        there.answer("GET", "/gateways", EMPTY)
    assert free("gateway", "list", "--profile", "clinic").code == 0
    assert (len(server.of("GET", "/gateways")), len(elsewhere.of("GET", "/gateways"))) == (1, 0)
    assert free("gateway", "list", env={"DOZVON_PROFILE": "office"}).code == 0
    assert (len(server.of("GET", "/gateways")), len(elsewhere.of("GET", "/gateways"))) == (1, 1)


def test_the_login_of_a_profile_is_not_that_of_its_address(free: Client, server: FakeServer) -> None:
    add(free, "clinic", server)
    login(free, "--profile", "clinic")
    run = free("gateway", "list", "--url", server.url)
    assert run.code == 3
    assert "Not logged in" in run.err
    assert server.of("GET", "/gateways") == []


def test_the_hint_of_a_missing_login_names_the_profile(free: Client, server: FakeServer) -> None:
    add(free, "clinic", server)
    run = free("gateway", "list", "--profile", "clinic")
    assert run.code == 3
    assert "login --profile clinic" in run.err


def test_use_and_login_choose_what_is_used_from_then_on(free: Client, server: FakeServer, elsewhere: FakeServer) -> None:
    for name, there in (("clinic", server), ("office", elsewhere)):
        add(free, name, there)
        login(free, "--profile", name)
        there.answer("GET", "/gateways", EMPTY)
    assert free("gateway", "list").code == 0
    assert len(elsewhere.of("GET", "/gateways")) == 1
    assert free("profile", "use", "clinic").code == 0
    assert free("gateway", "list").code == 0
    assert len(server.of("GET", "/gateways")) == 1
    shown = {item["name"]: item for item in free("profile", "list", "--json").json()["items"]}
    assert [shown[name]["in_use"] for name in ("clinic", "office")] == [True, False]
    assert [shown[name]["logged_in"] for name in ("clinic", "office")] == [True, True]


def test_a_removed_profile_is_gone_with_its_tokens(free: Client, server: FakeServer) -> None:
    add(free, "clinic", server)
    login(free, "--profile", "clinic")
    assert free("profile", "remove", "clinic", "--json").json() == {"deleted": "clinic"}
    assert "clinic" not in json.loads(free.token_file.read_text())["servers"]
    run = free("gateway", "list", "--profile", "clinic")
    assert run.code == 2
    assert "profile add" in run.err
    add(free, "clinic", server)
    assert free("gateway", "list", "--profile", "clinic").code == 3


def test_files_are_their_owners(free: Client, server: FakeServer, tmp_path: Path) -> None:
    add(free, "clinic", server)
    assert stat.S_IMODE((tmp_path / "dozvon" / "profiles.json").stat().st_mode) == 0o600
    assert free("profile", "add", "clinic", "--url", "http://x").code == 2
    assert free("profile", "add", "no/name", "--url", "http://x").code == 2
    assert free("profile", "add", "other").code == 2


def test_a_damaged_file_or_a_wrong_name_does_not_stop_the_commands_about_profiles(free: Client, tmp_path: Path) -> None:
    assert free("profile", "list", env={"DOZVON_PROFILE": "gone"}).code == 0
    (tmp_path / "dozvon").mkdir()
    (tmp_path / "dozvon" / "profiles.json").write_text("{")
    run = free("profile", "list")
    assert run.code == 2
    assert "damaged" in run.err


def test_an_own_authority_is_trusted_by_its_profile_only(free: Client, tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path / "pem")
    server = FakeServer(certificates)
    try:
        run = free("health", "--url", server.url)
        assert run.code == 5
        assert "not trusted" in run.err
        assert "--ca-file" in run.err
        add(free, "clinic", server, "--ca-file", str(certificates.ca))
        login(free, "--profile", "clinic")
        server.answer("GET", "/gateways", EMPTY)
        assert free("gateway", "list", "--profile", "clinic").code == 0
    finally:
        server.close()


def test_a_file_that_holds_no_certificates_is_told(free: Client, server: FakeServer, tmp_path: Path) -> None:
    assert free("profile", "add", "a", "--url", server.url, "--ca-file", str(tmp_path / "none.pem")).code == 2
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nothing")
    add(free, "clinic", server, "--ca-file", str(wrong))
    run = free("health", "--profile", "clinic")
    assert run.code == 2
    assert "PEM" in run.err


@pytest.fixture
def profiles(tmp_path: Path) -> ProfileFile:
    """A file with the one profile `clinic`."""
    file = ProfileFile(tmp_path / "profiles.json")
    file.add(CLINIC)
    return file


@pytest.mark.parametrize(
    ("url", "name", "env", "current", "server"),
    [
        (None, None, {}, None, "http://127.0.0.1:8080"),
        (None, None, {}, "http://a", "http://a"),
        (None, None, {}, CLINIC.place, CLINIC.url),
        (None, None, {}, "http://old#clinic", "http://127.0.0.1:8080"),
        (None, None, {"DOZVON_URL": "http://b"}, CLINIC.place, "http://b"),
        (None, None, {"DOZVON_PROFILE": "clinic"}, "http://a", CLINIC.url),
        (None, None, {"DOZVON_PROFILE": "clinic", "DOZVON_URL": CLINIC.url}, None, CLINIC.url),
        ("http://c", None, {"DOZVON_PROFILE": "clinic"}, None, "http://c"),
        (None, "clinic", {"DOZVON_URL": "http://b"}, None, CLINIC.url),
    ],
)
def test_which_server_is_meant(
    profiles: ProfileFile, url: str | None, name: str | None, env: dict[str, str], current: str | None, server: str
) -> None:
    assert chosen(url, name, env, profiles, current).url == server


@pytest.mark.parametrize(
    ("url", "name", "env"),
    [
        ("http://c", "clinic", {}),
        (None, "other", {}),
        (None, None, {"DOZVON_PROFILE": "clinic", "DOZVON_URL": "http://b"}),  # a dial must not go where nobody wanted it
    ],
)
def test_two_servers_at_once_are_refused(profiles: ProfileFile, url: str | None, name: str | None, env: dict[str, str]) -> None:
    with pytest.raises(Usage):
        chosen(url, name, env, profiles, None)
