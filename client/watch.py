"""A running campaign: asked for again and again until it ends, shown as a bar or as lines, and its table at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from client.api import Api, path_to
from client.errors import CANCELED, OK, Unreachable
from client.output import Column, Output, plain, table
from client.progress import Lines

ENDED = ("completed", "canceled")
OUTCOMES = (
    "delivered", "partial", "busy", "no_answer", "rejected", "invalid_number", "failed", "do_not_call", "canceled", "interrupted",
)  # fmt: skip
POLL_S = 1.0
SILENCE_LONGEST_S = 60.0  # so long may the server be away, for a restart, before watching ends

Campaign = dict[str, Any]


class Watch:
    """Watches one campaign.

    Args:
        api: the server.
        out: where progress is shown.
        poll_s: seconds between two looks.
        now, sleep: the clock, seconds.
    """

    def __init__(
        self,
        api: Api,
        out: Output,
        poll_s: float = POLL_S,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api = api
        self._out = out
        self._poll_s = poll_s
        self._now = now
        self._sleep = sleep

    def until_end(self, campaign_id: str) -> Campaign:
        """Block until the campaign is completed or canceled; gives its last state. Raises Unreachable when the server is away for 60 s."""
        path = path_to("campaigns", campaign_id)
        with _shown(self._out) as show:
            while True:
                campaign = self._look(path)
                show(campaign, self._waiting(path, campaign))
                if campaign.get("status") in ENDED:
                    return campaign
                self._sleep(self._poll_s)

    def _look(self, path: str) -> Campaign:
        away_since: float | None = None
        while True:
            try:
                return self._api.get(path)
            except Unreachable:
                if away_since is None:
                    away_since = self._now()
                    self._out.note("The server does not answer; waiting for it. The campaign goes on by itself.")
                if self._now() - away_since >= SILENCE_LONGEST_S:
                    raise
                self._sleep(self._poll_s)

    def _waiting(self, path: str, campaign: Campaign) -> str | None:
        """Why nobody is being called now, when that is so."""
        counts = campaign.get("counts") or {}
        if campaign.get("status") != "running" or counts.get("active") or not counts.get("pending"):
            return None
        try:
            first = self._api.get(f"{path}/targets", {"state": "pending", "limit": 1})["items"]
        except (Unreachable, KeyError):
            return None
        return first[0].get("why_waiting") if first else None


def exit_code(campaign: Campaign) -> int:
    """0 when the campaign is completed, 6 when it was canceled."""
    return CANCELED if campaign.get("status") == "canceled" else OK


def summary(campaign: Campaign) -> Table:
    """The table of outcomes: how many subscribers and which part of them all."""
    counts = campaign.get("counts") or {}
    total = counts.get("total", 0)
    shown = [name for name in ("pending", "active", *OUTCOMES) if counts.get(name)]
    rows = [{"outcome": _spoken(name), "count": counts[name], "part": _percent(counts[name], total)} for name in shown]
    rows.append({"outcome": "total", "count": total, "part": _percent(total, total)})
    columns = (Column("Outcome", "outcome"), Column("Subscribers", "count", True), Column("%", "part", True))
    return table(rows, columns, f"{campaign.get('name') or 'Campaign'}: {campaign.get('status')}")


def line(campaign: Campaign, waiting: str | None = None) -> str:
    """The state of a campaign in one line: done of total, live lines, the time left, outcomes."""
    counts = campaign.get("counts") or {}
    parts = [f"{campaign.get('status')}: {_done(counts)} of {counts.get('total', 0)} done", f"{counts.get('active', 0)} on the line"]
    if campaign.get("eta_s") is not None:
        parts.append(f"about {_duration(campaign['eta_s'])} left")
    parts += [f"{_spoken(name)} {counts[name]}" for name in OUTCOMES if counts.get(name)]
    if waiting:
        parts.append(f"waits ({waiting})")
    return ", ".join(parts)


@contextmanager
def _shown(out: Output) -> Iterator[Callable[[Campaign, str | None], None]]:
    if not out.notes.is_terminal:
        yield _as_lines(out)
        return
    with Progress(BarColumn(bar_width=24), TextColumn("{task.description}", markup=False), console=out.notes, transient=True) as bar:
        task = bar.add_task("")

        def show(campaign: Campaign, waiting: str | None) -> None:
            counts = campaign.get("counts") or {}
            told = plain(line(campaign, waiting)).plain
            bar.update(task, total=counts.get("total") or None, completed=_done(counts), description=told)

        yield show


def _as_lines(out: Output) -> Callable[[Campaign, str | None], None]:
    lines = Lines(out.note)

    def show(campaign: Campaign, waiting: str | None) -> None:
        lines.tell(line(campaign, waiting), at_once=campaign.get("status") in ENDED)

    return show


def _done(counts: dict[str, int]) -> int:
    return sum(counts.get(name, 0) for name in OUTCOMES)


def _percent(part: int, total: int) -> str:
    return f"{100 * part / total:.1f}" if total else "-"


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
