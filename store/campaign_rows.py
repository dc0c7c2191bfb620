"""A campaign's row: how it is found, what a caller sees of it, and what others must know of it within their own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, select

from clock import to_rfc3339
from errors import Conflict, NotFound
from store import answers, quality
from store.tables import campaigns
from store.viewer import Viewer

# A campaign whose rows are being deleted: no caller sees it any more.
DELETING = "deleting"
# A campaign that has ended. In every other status its gateway, sound and callbase are in use.
ENDED = ("completed", "canceled", DELETING)

# How a target can end, and the two words for those that have not.
OUTCOMES = (
    "delivered",
    "partial",
    "busy",
    "no_answer",
    "rejected",
    "invalid_number",
    "failed",
    "do_not_call",
    "canceled",
    "interrupted",
)
COUNTED = ("pending", "active", *OUTCOMES)
# What a campaign is started with: the fields of /dial that are kept under their own names.
SETTINGS = (
    "gateway_id",
    "audio_id",
    "callbase_id",
    "max_lines",
    "calls_per_second",
    "ring_timeout_s",
    "max_attempts",
    "retry",
    "window",
    "start_at",
    "lead_in_ms",
    "tail_ms",
    "repeat",
    "repeat_pause_ms",
    "opt_out_digit",
    "opt_out_audio_id",
    "collect_digits",
    "transfer_digit",
    "transfer_to",
    "redial_interrupted",
    "machine_detection",
    "machine_detection_params",
    "record_s",
    "recording_days",
)


def seen_by(viewer: Viewer) -> ColumnElement[bool]:
    """The campaigns that are there for the viewer: their own, an admin's all."""
    return viewer.may_see(campaigns) & (campaigns.c.status != DELETING)


def require(conn: Connection, viewer: Viewer, campaign_id: str) -> RowMapping:
    """The campaign's row.

    Raises:
        NotFound: there is none, or it is another user's.
    """
    row = conn.execute(select(campaigns).where(campaigns.c.id == campaign_id, seen_by(viewer))).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such campaign.")
    return row


def as_json(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as a caller sees it, but for what only the dialer can tell: `eta_s` is None here."""
    times = {name: to_rfc3339(row[name]) for name in ("created_at", "started_at", "ended_at")}
    counts = {"total": row["total"], **{word: row[f"n_{word}"] for word in COUNTED}}
    settings = {name: row[name] for name in SETTINGS} | {"start_at": to_rfc3339(row["start_at"])}
    shown = {"id": row["id"], "name": row["name"], "status": row["status"], **times, "counts": counts, "keys": row["keys"], "eta_s": None}
    shown["lines_in_use"] = row["n_active"]  # a target is active for as long as its call is live
    return shown | {"quality": quality.shown(row), "answered_by": answers.shown(row)} | settings


def require_not_copied(conn: Connection, callbase_id: str) -> None:
    """Holds back whoever wants to change a callbase's subscribers while a campaign copies them.

    So the copy, which takes several transactions, is of one state of the list. It takes a few seconds for a million subscribers.

    Raises:
        Conflict: with `Retry-After`.
    """
    copied = exists().where(campaigns.c.callbase_id == callbase_id, campaigns.c.status == "preparing")
    if conn.scalar(select(copied)):
        raise Conflict("A campaign is being started from this callbase. Try again in a moment.", {"Retry-After": "1"})
