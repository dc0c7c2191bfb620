"""The documentation says what is so: what it names exists, and what exists is in it."""

from __future__ import annotations

import argparse
import re
from typing import Any

import pytest

from api.swagger_adapter import load_contract
from config import SETTINGS
from dozvon_client.cli import build_parser
from dozvon_client.settings import ENVIRONMENT
from sip.sandbox.behaviours import SPECIAL
from store.gateway_fields import FIELDS
from tests.conftest_peers import PACKAGES
from tests.markdown import ROOT, anchors, blocks, code, links, read, rows, section
from version import VERSION

ENGLISH_PAGES = sorted(f"docs/{path.name}" for path in ROOT.glob("docs/*.md"))
RUSSIAN_PAGES = sorted(f"docs/ru/{path.name}" for path in ROOT.glob("docs/ru/*.md"))
PAGES = ("README.md", "README.ru.md", *ENGLISH_PAGES, *RUSSIAN_PAGES)
README, RUSSIAN = read("README.md"), read("README.ru.md")
ALL = "\n".join(read(page) for page in PAGES)
PNG = b"\x89PNG\r\n\x1a\n"
MOST_PICTURE_BYTES = 160_000


# -- links, files, pictures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    for link in links(read(page)):
        if link.startswith(("https://", "/")):  # the latter are pages of the running service: tests/api/test_help.py
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), link


@pytest.mark.parametrize("picture", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.png")))
def test_a_picture_is_shown_and_small(picture: str) -> None:
    content = (ROOT / picture).read_bytes()
    assert content.startswith(PNG)
    assert len(content) < MOST_PICTURE_BYTES
    # Of two, one for each language, each page shows the one in its own.
    shown_in = [page for page in PAGES if any(link.endswith(picture.removeprefix("docs/")) for link in links(read(page)))]
    assert shown_in
    if (ROOT / picture.replace(".png", "-ru.png")).exists() or picture.endswith("-ru.png"):
        assert [page for page in shown_in if ("ru" in re.split(r"[/.]", page)) != picture.endswith("-ru.png")] == []


@pytest.mark.parametrize(("page", "heading"), [(README, "How it is built"), (RUSSIAN, "Как он устроен")])
def test_the_places_are_there_and_every_folder_of_code_is_named(page: str, heading: str) -> None:
    named = {place for row in rows(section(page, heading)) for place in code(row[0])}
    assert [place for place in named if not (ROOT / place).exists()] == []
    folders = {f"{path.parent.name}/" for path in ROOT.glob("[a-z]*/*.py")}
    assert folders - named == set()


def test_the_files_of_commands_are_there() -> None:
    named = set(re.findall(r"(?:python|@|-r) ?([\w/]+\.(?:py|txt|wav|csv))", ALL))
    assert {"main.py", "api_client.py", "requirements.txt", "demo/people.csv"} <= named
    assert [name for name in named if not (ROOT / name).exists()] == []


# -- settings, commands, targets ---------------------------------------------------------------------------------------


def test_the_russian_table_of_settings_has_the_same_settings() -> None:
    assert [row[:3] for row in rows(section(RUSSIAN, "Настройки"))] == [row[:3] for row in rows(section(README, "Settings"))]
    assert [row[1] for row in rows(section(README, "Settings"))] == [f"`{one.env}`" for one in SETTINGS]


def test_every_variable_exists() -> None:
    known = {one.env for one in SETTINGS} | set(ENVIRONMENT)
    assert set(re.findall(r"\b(?:DOZVON|ADMIN|JWT)_[A-Z_]+\b", ALL)) - known == set()


def _client_commands() -> set[str]:
    found = set()
    for name, parser in _choices(build_parser()).items():
        inner = _choices(parser)
        found |= {f"{name} {verb}" for verb in inner} if inner else {name}
    return found


def _choices(parser: argparse.ArgumentParser) -> dict[str, Any]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(groups[0].choices) if groups else {}


@pytest.mark.parametrize(("page", "heading"), [(README, "With the client"), (RUSSIAN, "Через клиента")])
def test_the_table_of_the_client_has_its_commands_and_no_others(page: str, heading: str) -> None:
    told = set()
    for row in rows(section(page, heading)):
        words = code(row[0])
        is_group = row[0].startswith(f"`{words[0]}` `")
        told |= {f"{words[0]} {verb}" for verb in words[1:]} if is_group else set(words)
    assert told == _client_commands()


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))


def test_the_targets_of_make_are_told_and_no_others() -> None:
    assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join([*code(README), *(one.text for one in blocks(README))]))) == _targets()
    phony = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == _targets()


# -- the API -----------------------------------------------------------------------------------------------------------


def test_every_route_that_is_named_exists() -> None:
    known = {_plain(path): operations for path, operations in load_contract()["paths"].items()}
    for method, path in re.findall(r"\b(GET|POST|PATCH|PUT|DELETE) (/[\w/.{}]*)", ALL):
        assert method.lower() in known[_plain(path)], f"{method} {path}"


def _plain(path: str) -> str:
    """`/campaigns/{campaign_id}` and `/campaigns/ID` are one."""
    return re.sub(r"\{\w+\}|(?<=/)[A-Z]+(?=/|$)", "ID", path)


def test_every_group_of_routes_is_told() -> None:
    groups = {f"/{path.split('/')[1]}" for path in load_contract()["paths"]}
    assert [group for group in groups if not re.search(rf"{re.escape(group)}\b", ALL)] == []


@pytest.mark.parametrize(
    ("page", "heading"), [("docs/outcomes.md", "What became of each call"), ("docs/ru/outcomes.md", "Чем закончился каждый вызов")]
)
def test_the_outcomes_are_those_of_the_contract(page: str, heading: str) -> None:
    told = [code(row[0])[0] for row in rows(section(read(page), heading))]
    outcomes = load_contract()["parameters"]["Outcome"]["enum"]
    assert sorted(told) == sorted(outcomes)
    assert set(outcomes) <= set(code(section(README, "What became of each call")))
    assert set(outcomes) <= set(code(section(RUSSIAN, "Чем закончился каждый вызов")))


@pytest.mark.parametrize("page", ["docs/sandbox.md", "docs/ru/sandbox.md"])
def test_the_numbers_of_the_sandbox_are_those_that_it_knows(page: str) -> None:
    told: set[str] = set()
    for row in rows(read(page)):
        first, last = code(row[0])[0], code(row[0])[-1]
        told |= {f"{number:03}" for number in range(int(first), int(last) + 1)}
    assert told == set(SPECIAL)


@pytest.mark.parametrize(
    ("page", "heading"), [("docs/providers.md", "Connecting a SIP provider"), ("docs/ru/providers.md", "Подключение провайдера SIP")]
)
def test_every_setting_of_a_gateway_is_explained(page: str, heading: str) -> None:
    table = section(read(page), heading)
    assert sorted(name for row in rows(table) for name in code(row[0])) == sorted(FIELDS)


# -- messages ----------------------------------------------------------------------------------------------------------


def _sources() -> str:
    paths = list(ROOT.glob("*.py")) + [path for path in ROOT.glob("[a-z]*/**/*.py") if "tests" not in path.parts]
    return "\n".join(path.read_text("utf-8") for path in [*paths, ROOT / "bin/setup"])


def test_every_message_that_is_explained_is_one() -> None:
    page, sources = read("docs/troubleshooting.md"), _sources()
    tables = [
        rows(section(page, heading)) for heading in ("At the set-up", "At the start", "The gateway does not work", "Sounds and lists")
    ]
    messages = [message for table in tables for row in table for message in code(row[0])]
    assert len(messages) > 20
    assert [message for message in messages if message not in sources] == []


def test_every_code_of_an_error_is_explained() -> None:
    table = section(read("docs/troubleshooting.md"), "Answers of the API")
    told = {word for row in rows(table) for word in code(row[0])}
    kinds = set(re.findall(r'^    code = "(\w+)"$', read("errors.py") + read("security/keys.py"), re.MULTILINE))
    # Logins are slowed under /oauth/ only, with RFC 6749's kind of answer.
    assert kinds - told == {"too_many_requests"}
    assert [word for word in told if f'"{word}"' not in _sources()] == []


@pytest.mark.parametrize(("page", "heading"), [("docs/pace.md", "Why somebody waits"), ("docs/ru/pace.md", "Почему кто-то ждёт")])
def test_every_reason_to_wait_is_explained(page: str, heading: str) -> None:
    targets = load_contract()["definitions"]["Target"]["properties"]["why_waiting"]["enum"]
    told = {word for row in rows(section(read(page), heading)) for word in code(row[0])}
    assert told == {word for word in targets if word}


# -- version, license, pins, CI ----------------------------------------------------------------------------------------


def _project(field: str) -> str:
    found = re.search(rf'^{field} = "(.+)"$', read("pyproject.toml"), re.MULTILINE)
    assert found
    return found[1]


def test_the_version_is_the_same_everywhere() -> None:
    assert _project("version") == VERSION
    assert load_contract()["info"]["version"] == VERSION
    assert f"## [{VERSION}]" in read("CHANGELOG.md")


def test_the_license_is_told() -> None:
    assert _project("license") == "GPL-2.0-or-later"
    assert "GPL-2.0-or-later" in README
    assert read("LICENSE").split()[:6] == ["GNU", "GENERAL", "PUBLIC", "LICENSE", "Version", "2,"]
    assert "END OF TERMS AND CONDITIONS" in read("LICENSE")


def _pins(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+==[^\s;\\]+)", read(name), re.MULTILINE))


def _wanted(name: str) -> set[str]:
    return {found.lower() for found in re.findall(r"^([A-Za-z][\w.-]*)", read(name), re.MULTILINE)}


def test_the_pins_are_whole_and_agree() -> None:
    service, both = _pins("requirements.txt"), _pins("requirements-dev.txt")
    assert service <= both, "run make pin"
    assert _wanted("requirements.in") - {pin.partition("==")[0] for pin in service} == set(), "run make pin"
    assert _wanted("requirements-dev.in") - {pin.partition("==")[0] for pin in both} == set(), "run make pin"
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in re.sub(r"(?m)^ *#.*$", "", read(name))
        for pinned in re.split(r"(?m)^(?=\S+==)", read(name))[1:]:
            assert "--hash=sha256:" in pinned, pinned.splitlines()[0]


def test_ci_installs_every_peer_and_runs_the_commands_of_the_readme() -> None:
    script = read(".ci/run")
    assert [package for packages in PACKAGES.values() for package in packages.split() if package not in script.split()] == []
    assert "make lint" in script
    assert "make test" in script
    assert "://" not in script
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
    for script in ("setup", "test", "vendor"):
        assert (ROOT / "bin" / script).stat().st_mode & 0o111
