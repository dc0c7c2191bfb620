"""`gateway add|list|show|check|status|resume|delete`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from client.api import path_to
from client.command import Commands, Context, add_limit, at_least, command, group, rate, show_list
from client.errors import NOT_OK, OK, Usage
from client.names import find_id
from client.output import Column, facts
from client.secrets import password

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
# Options whose name, without the dashes, is the field of the request.
FIELDS = (
    "name", "host", "port", "transport", "username", "auth_username", "realm", "caller_id", "display_name", "outbound_proxy", "register",
    "codecs", "srtp", "stun_server", "public_address", "keep_alive_s", "max_lines", "calls_per_second", "region", "strip_plus",
    "dial_prefix", "allowed_prefixes",
)  # fmt: skip


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "gateway", "SIP gateways: through them the calls go out. `sandbox` is always there, for trying things out.")
    _register_add(inner)
    add_limit(command(inner, "list", list_all, "List the gateways.", ["gateway list"]))
    for name, run, about in (
        ("show", show, "Show the settings of a gateway. Its password is never shown."),
        ("check", check, "Ask the gateway now (OPTIONS, and REGISTER where it is set). Exit code 1 when it does not answer as it should."),
        ("status", status, "Show the registration, the breaker, the lines in use and the last error."),
        ("resume", resume, "Let calls go out again after Dozvon stopped the gateway because of failures."),
        ("delete", delete, "Delete a gateway that no running campaign uses."),
    ):
        parser = command(inner, name, run, about, [f"gateway {name} office"])
        parser.add_argument("gateway", metavar="GATEWAY", help="the gateway's id or name")


def _register_add(inner: Commands) -> None:
    about = "Add a SIP gateway. With --username its password is asked for; it never stands on the command line."
    examples = [
        "gateway add --name office --host sip.example.com --username 1001 --max-lines 4",
        "gateway add --name pbx --host 10.0.0.5 --transport tls --codecs PCMA,G722 --caller-id +74950001122",
    ]
    parser = command(inner, "add", add, about, examples)
    parser.add_argument("--name", required=True, metavar="NAME")
    parser.add_argument("--host", required=True, metavar="HOST", help="the name or address of the gateway")
    parser.add_argument("--port", type=at_least(1), metavar="PORT", help="default 5060")
    parser.add_argument("--transport", choices=("udp", "tcp", "tls"), help="default udp")
    _register_account(parser)
    _register_nat(parser)
    _register_calls(parser)


def _register_account(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--username", metavar="USER", help="the user of the SIP address")
    parser.add_argument("--auth-username", metavar="USER", help="the user for the digest, when it is another one")
    parser.add_argument("--realm", metavar="REALM", help="default *, any")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of stdin")
    parser.add_argument("--no-password", action="store_true", help="the gateway asks for none")
    parser.add_argument("--register", action="store_const", const=True, help="register at the gateway")
    parser.add_argument("--caller-id", metavar="NUMBER", help="the number that the called person sees")
    parser.add_argument("--display-name", metavar="NAME", help="the name that the called person sees")
    parser.add_argument("--outbound-proxy", metavar="URI", help="send everything through this proxy, such as sip:proxy.example.com;lr")
    parser.add_argument("--tls-ca", type=Path, metavar="FILE", help="a PEM file of the certificates to trust")


def _register_nat(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stun-server", metavar="HOST[:PORT]", help="behind a NAT: what tells our public address and ports")
    parser.add_argument("--public-address", metavar="ADDRESS", help="behind a NAT that keeps ports: our address outside of it")
    parser.add_argument("--keep-alive-s", type=at_least(0), metavar="SECONDS", help="behind a NAT: between packets that keep it open (15)")


def _register_calls(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--codecs", type=_words, metavar="CODEC,...", help="default PCMA,PCMU; G722, GSM, iLBC and speex too")
    parser.add_argument("--srtp", choices=("off", "optional", "required"), help="default off")
    parser.add_argument("--max-lines", type=at_least(1), metavar="N", help="calls at once")
    parser.add_argument("--calls-per-second", type=rate, metavar="RATE", help="new calls a second")
    parser.add_argument("--region", metavar="REGION", help="how local numbers are read (default RU)")
    parser.add_argument("--strip-plus", action="store_const", const=True, help="dial without the + of the number")
    parser.add_argument("--dial-prefix", metavar="DIGITS", help="dialled in front of each number")
    parser.add_argument("--allowed-prefixes", type=_words, metavar="PREFIX,...", help="call only such numbers, e.g. +7,+375")


def add(args: argparse.Namespace, context: Context) -> int:
    """Make a gateway."""
    body: dict[str, Any] = {name: getattr(args, name) for name in FIELDS if getattr(args, name) is not None}
    if args.tls_ca is not None:
        body["tls_ca"] = _text_of(args.tls_ca)
    if (args.username or args.password_stdin) and not args.no_password:
        body["password"] = password("Gateway's password: ", "DOZVON_GATEWAY_PASSWORD", from_stdin=args.password_stdin)
    gateway = context.api.post("/gateways", body)
    context.out.show(gateway, f"Added the gateway {gateway.get('name')}.", facts(gateway))
    return OK


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the gateways."""
    return show_list(args, context, "/gateways", COLUMNS)


def show(args: argparse.Namespace, context: Context) -> int:
    """Show one gateway."""
    gateway = context.api.get(_path(args, context))
    context.out.show(gateway, facts(gateway))
    return OK


def check(args: argparse.Namespace, context: Context) -> int:
    """Ask the gateway whether it answers; 1 when it does not."""
    answer = context.api.post(_path(args, context) + "/check")
    works = bool(answer.get("ok"))
    said = " ".join(str(answer[name]) for name in ("sip_code", "reason") if answer.get(name))
    sentence = f"The gateway works: {said}." if works else f"The gateway does not work: {said or 'no answer'}."
    if works and answer.get("rtt_ms") is not None:
        sentence = f"{sentence[:-1]}, {answer['rtt_ms']} ms."
    context.out.show(answer, sentence)
    return OK if works else NOT_OK


def status(args: argparse.Namespace, context: Context) -> int:
    """Show the state of a gateway."""
    state = context.api.get(_path(args, context) + "/status")
    context.out.show(state, facts(state))
    return OK


def resume(args: argparse.Namespace, context: Context) -> int:
    """Close the breaker by hand."""
    state = context.api.post(_path(args, context) + "/resume")
    context.out.show(state, "Calls go out again.", facts(state))
    return OK


def delete(args: argparse.Namespace, context: Context) -> int:
    """Delete a gateway."""
    path = _path(args, context)
    context.api.delete(path)
    context.out.show({"deleted": path.rsplit("/", 1)[1]}, "Deleted.")
    return OK


def _path(args: argparse.Namespace, context: Context) -> str:
    return path_to("gateways", find_id(context.api, "/gateways", "gateway", args.gateway))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"{path} can't be read as a PEM file.") from error
