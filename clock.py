"""Time as the service keeps it: whole milliseconds of UNIX time; and as a caller sees it: RFC 3339 in UTC."""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone

# `datetime.fromisoformat` alone takes other forms in each version of Python.
_DATE_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})")


def now_ms() -> int:
    """The wall clock, in milliseconds of UNIX time."""
    return time.time_ns() // 1_000_000


def to_rfc3339(ms: int | None) -> str | None:
    """`1763874000123` → `"2025-11-23T05:00:00.123Z"`; None stays None."""
    if ms is None:
        return None
    utc = datetime.fromtimestamp(ms // 1000, timezone.utc).replace(tzinfo=None)
    return f"{utc.isoformat()}.{ms % 1000:03d}Z"


def from_rfc3339(text: str) -> int:
    """A date-time as RFC 3339 section 5.6 has it → milliseconds of UNIX time.

    Raises:
        ValueError: it is no date-time, or has no offset from UTC.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError("not a date and time with an offset from UTC, such as 2026-01-31T09:00:00Z")
    date, clock, fraction, offset = match.groups()
    moment = datetime.fromisoformat(f"{date}T{clock}{'+00:00' if offset in 'Zz' else offset}")
    try:
        utc = moment.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError("outside of the years 1 to 9999") from None
    return round(utc.timestamp()) * 1000 + round(float(fraction or 0) * 1000)
