"""`campaign calls|targets|export`: what became of a campaign."""

from __future__ import annotations

import argparse

from dozvon_client.command import Commands, Context, add_limit, command_on, given, show_list, thing_path
from dozvon_client.download import STDOUT, save
from dozvon_client.exports import add_output, ending
from dozvon_client.names import CAMPAIGN
from dozvon_client.output import Column

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
WHY = ("window", "retry", "lines", "rate", "paused", "gateway")


def register(inner: Commands) -> None:
    """Declare the commands, among those of `campaign`."""
    about = "List the calls of a campaign: a row for each attempt."
    parser = command_on(inner, CAMPAIGN, "calls", calls, about, "october", ["--outcome failed"])
    parser.add_argument("--status", metavar="STATUS,...", help="only these, e.g. busy, no-answer; live: initiated,ringing,in-progress")
    _add_outcome(parser)
    add_limit(parser)
    about = "List the targets of a campaign: a row for each subscriber."
    parser = command_on(inner, CAMPAIGN, "targets", targets, about, "october", ["--state pending", "--why-waiting gateway"])
    parser.add_argument("--state", choices=("pending", "active", "done"), help="only these")
    parser.add_argument("--why-waiting", choices=WHY, help="only those that wait for this")
    parser.add_argument("--q", "--search", metavar="TEXT", help="only those with this in the name or number")
    _add_outcome(parser)
    add_limit(parser)
    about = "Save the calls of a campaign, or with --targets its subscribers with their outcomes, as CSV or for a spreadsheet (.xlsx)."
    more = ["-o results.xlsx", "--targets --outcome no_answer -o again.csv", "> calls.csv"]
    parser = command_on(inner, CAMPAIGN, "export", export, about, "october", more)
    add_output(parser)
    parser.add_argument("--targets", action="store_true", help="a row for each subscriber in place of each call")
    _add_outcome(parser)


def _add_outcome(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--outcome", metavar="OUTCOME", help="only these, e.g. delivered, busy, no_answer, failed")


def calls(args: argparse.Namespace, context: Context) -> int:
    """List the calls."""
    return show_list(args, context, thing_path(args, context, CAMPAIGN) + "/calls", CALLS, given(status=args.status, outcome=args.outcome))


def targets(args: argparse.Namespace, context: Context) -> int:
    """List the targets."""
    path = thing_path(args, context, CAMPAIGN) + "/targets"
    return show_list(args, context, path, TARGETS, given(state=args.state, outcome=args.outcome, why_waiting=args.why_waiting, q=args.q))


def export(args: argparse.Namespace, context: Context) -> int:
    """Save the calls or the targets."""
    target = args.output or STDOUT
    rows = "targets" if args.targets else "calls"
    path = f"{thing_path(args, context, CAMPAIGN)}/{rows}.{ending(target)}"
    return save(context, path, target, given(outcome=args.outcome) or None)
