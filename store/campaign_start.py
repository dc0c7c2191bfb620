"""Starting a campaign: its targets are copied in chunks while it is `preparing`, then one small commit lets it begin.

A campaign is of the subscribers that its callbase had at its start: nobody can change them while they are copied
(`campaign_rows.require_not_copied`), and whatever is appended later lies beyond the last place noted at the start. After a crash
`sweep` deletes what was only half copied: nobody was told of it, and none of it was dialled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, case, delete, func, insert, literal, null, or_, select, update

from clock import now_ms, to_rfc3339
from errors import BadInput, NotFound
from lists import demo_numbers
from store import audio, callbases, gateways
from store.campaign_end import close_if_done
from store.campaign_rows import SETTINGS, as_json, require
from store.chunks import ROWS, in_chunks
from store.engine import Store
from store.tables import campaigns, subscribers, targets
from store.target_rows import in_state
from store.viewer import Viewer

SANDBOX = "sandbox"


@dataclass(frozen=True)
class _Reserved:
    """A campaign that is being made: its number, the callbase's last place at that moment, and the gateway's `allowed_prefixes`."""

    seq: int
    last_place: int
    allowed: Sequence[str]


def create(store: Store, viewer: Viewer, new_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Starts a campaign. Blocks until it is whole: under 5 s for a million subscribers.

    Subscribers of a callbase that lie outside of the gateway's `allowed_prefixes` become targets that are done at once, `rejected`,
    without a call.

    Args:
        fields: those of `/dial` with their defaults, checked; `start_at` in milliseconds of UNIX time; `numbers`, when given instead
            of `callbase_id`, in E.164, each once, and allowed by the gateway.

    Returns:
        The campaign: `scheduled` when `start_at` is ahead, `completed` when there is nobody to call, else `running`.

    Raises:
        NotFound: the gateway, the sound or the callbase is not there; the detail says which.
        BadInput: the callbase is empty, or holds numbers that this gateway must not dial.
    """
    with store.write() as conn:
        reserved = _reserve(conn, viewer, new_id, fields)
    try:
        if fields.get("callbase_id") is not None:
            total = _copy_subscribers(store, reserved, fields["callbase_id"])
        else:
            total = _add_numbers(store, reserved, fields["numbers"])
        with store.write() as conn:
            _begin(conn, reserved, total, now_ms())
            return as_json(require(conn, viewer, new_id))
    except BaseException:
        _discard(store, reserved.seq)
        raise


def sweep(store: Store) -> int:
    """At start: deletes the campaigns that a crash left half made. Returns how many."""
    with store.read() as conn:
        left = conn.scalars(select(campaigns.c.seq).where(campaigns.c.status == "preparing")).all()
    for seq in left:
        _discard(store, seq)
    return len(left)


def _reserve(conn: Connection, viewer: Viewer, new_id: str, fields: Mapping[str, Any]) -> _Reserved:
    """The campaign's row, which from now on holds its gateway, sound and callbase."""
    allowed = _require_gateway(conn, viewer, fields["gateway_id"])
    sound = _require_sound(conn, viewer, fields, "audio_id")
    if fields.get("opt_out_audio_id") is not None:
        _require_sound(conn, viewer, fields, "opt_out_audio_id")
    named_after, last_place = sound["name"], 0
    if fields.get("callbase_id") is not None:
        callbase = _require_callbase(conn, viewer, fields["callbase_id"], fields["gateway_id"])
        named_after = callbase["name"]
        last_place = conn.scalar(select(func.max(subscribers.c.pos)).where(subscribers.c.callbase_id == callbase["id"])) or 0
    now = now_ms()
    row = {name: fields.get(name) for name in SETTINGS}
    row["name"] = fields.get("name") or f"{named_after[:180]} {(to_rfc3339(now) or '')[:10]}"
    conn.execute(insert(campaigns).values(id=new_id, owner=viewer.uid, status="preparing", created_at=now, **row))
    seq = conn.execute(select(campaigns.c.seq).where(campaigns.c.id == new_id)).scalar_one()
    return _Reserved(seq, last_place, allowed)


def _require_gateway(conn: Connection, viewer: Viewer, gateway_id: str) -> Sequence[str]:
    if gateway_id == SANDBOX:
        return ()
    try:
        allowed: Sequence[str] = gateways.require(conn, viewer, gateway_id)["allowed_prefixes"]
    except NotFound as error:
        raise NotFound("gateway_id: there is no such gateway.") from error
    return allowed


def _require_sound(conn: Connection, viewer: Viewer, fields: Mapping[str, Any], name: str) -> RowMapping:
    try:
        return audio.require(conn, viewer, fields[name])
    except NotFound as error:
        raise NotFound(f"{name}: there is no such sound. It may have been deleted; upload it again.") from error


def _require_callbase(conn: Connection, viewer: Viewer, callbase_id: str, gateway_id: str) -> RowMapping:
    try:
        callbase = callbases.require(conn, viewer, callbase_id)
    except NotFound as error:
        raise NotFound("callbase_id: there is no such callbase.") from error
    within = subscribers.c.callbase_id == callbase_id
    if conn.scalar(select(subscribers.c.cid).where(within).limit(1)) is None:
        raise BadInput.of("callbase_id", "the callbase has no subscribers, so there is nobody to call")
    demo = within & (subscribers.c.number >= demo_numbers.PREFIX) & (subscribers.c.number < demo_numbers.AFTER)
    found = conn.scalar(select(func.count()).select_from(subscribers).where(demo)) if gateway_id != SANDBOX else 0
    if found:
        raise BadInput.of("callbase_id", f"{found} of its numbers are demo numbers, which only the gateway sandbox may dial")
    return callbase


def _copy_subscribers(store: Store, reserved: _Reserved, callbase_id: str) -> int:
    """Returns how many targets there are."""
    place = subscribers.c.pos
    state, outcome = _first_state(subscribers.c.number, reserved.allowed)
    columns = select(literal(reserved.seq), subscribers.c.cid, subscribers.c.name, subscribers.c.number, state, outcome)
    after = copied = 0

    def step(conn: Connection) -> bool:
        nonlocal after, copied
        ahead = (subscribers.c.callbase_id == callbase_id) & (place > after)
        upto = conn.scalar(select(place).where(ahead).order_by(place).offset(ROWS - 1).limit(1))
        upto = reserved.last_place if upto is None else min(upto, reserved.last_place)
        # One bound on each side: of two, SQLite takes the first for its index, and each step would go through all of the rest.
        rows = columns.where(ahead, place <= upto).order_by(place)
        copied += conn.execute(insert(targets).from_select(["campaign_seq", "cid", "name", "number", "state", "outcome"], rows)).rowcount
        after = upto
        return after < reserved.last_place

    in_chunks(store, step)
    return copied


def _first_state(number: ColumnElement[str], allowed: Sequence[str]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """State and outcome of a new target: pending, or done where the gateway may not dial the number."""
    if not allowed:
        return literal("pending"), null()
    lengths = {len(prefix) for prefix in allowed}
    begins = [func.substr(number, 1, length).in_([prefix for prefix in allowed if len(prefix) == length]) for length in lengths]
    return case((or_(*begins), "pending"), else_="done"), case((or_(*begins), None), else_="rejected")


def _add_numbers(store: Store, reserved: _Reserved, numbers: Sequence[str]) -> int:
    """Returns how many targets there are."""
    rows = ({"campaign_seq": reserved.seq, "cid": str(uuid4()), "name": "", "number": number, "state": "pending"} for number in numbers)
    chunks: Iterator[list[dict[str, Any]]] = iter(lambda: list(islice(rows, ROWS)), [])

    def step(conn: Connection) -> bool:
        chunk = next(chunks, None)
        if chunk is None:
            return False
        conn.execute(insert(targets), chunk)
        return True

    in_chunks(store, step)
    return len(numbers)


def _begin(conn: Connection, reserved: _Reserved, total: int, now: int) -> None:
    own = campaigns.c.seq == reserved.seq
    done = _done(conn, reserved.seq) if reserved.allowed else {}
    pending = total - sum(done.values())
    values: dict[str, Any] = {f"n_{word}": count for word, count in done.items()} | {"n_pending": pending, "total": total}
    row = conn.execute(select(campaigns.c.id, campaigns.c.start_at).where(own)).one()
    if row.start_at is not None and row.start_at > now and pending:
        values |= {"status": "scheduled"}
    else:
        values |= {"status": "running", "started_at": now}
    conn.execute(update(campaigns).where(own).values(values))
    close_if_done(conn, row.id, now)


def _done(conn: Connection, seq: int) -> dict[str, int]:
    """How many targets are done from the start, by outcome."""
    within = (targets.c.campaign_seq == seq) & in_state("done")
    query = select(targets.c.outcome, func.count().label("n")).where(within).group_by(targets.c.outcome)
    return {row.outcome: row.n for row in conn.execute(query)}


def _discard(store: Store, seq: int) -> None:
    some = select(targets.c.id).where(targets.c.campaign_seq == seq).limit(ROWS)
    in_chunks(store, lambda conn: conn.execute(delete(targets).where(targets.c.id.in_(some))).rowcount > 0)
    with store.write() as conn:
        conn.execute(delete(campaigns).where(campaigns.c.seq == seq, campaigns.c.status == "preparing"))
