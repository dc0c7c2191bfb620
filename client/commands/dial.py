"""`dial`: start a campaign."""

from __future__ import annotations

import argparse
from typing import Any

from client.command import Commands, Context, at_least, command, rate
from client.dial_options import MACHINE_DETECTION, detection_param, retry_rule, start_time, window
from client.errors import OK, Usage
from client.names import find_id
from client.output import facts
from client.watch import Watch, exit_code, summary

# Options whose name, without the dashes, is the field of the request.
FIELDS = (
    "name", "numbers", "max_lines", "calls_per_second", "ring_timeout_s", "max_attempts", "window", "start_at", "lead_in_ms", "tail_ms",
    "repeat", "repeat_pause_ms", "opt_out_digit", "collect_digits", "transfer_digit", "transfer_to", "redial_interrupted",
    "machine_detection", "record_s", "recording_days",
)  # fmt: skip
SHOWN_APART = ("counts",)


def register(commands: Commands) -> None:
    """Declare the command."""
    about = (
        "Call everybody on a callbase, or some numbers, and play them a sound. "
        "Answers at once; with --wait, shows the progress and the table of outcomes. Times end in -ms (milliseconds) or -s (seconds)."
    )
    examples = [
        "dial --gateway sandbox --audio message --callbase people --wait",
        "dial --gateway sandbox --audio message --numbers +79440000001 '8 (944) 000-0002' --ring-timeout-s 30",
        "dial --gateway office --audio message --callbase people --retry busy:300:2 --retry no_answer:3600:1 "
        "--window 'mon-fri 09:00-20:00 Europe/Moscow' --start-at '2030-05-20 09:00'",
        "dial --gateway office --audio message --callbase people --opt-out-digit 9 --opt-out-audio goodbye "
        "--transfer-digit 1 --transfer-to 100",
    ]
    parser = command(commands, "dial", dial, about, examples)
    parser.add_argument("--gateway", required=True, metavar="GATEWAY", help="its id or name; `sandbox` calls nobody for real")
    parser.add_argument("--audio", required=True, metavar="AUDIO", help="the sound's id or name")
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("--callbase", metavar="CALLBASE", help="the callbase's id or name")
    whom.add_argument("--numbers", nargs="+", metavar="NUMBER", help="numbers, read in the gateway's region")
    parser.add_argument("--name", metavar="NAME", help="the campaign's name")
    parser.add_argument("--wait", action="store_true", help="wait for its end and show the outcomes")
    _register_pace(parser)
    _register_retry(parser)
    _register_message(parser)
    _register_listening(parser)


def _register_pace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--max-lines", type=at_least(1), metavar="N", help="at most so many calls at once")
    parser.add_argument("--calls-per-second", type=rate, metavar="RATE", help="at most so many new calls a second")
    # The short names without a unit are accepted too.
    parser.add_argument("--ring-timeout-s", "--ring-timeout", type=at_least(1), metavar="S", help="let it ring so long (default 45)")
    parser.add_argument("--window", type=window, metavar="'DAYS FROM-TO ZONE'", help="call only then: 'mon-fri 09:00-20:00 Europe/Moscow'")
    parser.add_argument("--start-at", type=start_time, metavar="TIME", help="begin then; local time unless it ends in Z or +03:00")


def _register_retry(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--max-attempts", type=at_least(1), metavar="N", help="at most so many calls to one subscriber (default 1)")
    parser.add_argument(
        "--retry",
        type=retry_rule,
        action="append",
        metavar="OUTCOME:AFTER_S:CALLS",
        help="after this outcome (busy, no_answer, failed) call again in so many seconds, so many times: busy:300:2. May be given again",
    )
    parser.add_argument(
        "--redial-interrupted", action="store_const", const=True, help="call again those whose call was cut off by a crash of the service"
    )


def _register_message(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lead-in-ms", "--lead-in", type=at_least(0), metavar="MS", help="silence before the message (default 200)")
    parser.add_argument("--tail-ms", "--tail", type=at_least(0), metavar="MS", help="silence behind it (default 200)")
    parser.add_argument("--repeat", type=at_least(1), metavar="N", help="play the message so many times (default 1)")
    parser.add_argument("--repeat-pause-ms", type=at_least(0), metavar="MS", help="silence between the repeats (default 0)")
    parser.add_argument("--opt-out-digit", metavar="DIGIT", help="who presses it goes on the do-not-call list")
    parser.add_argument("--opt-out-audio", metavar="AUDIO", help="the sound's id or name: what they hear then, in the message's place")
    parser.add_argument("--collect-digits", type=at_least(0), metavar="N", help="wait for so many keys, at most 5 s after the message")
    parser.add_argument("--transfer-digit", metavar="DIGIT", help="who presses it is transferred by the gateway, with --transfer-to")
    parser.add_argument("--transfer-to", metavar="NUMBER", help="a number, or an extension or a name that the gateway knows")


def _register_listening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--machine-detection", choices=MACHINE_DETECTION, help="what is done about voicemail (default off)")
    parser.add_argument(
        "--detection-param",
        type=detection_param,
        action="append",
        metavar="NAME=VALUE",
        help="a parameter of the detection: greeting_ms=2000. May be given again",
    )
    parser.add_argument("--record-s", type=at_least(0), metavar="S", help="record so much of what is said after the message (default 0)")
    parser.add_argument("--recording-days", type=at_least(1), metavar="N", help="delete the recordings after so many days (default 30)")


def dial(args: argparse.Namespace, context: Context) -> int:
    """Start a campaign, and wait for its end if asked."""
    body = request(args, context)
    try:
        campaign = context.api.post("/dial", body)
    except KeyboardInterrupt:
        context.out.note("The request may have reached the server: look with `campaign list`.")
        raise
    if not args.wait:
        hint = f"Watch it: python api_client.py campaign watch {campaign.get('id')}"
        context.out.show(campaign, "The campaign has started.", facts(campaign, SHOWN_APART), hint)
        return OK
    return watch_to_end(context, campaign["id"])


def request(args: argparse.Namespace, context: Context) -> dict[str, Any]:
    """The body of `POST /dial`: what was given, nothing else, so that the defaults are the server's."""
    body: dict[str, Any] = {
        "gateway_id": find_id(context.api, "/gateways", "gateway", args.gateway),
        "audio_id": find_id(context.api, "/audio", "sound", args.audio),
    }
    if args.callbase is not None:
        body["callbase_id"] = find_id(context.api, "/callbases", "callbase", args.callbase)
    if args.opt_out_audio is not None:
        body["opt_out_audio_id"] = find_id(context.api, "/audio", "sound", args.opt_out_audio)
    body.update({name: getattr(args, name) for name in FIELDS if getattr(args, name) is not None})
    if args.detection_param:
        body["machine_detection_params"] = dict(args.detection_param)
    if args.retry:
        rules = dict(args.retry)
        if len(rules) < len(args.retry):
            raise Usage("--retry is given twice for the same outcome.")
        body["retry"] = rules
    return body


def watch_to_end(context: Context, campaign_id: str, poll_s: float = 1.0) -> int:
    """Show the progress until the campaign ends, then its outcomes; gives the exit code."""
    try:
        campaign = Watch(context.api, context.out, poll_s).until_end(campaign_id)
    except KeyboardInterrupt:
        context.out.note(f"The campaign goes on. Watch it: campaign watch {campaign_id}. End it: campaign cancel {campaign_id}.")
        raise
    context.out.show(campaign, summary(campaign))
    return exit_code(campaign)
