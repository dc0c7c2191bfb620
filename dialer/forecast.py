"""How long a campaign will take, and when it will end: assumed before it starts. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dialer.window import Window

RINGS_S = 10.0  # how long a call is assumed to ring while nothing is known of a gateway
WAITS_FOR_KEYS_S = 5.0
_WEEK_MS = 7 * 86_400_000
_TOO_FAR_MS = 100 * 366 * 86_400_000


def call_s(campaign: Mapping[str, Any], sound_ms: int, seen: tuple[float, float] | None) -> float:
    """How long a call will have its line, the mean.

    Of a gateway that is known: what earlier calls through it had beside the message, and as much of this message as was heard of theirs.
    Else everybody is assumed to answer after `RINGS_S` and to hear all of it: lead-in, the sound with its repeats and their pauses, tail,
    and where keys are wanted the time for which they are waited for.

    Args:
        campaign: the fields of `/dial` with their defaults.
        sound_ms: the sound's length.
        seen: the mean of what earlier calls had beside the message, in seconds, and which part of their messages was heard, from 0 to 1.
    """
    message_s: float = (campaign["repeat"] * sound_ms + (campaign["repeat"] - 1) * campaign["repeat_pause_ms"]) / 1000
    if seen is not None:
        return seen[0] + seen[1] * message_s
    around_s: float = (campaign["lead_in_ms"] + campaign["tail_ms"]) / 1000
    wants_keys = campaign["collect_digits"] or campaign.get("opt_out_digit") or campaign.get("transfer_digit")
    rings_s: float = min(RINGS_S, campaign["ring_timeout_s"])
    return rings_s + around_s + message_s + (WAITS_FOR_KEYS_S if wants_keys else 0)


def dialling_s(calls: int, call_s: float, lines: int, calls_per_second: float | None) -> float:
    """How long so many calls take, the window's closed hours apart: by the lines or by the pace, whichever is slower.

    Args:
        calls: how many in all.
        call_s: how long one occupies a line.
        lines: how many at once, at least 1.
        calls_per_second: how many may begin; None for no limit.
    """
    if calls == 0:
        return 0.0
    by_lines = call_s * max(1.0, calls / lines)
    return by_lines if calls_per_second is None else max(by_lines, (calls - 1) / calls_per_second + call_s)


def times(window: Window | None, now: int, start_at: int, dialling_ms: int) -> tuple[int, int | None]:
    """When the first call can begin, and when so much dialling is done, as `ends_at`. Milliseconds of UNIX time.

    Args:
        start_at: not before this moment, which may be over.
    """
    start = max(now, start_at)
    if start - now > _TOO_FAR_MS:
        return start, None
    start = start if window is None else window.next_open(start)
    return start, ends_at(window, start, dialling_ms)


def ends_at(window: Window | None, start: int, dialling_ms: int) -> int | None:
    """When so much dialling is done that begins at `start`, which lies within the window. None: not in the next hundred years.

    Args:
        start: milliseconds of UNIX time.
    """
    at, left = start, dialling_ms
    if window is not None:
        # Whole weeks at once: there may be thousands of them. What a change of the clock adds to one, another takes away.
        a_week = _open_ms(window, start, start + _WEEK_MS)
        weeks = max(0, left // a_week - 1)
        at, left = start + weeks * _WEEK_MS, left - weeks * a_week
        if at - start > _TOO_FAR_MS:
            return None
        at = window.next_open(at)
    while window is not None:
        shut = window.next_change(at)
        if shut is None or shut - at >= left:
            break
        left -= shut - at
        at = window.next_open(shut)
    return at + left if at + left - start <= _TOO_FAR_MS else None


def _open_ms(window: Window, start: int, end: int) -> int:
    """For how long the window is open between the two moments; it is at the first."""
    found, at = 0, start
    while at < end:
        shut = window.next_change(at)
        found += min(end, shut or end) - at
        at = end if shut is None else window.next_open(shut)
    return found


def whole_s(seconds: float) -> int:
    """Rounded up."""
    return math.ceil(seconds - 1e-9)
