"""`call show|hangup|recording`: one call of a campaign."""

from __future__ import annotations

import argparse
from pathlib import Path

from dozvon_client.api import path_to
from dozvon_client.command import Commands, Context, command, group
from dozvon_client.download import save
from dozvon_client.errors import OK
from dozvon_client.output import facts

ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "call", "Calls: the attempts to reach somebody. `campaign calls` tells their ids.")
    _add_call(command(inner, "show", show, "Show all that is known of a call.", [f"call show {ID}"]))
    register_hangup(inner, "call")
    about = "Save what the called person said after the message, as WAV, where the campaign records (--record-s)."
    parser = command(inner, "recording", recording, about, [f"call recording {ID} -o said.wav"])
    _add_call(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="where to; - is stdout")


def register_hangup(inner: Commands, noun: str) -> None:
    """Declare `hangup`, which stands under `campaign` too, beside the other ways to steer one."""
    _add_call(command(inner, "hangup", hangup, "End a call that is going on; while it rings, give up.", [f"{noun} hangup {ID}"]))


def _add_call(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("call", metavar="CALL", help="the call's id")


def show(args: argparse.Namespace, context: Context) -> int:
    """Show one call."""
    call = context.api.get(_path(args))
    context.out.show(call, facts(call))
    return OK


def hangup(args: argparse.Namespace, context: Context) -> int:
    """End one call."""
    call = context.api.post(_path(args) + "/hangup")
    context.out.show(call, f"The call to {call.get('number')} is being ended.")
    return OK


def recording(args: argparse.Namespace, context: Context) -> int:
    """Save the recording of one call."""
    return save(context, _path(args) + "/recording", args.output)


def _path(args: argparse.Namespace) -> str:
    return path_to("calls", args.call)
