"""The Tab key: commands, options, choices and the names of things; never an error, and never a long wait."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client_things import DROP, ROOT, Client, FakeServer, Reply


def completed(client: Client, line: str, tmp_path: Path, env: dict[str, str] | None = None) -> list[str]:
    """What the program answers to the shell's question about this line."""
    answers = tmp_path / "answers"
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_STDOUT_FILENAME": str(answers), "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_SHELL": "fish"}
    asked |= {"COMP_LINE": line, "COMP_POINT": str(len(line.encode())), "COMP_TYPE": "9", **(env or {})}
    process = client.start(env=asked)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
    return [word.split("\t")[0].strip() for word in answers.read_text().split("\n") if word]


def named(*names: str) -> Reply:
    return Reply(200, {"items": [{"id": str(i), "name": name, "login": name} for i, name in enumerate(names)], "next_cursor": None})


def test_words(client: Client, tmp_path: Path) -> None:
    assert completed(client, "dozvon ga", tmp_path) == ["gateway"]
    assert completed(client, "dozvon gateway ch", tmp_path) == ["change", "check"]
    assert completed(client, "dozvon gateway add --tran", tmp_path) == ["--transport"]
    assert completed(client, "dozvon gateway add --transport t", tmp_path) == ["tcp", "tls"]
    assert completed(client, "dozvon completion ", tmp_path) == ["bash", "zsh", "fish"]


@pytest.mark.parametrize(
    ("line", "path", "names"),
    [
        ("dozvon dial --gateway ", "/gateways", ["office", "sandbox"]),
        ("dozvon dial --gateway of", "/gateways", ["office"]),
        ("dozvon dial --audio off", "/audio", ["office"]),
        ("dozvon callbase export ", "/callbases", ["office"]),
        ("dozvon campaign watch o", "/campaigns", ["office"]),
        ("dozvon user role ", "/users", ["office"]),
    ],
)
def test_names_from_the_server(logged_in: Client, server: FakeServer, tmp_path: Path, line: str, path: str, names: list[str]) -> None:
    server.answer("GET", path, named("office"))
    assert completed(logged_in, line, tmp_path) == names


def test_profiles(client: Client, tmp_path: Path) -> None:
    assert client("profile", "add", "clinic", "--url", "http://x").code == 0
    assert "clinic" in completed(client, "dozvon profile use ", tmp_path)
    assert "clinic" in completed(client, "dozvon gateway list --profile cl", tmp_path)


@pytest.mark.parametrize("reply", [DROP, Reply(500), Reply(200, b"hello"), Reply(429, {}, {"Retry-After": "50"})])
def test_what_goes_wrong_is_silent(logged_in: Client, server: FakeServer, tmp_path: Path, reply: Reply | None) -> None:
    server.answer("GET", "/callbases", reply)
    assert completed(logged_in, "dozvon callbase show ", tmp_path) == []
    assert len(server.of("GET", "/callbases")) == 1  # and is not tried again while somebody waits


def test_a_server_that_is_not_there_is_silent_too(client: Client, tmp_path: Path) -> None:
    assert completed(client, "dozvon callbase show --limit 1 p", tmp_path, {"DOZVON_URL": "http://127.0.0.1:1"}) == []
    assert completed(client, "dozvon callbase show p", tmp_path, {"DOZVON_PROFILE": "gone"}) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(client: Client, shell: str) -> None:
    run = client("completion", shell)
    assert run.code == 0
    assert "dozvon" in run.out
    assert "_ARGCOMPLETE" in run.out
    assert client("completion", shell, "--json").json()["script"] == run.out


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_with_it(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    server.answer("GET", "/callbases", named("people", "personnel", "other"))
    command = tmp_path / "bin" / "dozvon"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "api_client.py"}" "$@"\n')
    command.chmod(0o755)
    script = """
        source <(dozvon completion bash)
        COMP_WORDS=(dozvon callbase show pe) COMP_CWORD=3 COMP_LINE="dozvon callbase show pe" COMP_POINT=23 COMP_TYPE=9
        $(complete -p dozvon | sed 's/.*-F \\([^ ]*\\).*/\\1/') dozvon
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    env = {**logged_in.env, "PATH": f"{command.parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "--norc", "-c", script], env=env, capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == ["people", "personnel"], done.stderr
