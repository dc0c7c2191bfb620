"""How many pending targets of a campaign wait, and for what. What each time of a target means is the dialer's word: dialer/waiting.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, select

from store.tables import targets
from store.target_rows import in_state

FEW = 10_000  # entries of an index, counted in under 1 ms

WORDS = ("window", "retry", "lines", "rate", "paused", "gateway")

# The word, and from when until before when it goes for targets that may be called again then (milliseconds of UNIX time; None: no end).
Span = tuple[str, int, "int | None"]
# Of a campaign's row and the latest of its targets' times → the spans, one after the other from 0 on; none when nobody waits.
Spans = Callable[[RowMapping, int], Sequence[Span]]

_PENDING = (targets.c.campaign_seq == bindparam("b_seq")) & in_state("pending")
# Not max(): SQLite would go through all that are pending.
_LATEST = select(targets.c.next_attempt_at).where(_PENDING).order_by(targets.c.next_attempt_at.desc(), targets.c.id.desc()).limit(1)
_WITHIN = (_PENDING, targets.c.next_attempt_at >= bindparam("b_from"), targets.c.next_attempt_at < bindparam("b_until"))
_BETWEEN = select(func.count()).select_from(targets).where(*_WITHIN)
_A_FEW = select(func.count()).select_from(select(targets.c.id).where(*_WITHIN).limit(bindparam("b_few")).subquery())
_END = 2**62


def of_campaign(conn: Connection, campaign: RowMapping, spans: Spans) -> dict[str, int]:
    """For each word how many of the campaign's targets wait for it; together `n_pending`, but for a campaign that was canceled just now.

    One span is not counted but is what the others leave: the last one where few may be called now, else the first. So neither a campaign of
    which nobody waits for a retry, nor one of which almost all do, costs more than a small one.
    """
    counts = dict.fromkeys(WORDS, 0)
    if campaign["n_pending"] == 0:
        return counts
    found = list(spans(campaign, latest(conn, campaign)))
    if not found:
        return counts
    rest = 0 if len(found) == 1 or _count(conn, _A_FEW, campaign, found[0]) == FEW else len(found) - 1
    left: int = campaign["n_pending"]
    for span in found[:rest] + found[rest + 1 :]:
        count = _count(conn, _BETWEEN, campaign, span)
        counts[span[0]] += count
        left -= count
    counts[found[rest][0]] += left
    return counts


def _count(conn: Connection, query: Select[tuple[int]], campaign: RowMapping, span: Span) -> int:
    _, start, end = span
    return conn.scalar(query, {"b_seq": campaign["seq"], "b_from": start, "b_until": _END if end is None else end, "b_few": FEW}) or 0


def latest(conn: Connection, campaign: RowMapping) -> int:
    """The latest time at which a pending target of the campaign may be called again; 0 when none waits for a time."""
    return conn.scalar(_LATEST, {"b_seq": campaign["seq"]}) or 0
