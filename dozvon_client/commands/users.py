"""`user add|list|passwd|role|delete`: who may use the service. For admins, but for one's own password."""

from __future__ import annotations

import argparse
from typing import Any

from dozvon_client.command import (
    Commands,
    Context,
    add_limit,
    add_thing,
    command,
    command_on,
    delete_thing,
    given,
    group,
    show_list,
    thing_path,
)
from dozvon_client.errors import OK
from dozvon_client.names import USER
from dozvon_client.output import Column, facts
from dozvon_client.secrets import new_password

COLUMNS = (Column("Id", "uid"), Column("Login", "login"), Column("Name", "name"), Column("Role", "role"), Column("Comment", "comment"))
ROLES = ("admin", "user")


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "user", "Users: who may log in to the service. For admins, but for your own password.")
    about = "Add a user. The password is asked for; it never stands on the command line."
    examples = ["user add anna --name 'Anna Petrova'", "user add boris --role admin --password-stdin < password.txt"]
    parser = command(inner, "add", add, about, examples)
    parser.add_argument("login", metavar="LOGIN", help="what the user logs in with")
    parser.add_argument("--name", metavar="NAME", help="the user's name")
    parser.add_argument("--role", choices=ROLES, help="default user")
    parser.add_argument("--comment", metavar="TEXT", help="a note")
    _add_password(parser)
    add_limit(command(inner, "list", list_all, "List the users.", ["user list"]))
    about = "Set a new password, which ends every login with the old one. Without a login name: your own."
    parser = command(inner, "passwd", passwd, about, ["user passwd", "user passwd anna"])
    add_thing(parser, USER, USER.noun, about="the user's login or uid; without it yourself", nargs="?")
    _add_password(parser)
    parser = command_on(inner, USER, "role", role, "Make a user an admin, or an admin a user. The last admin stays one.", "anna", ["admin"])
    parser.add_argument("role", choices=ROLES, help="the new role")
    about = "Delete a user with everything that is theirs. Not yourself, nor the last admin, nor one with a running campaign."
    command_on(inner, USER, "delete", delete, about, "anna")


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of stdin")


def add(args: argparse.Namespace, context: Context) -> int:
    """Add a user."""
    password = new_password(from_stdin=args.password_stdin)
    body = {"login": args.login, "password": password, **given(name=args.name, role=args.role, comment=args.comment)}
    user = context.api.post("/users", body)
    context.out.show(user, f"Added the user {user.get('login')}.", facts(user))
    return OK


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the users."""
    return show_list(args, context, "/users", COLUMNS)


def passwd(args: argparse.Namespace, context: Context) -> int:
    """Set a password; after one's own, log in with it."""
    path = thing_path(args, context, USER) if args.user else "/users/me"
    password = new_password(from_stdin=args.password_stdin)
    user: dict[str, Any] = context.api.patch(path, {"password": password})
    if user.get("login") == context.api.session.who():
        context.api.session.login(user["login"], password)
    context.out.show(user, f"The password of {user.get('login')} is changed; every login with the old one has ended.")
    return OK


def role(args: argparse.Namespace, context: Context) -> int:
    """Set a role."""
    user = context.api.patch(thing_path(args, context, USER), {"role": args.role})
    context.out.show(user, f"{user.get('login')} has the role {user.get('role')} now.")
    return OK


def delete(args: argparse.Namespace, context: Context) -> int:
    """Delete a user."""
    return delete_thing(args, context, USER)
