"""In how many calls of a campaign each key was pressed: kept with the campaign, in the transaction that ends the calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select, update

from store.tables import campaigns

_KEPT = select(campaigns.c.id, campaigns.c["keys"].label("kept")).where(campaigns.c.id.in_(bindparam("b_ids", expanding=True)))
_KEEP = update(campaigns).where(campaigns.c.id == bindparam("b_id")).values(keys=bindparam("b_keys"))


def add(conn: Connection, ended: Iterable[tuple[str, str]]) -> None:
    """Counts the keys of calls that have ended: (campaign id, all keys that were pressed in the call)."""
    pressed: dict[str, Counter[str]] = {}
    for campaign_id, digits in ended:
        if digits:
            pressed.setdefault(campaign_id, Counter()).update(set(digits))
    if not pressed:
        return
    kept: Mapping[str, Mapping[str, int]] = {row.id: row.kept for row in conn.execute(_KEPT, {"b_ids": list(pressed)})}
    sums = {campaign_id: Counter(kept[campaign_id]) + counts for campaign_id, counts in pressed.items() if campaign_id in kept}
    if sums:
        conn.execute(_KEEP, [{"b_id": campaign_id, "b_keys": dict(sorted(counts.items()))} for campaign_id, counts in sums.items()])
