"""The help teaches: each command says what it does and shows examples, and the examples are right."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from collections.abc import Iterator

import pytest

from client import cli
from client.command import PROGRAM
from client.dial_options import DAYS, retry_rule, start_time, window
from client.errors import EXIT_CODES
from client.settings import ENVIRONMENT


def commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield parser
    for group in groups:
        for inner in group.choices.values():
            yield from commands(inner)


ALL = list(commands(cli.build_parser()))


def examples(parser: argparse.ArgumentParser) -> list[str]:
    lines = (parser.epilog or "").splitlines()
    return [line.strip().removeprefix(PROGRAM) for line in lines if line.strip().startswith(PROGRAM)]


def test_every_command_of_the_contract_is_there() -> None:
    names = {parser.prog.removeprefix(PROGRAM).strip() for parser in ALL}
    assert names >= {"login", "logout", "dial", "health"}
    assert names >= {f"gateway {verb}" for verb in ("add", "list", "show", "check", "status", "resume", "delete")}
    assert names >= {f"audio {verb}" for verb in ("add", "list", "delete")}
    assert names >= {f"callbase {verb}" for verb in ("add", "list", "show", "delete")}
    assert names >= {f"campaign {verb}" for verb in ("list", "show", "watch", "pause", "resume", "cancel", "calls", "targets")}
    assert names >= {f"dnc {verb}" for verb in ("list", "add", "remove")}


@pytest.mark.parametrize("parser", ALL, ids=lambda parser: parser.prog)
def test_a_command_says_what_it_does_with_examples_that_work(parser: argparse.ArgumentParser) -> None:
    assert parser.description
    assert parser.format_help()
    assert examples(parser)
    for example in examples(parser):
        words = shlex.split(example.split(" < ")[0])
        assert " ".join(words).startswith(parser.prog.removeprefix(PROGRAM).strip())
        assert cli.build_parser().parse_args(words).run is parser.get_default("run")


def test_every_option_is_explained_or_plain() -> None:
    for parser in ALL:
        for action in parser._actions:
            assert action.help or action.dest in ("name", "host", "file", "numbers"), f"{parser.prog} {action.dest}"


def test_no_option_takes_a_password() -> None:
    flags = {flag for parser in ALL for action in parser._actions for flag in action.option_strings}
    assert {flag for flag in flags if "password" in flag} == {"--password-stdin", "--no-password"}


def test_the_help_tells_codes_and_variables() -> None:
    run = subprocess.run([sys.executable, "api_client.py", "--help"], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0
    assert all(f"  {code} " in run.stdout for code in EXIT_CODES)
    assert all(name in run.stdout for name in ENVIRONMENT)


def test_the_client_imports_nothing_of_the_service() -> None:
    ours = ("store", "api", "auth", "config", "errors", "sip", "dialer", "bottle")
    seen = f"import sys, client.cli; print([name for name in sys.modules if name.split('.')[0] in {ours}])"
    run = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("text", ["busy", "busy:300", "busy:x:1", "delivered:1:1", "busy:-1:1", "busy:1:1:1"])
def test_a_wrong_retry_rule(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        retry_rule(text)


@pytest.mark.parametrize(
    ("text", "days"), [("mon", "mon"), ("mon-wed", "mon tue wed"), ("sat-mon", "mon sat sun"), ("wed,mon", "mon wed"), ("sun-sat", None)]
)
def test_days_of_a_window(text: str, days: str | None) -> None:
    assert window(f"{text} 09:00-20:00 Europe/Moscow")["days"] == (days.split() if days else list(DAYS))


@pytest.mark.parametrize("text", ["", "mon 9-20 UTC", "mon 09:00-20:00", "mo-fr 09:00-20:00 UTC", "mon 09:00-20:00 UTC x"])
def test_a_wrong_window(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        window(text)


def test_times() -> None:
    assert start_time("2030-05-20T09:00:00.5+03:00") == "2030-05-20T06:00:00.500Z"
    assert start_time("2030-05-20T06:00:00Z") == "2030-05-20T06:00:00.000Z"
    assert start_time("2030-05-20 09:00").endswith("Z")
    with pytest.raises(argparse.ArgumentTypeError):
        start_time("tomorrow")
