"""The state of a campaign in words and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.table import Table

from dozvon_client.errors import CANCELED, OK
from dozvon_client.output import Column, table

ENDED = ("completed", "canceled")
OUTCOMES = (
    "delivered", "partial", "busy", "no_answer", "rejected", "invalid_number", "failed", "do_not_call", "canceled", "interrupted",
)  # fmt: skip

Campaign = dict[str, Any]


def exit_code(campaign: Campaign) -> int:
    """6 when the campaign was canceled, else 0."""
    return CANCELED if campaign.get("status") == "canceled" else OK


def has_ended(campaign: Campaign) -> bool:
    """Whether nothing more happens: of a canceled one the last calls may still be on their way to their end."""
    return campaign.get("status") in ENDED and not (campaign.get("counts") or {}).get("active")


def summary(campaign: Campaign) -> Table:
    """The table of outcomes: how many subscribers and which part of them all."""
    counts = campaign.get("counts") or {}
    total = counts.get("total", 0)
    shown = [name for name in ("pending", "active", *OUTCOMES) if counts.get(name)]
    rows = [{"outcome": spoken(name), "count": counts[name], "part": _percent(counts[name], total)} for name in shown]
    rows.append({"outcome": "total", "count": total, "part": _percent(total, total)})
    columns = (Column("Outcome", "outcome"), Column("Subscribers", "count", True), Column("%", "part", True))
    return table(rows, columns, f"{campaign.get('name') or 'Campaign'}: {campaign.get('status')}")


def line(campaign: Campaign, waiting: str | None = None) -> str:
    """The state of a campaign in one line: done of total, live lines, the time left, outcomes."""
    counts = campaign.get("counts") or {}
    parts = [f"{campaign.get('status')}: {progress(campaign)}", *(pace(campaign) if campaign.get("status") not in ENDED else ())]
    parts += [f"{spoken(name)} {counts[name]}" for name in OUTCOMES if counts.get(name)]
    if waiting:
        parts.append(f"waits ({waiting})")
    return ", ".join(parts)


def progress(campaign: Campaign) -> str:
    """`5 of 10 done`."""
    counts = campaign.get("counts") or {}
    return f"{done(counts)} of {counts.get('total', 0)} done"


def pace(campaign: Campaign) -> list[str]:
    """How fast it goes: live lines, new calls a second, the time left; each as far as it is known."""
    parts = [f"{_lines(campaign)} on the line"]
    rate = campaign.get("calls_per_second_now")
    if rate:
        parts.append(f"{rate:.1f} calls a second")
    if campaign.get("eta_s") is not None:
        parts.append(f"about {duration(campaign['eta_s'])} left")
    return parts


def waiting(campaign: Campaign) -> str | None:
    """Why the others wait, `lines 12, retry 3`; None when nobody does, or the server does not tell."""
    told = campaign.get("waiting")
    if not isinstance(told, dict):
        return None
    return ", ".join(f"{spoken(why)} {count}" for why, count in told.items() if count) or None


def done(counts: Mapping[str, int]) -> int:
    """How many of the targets have an outcome."""
    return sum(counts.get(name, 0) for name in OUTCOMES)


def spoken(name: str) -> str:
    """`no_answer` as a person says it."""
    return name.replace("_", " ")


def duration(seconds: float) -> str:
    """So many seconds, in hours, minutes and seconds as far as they matter."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return f"{days} d {hours_left} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def local_time(text: str | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """A time of the server's by this machine's clock and zone; as it is when it can't be read."""
    if not text:
        return "-"
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone().strftime(form)
    except (ValueError, OverflowError, OSError):
        return text


def _lines(campaign: Campaign) -> int:
    told = campaign.get("lines_in_use")
    return int(told) if told is not None else int((campaign.get("counts") or {}).get("active", 0))


def _percent(part: int, total: int) -> str:
    return f"{100 * part / total:.1f}" if total else "-"
