"""Why a pending target is not called right now, in the contract's words. Pure.

Where several things hold it back, the word is the one that ends last: a target that waits for a retry within the campaign's hours waits for
the `retry`, also by night; one whose retry would fall outside of them waits for the `window`. What a person decided goes before all else:
`paused`, and `window` until `start_at`. Only of a target whose time has come it is asked what the dialer lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialer.window import Window


def why_waiting(campaign: Mapping[Any, Any], next_attempt_at: int, now: int, due: str | None) -> str | None:
    """`window`, `retry`, `paused`, or for a target that is due now what the dialer says of the campaign; None when it waits no more.

    Args:
        campaign: the row: `status, start_at, window`.
        next_attempt_at: when the target may be called again, milliseconds of UNIX time; 0 for at once.
        now: in milliseconds.
        due: what holds back the campaign's targets that are due (`DialerPort.why_waiting`); None before it has seen the campaign.
    """
    if campaign["status"] == "paused":
        return "paused"
    if campaign["status"] == "scheduled":
        return "window"
    if campaign["status"] != "running":
        return None
    if campaign["window"] is not None and not Window.from_json(campaign["window"]).is_open(max(now, next_attempt_at)):
        return "window"
    if next_attempt_at > now:
        return "retry"
    return due or "lines"
