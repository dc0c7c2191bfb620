"""How well a campaign's sound travels: sums over its calls, kept with the campaign in the transaction that ends the calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from store.tables import RTP_SUMS, campaigns, kept_sums

_ADD = (
    update(campaigns)
    .where(campaigns.c.id == bindparam("b_id"))
    .values({name: campaigns.c[name] + bindparam(f"b_{name}") for name in RTP_SUMS})
)


def add(conn: Connection, ended: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Adds calls that have ended: (campaign id, the columns of the call)."""
    sums: dict[str, Counter[str]] = {}
    for campaign_id, call in ended:
        if call.get("packets_sent") is not None:
            sums.setdefault(campaign_id, Counter()).update(_shares(call))
    if sums:
        conn.execute(_ADD, [{"b_id": campaign_id} | {f"b_{name}": own[name] for name in RTP_SUMS} for campaign_id, own in sums.items()])


def shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """What a caller sees of the sums in a campaign's row: the means are over the calls that have the figure, null where none has."""
    return {
        "calls": row["rtp_calls"],
        "packets_sent": row["rtp_sent"],
        "reports": row["rtp_reports"],
        "packets_lost": row["rtp_lost"],
        "lost_percent": _share(100 * row["rtp_lost"], row["rtp_reported"], 2),
        "jitter_ms": _share(row["rtp_jitter_ms"], row["rtp_reports"], 1),
        "rtt_ms": _share(row["rtp_rtt_ms"], row["rtp_trips"], 1),
    }


def keep(conn: Connection, row: Mapping[Any, Any]) -> None:
    """Within the transaction that deletes a campaign: its sums stay in those of all campaigns."""
    for name in RTP_SUMS:
        if (
            row[name]
            and not conn.execute(update(kept_sums).where(kept_sums.c.name == name).values(value=kept_sums.c.value + row[name])).rowcount
        ):
            conn.execute(insert(kept_sums).values(name=name, value=row[name]))


def of_all(conn: Connection) -> dict[str, float]:
    """The sums over all calls there ever were, by the names of `RTP_SUMS`."""
    sums = conn.execute(select(*(func.coalesce(func.sum(campaigns.c[name]), 0).label(name) for name in RTP_SUMS))).mappings().one()
    kept = {row.name: row.value for row in conn.execute(select(kept_sums.c.name, kept_sums.c.value))}
    return {name: sums[name] + kept.get(name, 0) for name in RTP_SUMS}


def _shares(call: Mapping[str, Any]) -> dict[str, Any]:
    shares = {"rtp_calls": 1, "rtp_sent": call["packets_sent"]}
    if call["packets_lost"] is not None:
        shares |= {
            "rtp_reports": 1,
            "rtp_reported": call["packets_sent"],
            "rtp_lost": call["packets_lost"],
            "rtp_jitter_ms": call["jitter_ms"] or 0,
        }
    if call["rtt_ms"] is not None:
        shares |= {"rtp_trips": 1, "rtp_rtt_ms": call["rtt_ms"]}
    return shares


def _share(part: float, whole: int, digits: int) -> float | None:
    return round(part / whole, digits) if whole else None
