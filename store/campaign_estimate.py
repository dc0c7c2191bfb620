"""How many calls a campaign would make, and what earlier ones through its gateway tell of their length. Reads only; of a callbase of a
million it counts entries of an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from lists import demo_numbers
from store import campaign_needs, dnc
from store.campaign_rows import seen_by
from store.engine import Store
from store.gateway_settings import SANDBOX_ID
from store.subscriber_rows import of_callbase
from store.tables import calls, campaigns, subscribers
from store.tables import dnc as dnc_table
from store.viewer import Viewer

CAMPAIGNS_SEEN, CALLS_SEEN = 5, 200  # of so many campaigns so many calls each
FEWEST_CALLS = 20  # fewer tell nothing of a gateway

Range = tuple[str, str]  # E.164 numbers from the first text on and before the second, in the order of text
_ALL: Range = ("+", ",")


@dataclass(frozen=True)
class Lengths:
    """What earlier calls were like.

    Attributes:
        waited_s: how long a call had a line without the message being heard: it rang, was refused, or was waited for keys; the mean.
        heard: how much of the message was heard, of all calls, from 0 to 1.
    """

    waited_s: float
    heard: float


@dataclass(frozen=True)
class Counts:
    """Whom a campaign would call: `subscribers` in all, and of these those who would be called, and those who would not."""

    subscribers: int
    to_dial: int
    do_not_call: int
    not_allowed: int
    callbase_rejected: int
    sound_ms: int
    lengths: Lengths | None


def counts(store: Store, viewer: Viewer, fields: Mapping[str, Any], numbers: Sequence[str], allowed: Sequence[str]) -> Counts:
    """What a campaign with these fields of `/dial` would be.

    Args:
        numbers: where there is no `callbase_id`: in E.164, each once.
        allowed: the gateway's `allowed_prefixes`.

    Raises:
        NotFound: the sound or the callbase is not there.
        BadInput: the callbase is empty.
    """
    gateway_id, rejected = fields["gateway_id"], 0
    ranges = [_ALL] if gateway_id == SANDBOX_ID else list(_dialled(allowed))
    with store.read() as conn:
        sound_ms = campaign_needs.sound(conn, viewer, fields)["duration_ms"]
        if fields.get("callbase_id") is not None:
            rejected = campaign_needs.callbase(conn, viewer, fields["callbase_id"])["report"].get("rejected", 0)
            total, able, listed = _of_callbase(conn, fields["callbase_id"], ranges)
        else:
            total, able, listed = _of_numbers(conn, numbers, ranges)
        lengths = _lengths(conn, viewer, gateway_id)
    return Counts(total, able - listed, listed, total - able, rejected, sound_ms, lengths)


def _dialled(allowed: Sequence[str]) -> Iterator[Range]:
    """Disjoint ranges of what a gateway with these `allowed_prefixes` may dial: nothing of them twice, and no demo numbers."""
    shortest = [prefix for prefix in sorted(set(allowed)) if not any(prefix != other and prefix.startswith(other) for other in allowed)]
    for low, high in [(prefix, _after(prefix)) for prefix in shortest] if allowed else [_ALL]:
        for start, end in ((low, min(high, demo_numbers.PREFIX)), (max(low, demo_numbers.AFTER), high)):
            if start < end:
                yield start, end


def _after(prefix: str) -> str:
    """The first text after all that begin with `prefix`."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _of_callbase(conn: Connection, callbase_id: str, ranges: Sequence[Range]) -> tuple[int, int, int]:
    """How many are on it, how many of them the gateway may dial, and how many of those are on /dnc."""
    of_list = select(func.count()).select_from(subscribers).where(of_callbase(callbase_id))
    total = conn.scalar(of_list) or 0
    able = total if list(ranges) == [_ALL] else sum(conn.scalar(of_list.where(_within(subscribers.c.number, one))) or 0 for one in ranges)
    entered = select(dnc_table.c.number).where(or_(*(_within(dnc_table.c.number, one) for one in ranges))) if ranges else None
    listed = 0 if entered is None else conn.scalar(of_list.where(subscribers.c.number.in_(entered))) or 0
    return total, able, listed


def _of_numbers(conn: Connection, numbers: Sequence[str], ranges: Sequence[Range]) -> tuple[int, int, int]:
    able = [number for number in numbers if any(low <= number < high for low, high in ranges)]
    return len(numbers), len(able), len(dnc.listed(conn, able))


def _within(number: ColumnElement[str], one: Range) -> ColumnElement[bool]:
    return (number >= one[0]) & (number < one[1])


def _lengths(conn: Connection, viewer: Viewer, gateway_id: str) -> Lengths | None:
    """From the newest calls of the viewer's newest campaigns through the gateway; None while there are too few."""
    query = select(campaigns.c.id).where(campaigns.c.gateway_id == gateway_id, campaigns.c.owner == viewer.uid, seen_by(viewer))
    ids = conn.scalars(query.order_by(campaigns.c.created_at.desc()).limit(CAMPAIGNS_SEEN)).all()
    rows = [row for campaign_id in ids for row in conn.execute(_newest(campaign_id))]
    if len(rows) < FEWEST_CALLS:
        return None
    lasted, played, audio = (sum(row[place] for row in rows) for place in range(3))
    return Lengths(max(0, lasted - played) / len(rows) / 1000, min(1.0, played / audio) if audio else 1.0)


def _newest(campaign_id: str) -> Any:
    """How long each had its line, how much of the message was played, and how much there was."""
    columns = (calls.c.ended_at - calls.c.initiated_at, func.coalesce(calls.c.played_ms, 0), calls.c.audio_ms)
    # Of an interrupted call the end is not known.
    counted = (calls.c.campaign_id == campaign_id) & calls.c.outcome.is_not(None) & (calls.c.outcome != "interrupted")
    return select(*columns).where(counted).order_by(calls.c.seq.desc()).limit(CALLS_SEEN)
