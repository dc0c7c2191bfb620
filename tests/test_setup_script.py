"""bin/setup: finds a Python that really runs, makes the environment once, and never trusts half of one. With stand-ins for Python."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.markdown import ROOT

TOOLS = ("sh", "dirname", "cut", "cmp", "cp", "rm", "mkdir", "uname", "cat", "chmod")

# Answers as Python does to the script's questions; `venv` copies the stand-in into the environment, and `install` is noted.
PYTHON = """#!/bin/sh
case "$*" in
    "-c "*) echo "{version} {fault}" ;;
    "-m venv "*) {venv} ;;
    "-m pip --version") exit 0 ;;
    "-m pip install "*) echo "$*" >>"{notes}"; {install} ;;
    *) exit 9 ;;
esac
"""
MAKE_VENV = 'mkdir -p "$3/bin"; cp "$0" "$3/bin/python"'


class Tree:
    """A copy of the script in a tree of its own, whose path has a space, and the folder that is its whole PATH."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a tree"
        self.path = folder / "path"
        self.notes = folder / "notes"
        for made in (self.root / "bin", self.path):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "bin/setup", self.root / "bin/setup")
        self.pins("one==1")
        for tool in TOOLS:
            (self.path / tool).symlink_to(str(shutil.which(tool)))

    def pins(self, text: str) -> None:
        (self.root / "requirements.txt").write_text(text)
        (self.root / "requirements-dev.txt").write_text(f"{text}\ntests==1")

    def python(
        self,
        name: str,
        version: str = "3.11",
        fault: str = "ok",
        venv: str = MAKE_VENV,
        install: str = "exit 0",
        folder: Path | None = None,
    ) -> Path:
        made = (folder or self.path) / name
        made.parent.mkdir(exist_ok=True)
        made.write_text(PYTHON.format(version=version, fault=fault, venv=venv, install=install, notes=self.notes))
        made.chmod(0o755)
        return made

    def run(self, what: str = "run", ok: bool = True, **environment: str) -> str:
        """What it says; fails when it does not end as it should."""
        done = subprocess.run(
            [str(self.root / "bin/setup"), what], env={"PATH": str(self.path), **environment}, capture_output=True, text=True, timeout=20
        )
        assert done.stdout == ""
        assert (done.returncode == 0) is ok, done.stderr
        return done.stderr

    def installs(self) -> list[str]:
        return [line.rpartition(" ")[2] for line in self.notes.read_text().splitlines()] if self.notes.exists() else []

    @property
    def venv(self) -> Path:
        return self.root / ".venv"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_no_python_is_told_with_what_to_do(tree: Tree) -> None:
    said = tree.run(ok=False)
    assert "3.10, 3.11 or 3.12" in said
    assert "pjsua2-python" in said
    assert "PYTHON=/path/to/python3.12" in said
    assert not tree.venv.exists()


def test_what_was_tried_is_told(tree: Tree) -> None:
    tree.python("python3", "3.13", "version")
    tree.python("python", "2.7", "version")
    said = tree.run(ok=False)
    assert "python3: version 3.13" in said
    assert "python: version 2.7" in said


def test_a_shim_that_fails_is_passed_over(tree: Tree) -> None:
    (tree.path / "python3.12").write_text("#!/bin/sh\necho no such version >&2\nexit 127\n")
    (tree.path / "python3.12").chmod(0o755)
    tree.python("python3.10", "3.10")
    assert "with Python 3.10 (python3.10)" in tree.run()


def test_the_newest_that_fits_is_taken(tree: Tree) -> None:
    tree.python("python3", "3.13", "version")
    tree.python("python3.10", "3.10")
    tree.python("python3.11", "3.11")
    assert "with Python 3.11 (python3.11)" in tree.run()


def test_a_python_without_pip_in_its_venv_is_told_and_another_is_better(tree: Tree) -> None:
    tree.python("python3.12", "3.12", "ensurepip")
    assert "apt-get install python3.12-venv" in tree.run(ok=False)
    tree.python("python3.11", "3.11")
    assert "with Python 3.11" in tree.run()


def test_the_named_python_is_taken_also_with_a_space_in_its_path(tree: Tree, tmp_path: Path) -> None:
    tree.python("python3.12", "3.12")
    named = tree.python("python", "3.10", folder=tmp_path / "my python")
    assert "with Python 3.10" in tree.run(PYTHON=str(named))
    assert "version 3.9" in tree.run(ok=False, PYTHON=str(tree.python("python3.9", "3.9", "version")))
    assert "does not run" in tree.run(ok=False, PYTHON="/nowhere/python")


def test_naming_another_version_makes_the_environment_anew(tree: Tree) -> None:
    tree.python("python3.11", "3.11")
    tree.run()
    assert tree.run(PYTHON="python3.11") == ""
    tree.python("python3.12", "3.12")
    assert "made anew" in tree.run(PYTHON="python3.12")
    assert tree.run() == ""


def test_a_second_run_does_nothing_and_a_changed_pin_is_installed(tree: Tree) -> None:
    tree.python("python3")
    assert "one to three minutes" in tree.run()
    assert tree.run() == ""
    assert tree.installs() == ["requirements.txt"]
    tree.pins("one==2")
    assert "Installing requirements.txt" in tree.run()
    assert tree.installs() == ["requirements.txt"] * 2


def test_what_the_tests_need_holds_what_the_service_needs(tree: Tree) -> None:
    tree.python("python3")
    tree.run("test")
    assert tree.run("run") == ""
    assert tree.run("test") == ""
    assert tree.installs() == ["requirements-dev.txt"]


def test_the_client_is_a_command_that_runs_from_anywhere(tree: Tree, tmp_path: Path) -> None:
    tree.python("python3")
    tree.run()
    tree.venv.joinpath("bin/python").write_text('#!/bin/sh\necho "$@"\n')
    tree.venv.joinpath("bin/python").chmod(0o755)
    command = tree.venv / "bin/dozvon"
    link = tmp_path / "link"
    link.symlink_to(command)
    for one in (command, link):
        done = subprocess.run([str(one), "health", "a b"], cwd=tmp_path, capture_output=True, text=True, timeout=20, check=True)
        assert done.stdout == f"{one} health a b\n"
    ast.parse(command.read_text())  # what a shell runs is Python, too


def test_the_command_is_written_anew_when_the_tree_was_moved(tree: Tree, tmp_path: Path) -> None:
    tree.python("python3")
    tree.run()
    tree.root = tree.root.rename(tmp_path / "elsewhere")
    assert tree.run() == ""
    assert f'"{tree.root}/.venv/bin/python"' in (tree.venv / "bin/dozvon").read_text()


def test_the_service_first_then_the_tests(tree: Tree) -> None:
    tree.python("python3")
    tree.run("run")
    tree.run("test")
    assert tree.installs() == ["requirements.txt", "requirements-dev.txt"]


def test_only_pins_with_hashes_are_installed(tree: Tree) -> None:
    tree.python("python3")
    tree.run()
    assert "--require-hashes" in tree.notes.read_text()


def test_an_interrupted_installation_makes_the_environment_anew(tree: Tree) -> None:
    tree.python("python3", install="exit 1")
    said = tree.run(ok=False)
    assert "Installing failed" in said
    tree.python("python3")
    assert "made anew" in tree.run()
    assert tree.run() == ""


def test_an_interrupted_environment_is_made_anew(tree: Tree) -> None:
    tree.python("python3", venv=f"{MAKE_VENV}; exit 1")
    assert "could not be made" in tree.run(ok=False)
    tree.python("python3")
    assert "made anew" in tree.run()


def test_an_environment_whose_python_is_gone_is_made_anew(tree: Tree) -> None:
    tree.python("python3")
    tree.run()
    (tree.venv / "bin/python").unlink()
    assert "made anew" in tree.run()


def test_an_environment_of_ones_own_is_kept(tree: Tree) -> None:
    tree.python("python3")
    tree.venv.joinpath("bin").mkdir(parents=True)
    shutil.copy(tree.path / "python3", tree.venv / "bin/python")
    (tree.venv / "mine").touch()
    assert "Installing" in tree.run()
    assert (tree.venv / "mine").exists()


def test_a_wrong_word_is_told(tree: Tree) -> None:
    tree.python("python3")
    assert "usage" in tree.run("nothing", ok=False)


def test_the_script_works_from_any_folder(tree: Tree) -> None:
    tree.python("python3")
    done = subprocess.run([str(tree.root / "bin/setup"), "run"], cwd="/", env={"PATH": str(tree.path)}, capture_output=True, timeout=20)
    assert done.returncode == 0
    assert tree.venv.exists()
    assert not os.path.exists("/.venv")
