"""What the dialer writes: claims of targets, and how their calls went. Every function is a part of one transaction of the dialer's.

A call's row is committed before its INVITE is sent, so that after a crash everything that may have rung is known. The counts of a
campaign change in the transaction that changes its targets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Update, bindparam, case, exists, insert, select, update

from store import answers, dnc, key_counts, quality, timeline
from store.campaign_rows import COUNTED
from store.tables import audio, calls, campaigns, gateways, targets
from store.tables import dnc as dnc_table
from store.target_rows import in_state, seq_of

LIVE_CAMPAIGNS = ("running", "paused", "scheduled")
MANY_REFUSED = 1_000  # how far a claim looks on when it meets a number that must not be called


@dataclass(frozen=True)
class Claim:
    """A target that is called now, and the row of its new call."""

    call_id: str
    campaign_id: str
    target_id: int
    cid: str
    number: str
    dialled: str
    attempt: int
    audio_ms: int
    retries: dict[str, int]


@dataclass(frozen=True)
class Finish:
    """The end of a call: what its row and its target become.

    `call` are columns of `calls`; `state`, `outcome`, `retries` and `next_attempt_at` are the target's. An attempt that does not count
    (`counts` false) is taken back.
    """

    call_id: str
    campaign_id: str
    target_id: int
    call: dict[str, Any]
    state: str
    outcome: str | None
    retries: dict[str, int]
    next_attempt_at: int
    counts: bool = True
    do_not_call: tuple[str, str] | None = None  # (number, owner) to put on the do-not-call list


@dataclass
class Moved:
    """How many of a campaign's targets went from one count to another, gathered for one UPDATE a campaign."""

    by_campaign: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, campaign_id: str, source: str, goal: str, count: int = 1) -> None:
        """`count` targets went from the count `source` to the count `goal`."""
        counter = self.by_campaign.setdefault(campaign_id, Counter())
        counter[source] -= count
        counter[goal] += count

    def write(self, conn: Connection) -> None:
        """Changes the campaigns' counts."""
        steps = [
            {"b_id": campaign_id} | {f"b_{word}": counter[word] for word in COUNTED}
            for campaign_id, counter in self.by_campaign.items()
            if any(counter.values())
        ]
        if steps:
            conn.execute(_MOVE_COUNTS, steps)


# -- reading -----------------------------------------------------------------------------------------------------------


def unfinished_campaigns(conn: Connection) -> Sequence[RowMapping]:
    """All campaigns that the dialer has to do with: not ended, and canceled ones that are not through; with their sound's length."""
    wanted = campaigns.c.status.in_(LIVE_CAMPAIGNS) | ((campaigns.c.status == "canceled") & campaigns.c.ended_at.is_(None))
    query = select(campaigns, audio.c.duration_ms).join(audio, audio.c.id == campaigns.c.audio_id, isouter=True)
    return conn.execute(query.where(wanted).order_by(campaigns.c.created_at)).mappings().all()


def registering_gateways(conn: Connection) -> Sequence[str]:
    """The ids of the gateways at which we register."""
    return conn.scalars(select(gateways.c.id).where(gateways.c.register)).all()


def next_due_at(conn: Connection, campaign_id: str) -> int | None:
    """When the next pending target of the campaign may be called (milliseconds of UNIX time; 0: now); None when none is pending."""
    due_at: int | None = conn.scalar(_NEXT_DUE, {"b_id": campaign_id})
    return due_at


def in_flight(conn: Connection) -> Sequence[RowMapping]:
    """Calls whose end was never written: a run of the service that died left them."""
    query = select(calls.c.id, calls.c.target_id, calls.c.campaign_id, targets.c.attempts, targets.c.retries)
    query = query.join(targets, targets.c.id == calls.c.target_id)
    return conn.execute(query.where(calls.c.ended_at.is_(None))).mappings().all()


# -- claiming ----------------------------------------------------------------------------------------------------------


def claim(conn: Connection, campaign_id: str, wanted: int, now: int) -> Sequence[RowMapping]:
    """Up to `wanted` targets of a running campaign that may be called now, those that waited for a retry first.

    Targets whose number is on the do-not-call list, or lies outside of what the gateway may dial by now, are done here and not given.
    The others are given as they are: `begin` makes them active.
    """
    campaign = conn.execute(_CAMPAIGN, {"b_id": campaign_id}).mappings().first()
    if campaign is None or campaign["status"] != "running":
        return []
    allowed = tuple(campaign["allowed_prefixes"] or ())
    rows = _due(conn, campaign_id, wanted, now)
    callable_now = _sort_out(conn, campaign_id, rows, allowed)
    if len(callable_now) < len(rows):  # where one is, thousands may follow: they must not leave the lines empty
        rows = _due(conn, campaign_id, wanted + MANY_REFUSED, now)
        callable_now = _sort_out(conn, campaign_id, rows, allowed)
    return callable_now[:wanted]


def begin(conn: Connection, claims: Sequence[Claim], now: int) -> None:
    """The claimed targets become active, and each gets the row of its call."""
    moved = Moved()
    for one in claims:
        moved.add(one.campaign_id, "pending", "active")
    conn.execute(_ACTIVATE, [{"b_id": one.target_id, "b_attempts": one.attempt} for one in claims])
    conn.execute(_NEW_CALL, [_new_call(one, now) for one in claims])
    moved.write(conn)
    timeline.started(conn, [one.campaign_id for one in claims], now)


def _sort_out(conn: Connection, campaign_id: str, rows: Sequence[RowMapping], allowed: tuple[str, ...]) -> list[RowMapping]:
    """The targets that may be called; the others are done, as what they are."""
    unlisted = [row for row in rows if not row["listed"]]
    good = [row for row in unlisted if not allowed or row["number"].startswith(allowed)]
    _refuse(conn, campaign_id, {row["id"] for row in rows} - {row["id"] for row in unlisted}, "do_not_call")
    _refuse(conn, campaign_id, {row["id"] for row in unlisted} - {row["id"] for row in good}, "rejected")
    return good


def _due(conn: Connection, campaign_id: str, wanted: int, now: int) -> list[RowMapping]:
    rows = list(conn.execute(_TAKE_AGAIN, {"b_id": campaign_id, "b_now": now, "b_wanted": wanted}).mappings())
    if len(rows) < wanted:
        rows += conn.execute(_TAKE_FRESH, {"b_id": campaign_id, "b_wanted": wanted - len(rows)}).mappings()
    return rows


def _refuse(conn: Connection, campaign_id: str, target_ids: set[int], outcome: str) -> None:
    if not target_ids:
        return
    conn.execute(update(targets).where(targets.c.id.in_(target_ids)).values(state="done", outcome=outcome))
    moved = Moved()
    moved.add(campaign_id, "pending", outcome, len(target_ids))
    moved.write(conn)


def _new_call(one: Claim, now: int) -> dict[str, Any]:
    return {
        "id": one.call_id,
        "campaign_id": one.campaign_id,
        "target_id": one.target_id,
        "cid": one.cid,
        "number": one.number,
        "dialled": one.dialled,
        "attempt": one.attempt,
        "status": "initiated",
        "initiated_at": now,
        "audio_ms": one.audio_ms,
    }


# -- how they went -----------------------------------------------------------------------------------------------------


def ringing(conn: Connection, moments: Sequence[tuple[str, int]]) -> None:
    """Calls that ring: (call id, since when)."""
    _move_on(conn, moments, "ringing", "ringing_at")


def answered(conn: Connection, moments: Sequence[tuple[str, int]]) -> None:
    """Calls that were answered: (call id, when)."""
    _move_on(conn, moments, "in-progress", "answered_at")


def finish(conn: Connection, ends: Sequence[Finish], now: int) -> None:
    """Calls that are over, and what becomes of their targets."""
    moved = Moved()
    ends = _without_canceled(conn, ends)
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for end in ends:
        row = {"b_id": end.call_id} | {f"b_{name}": value for name, value in end.call.items()}
        rows.setdefault(tuple(end.call), []).append(row)
        moved.add(end.campaign_id, "active", end.outcome if end.state == "done" and end.outcome else "pending")
        if end.do_not_call:
            dnc.opt_out(conn, *end.do_not_call, now)
    for columns, values in rows.items():
        conn.execute(_end_call(columns), values)
    key_counts.add(conn, [(end.campaign_id, end.call.get("digits", "")) for end in ends])
    answers.add(conn, [(end.campaign_id, end.call.get("answered_by")) for end in ends])
    quality.add(conn, [(end.campaign_id, end.call) for end in ends])
    timeline.ended(conn, [(end.campaign_id, end.call) for end in ends])
    conn.execute(_END_TARGET, [_target_values(end) for end in ends])
    moved.write(conn)


def _without_canceled(conn: Connection, ends: Sequence[Finish]) -> list[Finish]:
    # Nobody of a canceled campaign is called again, also when the cancel came while the call was live.
    involved = {end.campaign_id for end in ends if end.state == "pending"}
    if not involved:
        return list(ends)
    canceled = set(conn.scalars(_CANCELED, {"b_ids": list(involved)}))
    return [_done_for_good(end) if end.campaign_id in canceled and end.state == "pending" else end for end in ends]


def _done_for_good(end: Finish) -> Finish:
    return replace(end, state="done", outcome=end.outcome or "canceled", next_attempt_at=0)


def save_breaker(conn: Connection, gateway_id: str, values: dict[str, Any]) -> None:
    """What the dialer learnt of a gateway: its `breaker_*` columns and `last_error`."""
    conn.execute(update(gateways).where(gateways.c.id == gateway_id).values(values))


def breaker_row(conn: Connection, gateway_id: str) -> RowMapping | None:
    """What `save_breaker` kept."""
    columns = (
        gateways.c.breaker_state,
        gateways.c.breaker_reason,
        gateways.c.breaker_since,
        gateways.c.breaker_next_try,
        gateways.c.last_error,
    )
    return conn.execute(select(*columns).where(gateways.c.id == gateway_id)).mappings().first()


def _move_on(conn: Connection, moments: Sequence[tuple[str, int]], status: str, column: str) -> None:
    if not moments:
        return
    conn.execute(_move_call(status, column), [{"b_id": call_id, "b_at": at} for call_id, at in moments])


def _target_values(end: Finish) -> dict[str, Any]:
    return {
        "b_id": end.target_id,
        "b_state": end.state,
        "b_outcome": end.outcome,
        "b_retries": end.retries,
        "b_next": end.next_attempt_at,
        "b_back": 0 if end.counts else 1,
    }


# -- statements --------------------------------------------------------------------------------------------------------
# Made once: to build them for each call costs several times what the database takes to run them.

_PENDING = (targets.c.campaign_seq == seq_of(bindparam("b_id"))) & in_state("pending")
_LISTED = exists().where(dnc_table.c.number == targets.c.number).label("listed")
_TAKE = (
    select(targets.c.id, targets.c.cid, targets.c.number, targets.c.attempts, targets.c.retries, _LISTED)
    .where(_PENDING)
    .order_by(targets.c.next_attempt_at, targets.c.id)
    .limit(bindparam("b_wanted"))
)
_TAKE_AGAIN = _TAKE.where(targets.c.next_attempt_at > 0, targets.c.next_attempt_at <= bindparam("b_now"))
# <= 0 and not == 0: with an equality SQLite may take the index by state, and pass by all that wait for a retry.
_TAKE_FRESH = _TAKE.where(targets.c.next_attempt_at <= 0)
# Not min(): SQLite would go through all that are pending.
_NEXT_DUE = select(targets.c.next_attempt_at).where(_PENDING).order_by(targets.c.next_attempt_at, targets.c.id).limit(1)
_CAMPAIGN = (
    select(campaigns.c.status, gateways.c.allowed_prefixes)
    .outerjoin(gateways, gateways.c.id == campaigns.c.gateway_id)
    .where(campaigns.c.id == bindparam("b_id"))
)
_CANCELED = select(campaigns.c.id).where(campaigns.c.id.in_(bindparam("b_ids", expanding=True)), campaigns.c.status == "canceled")
_ACTIVATE = update(targets).where(targets.c.id == bindparam("b_id")).values(state="active", attempts=bindparam("b_attempts"))
_NEW_CALL = insert(calls)
_END_TARGET = (
    update(targets)
    .where(targets.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        outcome=bindparam("b_outcome"),
        retries=case((bindparam("b_back") == 1, targets.c.retries), else_=bindparam("b_retries", type_=targets.c.retries.type)),
        next_attempt_at=bindparam("b_next"),
        attempts=targets.c.attempts - bindparam("b_back"),
    )
)
_MOVE_COUNTS = (
    update(campaigns)
    .where(campaigns.c.id == bindparam("b_id"))
    .values({f"n_{word}": campaigns.c[f"n_{word}"] + bindparam(f"b_{word}") for word in COUNTED})
)


@cache
def _end_call(columns: tuple[str, ...]) -> Update:
    return update(calls).where(calls.c.id == bindparam("b_id")).values({name: bindparam(f"b_{name}") for name in columns})


@cache
def _move_call(status: str, column: str) -> Update:
    row = (calls.c.id == bindparam("b_id")) & calls.c.ended_at.is_(None)
    return update(calls).where(row).values({"status": status, column: bindparam("b_at")})
