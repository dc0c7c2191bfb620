"""Why a pending target is not called right now, in the contract's words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialer.window import Window


def why_waiting(campaign: Mapping[Any, Any], next_attempt_at: int, now: int, due: str | None) -> str | None:
    """`window`, `retry`, `paused`, or for a target that is due now what the dialer says of the campaign.

    Args:
        campaign: the row: `status, start_at, window`.
        next_attempt_at: when the target may be called again, milliseconds of UNIX time; 0 for at once.
        now: in milliseconds.
        due: what holds back the campaign's targets that are due (`DialerPort.why_waiting`).
    """
    if campaign["status"] == "paused":
        return "paused"
    if campaign["status"] == "scheduled":
        return "window"
    if campaign["status"] != "running":
        return None
    if next_attempt_at <= now:
        return due
    inside = campaign["window"] is None or Window.from_json(campaign["window"]).is_open(next_attempt_at)
    return "retry" if inside else "window"
