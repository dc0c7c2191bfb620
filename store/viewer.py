"""Who asks: every query that a user can cause is limited to what that user may see."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, true


@dataclass(frozen=True)
class Viewer:
    """A logged-in user. An admin sees the things of all users."""

    uid: str
    is_admin: bool

    def may_see(self, table: Table) -> ColumnElement[bool]:
        """The WHERE clause that keeps to this viewer's rows of a table with an `owner` column."""
        return true() if self.is_admin else table.c.owner == self.uid
