"""Who answered, counted for each campaign: of the calls in which it was listened for, how many were answered by whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update

from store.tables import campaigns

WORDS = ("human", "machine", "beep", "unknown")

_COUNT = (
    update(campaigns)
    .where(campaigns.c.id == bindparam("b_id"))
    .values({f"by_{word}": campaigns.c[f"by_{word}"] + bindparam(f"b_{word}") for word in WORDS})
)


def add(conn: Connection, ends: Sequence[tuple[str, str | None]]) -> None:
    """Calls that are over: (campaign id, who answered; None where nobody listened). Within the transaction of their ends."""
    counts: dict[str, Counter[str]] = {}
    for campaign_id, who in ends:
        if who is not None:
            counts.setdefault(campaign_id, Counter())[who] += 1
    steps = [{"b_id": campaign_id} | {f"b_{word}": counter[word] for word in WORDS} for campaign_id, counter in counts.items()]
    if steps:
        conn.execute(_COUNT, steps)


def shown(row: Mapping[Any, Any]) -> dict[str, int]:
    """A campaign's counts as a caller sees them."""
    return {word: row[f"by_{word}"] for word in WORDS}
