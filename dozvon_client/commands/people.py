"""`callbase people|add-person|change-person|remove-person`: the subscribers of a callbase."""

from __future__ import annotations

import argparse
from typing import Any

from dozvon_client.api import path_to
from dozvon_client.command import Commands, Context, add_limit, command_on, given, show_list, thing_path
from dozvon_client.errors import OK, Refused
from dozvon_client.names import CALLBASE
from dozvon_client.output import Column, facts, table

COLUMNS = (Column("Id", "cid"), Column("Name", "name"), Column("Number", "number"), Column("Comment", "comment"))
PERSON = "the subscriber's number or id (cid)"


def register(inner: Commands) -> None:
    """Declare the commands, among those of `callbase`."""
    parser = command_on(inner, CALLBASE, "people", people, "List or search the subscribers of a callbase.", "october", ["", "--q анна"])
    parser.add_argument("--q", "--search", metavar="TEXT", help="only those with this in the name, number or comment")
    add_limit(parser)
    about = "Add one subscriber to a callbase. Many at once: callbase add FILE."
    parser = command_on(inner, CALLBASE, "add-person", add, about, "october", ["'8 (944) 000-0012' --name Анна --comment VIP"])
    parser.add_argument("number", metavar="NUMBER", help="read in the callbase's region")
    _register_words(parser)
    about = "Change a subscriber. Campaigns that were started before keep what they copied."
    parser = command_on(inner, CALLBASE, "change-person", change, about, "october", ["+79440000012 --name 'Анна Петрова'"])
    parser.add_argument("person", metavar="PERSON", help=PERSON)
    parser.add_argument("--number", metavar="NUMBER", help="the new number")
    _register_words(parser)
    about = "Take a subscriber off a callbase. Campaigns that were started before still call them; `dnc add` stops that."
    parser = command_on(inner, CALLBASE, "remove-person", remove, about, "october", ["+79440000012"])
    parser.add_argument("person", metavar="PERSON", help=PERSON)


def _register_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", metavar="NAME", help="the person's name")
    parser.add_argument("--comment", metavar="TEXT", help="a note")


def people(args: argparse.Namespace, context: Context) -> int:
    """List the subscribers."""
    return show_list(args, context, thing_path(args, context, CALLBASE) + "/subscribers", COLUMNS, given(q=args.q or None))


def add(args: argparse.Namespace, context: Context) -> int:
    """Add one subscriber."""
    person = given(number=args.number, name=args.name, comment=args.comment)
    answer = context.api.post(thing_path(args, context, CALLBASE) + "/subscribers", {"subscribers": [person]})
    added = answer.get("items") or []
    context.out.show(answer, table(added, COLUMNS) if added else "This number is on the callbase already; nothing was added.")
    return OK


def change(args: argparse.Namespace, context: Context) -> int:
    """Change one subscriber."""
    person = context.api.patch(_person_path(args, context), given(number=args.number, name=args.name, comment=args.comment))
    context.out.show(person, facts(person))
    return OK


def remove(args: argparse.Namespace, context: Context) -> int:
    """Take one subscriber off."""
    path = _person_path(args, context)
    context.api.delete(path)
    context.out.show({"deleted": path.rsplit("/", 1)[1]}, "Taken off.")
    return OK


def _person_path(args: argparse.Namespace, context: Context) -> str:
    path = thing_path(args, context, CALLBASE) + "/subscribers"
    return path + path_to(_cid(context, path, args.person))


def _cid(context: Context, path: str, person: str) -> str:
    """The id of the subscriber with this number; what has a letter or four dashes in it is taken as an id."""
    digits = "".join(letter for letter in person if letter.isdecimal())
    if person.count("-") == 4 and len(person) == 36:
        return person
    found: list[dict[str, Any]] = []
    if digits:
        # A local number begins with another digit than the same one in E.164, so it is looked for by its last nine.
        page = context.api.pages(path, 0, {"q": digits[-9:]})["items"]
        found = [one for one in page if str(one.get("number", "")).endswith(digits[-9:])]
    if len(found) == 1:
        return str(found[0]["cid"])
    if not found:
        raise Refused("There is no subscriber of this number or id on the callbase.", code="not_found")
    told = [f"{one['cid']}  {one['number']}  {one['name']}" for one in found]
    raise Refused(f"{len(found)} subscribers have such a number. Give the id of one:", told, code="ambiguous_name")
