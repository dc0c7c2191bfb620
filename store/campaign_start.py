"""Starting a campaign: its targets are copied in chunks while it is `preparing`, then one small commit lets it begin.

A campaign is of the subscribers that its callbase had at its start: nobody can change them while they are copied
(`campaign_rows.require_not_copied`), and whatever is appended later lies beyond the last place noted at the start. After a crash
`campaign_removal.sweep` deletes what was only half copied: nobody was told of it, and none of it was dialled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, case, func, insert, literal, null, or_, select, update

from clock import now_ms, to_rfc3339
from errors import BadInput
from lists import demo_numbers
from lists.people import fold
from store import campaign_needs
from store.campaign_end import close_if_done
from store.campaign_removal import discard
from store.campaign_rows import SETTINGS, as_json, require
from store.chunks import ROWS, in_chunks
from store.engine import Store
from store.gateway_settings import SANDBOX_ID
from store.subscriber_rows import of_callbase
from store.tables import campaigns, subscribers, targets
from store.target_rows import folded_name, in_state
from store.viewer import Viewer

_COPIED = ("campaign_seq", "cid", "name", "search", "number", "state", "outcome")


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
        discard(store, reserved.seq)
        raise


def _reserve(conn: Connection, viewer: Viewer, new_id: str, fields: Mapping[str, Any]) -> _Reserved:
    """The campaign's row, which from now on holds its gateway, sound and callbase."""
    allowed = campaign_needs.allowed_prefixes(conn, viewer, fields["gateway_id"])
    named_after, last_place = campaign_needs.sound(conn, viewer, fields)["name"], 0
    if fields.get("callbase_id") is not None:
        callbase = campaign_needs.callbase(conn, viewer, fields["callbase_id"])
        _refuse_demo_numbers(conn, callbase["id"], fields["gateway_id"])
        named_after = callbase["name"]
        last_place = conn.scalar(select(func.max(subscribers.c.pos)).where(of_callbase(callbase["id"]))) or 0
    now = now_ms()
    row = {name: fields.get(name) for name in SETTINGS}
    name: str = fields.get("name") or f"{named_after[:180]} {(to_rfc3339(now) or '')[:10]}"
    row |= {"name": name, "search": fold(name)}
    conn.execute(insert(campaigns).values(id=new_id, owner=viewer.uid, status="preparing", created_at=now, **row))
    seq = conn.execute(select(campaigns.c.seq).where(campaigns.c.id == new_id)).scalar_one()
    return _Reserved(seq, last_place, allowed)


def _refuse_demo_numbers(conn: Connection, callbase_id: str, gateway_id: str) -> None:
    if gateway_id == SANDBOX_ID:
        return
    demo = (subscribers.c.number >= demo_numbers.PREFIX) & (subscribers.c.number < demo_numbers.AFTER)
    if found := conn.scalar(select(func.count()).select_from(subscribers).where(of_callbase(callbase_id), demo)):
        raise BadInput.of("callbase_id", f"{found} of its numbers are demo numbers, which only the gateway sandbox may dial")


def _copy_subscribers(store: Store, reserved: _Reserved, callbase_id: str) -> int:
    """Returns how many targets there are."""
    place = subscribers.c.pos
    state, outcome = _first_state(subscribers.c.number, reserved.allowed)
    search = folded_name(subscribers.c.search)
    columns = select(literal(reserved.seq), subscribers.c.cid, subscribers.c.name, search, subscribers.c.number, state, outcome)
    after = copied = 0

    def step(conn: Connection) -> bool:
        nonlocal after, copied
        ahead = of_callbase(callbase_id) & (place > after)
        upto = conn.scalar(select(place).where(ahead).order_by(place).offset(ROWS - 1).limit(1))
        upto = reserved.last_place if upto is None else min(upto, reserved.last_place)
        # One bound on each side: of two, SQLite takes the first for its index, and each step would go through all of the rest.
        rows = columns.where(ahead, place <= upto).order_by(place)
        copied += conn.execute(insert(targets).from_select(_COPIED, rows)).rowcount
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
