"""The options of `dial` that are more than a word: retry rules, the window of the day, the start, the detection's parameters."""

from __future__ import annotations

import argparse
import re
from datetime import datetime, timezone
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MACHINE_DETECTION = ("off", "hang_up", "message_after_beep", "report_only")
RETRY_OUTCOMES = ("busy", "no_answer", "failed")
_TIMES = re.compile(r"([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)")


def retry_rule(text: str) -> tuple[str, dict[str, int]]:
    """`busy:300:2` → ("busy", {"after_s": 300, "max_attempts": 2})."""
    outcome, _, rest = text.partition(":")
    after, _, attempts = rest.partition(":")
    outcome = outcome.strip().replace("-", "_")
    if outcome not in RETRY_OUTCOMES or not after.isdecimal() or not attempts.isdecimal():
        raise argparse.ArgumentTypeError(
            f"looks like busy:300:2 (outcome:seconds:calls); the outcome is one of {', '.join(RETRY_OUTCOMES)}"
        )
    return outcome, {"after_s": int(after), "max_attempts": int(attempts)}


def detection_param(text: str) -> tuple[str, int]:
    """`greeting_ms=2000` → ("greeting_ms", 2000)."""
    name, _, value = text.partition("=")
    try:
        return name.strip().replace("-", "_"), int(value)
    except ValueError:
        raise argparse.ArgumentTypeError("looks like greeting_ms=2000 (name=whole number)") from None


def window(text: str) -> dict[str, Any]:
    """`mon-fri 09:00-20:00 Europe/Moscow` → the contract's window. Days: mon-fri, mon,wed,sat or daily."""
    words = text.split()
    times = _TIMES.fullmatch(words[1]) if len(words) == 3 else None
    if times is None:
        raise argparse.ArgumentTypeError("looks like 'mon-fri 09:00-20:00 Europe/Moscow' (days, from-to, time zone)")
    return {"days": _days(words[0].lower()), "from": times[1], "to": times[2], "timezone": words[2]}


def start_time(text: str) -> str:
    """A time → RFC 3339 in UTC with milliseconds. Without a zone it is this machine's local time."""
    try:
        # Python 3.10 reads neither the Z nor a fraction of other than three or six digits.
        in_full = re.sub(r"\.(\d{1,6})\d*", lambda found: f".{found[1]:0<6}", re.sub(r"[zZ]$", "+00:00", text.strip()))
        at = datetime.fromisoformat(in_full)
        return at.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError("is a time such as '2030-05-20 09:00' (local) or 2030-05-20T06:00:00Z") from None


def _days(text: str) -> list[str]:
    if text == "daily":
        return list(DAYS)
    chosen: set[str] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        last = last or first
        if first not in DAYS or last not in DAYS:
            raise argparse.ArgumentTypeError(f"the days are mon-fri, mon,wed,sat or daily; a day is one of {', '.join(DAYS)}")
        start, length = DAYS.index(first), (DAYS.index(last) - DAYS.index(first)) % 7 + 1
        chosen.update(DAYS[(start + i) % 7] for i in range(length))  # sat-mon goes over the week's end
    return [day for day in DAYS if day in chosen]
