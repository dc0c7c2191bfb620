"""Rows of the table targets: what several queries say of them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.sql.expression import ScalarSelect

from store.tables import campaigns, targets

_STATES: dict[str, ColumnElement[str]] = {state: literal_column(f"'{state}'") for state in ("pending", "active", "done")}


def in_state(state: str) -> ColumnElement[bool]:
    """Targets that are `pending`, `active` or `done`. The state stands in the SQL itself: a partial index is used only when the
    database sees, before any value is given, that it holds all the rows."""
    return targets.c.state == _STATES[state]


def seq_of(campaign_id: object) -> ScalarSelect[int]:
    """The number to which a campaign's targets point.

    Args:
        campaign_id: the campaign's UUID, or a bind parameter for it.
    """
    return select(campaigns.c.seq).where(campaigns.c.id == campaign_id).scalar_subquery()


def folded_name(search: ColumnElement[str]) -> ColumnElement[str]:
    """The name in what `subscriber_rows.searchable` made of a subscriber: its first line."""
    return func.substr(search, 1, func.instr(search, "\n") - 1)
