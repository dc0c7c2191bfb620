"""Alembic's entry. The service passes the connection, whose transaction the caller holds: an upgrade happens whole or not at all.

To write the next migration: `python -m store.new_migration "what changes"`.
"""

from __future__ import annotations

from alembic import context

from store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_as_batch=True,  # SQLite's ALTER TABLE can do little; a batch makes the table anew
)
with context.begin_transaction():
    context.run_migrations()
