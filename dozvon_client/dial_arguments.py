"""The options of `dial`, one for each field of the request. Only those that are given are sent: the defaults are the server's."""

from __future__ import annotations

import argparse
from typing import Any

from dozvon_client.api import Api
from dozvon_client.command import add_thing, at_least, rate
from dozvon_client.dial_options import MACHINE_DETECTION, detection_param, retry_rule, start_time, window
from dozvon_client.errors import Usage
from dozvon_client.names import CALLBASE, GATEWAY, SOUND, find_id

# Options whose name, without the dashes, is the field of the request.
FIELDS = (
    "name", "numbers", "max_lines", "calls_per_second", "ring_timeout_s", "max_attempts", "window", "start_at", "lead_in_ms", "tail_ms",
    "repeat", "repeat_pause_ms", "opt_out_digit", "collect_digits", "transfer_digit", "transfer_to", "redial_interrupted",
    "machine_detection", "record_s", "recording_days",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    add_thing(parser, GATEWAY, "--gateway", required=True, about="its id or name; `sandbox` calls nobody for real")
    add_thing(parser, SOUND, "--audio", required=True)
    whom = parser.add_mutually_exclusive_group(required=True)
    add_thing(whom, CALLBASE, "--callbase")
    whom.add_argument("--numbers", nargs="+", metavar="NUMBER", help="numbers, read in the gateway's region")
    parser.add_argument("--name", metavar="NAME", help="the campaign's name")
    _add_pace(parser)
    _add_retry(parser)
    _add_message(parser)
    _add_listening(parser)


def request(args: argparse.Namespace, api: Api) -> dict[str, Any]:
    """The body of `POST /dial`. Raises Refused for a name that nothing has, Usage for two rules about one outcome."""
    body: dict[str, Any] = {"gateway_id": find_id(api, GATEWAY, args.gateway), "audio_id": find_id(api, SOUND, args.audio)}
    if args.callbase is not None:
        body["callbase_id"] = find_id(api, CALLBASE, args.callbase)
    if args.opt_out_audio is not None:
        body["opt_out_audio_id"] = find_id(api, SOUND, args.opt_out_audio)
    body.update({name: getattr(args, name) for name in FIELDS if getattr(args, name) is not None})
    if args.detection_param:
        body["machine_detection_params"] = dict(args.detection_param)
    if args.retry:
        rules = dict(args.retry)
        if len(rules) < len(args.retry):
            raise Usage("--retry is given twice for the same outcome.")
        body["retry"] = rules
    return body


def _add_pace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--max-lines", type=at_least(1), metavar="N", help="at most so many calls at once")
    parser.add_argument("--calls-per-second", type=rate, metavar="RATE", help="at most so many new calls a second")
    # The short names without a unit are accepted too.
    parser.add_argument("--ring-timeout-s", "--ring-timeout", type=at_least(1), metavar="S", help="let it ring so long (default 45)")
    parser.add_argument("--window", type=window, metavar="'DAYS FROM-TO ZONE'", help="call only then: 'mon-fri 09:00-20:00 Europe/Moscow'")
    parser.add_argument("--start-at", type=start_time, metavar="TIME", help="begin then; local time unless it ends in Z or +03:00")


def _add_retry(parser: argparse.ArgumentParser) -> None:
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


def _add_message(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lead-in-ms", "--lead-in", type=at_least(0), metavar="MS", help="silence before the message (default 200)")
    parser.add_argument("--tail-ms", "--tail", type=at_least(0), metavar="MS", help="silence behind it (default 200)")
    parser.add_argument("--repeat", type=at_least(1), metavar="N", help="play the message so many times (default 1)")
    parser.add_argument("--repeat-pause-ms", type=at_least(0), metavar="MS", help="silence between the repeats (default 0)")
    parser.add_argument("--opt-out-digit", metavar="DIGIT", help="who presses it goes on the do-not-call list")
    add_thing(parser, SOUND, "--opt-out-audio", about="the sound's id or name: what they hear then, in the message's place")
    parser.add_argument("--collect-digits", type=at_least(0), metavar="N", help="wait for so many keys, at most 5 s after the message")
    parser.add_argument("--transfer-digit", metavar="DIGIT", help="who presses it is transferred by the gateway, with --transfer-to")
    parser.add_argument("--transfer-to", metavar="NUMBER", help="a number, or an extension or a name that the gateway knows")


def _add_listening(parser: argparse.ArgumentParser) -> None:
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
