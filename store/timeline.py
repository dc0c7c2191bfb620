"""How a campaign goes over time: counters for each 10 s, changed in the transaction of the calls and added up to the steps of a chart.

A call is counted where it begins and where it ends, by the times of its own row. So the sums are always those of the rows, and a chart of a
million calls is read from some thousand rows. Targets that end without a call are not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Update, bindparam, case, func, insert, select, update

from clock import now_ms, to_rfc3339
from store.campaign_rows import OUTCOMES, require
from store.engine import Store
from store.tables import campaigns, timeline
from store.target_rows import seq_of
from store.viewer import Viewer

BUCKET_S = 10
BUCKET_MS = 1000 * BUCKET_S
POINTS = 240  # of a chart whose step was not asked for
MOST_POINTS = 2000
# The steps of such a chart, in seconds; for more than POINTS weeks it is some weeks.
STEPS = (10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800)
CALL_OUTCOMES = tuple(word for word in OUTCOMES if f"n_{word}" in timeline.c)

Bucket = tuple[str, int]  # a campaign's id, and the beginning of 10 s

_ADDED = ("ended", *(f"n_{word}" for word in CALL_OUTCOMES))
_NOTHING = dict.fromkeys(("started", "peak", *_ADDED), 0)
_ROW = (timeline.c.campaign_seq == seq_of(bindparam("b_id"))) & (timeline.c.at == bindparam("b_at"))
_LIVE = select(campaigns.c.n_active).where(campaigns.c.id == bindparam("b_id")).scalar_subquery()
_STARTED = (
    update(timeline)
    .where(_ROW)
    .values(started=timeline.c.started + bindparam("b_started"), peak=case((timeline.c.peak < _LIVE, _LIVE), else_=timeline.c.peak))
)
_ENDED = update(timeline).where(_ROW).values({name: timeline.c[name] + bindparam(f"b_{name}") for name in _ADDED})
_NEW = insert(timeline).from_select(
    ["campaign_seq", "at"], select(campaigns.c.seq, bindparam("b_at", type_=timeline.c.at.type)).where(campaigns.c.id == bindparam("b_id"))
)


# -- what the dialer's transactions write ------------------------------------------------------------------------------


def started(conn: Connection, campaign_ids: Iterable[str], now: int) -> None:
    """Calls begin now, one for each of the ids. After the campaigns' counts were changed: `n_active` tells how many are live."""
    for campaign_id, count in Counter(campaign_ids).items():
        _write(conn, _STARTED, (campaign_id, _bucket(now)), {"b_started": count})


def ended(conn: Connection, ends: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Calls are over: (campaign id, the columns of the call)."""
    buckets: dict[Bucket, Counter[str]] = {}
    for campaign_id, call in ends:
        bucket = buckets.setdefault((campaign_id, _bucket(call["ended_at"])), Counter())
        bucket["ended"] += 1
        bucket[f"n_{call['outcome']}"] += 1
    _add(conn, buckets)


def taken_back(conn: Connection, calls: Iterable[tuple[str, int, str | None]]) -> None:
    """Calls that had ended do not count after all: (campaign id, when it ended, the outcome that it had)."""
    buckets: dict[Bucket, Counter[str]] = {}
    for campaign_id, ended_at, outcome in calls:
        buckets.setdefault((campaign_id, _bucket(ended_at)), Counter())[f"n_{outcome}"] -= 1
    _add(conn, buckets)


def _add(conn: Connection, buckets: Mapping[Bucket, Counter[str]]) -> None:
    for bucket, counts in buckets.items():
        _write(conn, _ENDED, bucket, {f"b_{name}": counts[name] for name in _ADDED})


def _write(conn: Connection, change: Update, bucket: Bucket, values: dict[str, int]) -> None:
    row: dict[str, Any] = {"b_id": bucket[0], "b_at": bucket[1]}
    if conn.execute(change, row | values).rowcount == 0:
        conn.execute(_NEW, row)
        conn.execute(change, row | values)


def _bucket(at: int) -> int:
    return at - at % BUCKET_MS


# -- what a caller sees ------------------------------------------------------------------------------------------------


def of_campaign(store: Store, viewer: Viewer, campaign_id: str, step_s: int | None) -> dict[str, Any]:
    """`{"step_s", "items"}`: a point for each step from the first call until now, or until the last call of a campaign that has ended.

    Args:
        step_s: seconds, rounded up to whole 10 s, and further where there would be more than `MOST_POINTS`; None for one that gives at most
            some `POINTS`.

    Raises:
        NotFound: no such campaign of the viewer's.
    """
    with store.read() as conn:
        campaign = require(conn, viewer, campaign_id)
        own = timeline.c.campaign_seq == campaign["seq"]
        first, last = (conn.scalar(select(func.min(timeline.c.at)).where(own)), conn.scalar(select(func.max(timeline.c.at)).where(own)))
        if first is None or last is None:
            return {"step_s": _whole(step_s or BUCKET_S), "items": []}
        last = last if campaign["ended_at"] is not None else max(last, _bucket(now_ms()))
        step_s = _step(last - first, step_s)
        return {"step_s": step_s, "items": _points(_sums(conn, campaign, 1000 * step_s), first, last, 1000 * step_s)}


def _step(span_ms: int, wanted_s: int | None) -> int:
    """In seconds."""
    span_s = span_ms // 1000 + BUCKET_S
    if wanted_s is None:
        wanted_s = next((step for step in STEPS if span_s <= POINTS * step), None) or STEPS[-1] * -(-span_s // (STEPS[-1] * POINTS))
    return max(_whole(wanted_s), _whole(-(-span_s // MOST_POINTS)))


def _whole(step_s: int) -> int:
    return -(-step_s // BUCKET_S) * BUCKET_S


def _sums(conn: Connection, campaign: RowMapping, step_ms: int) -> Sequence[RowMapping]:
    slot = (timeline.c.at - timeline.c.at % step_ms).label("slot")
    added = [func.sum(timeline.c[name]).label(name) for name in ("started", *_ADDED)]
    query = select(slot, func.max(timeline.c.peak).label("peak"), *added).where(timeline.c.campaign_seq == campaign["seq"])
    return conn.execute(query.group_by(slot).order_by(slot)).mappings().all()


def _points(rows: Sequence[RowMapping], first: int, last: int, step_ms: int) -> list[dict[str, Any]]:
    """Also the steps in which nothing happened. A call that goes on through a step has its line in it."""
    by_slot: dict[int, Mapping[Any, Any]] = {row["slot"]: row for row in rows}
    live, points = 0, []
    for slot in range(first - first % step_ms, last + 1, step_ms):
        row = by_slot.get(slot, _NOTHING)
        counts = dict.fromkeys(OUTCOMES, 0) | {word: row[f"n_{word}"] for word in CALL_OUTCOMES}
        points.append({"at": to_rfc3339(slot), "started": row["started"], **counts, "lines": max(live, row["peak"])})
        live += row["started"] - row["ended"]
    return points
