"""The help teaches: each command says what it does and shows examples, and the examples are right."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator

import pytest
import yaml

from dozvon_client import cli
from dozvon_client.dial_options import DAYS, retry_rule, start_time, window
from dozvon_client.errors import EXIT_CODES
from dozvon_client.program import PROGRAM
from dozvon_client.settings import ENVIRONMENT
from tests.markdown import read


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
    assert names >= {f"gateway {verb}" for verb in ("add", "list", "show", "change", "check", "status", "resume", "delete")}
    assert names >= {f"audio {verb}" for verb in ("add", "list", "play", "download", "delete")}
    assert names >= {f"callbase {verb}" for verb in ("add", "list", "show", "people", "export", "delete")}
    assert names >= {
        f"campaign {verb}" for verb in ("list", "show", "watch", "pause", "resume", "cancel", "calls", "targets", "export", "hangup")
    }
    assert names >= {f"dnc {verb}" for verb in ("list", "add", "remove", "import", "export")}
    assert names >= {f"user {verb}" for verb in ("add", "list", "passwd", "role", "delete")}
    assert names >= {f"profile {verb}" for verb in ("add", "list", "use", "remove")}
    assert names >= {"call show", "call recording", "completion"}


@pytest.mark.parametrize("parser", ALL, ids=lambda parser: parser.prog)
def test_a_command_says_what_it_does_with_examples_that_work(parser: argparse.ArgumentParser) -> None:
    assert parser.description
    assert parser.format_help()
    assert examples(parser)
    for example in examples(parser):
        words = shlex.split(re.split(" [<>] ", example)[0])
        assert " ".join(words).startswith(parser.prog.removeprefix(PROGRAM).strip())
        assert cli.build_parser().parse_args(words).run is parser.get_default("run")


def test_every_option_is_explained_or_plain() -> None:
    for parser in ALL:
        for action in parser._actions:
            assert action.help or action.dest in ("name", "host", "file", "numbers"), f"{parser.prog} {action.dest}"


def test_no_option_takes_a_password() -> None:
    flags = {flag for parser in ALL for action in parser._actions for flag in action.option_strings}
    assert {flag for flag in flags if "password" in flag} == {"--password-stdin", "--no-password", "--ask-password"}


def test_the_help_tells_codes_and_variables() -> None:
    run = subprocess.run([sys.executable, "api_client.py", "--help"], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0
    assert all(f"  {code} " in run.stdout for code in EXIT_CODES)
    assert all(name in run.stdout for name in ENVIRONMENT)


def test_the_client_imports_nothing_of_the_service() -> None:
    ours = ("store", "api", "auth", "config", "errors", "sip", "dialer", "bottle")
    seen = f"import sys, dozvon_client.cli; print([name for name in sys.modules if name.split('.')[0] in {ours}])"
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


def _fields(definition: str) -> set[str]:
    return set(yaml.safe_load(read("swagger.yaml"))["definitions"][definition]["properties"])


def _options(command: str) -> set[str]:
    (parser,) = (one for one in ALL if one.prog.removeprefix(PROGRAM).strip() == command)
    return {action.dest for action in parser._actions}


def test_each_field_of_the_contract_has_its_option() -> None:
    gateway = {field if field != "password" else "password_stdin" for field in _fields("NewGateway")}
    assert gateway <= _options("gateway add")
    assert gateway <= _options("gateway change")
    named = {"gateway_id": "gateway", "audio_id": "audio", "callbase_id": "callbase", "opt_out_audio_id": "opt_out_audio"}
    named["machine_detection_params"] = "detection_param"
    assert {named.get(field, field) for field in _fields("Dial")} <= _options("dial")
