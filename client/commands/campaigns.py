"""`campaign list|show|watch|pause|resume|cancel|calls|targets`."""

from __future__ import annotations

import argparse
from typing import Any

from client.api import path_to
from client.command import Commands, Context, Run, add_limit, command, group, show_list
from client.commands.dial import SHOWN_APART, watch_to_end
from client.errors import OK
from client.names import find_id
from client.output import Column, facts, table
from client.watch import POLL_S, line, summary

COLUMNS = (
    Column("Id", "id"),
    Column("Name", "name"),
    Column("Status", "status"),
    Column("Made", "created_at"),
    Column("Total", "total", True),
    Column("Done", "done", True),
    Column("Delivered", "delivered", True),
)
CALLS = (
    Column("Call", "id"),
    Column("Number", "number"),
    Column("Try", "attempt", True),
    Column("Status", "status"),
    Column("Outcome", "outcome"),
    Column("SIP", "sip_code", True),
    Column("Reason", "sip_reason"),
    Column("Played, ms", "played_ms", True),
    Column("Keys", "digits"),
    Column("Transfer", "transfer"),
    Column("Ended by", "hangup_by"),
)
TARGETS = (
    Column("Name", "name"),
    Column("Number", "number"),
    Column("State", "state"),
    Column("Outcome", "outcome"),
    Column("Calls", "attempts", True),
    Column("Next", "next_attempt_at"),
    Column("Waits for", "why_waiting"),
)
CAMPAIGN_HELP = "the campaign's id or name"


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "campaign", "Campaigns: what `dial` has started.")
    add_limit(command(inner, "list", list_all, "List the campaigns, the newest first.", ["campaign list --limit 20"]))
    _on_one(inner, "show", show, "Show a campaign: its settings and its outcomes.")
    about = "Watch a running campaign until it ends, then show the outcomes. Ctrl+C ends the watching only."
    parser = _on_one(inner, "watch", watch, about)
    parser.add_argument("--interval", type=_seconds, default=POLL_S, metavar="S", help="seconds between two looks (default 1)")
    _on_one(inner, "pause", pause, "Start no new calls. Those on the line go on to their end.")
    _on_one(inner, "resume", resume, "Go on with a paused campaign.")
    _on_one(inner, "cancel", cancel, "End a campaign for good. Those on the line are hung up.")
    parser = _on_one(inner, "calls", calls, "List the calls of a campaign: a row for each attempt.", "--outcome failed")
    parser.add_argument("--status", metavar="STATUS", help="only these, e.g. busy, no-answer, completed")
    parser.add_argument("--outcome", metavar="OUTCOME", help="only these, e.g. delivered, partial, failed")
    add_limit(parser)
    parser = _on_one(inner, "targets", targets, "List the targets of a campaign: a row for each subscriber.", "--state pending")
    parser.add_argument("--state", choices=("pending", "active", "done"), help="only these")
    parser.add_argument("--outcome", metavar="OUTCOME", help="only these, e.g. delivered, busy, invalid_number")
    add_limit(parser)


def _on_one(inner: Commands, name: str, run: Run, about: str, more: str = "") -> argparse.ArgumentParser:
    parser = command(inner, name, run, about, [f"campaign {name} october {more}".rstrip()])
    parser.add_argument("campaign", metavar="CAMPAIGN", help=CAMPAIGN_HELP)
    return parser


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the campaigns."""
    page = context.api.pages("/campaigns", args.limit, None, args.cursor)
    rows = [{**item, **_sums(item)} for item in page["items"]]
    context.out.show(page, table(rows, COLUMNS) if rows else "Nothing here.")
    if page["next_cursor"] and not context.out.as_json:
        context.out.note("There are more. See them all with --limit 0.")
    return OK


def show(args: argparse.Namespace, context: Context) -> int:
    """Show one campaign."""
    campaign = context.api.get(_path(args, context))
    context.out.show(campaign, facts(campaign, SHOWN_APART), summary(campaign))
    return OK


def watch(args: argparse.Namespace, context: Context) -> int:
    """Watch one campaign to its end."""
    return watch_to_end(context, find_id(context.api, "/campaigns", "campaign", args.campaign), args.interval)


def pause(args: argparse.Namespace, context: Context) -> int:
    """Start no new calls."""
    return _change(args, context, "pause")


def resume(args: argparse.Namespace, context: Context) -> int:
    """Go on."""
    return _change(args, context, "resume")


def cancel(args: argparse.Namespace, context: Context) -> int:
    """End it."""
    return _change(args, context, "cancel")


def calls(args: argparse.Namespace, context: Context) -> int:
    """List the calls."""
    return show_list(args, context, _path(args, context) + "/calls", CALLS, _given(status=args.status, outcome=args.outcome))


def targets(args: argparse.Namespace, context: Context) -> int:
    """List the targets."""
    return show_list(args, context, _path(args, context) + "/targets", TARGETS, _given(state=args.state, outcome=args.outcome))


def _change(args: argparse.Namespace, context: Context, verb: str) -> int:
    campaign = context.api.post(f"{_path(args, context)}/{verb}")
    context.out.show(campaign, line(campaign))
    return OK


def _path(args: argparse.Namespace, context: Context) -> str:
    return path_to("campaigns", find_id(context.api, "/campaigns", "campaign", args.campaign))


def _sums(campaign: dict[str, Any]) -> dict[str, int]:
    counts = campaign.get("counts") or {}
    total = counts.get("total", 0)
    return {
        "total": total,
        "done": total - counts.get("pending", 0) - counts.get("active", 0),
        "delivered": counts.get("delivered", 0),
    }


def _given(**params: str | None) -> dict[str, str]:
    return {name: value for name, value in params.items() if value is not None}


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("must be 0.1 to 3600 seconds")
    return seconds
