"""The client as a distribution: its wheel holds the client alone, and runs from an environment of its own."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from dozvon_client import VERSION
from tests.client_things import FakeServer, Reply
from tests.markdown import ROOT, read
from version import VERSION as OF_THE_SERVICE

HEALTH = Reply(200, {"status": "ok", "version": VERSION, "lines": 8, "lines_in_use": 0})
SOURCES = sorted((ROOT / "dozvon_client").rglob("*.py"))
IMPORT_NAMES = {"PyJWT": "jwt"}


def pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), ".")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `dozvon` in a fresh environment."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    pip("--python", str(folder / "bin" / "python"), "install", "--no-deps", "--no-index", str(wheel))
    return folder / "bin" / "dozvon"


def run(command: Path, folder: Path, *words: str, url: str = "http://127.0.0.1:1") -> subprocess.CompletedProcess[str]:
    """Far from this tree, with nothing of it on the path but the packages that the client depends on."""
    packages = sysconfig.get_path("purelib")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": packages, "DOZVON_URL": url, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run([str(command), *words], cwd=folder, env=env, capture_output=True, text=True, timeout=60)


def test_the_wheel_holds_the_client_alone(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"dozvon_client", f"dozvon-{VERSION}.dist-info"}
    assert {name for name in names if name.endswith(".py")} == {str(path.relative_to(ROOT)) for path in SOURCES}
    assert f"dozvon-{VERSION}.dist-info/licenses/LICENSE" in names


def test_the_installed_command_runs(installed: Path, tmp_path: Path, server: FakeServer) -> None:
    assert run(installed, tmp_path, "--version").stdout == f"dozvon {VERSION}\n"
    assert "dozvon login --login admin" in run(installed, tmp_path, "--help").stdout
    server.answer("GET", "/health", HEALTH)
    told = run(installed, tmp_path, "health", url=server.url)
    assert (told.returncode, told.stdout.split()[:2]) == (0, ["status", "ok"]), told.stderr
    where = run(installed.with_name("python"), tmp_path, "-c", "import dozvon_client; print(dozvon_client.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(installed.parent.parent)


def test_a_server_that_does_not_run_is_told_with_how_to_start_it(installed: Path, tmp_path: Path) -> None:
    told = run(installed, tmp_path, "health")
    assert told.returncode == 5
    assert "make run" in told.stderr
    assert "nothing listens there" in told.stderr


def test_the_versions_are_one() -> None:
    assert VERSION == OF_THE_SERVICE
    assert f'\nversion = "{VERSION}"\n' in read("pyproject.toml")


def _dependencies() -> list[str]:
    found = re.search(r"^dependencies = \[(.+)\]$", read("pyproject.toml"), re.MULTILINE)
    assert found
    return re.findall(r'"([^"]+)"', found[1])


def test_what_is_imported_is_what_is_depended_on() -> None:
    imported = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported |= {name.split(".")[0] for name in names}
    others = imported - set(sys.stdlib_module_names) - {"dozvon_client"}
    words = {re.split(r"[<>=]", one)[0] for one in _dependencies()}
    assert others == {IMPORT_NAMES.get(name, name) for name in words}
    assert all(importlib.util.find_spec(name) for name in others)


def test_the_tree_asks_for_the_same_packages() -> None:
    assert set(_dependencies()) <= set(read("requirements.in").splitlines())
