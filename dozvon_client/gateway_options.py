"""The options of `gateway add` and `gateway change`: one for each setting of the API. Only those that are given are sent."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dozvon_client.command import at_least, rate
from dozvon_client.errors import Usage

# Options whose name, without the dashes, is the field of the request.
FIELDS = (
    "name", "host", "port", "transport", "username", "auth_username", "realm", "caller_id", "display_name", "outbound_proxy", "register",
    "codecs", "srtp", "stun_server", "public_address", "keep_alive_s", "max_lines", "calls_per_second", "region", "strip_plus",
    "dial_prefix", "allowed_prefixes",
)  # fmt: skip
NONE = "none"


def add_settings(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Declare them; name and host are `required` for a new gateway."""
    add = parser.add_argument
    add("--name", required=required, default=argparse.SUPPRESS, metavar="NAME", help="your name for it")
    add("--host", required=required, default=argparse.SUPPRESS, metavar="HOST", help="the name or address of the gateway")
    _add(parser, "--port", type=at_least(1), metavar="PORT", help="default 5060; 5061 with tls")
    _add(parser, "--transport", choices=("udp", "tcp", "tls"), help="default udp")
    _add_account(parser)
    _add_nat(parser)
    _add_calls(parser)


def settings(args: argparse.Namespace) -> dict[str, Any]:
    """The body of the request, without the password. Raises Usage when the PEM file can't be read."""
    body = {name: getattr(args, name) for name in FIELDS if hasattr(args, name)}
    if hasattr(args, "tls_ca"):
        body["tls_ca"] = _text_of(args.tls_ca)
    return body


def _add(parser: argparse.ArgumentParser, flag: str, **how: Any) -> None:
    parser.add_argument(flag, default=argparse.SUPPRESS, **how)


def _add_account(parser: argparse.ArgumentParser) -> None:
    _add(parser, "--username", metavar="USER", help="the user of the SIP address")
    _add(parser, "--auth-username", metavar="USER", help="the user for the digest, when it is another one")
    _add(parser, "--realm", metavar="REALM", help="default *, any")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of stdin")
    parser.add_argument("--no-password", action="store_true", help="the gateway asks for none")
    _add(parser, "--register", action=argparse.BooleanOptionalAction, help="register at the gateway, or not (default)")
    _add(parser, "--caller-id", metavar="NUMBER", help="the number that the called person sees")
    _add(parser, "--display-name", metavar="NAME", help="the name that the called person sees")
    _add(parser, "--outbound-proxy", metavar="URI", help="send everything through this proxy, such as sip:proxy.example.com;lr")
    _add(parser, "--tls-ca", metavar="FILE", help="a PEM file of the certificates to trust; '' for the usual ones")


def _add_nat(parser: argparse.ArgumentParser) -> None:
    _add(parser, "--stun-server", metavar="HOST[:PORT]", help="behind a NAT: what tells our public address and ports")
    _add(parser, "--public-address", metavar="ADDRESS", help="behind a NAT that keeps ports: our address outside of it")
    _add(parser, "--keep-alive-s", type=at_least(0), metavar="SECONDS", help="behind a NAT: between packets that keep it open (15)")


def _add_calls(parser: argparse.ArgumentParser) -> None:
    _add(parser, "--codecs", type=_words, metavar="CODEC,...", help="default PCMA,PCMU; G722, GSM, iLBC and speex too")
    _add(parser, "--srtp", choices=("off", "optional", "required"), help="default off")
    _add(parser, "--max-lines", type=_or_none(at_least(1)), metavar="N", help="calls at once; none: no limit")
    _add(parser, "--calls-per-second", type=_or_none(rate), metavar="RATE", help="new calls a second; none: no limit")
    _add(parser, "--region", metavar="REGION", help="how local numbers are read (default RU)")
    _add(parser, "--strip-plus", action=argparse.BooleanOptionalAction, help="dial without the + of the number, or with it (default)")
    _add(parser, "--dial-prefix", metavar="DIGITS", help="dialled in front of each number")
    _add(parser, "--allowed-prefixes", type=_words, metavar="PREFIX,...", help="call only such numbers, e.g. +7,+375; '' for all")


def _or_none(kind: Callable[[str], float]) -> Callable[[str], float | None]:
    def read(text: str) -> float | None:
        return None if text.lower() == NONE else kind(text)

    return read


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _text_of(name: str) -> str:
    if not name:
        return ""
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"{name} can't be read as a PEM file.") from error
