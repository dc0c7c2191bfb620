"""Lists in pages: `?limit=&cursor=`, by key and not by offset, so that the last page is as fast as the first."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Select, tuple_

from errors import BadInput


@dataclass(frozen=True)
class Page:
    """Which part of a list is wanted: at most `limit` rows (1 to 1000) after the place that `cursor` tells."""

    limit: int = 100
    cursor: str | None = None


def fetch_page(
    conn: Connection, query: Select[Any], keys: Sequence[Column[Any]], page: Page, *, newest_first: bool
) -> tuple[list[RowMapping], str | None]:
    """One page of `query`, ordered by `keys` (together unique, each among the selected columns), and the cursor of the next page.

    Raises:
        BadInput: the cursor was not made by this list.
    """
    if page.cursor is not None:
        after = tuple_(*_decode(page.cursor, keys))
        query = query.where(tuple_(*keys) < after if newest_first else tuple_(*keys) > after)
    order = [key.desc() if newest_first else key.asc() for key in keys]
    rows = list(conn.execute(query.order_by(*order).limit(page.limit + 1)).mappings())
    if len(rows) <= page.limit:
        return rows, None
    rows.pop()
    return rows, _encode([rows[-1][key.name] for key in keys])


def merge_pages(
    conn: Connection, queries: Sequence[Select[Any]], keys: Sequence[Column[Any]], page: Page, *, newest_first: bool
) -> tuple[list[RowMapping], str | None]:
    """As `fetch_page` of several queries that have no row in common, as if they were one. Each of them is asked for a whole page."""
    pages = [fetch_page(conn, query, keys, page, newest_first=newest_first) for query in queries]
    rows = [row for found, _ in pages for row in found]
    rows.sort(key=lambda row: [row[key.name] for key in keys], reverse=newest_first)
    if len(rows) <= page.limit and not any(next_cursor for _, next_cursor in pages):
        return rows, None
    rows = rows[: page.limit]
    return rows, _encode([rows[-1][key.name] for key in keys])


def _encode(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[Column[Any]]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        values = None
    fits = isinstance(values, list) and len(values) == len(keys)
    if not fits or any(type(value) is not key.type.python_type for value, key in zip(values, keys, strict=True)):
        raise BadInput.of("cursor", "is not a cursor that this list gave; start again without it")
    if any(isinstance(value, int) and abs(value) > 2**62 for value in values):
        raise BadInput.of("cursor", "is not a cursor that this list gave; start again without it")
    return list(values)
