"""Why a pending target is not called right now, in the contract's words. Pure.

Where several things hold it back, the word is the one that ends last: a target that waits for a retry within the campaign's hours waits for
the `retry`, also by night; one whose retry would fall outside of them waits for the `window`. What a person decided goes before all else:
`paused`, and `window` until `start_at`. Only of a target whose time has come it is asked what the dialer lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dialer.window import Window

Span = tuple[str, int, "int | None"]  # the word, and the times for which it is so


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


def waiting_spans(campaign: Mapping[Any, Any], latest: int, now: int, due: str | None) -> list[Span]:
    """The same for all pending targets of a campaign at once: which word goes to which times.

    Args:
        campaign, now, due: as of `why_waiting`.
        latest: the latest of the times at which its targets may be called again.

    Returns:
        (word, from, until): each pending target whose time is at or after `from` and before `until` waits for that; None: without an end.
        The spans follow one another from 0 on; none when nobody waits any more.
    """
    if campaign["status"] != "running":
        word = why_waiting(campaign, 0, now, due)
        return [] if word is None else [(word, 0, None)]
    window = Window.from_json(campaign["window"]) if campaign["window"] is not None else None
    edges = [now + 1, *(_changes(window, now, latest) if window else ())] if latest > now else []
    return [(why_waiting(campaign, start, now, due) or "", start, end) for start, end in zip([0, *edges], [*edges, None], strict=True)]


def _changes(window: Window, now: int, latest: int) -> Iterator[int]:
    """When the window opens and closes after now, until `latest`."""
    at = window.next_change(now)
    while at is not None and at <= latest:
        if at > now + 1:
            yield at
        at = window.next_change(at)
