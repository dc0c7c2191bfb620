"""`gateway add|list|show|change|check|status|resume|delete`."""

from __future__ import annotations

import argparse
from typing import Any

from dozvon_client.command import Commands, Context, add_limit, command, command_on, delete_thing, group, show_list, thing_path
from dozvon_client.errors import NOT_OK, OK, Usage
from dozvon_client.gateway_options import add_settings, settings
from dozvon_client.names import GATEWAY
from dozvon_client.output import Column, facts
from dozvon_client.secrets import password

COLUMNS = (
    Column("Id", "id"),
    Column("Name", "name"),
    Column("Host", "host"),
    Column("Port", "port", True),
    Column("Transport", "transport"),
    Column("Username", "username"),
    Column("Lines", "max_lines", True),
    Column("Registers", "register"),
)


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "gateway", "SIP gateways: through them the calls go out. `sandbox` is always there, for trying things out.")
    about = "Add a SIP gateway. With --username its password is asked for; it never stands on the command line."
    examples = [
        "gateway add --name office --host sip.example.com --username 1001 --max-lines 4",
        "gateway add --name pbx --host 10.0.0.5 --transport tls --codecs PCMA,G722 --caller-id +74950001122",
    ]
    add_settings(command(inner, "add", add, about, examples), required=True)
    add_limit(command(inner, "list", list_all, "List the gateways.", ["gateway list"]))
    command_on(inner, GATEWAY, "show", show, "Show the settings of a gateway. Its password is never shown.", "office")
    about = "Change settings of a gateway; the others stay. '' empties a word, `none` takes a limit away."
    more = ["--max-lines 8 --calls-per-second 2", "--no-register --caller-id ''", "--ask-password"]
    parser = command_on(inner, GATEWAY, "change", change, about, "office", more)
    parser.add_argument("--ask-password", action="store_true", help="set a new password, which is asked for")
    add_settings(parser, required=False)
    about = "Ask the gateway now (OPTIONS, and REGISTER where it is set). Exit code 1 when it does not answer as it should."
    command_on(inner, GATEWAY, "check", check, about, "office")
    command_on(inner, GATEWAY, "status", status, "Show the registration, the breaker, the lines in use and the last error.", "office")
    about = "Let calls go out again after Dozvon stopped the gateway because of failures."
    command_on(inner, GATEWAY, "resume", resume, about, "office")
    command_on(inner, GATEWAY, "delete", delete, "Delete a gateway that no running campaign uses.", "office")


def add(args: argparse.Namespace, context: Context) -> int:
    """Make a gateway."""
    body = settings(args)
    if (body.get("username") or args.password_stdin) and not args.no_password:
        body["password"] = _password(args)
    gateway = context.api.post("/gateways", body)
    context.out.show(gateway, f"Added the gateway {gateway.get('name')}.", facts(gateway))
    return OK


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the gateways."""
    return show_list(args, context, "/gateways", COLUMNS)


def show(args: argparse.Namespace, context: Context) -> int:
    """Show one gateway."""
    gateway = context.api.get(thing_path(args, context, GATEWAY))
    context.out.show(gateway, facts(gateway))
    return OK


def change(args: argparse.Namespace, context: Context) -> int:
    """Change settings of one gateway."""
    body: dict[str, Any] = settings(args)
    if args.no_password:
        body["password"] = None
    elif args.ask_password or args.password_stdin:
        body["password"] = _password(args)
    if not body:
        raise Usage("Nothing is to be changed. See the settings: gateway change --help")
    gateway = context.api.patch(thing_path(args, context, GATEWAY), body)
    context.out.show(gateway, facts(gateway))
    return OK


def check(args: argparse.Namespace, context: Context) -> int:
    """Ask the gateway whether it answers; 1 when it does not."""
    answer = context.api.post(thing_path(args, context, GATEWAY) + "/check")
    works = bool(answer.get("ok"))
    said = " ".join(str(answer[name]) for name in ("sip_code", "reason") if answer.get(name))
    sentence = f"The gateway works: {said}." if works else f"The gateway does not work: {said or 'no answer'}."
    if works and answer.get("rtt_ms") is not None:
        sentence = f"{sentence[:-1]}, {answer['rtt_ms']} ms."
    context.out.show(answer, sentence)
    return OK if works else NOT_OK


def status(args: argparse.Namespace, context: Context) -> int:
    """Show the state of a gateway."""
    state = context.api.get(thing_path(args, context, GATEWAY) + "/status")
    context.out.show(state, facts(state))
    return OK


def resume(args: argparse.Namespace, context: Context) -> int:
    """Close the breaker by hand."""
    state = context.api.post(thing_path(args, context, GATEWAY) + "/resume")
    context.out.show(state, "Calls go out again.", facts(state))
    return OK


def delete(args: argparse.Namespace, context: Context) -> int:
    """Delete a gateway."""
    return delete_thing(args, context, GATEWAY)


def _password(args: argparse.Namespace) -> str:
    return password("Gateway's password: ", "DOZVON_GATEWAY_PASSWORD", from_stdin=args.password_stdin)
