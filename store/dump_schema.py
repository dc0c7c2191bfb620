"""`python -m store.dump_schema > sqlite/db.sql`: the schema that the migrations make, as a script for the `sqlite3` program."""

from __future__ import annotations

import tempfile
from pathlib import Path

from store import setup

HEAD = """\
-- The database of Dozvon, made from the migrations by `python -m store.dump_schema`. By hand, in this folder:
--   sqlite3 db.sqlite3
--   .read db.sql
PRAGMA foreign_keys=OFF;
BEGIN;
"""


def dump() -> str:
    """The script: each table, then its indexes, then the version."""
    with tempfile.TemporaryDirectory() as folder:
        store = setup.open_store(Path(folder))
        try:
            with store.read() as conn:
                rows = conn.exec_driver_sql(
                    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
                )
                statements = [f"{_tidy(sql)};\n" for (sql,) in rows]
                version = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        finally:
            store.close()
    tail = f"INSERT INTO alembic_version (version_num) VALUES ('{version}');\nCOMMIT;\n"  # noqa: S608 - the version is ours
    return HEAD + "".join(statements) + tail


def _tidy(sql: str) -> str:
    return "\n".join(line.rstrip().replace("\t", "    ") for line in sql.strip().splitlines() if line.strip())


if __name__ == "__main__":
    print(dump(), end="")
