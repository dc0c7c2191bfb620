"""Opening a data folder: the lock, the migrations, the script for the sqlite3 program, and databases that can't be used."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, inspect

from errors import StartRefused
from store import dump_schema, setup, tables, users
from store.engine import Store
from store.lock import FolderLock
from store.setup import open_store, open_unlocked

ROOT = Path(setup.__file__).parent.parent
DB_SQL = ROOT / "sqlite" / "db.sql"


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the folder open until its input ends."""
    code = (
        "import sys, pathlib; from store.setup import open_store\n"
        "store = open_store(pathlib.Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    args = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def schema(path: Path) -> dict[str, list[str]]:
    """Each object of a database by name: the parts of its SQL, those of a table sorted, with all white space alike."""
    with sqlite3.connect(path) as raw:
        rows = raw.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'").fetchall()
    raw.close()
    found = {}
    for name, kind, sql in rows:
        head, _, body = " ".join(sql.split()).partition("(")
        # Commas outside of brackets part a table's columns and constraints; these may stand in any order.
        parts = re.split(r",\s*(?![^(]*\))", body.removesuffix(")"))
        found[name] = [head.strip(), *(sorted(part.strip() for part in parts) if kind == "table" else parts)]
    return found


# -- the lock ----------------------------------------------------------------------------------------------------------


def test_a_second_process_is_refused_with_the_pid_of_the_first(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(StartRefused, match=rf"Another Dozvon \(process {holder.pid}\) runs on the data folder"):
        open_store(tmp_path)


def test_the_lock_is_free_when_its_holder_was_killed(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    open_store(tmp_path).close()


def test_the_lock_is_free_after_close_and_taken_before(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(StartRefused, match=str(os.getpid())):
        open_store(tmp_path)
    store.close()
    open_store(tmp_path).close()


def test_a_failed_start_lets_the_folder_go(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(StartRefused, match="no SQLite database"):
        open_store(tmp_path)
    FolderLock(tmp_path).release()


def test_a_forked_child_does_not_keep_the_lock_of_its_dead_parent(tmp_path: Path) -> None:
    code = (
        "import os, sys, time, pathlib; from store.lock import FolderLock; lock = FolderLock(pathlib.Path(sys.argv[1]))\n"
        "child = os.fork()\n"
        "if child: print(child, flush=True); os._exit(0)\n"
        "os.close(1); time.sleep(60)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT, timeout=30)
    child = int(done.stdout)
    try:
        os.kill(child, 0)
        FolderLock(tmp_path).release()
    finally:
        os.kill(child, signal.SIGKILL)


def test_the_command_line_may_write_beside_a_running_service(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    store = open_unlocked(tmp_path)
    users.create(store, "u1", {"login": "anna"}, "hash")
    assert users.count(store) == 1
    store.close()


# -- the schema --------------------------------------------------------------------------------------------------------


def test_a_fresh_folder_gets_a_database_equal_to_the_tables(tmp_path: Path, store: Store) -> None:
    fresh = open_store(tmp_path / "new" / "folder")
    with fresh.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), tables.metadata) == []
    fresh.close()
    migrated = schema(tmp_path / "new" / "folder" / "db.sqlite3")
    migrated.pop("alembic_version")
    assert migrated == schema(tmp_path / "db.sqlite3")
    assert (tmp_path / "new" / "folder" / "db.sqlite3").stat().st_mode & 0o777 == 0o600


def test_db_sql_is_made_from_the_migrations() -> None:
    assert DB_SQL.read_text() == dump_schema.dump(), "run: python -m store.dump_schema > sqlite/db.sql"


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 program is not installed")
def test_a_database_made_by_hand_is_the_same_and_starts(tmp_path: Path) -> None:
    shutil.copy(DB_SQL, tmp_path)
    subprocess.run(["sqlite3", "db.sqlite3", ".read db.sql"], cwd=tmp_path, check=True, timeout=30)
    by_hand = schema(tmp_path / "db.sqlite3")
    store = open_store(tmp_path)
    assert users.count(store) == 0
    assert {"Users", "Callbase", "campaigns"} <= set(inspect(store.engine).get_table_names())
    store.close()
    open_store(tmp_path / "migrated").close()
    assert by_hand == schema(tmp_path / "db.sqlite3") == schema(tmp_path / "migrated" / "db.sqlite3")


def test_the_seeds_columns_are_there(store: Store) -> None:
    found = {
        table: {column["name"]: str(column["type"]) for column in inspect(store.engine).get_columns(table)}
        for table in ("Users", "Callbase")
    }
    seed_users = {"uid": "VARCHAR(36)", "comment": "TEXT", "expired": "FLOAT"}
    seed_users |= dict.fromkeys(("name", "login", "password", "acc_token"), "VARCHAR(1024)")
    assert seed_users.items() <= found["Users"].items()
    assert {"cid": "VARCHAR(36)", "name": "VARCHAR(1024)", "comment": "TEXT"}.items() <= found["Callbase"].items()
    assert found["Callbase"]["number"].startswith("VARCHAR")


def test_a_second_start_changes_nothing_and_foreign_keys_are_on(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    users.create(store, "u1", {"login": "anna"}, "hash")
    store.close()
    before = schema(tmp_path / "db.sqlite3")
    store = open_store(tmp_path)
    assert users.count(store) == 1
    with store.read() as conn:
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    store.close()
    assert schema(tmp_path / "db.sqlite3") == before


# -- what can't be used ------------------------------------------------------------------------------------------------


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with sqlite3.connect(tmp_path / "db.sqlite3") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StartRefused, match="newer version"):
        open_store(tmp_path)
    with sqlite3.connect(tmp_path / "db.sqlite3") as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    raw.close()


def test_tables_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "db.sqlite3") as raw:
        raw.execute("CREATE TABLE Users (uid VARCHAR(36) PRIMARY KEY)")
    raw.close()
    with pytest.raises(StartRefused, match="tables that this program did not make"):
        open_store(tmp_path)


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.write() as conn:
        conn.execute(insert(tables.users), [{"uid": f"u{n}", "login": f"login{n}", "password": "x" * 500} for n in range(200)])
    store.close()
    content = bytearray((tmp_path / "db.sqlite3").read_bytes())
    content[-60_000:] = os.urandom(60_000)
    (tmp_path / "db.sqlite3").write_bytes(content)
    with pytest.raises(StartRefused, match="It is damaged"):
        open_store(tmp_path)


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").mkdir()
    with pytest.raises(StartRefused, match=r"can't be (used|opened)"):
        open_store(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StartRefused, match="can't be made: a file stands in its place"):
        open_store(tmp_path / "data")


def refusal_of_child(folder: Path, before: str) -> str:
    """What a start in a process of its own is refused with, after the Python statement `before`."""
    code = (
        "import os, pathlib, resource, signal, sys\nfrom errors import StartRefused\nfrom store.setup import open_store\n"
        f"{before}\ntry: open_store(pathlib.Path(sys.argv[1]))\nexcept StartRefused as err: print(err)"
    )
    args = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(args, capture_output=True, text=True, cwd=ROOT, timeout=30)
    return done.stdout + done.stderr


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    assert resource.RLIMIT_FSIZE  # a limit on files' sizes ends a write as a full disk does
    said = refusal_of_child(
        tmp_path, "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))"
    )
    assert "disk is full" in said
    assert "Traceback" not in said


def test_a_database_that_may_not_be_written_is_told() -> None:
    become_nobody = "os.getuid() or os.setuid(65534)"
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders can't be entered by others
        folder = Path(name)
        open_store(folder).close()
        (folder / "lock").chmod(0o666)
        (folder / "db.sqlite3").chmod(0o444)
        folder.chmod(0o555)
        said = refusal_of_child(folder, become_nobody)
        folder.chmod(0o700)
    assert "can't be written" in said
    assert "Traceback" not in said
