"""Time as the store keeps it: whole milliseconds of UNIX time; and as a caller sees it: RFC 3339 in UTC."""

from __future__ import annotations

import time
from datetime import datetime, timezone


def now_ms() -> int:
    """The wall clock, in milliseconds of UNIX time."""
    return time.time_ns() // 1_000_000


def to_rfc3339(ms: int | None) -> str | None:
    """`1763874000123` → `"2025-11-23T05:00:00.123Z"`; None stays None."""
    if ms is None:
        return None
    return datetime.fromtimestamp(ms / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def from_rfc3339(text: str) -> int:
    """An RFC 3339 date-time → milliseconds of UNIX time.

    Raises:
        ValueError: it is no date-time, or has no offset from UTC.
    """
    moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError("an offset from UTC is missing, such as the Z in 2026-01-31T09:00:00Z")
    return round(moment.timestamp() * 1000)
