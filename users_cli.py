"""`python main.py user add|passwd|list`: the users of a data folder, from its own machine. Works also while the service runs."""

from __future__ import annotations

import argparse
import getpass
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import config
from errors import DozvonError, NotFound, StartRefused
from security.passwords import check_rules, hash_password
from store import users
from store.engine import Store
from store.paging import Page
from store.setup import DB_FILE, open_unlocked


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Runs one command.

    Args:
        argv: what stands behind `python main.py user`.

    Returns:
        The exit code: 0 done, 1 refused (told on stderr), 2 a wrong command line.
    """
    args = _parser(environ).parse_args(argv)
    try:
        _run(args)
    except (DozvonError, StartRefused) as err:
        print(f"dozvon: {err}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _run(args: argparse.Namespace) -> None:
    if args.command != "add" and not (args.data / DB_FILE).exists():
        raise StartRefused(f"There is no database in {args.data}. Give the service's data folder with --data, or DOZVON_DATA.")
    # Asked for before the folder is opened: nothing is held while a person types.
    password = None if args.command == "list" else _password(args)
    store = open_unlocked(args.data)
    try:
        _COMMANDS[args.command](store, args, password)
    finally:
        store.close()


def _add(store: Store, args: argparse.Namespace, password: str | None) -> None:
    fields: dict[str, Any] = {"login": args.login, "role": args.role, "name": args.name, "comment": args.comment}
    users.check_fields(fields)
    if not users.count(store) and args.role != "admin":
        # The service makes an admin only where nobody is yet: there would be none, for ever.
        raise DozvonError("The first user must be an admin: add --role admin, or start the service once, which makes one.")
    users.create(store, str(uuid.uuid4()), fields, hash_password(password or ""))
    print(f"The user {args.login} is added, with the role {args.role}.")


def _passwd(store: Store, args: argparse.Namespace, password: str | None) -> None:
    found = users.credentials(store, args.login)
    if found is None:
        raise NotFound("There is no user with this login. See who there is: python main.py user list")
    users.change(store, found.uid, {}, hash_password(password or ""))
    print("The password is changed; all tokens of the user have ended.")


def _list(store: Store, _args: argparse.Namespace, _password: str | None) -> None:
    cursor = None
    print(f"{'LOGIN':<24} {'ROLE':<6} {'UID':<36} NAME")
    while True:
        items, cursor = users.list_page(store, Page(limit=1000, cursor=cursor))
        for item in items:
            print(f"{item['login']:<24} {item['role']:<6} {item['uid']} {item['name']}")
        if cursor is None:
            return


_COMMANDS = {"add": _add, "passwd": _passwd, "list": _list}


def _password(args: argparse.Namespace) -> str:
    password = sys.stdin.readline().rstrip("\r\n") if args.password_stdin else _asked()
    check_rules(password)
    return password


def _asked() -> str:
    try:
        password = getpass.getpass("New password: ")
        again = getpass.getpass("The same again: ")
    except EOFError:
        raise DozvonError("There is no terminal to ask for the password. Give it on the input, with --password-stdin.") from None
    if again != password:
        raise DozvonError("The two passwords differ. Nothing was changed.")
    return password


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python main.py user", description="The users of a data folder. Works also while the service runs on it."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="add a user")
    passwd = commands.add_parser("passwd", help="set a user's password; ends all their tokens")
    listed = commands.add_parser("list", help="show the users, newest first")
    add.add_argument("--role", choices=users.ROLES, default="user", help="admin: sees and changes everything (default user)")
    add.add_argument("--name", default="", help="the person's name")
    add.add_argument("--comment", default="", help="anything")
    for one in (add, passwd):
        one.add_argument("login", metavar="LOGIN", help="what the user logs in with")
        one.add_argument(
            "--password-stdin", action="store_true", help="read the password from the first line of the input; else it is asked for"
        )
    for one in (add, passwd, listed):
        one.add_argument("--data", type=Path, metavar="DIR", default=_data(environ), help="the data folder (DOZVON_DATA, default sqlite/)")
    return parser


def _data(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("DOZVON_DATA") or config.HERE / "sqlite")
