"""What the pages name in code exists: fields, commands of the client with their flags, the examples; and the other way round."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from api.swagger_adapter import load_contract
from dozvon_client.cli import build_parser
from tests.markdown import ROOT, blocks, code, read, section

HELP = [path.relative_to(ROOT).as_posix() for path in sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("docs/ru/*.md")])]
# The table of behaviours has names of its own, which tests/interop hold.
PAGES = ["README.md", "README.ru.md", *(page for page in HELP if not page.endswith("interop.md"))]
TEXT = "\n".join(read(page) for page in PAGES)


def _words(thing: Any) -> Iterator[str]:
    """Every name of a field, parameter or choice in the contract."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield str(key)
            if key in ("name", "code"):
                yield str(value)
            yield from _words(value)
    elif isinstance(thing, list):
        for one in thing:
            yield from [one] if isinstance(one, str) else _words(one)


def test_every_field_that_is_named_exists() -> None:
    known = set(_words(load_contract()))
    sources = read("errors.py") + read("security/keys.py") + read("api/oauth.py") + read("auth.py")
    named = {word for span in code(TEXT) for word in re.findall(r"(?<![\w./-])[a-z]+(?:_[a-z0-9]+)+(?![\w./])", span)}
    assert len(named) > 60
    assert sorted(word for word in named - known if f'"{word}"' not in sources) == []


@pytest.mark.parametrize("definition", ["Dial", "NewGateway", "Retry", "Counts"])
def test_every_field_is_told(definition: str) -> None:
    fields = set(load_contract()["definitions"][definition]["properties"]) - {"total", "pending", "active"}
    named = {word for span in code(TEXT) for word in re.findall(r"\w+", span)}
    named |= {word for page in PAGES for one in blocks(read(page)) for word in re.findall(r'"(\w+)"', one.text)}
    assert sorted(fields - named) == []


def test_every_status_of_a_campaign_and_every_route_for_results_is_told() -> None:
    paths = [path for path in load_contract()["paths"] if path.startswith(("/dial", "/campaigns", "/imports"))]
    plain = re.sub(r"/[A-Z]+\b", "/ID", re.sub(r"\{\w+\}", "ID", TEXT))
    told = {path for path in paths if re.search(re.escape(re.sub(r"\{\w+\}", "ID", path)) + r"(?![\w/.])", plain)}
    assert sorted(set(paths) - told) == []


@pytest.mark.parametrize("page", [page for page in HELP if page.endswith("gateways.md")])
def test_the_examples_of_gateways_are_taken(page: str) -> None:
    examples = [json.loads(one.text) for one in blocks(read(page)) if one.language == "json"]
    assert len(examples) >= 6
    schema = load_contract()["definitions"]["NewGateway"]
    for example in examples:
        jsonschema.Draft4Validator(schema).validate(example)
        assert set(example) <= set(schema["properties"])


@pytest.mark.parametrize("page", HELP)
def test_the_examples_of_fields_are_fields_of_dial(page: str) -> None:
    known = load_contract()["definitions"]["Dial"]["properties"]
    for one in blocks(read(page)):
        if one.language == "json" and not page.endswith("gateways.md"):
            assert set(json.loads(one.text)) <= set(known)


# -- the client --------------------------------------------------------------------------------------------------------


def _choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(groups[0].choices) if groups else {}


def _lines() -> Iterator[list[str]]:
    """The words of each command of the client that stands in a page, behind the program's name."""
    text = [one.text for page in PAGES for one in blocks(read(page)) if one.language == "sh"]
    for line in [*"\n".join(text).replace("\\\n", " ").splitlines(), *code(TEXT)]:
        if found := re.match(r"^(?:\S*python\S* )?(?:\S*dozvon|\S*api_client\.py) (?P<words>[a-z].*)$", line.strip()):
            yield found["words"].split()


def test_every_command_of_the_client_exists_with_its_flags() -> None:
    seen = 0
    for words in _lines():
        parser = build_parser()
        for word in words:
            choices = _choices(parser)
            if not choices:
                break
            assert word in choices, " ".join(words)
            parser = choices[word]
        flags = {flag for action in parser._actions for flag in action.option_strings}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= flags, " ".join(words)
        seen += 1
    assert seen > 10


# -- the console -------------------------------------------------------------------------------------------------------

BOLD = re.compile(r"\*\*([^*]+)\*\*")
IN_THE_CONSOLE = [
    ("README.md", "In the console"),
    ("README.ru.md", "В консоли"),
    ("README.md", "Your own SIP provider"),
    ("README.ru.md", "Свой провайдер SIP"),
    ("docs/console.md", "Before you call many"),
    ("docs/ru/console.md", "Прежде чем звонить многим"),
    ("docs/outcomes.md", "Calling some of them again"),
    ("docs/ru/outcomes.md", "Позвонить части из них ещё раз"),
    ("docs/sounds.md", "What a phone hears"),
    ("docs/ru/sounds.md", "Что слышно в телефоне"),
    ("docs/sounds.md", "Recording in the browser"),
    ("docs/ru/sounds.md", "Запись в браузере"),
]


@pytest.mark.parametrize(("page", "heading"), IN_THE_CONSOLE)
def test_what_is_to_be_pressed_in_the_console_is_there(page: str, heading: str) -> None:
    told = {re.sub(r"\d+", "{n}", words) for words in BOLD.findall(section(read(page), heading))}
    scripts = "\n".join(path.read_text("utf-8") for path in (ROOT / "web/console").rglob("*.js"))
    assert told
    assert sorted(words for words in told if f'"{words}"' not in scripts) == []
