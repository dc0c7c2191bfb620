"""`dial`: start a campaign."""

from __future__ import annotations

import argparse
from typing import Any

from dozvon_client import estimate
from dozvon_client.campaign_words import ENDED, exit_code, summary
from dozvon_client.command import Commands, Context, command
from dozvon_client.dial_arguments import add_arguments, request
from dozvon_client.errors import CANCELED, OK, ClientError
from dozvon_client.output import facts
from dozvon_client.program import PROGRAM
from dozvon_client.watch import Watch

SHOWN_APART = ("counts", "quality", "answered_by", "waiting")


def register(commands: Commands) -> None:
    """Declare the command."""
    about = (
        "Call everybody on a callbase, or some numbers, and play them a sound. Tells first whom it will call and for how long. "
        "Answers at once; with --wait, shows the progress and the table of outcomes. Times end in -ms (milliseconds) or -s (seconds)."
    )
    examples = [
        "dial --gateway sandbox --audio message --callbase people --wait",
        "dial --gateway sandbox --audio message --numbers +79440000001 '8 (944) 000-0002' --ring-timeout-s 30",
        "dial --gateway office --audio message --callbase people --estimate",
        "dial --gateway office --audio message --callbase people --retry busy:300:2 --retry no_answer:3600:1 "
        "--window 'mon-fri 09:00-20:00 Europe/Moscow' --start-at '2030-05-20 09:00'",
        "dial --gateway office --audio message --callbase people --opt-out-digit 9 --opt-out-audio goodbye "
        "--transfer-digit 1 --transfer-to 100",
    ]
    parser = command(commands, "dial", dial, about, examples)
    add_arguments(parser)
    parser.add_argument("--wait", action="store_true", help="wait for its end and show the outcomes")
    parser.add_argument("--estimate", action="store_true", help="only tell whom it would call and for how long; nobody is called")
    parser.add_argument("-y", "--yes", action="store_true", help=f"do not ask, also before more than {estimate.ASK_ABOVE} calls")


def dial(args: argparse.Namespace, context: Context) -> int:
    """Start a campaign, and wait for its end if asked."""
    body = request(args, context.api)
    if args.estimate:
        told = context.api.post("/dial/estimate", body)
        context.out.show(told, *estimate.sentences(told))
        return OK
    if not _may_start(args, context, body):
        raise _not_started()
    try:
        campaign = context.api.post("/dial", body)
    except KeyboardInterrupt:
        context.out.note("The request may have reached the server: look with `campaign list`.")
        raise
    if not args.wait:
        hint = f"Watch it: {PROGRAM} campaign watch {campaign.get('id')}"
        context.out.show(campaign, "The campaign has started.", facts(campaign, SHOWN_APART), hint)
        return OK
    return watch_to_end(context, campaign["id"])


def watch_to_end(context: Context, campaign_id: str, poll_s: float = 1.0) -> int:
    """Show the progress until the campaign ends, then its outcomes; gives the exit code."""
    try:
        campaign = Watch(context.api, context.out, poll_s, with_keys=True).until_end(campaign_id)
    except KeyboardInterrupt:
        context.out.note(_goes_on(campaign_id))
        raise
    context.out.show(campaign, summary(campaign))
    if campaign.get("status") not in ENDED:
        context.out.note(_goes_on(campaign_id))
    return exit_code(campaign)


def _may_start(args: argparse.Namespace, context: Context, body: dict[str, Any]) -> bool:
    if context.out.as_json:
        return True
    told, why_none = estimate.asked(context.api, body)
    if told and told.get("bad_numbers_total"):
        return True  # the server refuses the dial, naming each of them
    for sentence in estimate.sentences(told) if told else ():
        context.out.note(sentence)
    return args.yes or estimate.agreed(context.out, body, told, why_none)


def _not_started() -> ClientError:
    error = ClientError("Nobody was called.", code="declined")
    error.exit_code = CANCELED
    return error


def _goes_on(campaign_id: str) -> str:
    return f"The campaign goes on. Watch it: {PROGRAM} campaign watch {campaign_id}. End it: {PROGRAM} campaign cancel {campaign_id}."
