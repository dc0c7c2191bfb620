"""`campaign list|show|watch|pause|resume|cancel|hangup|delete`; what became of one is in `results`."""

from __future__ import annotations

import argparse
from typing import Any

from dozvon_client.campaign_words import done, line, summary
from dozvon_client.command import (
    Commands,
    Context,
    Run,
    add_limit,
    command,
    command_on,
    delete_thing,
    given,
    group,
    tell_of_more,
    thing_path,
)
from dozvon_client.commands import results
from dozvon_client.commands.calls import register_hangup
from dozvon_client.commands.dial import SHOWN_APART, watch_to_end
from dozvon_client.errors import OK
from dozvon_client.names import CAMPAIGN, find_id
from dozvon_client.output import Column, facts, table
from dozvon_client.watch import POLL_S

COLUMNS = (
    Column("Id", "id"),
    Column("Name", "name"),
    Column("Status", "status"),
    Column("Made", "created_at"),
    Column("Total", "total", True),
    Column("Done", "done", True),
    Column("Delivered", "delivered", True),
)


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "campaign", "Campaigns: what `dial` has started.")
    examples = ["campaign list --limit 20", "campaign list --status running,paused --q october"]
    parser = command(inner, "list", list_all, "List the campaigns, the newest first.", examples)
    parser.add_argument("--status", metavar="STATUS,...", help="only these: preparing, scheduled, running, paused, completed, canceled")
    parser.add_argument("--q", "--search", metavar="TEXT", help="only those with this in the name")
    add_limit(parser)
    _on_one(inner, "show", show, "Show a campaign: its settings and its outcomes.")
    about = (
        "Watch a running campaign until it ends, then show the outcomes. In a terminal the keys p, r, c and q pause it, resume it, cancel "
        "it after a question, or leave it running. Ctrl+C ends the watching only."
    )
    parser = _on_one(inner, "watch", watch, about)
    parser.add_argument("--interval", type=_seconds, default=POLL_S, metavar="S", help="seconds between two looks (default 1)")
    _on_one(inner, "pause", pause, "Start no new calls. Those on the line go on to their end.")
    _on_one(inner, "resume", resume, "Go on with a paused campaign.")
    _on_one(inner, "cancel", cancel, "End a campaign for good. Those on the line are hung up.")
    register_hangup(inner, "campaign")
    results.register(inner)
    _on_one(inner, "delete", delete, "Delete a campaign that has ended, with its calls and recordings.")


def _on_one(inner: Commands, name: str, run: Run, about: str) -> argparse.ArgumentParser:
    return command_on(inner, CAMPAIGN, name, run, about, "october")


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the campaigns."""
    page = context.api.pages("/campaigns", args.limit, given(status=args.status, q=args.q), args.cursor)
    rows = [{**item, **_sums(item)} for item in page["items"]]
    context.out.show(page, table(rows, COLUMNS) if rows else "Nothing here.")
    tell_of_more(context, page)
    return OK


def show(args: argparse.Namespace, context: Context) -> int:
    """Show one campaign."""
    campaign = context.api.get(thing_path(args, context, CAMPAIGN))
    context.out.show(campaign, facts(campaign, SHOWN_APART), summary(campaign))
    return OK


def watch(args: argparse.Namespace, context: Context) -> int:
    """Watch one campaign to its end."""
    return watch_to_end(context, find_id(context.api, CAMPAIGN, args.campaign), args.interval)


def pause(args: argparse.Namespace, context: Context) -> int:
    """Start no new calls."""
    return _change(args, context, "pause")


def resume(args: argparse.Namespace, context: Context) -> int:
    """Go on."""
    return _change(args, context, "resume")


def cancel(args: argparse.Namespace, context: Context) -> int:
    """End it."""
    return _change(args, context, "cancel")


def delete(args: argparse.Namespace, context: Context) -> int:
    """Delete one campaign."""
    return delete_thing(args, context, CAMPAIGN)


def _change(args: argparse.Namespace, context: Context, verb: str) -> int:
    campaign = context.api.post(f"{thing_path(args, context, CAMPAIGN)}/{verb}")
    context.out.show(campaign, line(campaign))
    return OK


def _sums(campaign: dict[str, Any]) -> dict[str, int]:
    counts = campaign.get("counts") or {}
    return {"total": counts.get("total", 0), "done": done(counts), "delivered": counts.get("delivered", 0)}


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("must be 0.1 to 3600 seconds")
    return seconds
