"""`login`, `logout`, `health`."""

from __future__ import annotations

import argparse
import os
import sys

from dozvon_client.command import Commands, Context, command
from dozvon_client.errors import OK, Usage
from dozvon_client.output import facts
from dozvon_client.secrets import password
from dozvon_client.settings import is_loopback


def register(commands: Commands) -> None:
    """Declare the commands."""
    about = "Log in and keep the token. The password is asked for; it never stands on the command line."
    examples = [
        "login --login admin",
        "login --profile clinic",
        "login --url https://dozvon.example --login admin --password-stdin < password.txt",
    ]
    parser = command(commands, "login", login, about, examples)
    parser.add_argument("--login", metavar="LOGIN", help="the login name (or DOZVON_LOGIN; else asked for)")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of stdin")
    command(commands, "logout", logout, "Log out. The tokens are revoked at the server, then forgotten.", ["logout"])
    command(commands, "health", health, "Tell whether the service is ready for calls. Needs no login.", ["health"])


def login(args: argparse.Namespace, context: Context) -> int:
    """Log in and keep the tokens."""
    url = context.api.wire.url
    if url.startswith("http://") and not is_loopback(url):
        context.out.note("Warning: this connection is not encrypted; others on the way can read the password. Use https://")
    profile = context.server.profile if context.server else None
    name = args.login or (profile and profile.login) or os.environ.get("DOZVON_LOGIN") or _ask_login()
    tokens = context.api.session.login(name, password("Password: ", "DOZVON_PASSWORD", from_stdin=args.password_stdin))
    context.out.show({"url": url, "login": tokens.login}, f"Logged in at {url} as {tokens.login}.")
    return OK


def logout(_args: argparse.Namespace, context: Context) -> int:
    """Revoke the tokens and forget them."""
    url = context.api.wire.url
    was_in = context.api.session.logout()
    context.out.show({"url": url, "was_logged_in": was_in}, f"Logged out at {url}." if was_in else f"Was not logged in at {url}.")
    return OK


def health(_args: argparse.Namespace, context: Context) -> int:
    """Show `GET /health`."""
    state = context.api.health()
    context.out.show(state, facts(state))
    return OK


def _ask_login() -> str:
    if not sys.stdin.isatty():
        raise Usage("There is no terminal to ask for the login: use --login or the variable DOZVON_LOGIN.")
    sys.stderr.write("Login: ")
    sys.stderr.flush()
    name = sys.stdin.readline().strip()
    if not name:
        raise Usage("No login was given.")
    return name
