"""`python -m store.new_migration "what changes"`: writes the next migration from the difference to store/tables.py.

Read and adjust it, then `python -m store.dump_schema > sqlite/db.sql`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from store import setup
from store.engine import Store


def write(message: str) -> None:
    """Makes `store/migrations/versions/NNNN_message.py`."""
    config = setup.alembic_config()
    known = len(list((setup.MIGRATIONS / "versions").glob("*.py")))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / setup.DB_FILE}")
        with store.engine.connect() as conn, conn.begin():
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
            command.revision(config, message=message, autogenerate=True, rev_id=f"{known + 1:04d}")
        store.close()


if __name__ == "__main__":
    write(sys.argv[1])
