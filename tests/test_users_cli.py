"""`python main.py user ...` as a real process, also while a service runs on the same folder."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

import users_cli
from auth import Auth
from errors import OAuthError, Unauthorized
from security.passwords import hash_password
from store import users
from store.setup import open_store

ROOT = Path(users_cli.__file__).parent
# What main.py does with `user`; it needs neither the web server nor SIP.
CALL = "import os, sys, users_cli; sys.exit(users_cli.main(sys.argv[1:], os.environ))"


def command(data: Path, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "DOZVON_DATA": str(data), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-c", CALL, *args], input=stdin, capture_output=True, text=True, cwd=ROOT, env=environ, timeout=60
    )


def test_add_list_and_passwd(tmp_path: Path) -> None:
    added = command(tmp_path, "add", "anna", "--role", "admin", "--name", "Анна", "--password-stdin", stdin="correct horse\n")
    assert (added.returncode, added.stderr) == (0, "")
    assert command(tmp_path, "passwd", "anna", "--password-stdin", stdin="another horse\n").returncode == 0
    listed = command(tmp_path, "list")
    assert [line.split()[:2] for line in listed.stdout.splitlines()] == [["LOGIN", "ROLE"], ["anna", "admin"]]
    assert "Анна" in listed.stdout
    assert "argon2" not in listed.stdout
    store = open_store(tmp_path)
    auth = Auth(store, b"k" * 32)
    seen = users.credentials(store, "anna")
    assert seen is not None
    assert seen.password.startswith("$argon2id$v=19$m=65536,")
    assert auth.check(auth.login("anna", "another horse", "192.0.2.1")["access_token"]).is_admin
    with pytest.raises(OAuthError):
        auth.login("anna", "correct horse", "192.0.2.1")
    store.close()


def test_a_new_password_acts_at_once_on_a_running_service(tmp_path: Path) -> None:
    store = open_store(tmp_path)  # holds the folder's lock, as the service does
    users.create(store, "u1", {"login": "anna"}, hash_password("correct horse"))
    auth = Auth(store, b"k" * 32)
    token = auth.login("anna", "correct horse", "192.0.2.1")["access_token"]
    auth.check(token)
    done = command(tmp_path, "passwd", "anna", "--password-stdin", stdin="another horse\n")
    assert (done.returncode, done.stderr) == (0, "")
    with pytest.raises(Unauthorized):
        auth.check(token)
    assert command(tmp_path, "add", "boris", "--password-stdin", stdin="correct horse\n").returncode == 0
    auth.check(auth.login("boris", "correct horse", "192.0.2.1")["access_token"])
    store.close()


@pytest.mark.parametrize(
    ("args", "stdin", "code", "said"),
    [
        (("add", "anna", "--password-stdin"), "correct horse\n", 1, "login is taken"),
        (("add", "boris", "--password-stdin"), "hush\n", 1, "password: must have 8 to 1024 characters"),
        (("add", "bo\nris", "--password-stdin"), "correct horse\n", 1, "login: holds a line break"),
        (("add", "", "--password-stdin"), "correct horse\n", 1, "login: is empty"),
        (("passwd", "nobody", "--password-stdin"), "correct horse\n", 1, "no user with this login"),
        (("add", "boris", "--role", "root"), "", 2, "invalid choice"),
        (("add",), "", 2, "LOGIN"),
        ((), "", 2, "required"),
        (("passwd", "anna"), "", 1, "--password-stdin"),
    ],
)
def test_what_is_refused_is_told_on_stderr(tmp_path: Path, args: tuple[str, ...], stdin: str, code: int, said: str) -> None:
    store = open_store(tmp_path)
    users.create(store, "u1", {"login": "anna"}, "hash")
    store.close()
    done = command(tmp_path, *args, stdin=stdin)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr


@pytest.mark.parametrize("args", [("list",), ("passwd", "anna", "--password-stdin")])
def test_a_mistyped_data_folder_is_told_and_not_made(tmp_path: Path, args: tuple[str, ...]) -> None:
    done = command(tmp_path / "mistyped", *args, stdin="correct horse\n")
    assert done.returncode == 1
    assert "There is no database in" in done.stderr
    assert not (tmp_path / "mistyped").exists()


def test_the_first_user_must_be_an_admin(tmp_path: Path) -> None:
    done = command(tmp_path, "add", "anna", "--password-stdin", stdin="correct horse\n")
    assert done.returncode == 1
    assert "--role admin" in done.stderr
    assert command(tmp_path, "list").stdout.count("\n") == 1


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = command(tmp_path / "file", "add", "anna", "--role", "admin", "--password-stdin", stdin="correct horse\n")
    assert (done.returncode, "a file stands in its place" in done.stderr) == (1, True)


def test_a_data_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_bytes(b"no database " * 500)
    done = command(tmp_path, "list")
    assert done.returncode == 1
    assert done.stderr.startswith("dozvon: The database")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("typed", "code"), [(("correct horse", "correct horse"), 0), (("correct horse", "correct house"), 1)])
def test_a_person_types_the_password_twice_and_it_is_not_shown(tmp_path: Path, typed: tuple[str, str], code: int) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.environ["DOZVON_DATA"] = str(tmp_path)
        os.execv(sys.executable, [sys.executable, "-c", CALL, "add", "anna", "--role", "admin"])
    shown = b""
    for prompt, answer in zip((b"New password: ", b"The same again: "), typed, strict=True):
        while not shown.endswith(prompt):
            shown += os.read(terminal, 1000)
        os.write(terminal, answer.encode() + b"\n")
    _, status = os.waitpid(pid, 0)
    shown += os.read(terminal, 1000)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == code
    assert b"horse" not in shown, json.dumps(shown.decode())
    store = open_store(tmp_path)
    assert users.count(store) == (1 if code == 0 else 0)
    store.close()
