"""`profile add|list|use|remove`: several servers by short names."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dozvon_client import completion
from dozvon_client.command import Commands, Context, Run, command, group
from dozvon_client.errors import OK, Usage
from dozvon_client.output import Column, table
from dozvon_client.profiles import Profile, ProfileFile
from dozvon_client.program import PROGRAM
from dozvon_client.settings import profiles_path, server_url, token_path
from dozvon_client.token_file import TokenFile

COLUMNS = (
    Column("Name", "name"),
    Column("Server", "url"),
    Column("Login", "login"),
    Column("Certificates", "ca_file"),
    Column("Logged in", "logged_in"),
    Column("In use", "in_use"),
)


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "profile", "Profiles: several servers by short names, each with a login of its own.")
    examples = ["profile add clinic --url https://dozvon.clinic.example --login anna --ca-file clinic-ca.pem"]
    parser = command(inner, "add", add, "Add a profile. Then log in: login --profile NAME.", examples)
    parser.add_argument("profile_name", metavar="NAME", help="a short name of your choice")
    # Its own --url: the one that every command has would choose the server that is talked to.
    parser.add_argument("--login", metavar="LOGIN", help="the login name that is used when none is given")
    parser.add_argument("--ca-file", type=Path, metavar="PEM", help="the certificates to trust, of the server's own authority")
    parser.set_defaults(needs_no_server=True)
    command(inner, "list", list_all, "List the profiles.", ["profile list"]).set_defaults(needs_no_server=True)
    _on_one(inner, "use", use, "Use this server from now on, where neither an option nor the environment names another.")
    _on_one(inner, "remove", remove, "Forget a profile and its tokens. Log out first to end the login at the server too.")


def _on_one(inner: Commands, name: str, run: Run, about: str) -> None:
    parser = command(inner, name, run, about, [f"profile {name} clinic"])
    named = parser.add_argument("profile_name", metavar="NAME", help="the profile's name")
    completion.completes(named, completion.profiles)
    parser.set_defaults(needs_no_server=True)


def add(args: argparse.Namespace, context: Context) -> int:
    """Keep a profile."""
    if not args.url:
        raise Usage("Give the server's address with --url.")
    profile = Profile(args.profile_name, server_url(args.url), args.login, _absolute(args.ca_file))
    ProfileFile(profiles_path()).add(profile)
    context.out.show(asdict(profile), f"Added. Log in: {PROGRAM} login --profile {profile.name}")
    return OK


def list_all(_args: argparse.Namespace, context: Context) -> int:
    """List the profiles."""
    tokens = TokenFile(token_path())
    current = tokens.current()
    rows: list[dict[str, Any]] = []
    for profile in ProfileFile(profiles_path()).all().values():
        state = {"logged_in": tokens.load(profile.place) is not None, "in_use": profile.place == current}
        rows.append({**asdict(profile), **state})
    context.out.show({"items": rows}, table(rows, COLUMNS) if rows else "Nothing here.")
    return OK


def use(args: argparse.Namespace, context: Context) -> int:
    """Make a profile the one that is used."""
    profile = ProfileFile(profiles_path()).find(args.profile_name)
    tokens = TokenFile(token_path())
    with tokens.lock():
        tokens.use(profile.place)
    context.out.show(asdict(profile), f"In use now: {profile.name}, {profile.url}")
    return OK


def remove(args: argparse.Namespace, context: Context) -> int:
    """Forget a profile."""
    profile = ProfileFile(profiles_path()).remove(args.profile_name)
    tokens = TokenFile(token_path())
    with tokens.lock():
        tokens.drop(profile.place)
    context.out.show({"deleted": profile.name}, "Forgotten.")
    return OK


def _absolute(ca_file: Path | None) -> str | None:
    if ca_file is None:
        return None
    if not ca_file.is_file():
        raise Usage(f"{ca_file} is not a file.")
    return str(ca_file.resolve())
