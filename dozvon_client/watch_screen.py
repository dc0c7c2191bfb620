"""The live screen of a campaign, for a terminal; and plain lines for anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from dozvon_client.campaign_words import Campaign, done, has_ended, line, local_time, pace, progress, summary
from dozvon_client.output import Column, Output, plain, table
from dozvon_client.progress import Lines

CALLS = (Column("Number", "number"), Column("Try", "attempt", True), Column("Status", "status"), Column("Since", "since"))
BAR_WIDTH = 40
LINES_BESIDE_CALLS = 24  # of the screen, with every outcome in the table


@dataclass(frozen=True)
class Look:
    """A campaign at one moment.

    Args:
        waiting: why the others wait.
        calls: the live calls.
        keys: what the keys do; empty when there are none.
    """

    campaign: Campaign
    waiting: str | None = None
    calls: Sequence[dict[str, Any]] = field(default_factory=tuple)
    keys: str = ""


Show = Callable[[Look], None]


@contextmanager
def shown(out: Output) -> Iterator[Show]:
    """Gives what shows a look: a screen that changes in its place in a terminal, lines elsewhere."""
    if not out.notes.is_terminal:
        yield _as_lines(out)
        return
    with Live(console=out.notes, transient=True, auto_refresh=False) as live:
        yield lambda look: live.update(screen(look, out.notes.size.height), refresh=True)


def screen(look: Look, height: int) -> RenderableType:
    """All that is shown, at most so many lines high."""
    campaign = look.campaign
    parts: list[RenderableType] = [_bar(campaign), plain(", ".join(pace(campaign)))]
    if look.waiting:
        parts.append(plain(f"The others wait: {look.waiting}"))
    parts.append(summary(campaign))
    if look.calls:
        parts.append(_calls(look.calls, max(3, height - LINES_BESIDE_CALLS)))
    if look.keys:
        parts.append(Text(plain(look.keys).plain, style="bold"))
    return Group(*parts)


def _bar(campaign: Campaign) -> RenderableType:
    counts = campaign.get("counts") or {}
    grid = Table.grid(padding=(0, 2))
    grid.add_row(ProgressBar(total=counts.get("total") or 1, completed=done(counts), width=BAR_WIDTH), plain(progress(campaign)))
    return grid


def _calls(calls: Sequence[dict[str, Any]], most: int) -> RenderableType:
    rows = [{**call, "since": local_time(call.get("answered_at") or call.get("initiated_at"), "%H:%M:%S")} for call in calls[:most]]
    return table(rows, CALLS, "On the line")


def _as_lines(out: Output) -> Show:
    lines = Lines(out.note)

    def show(look: Look) -> None:
        lines.tell(line(look.campaign, look.waiting), at_once=has_ended(look.campaign))

    return show
