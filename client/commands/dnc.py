"""`dnc list|add|remove`."""

from __future__ import annotations

import argparse
from typing import Any

from client.api import path_to
from client.command import Commands, Context, add_limit, command, group, show_list
from client.errors import OK
from client.output import Column, table

COLUMNS = (Column("Number", "number"), Column("Since", "created_at"), Column("Reason", "reason"))


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "dnc", "The do-not-call list: numbers that are never called, whoever put them there.")
    add_limit(command(inner, "list", list_all, "List the numbers that are never called.", ["dnc list"]))
    parser = command(inner, "add", add, "Put numbers on the do-not-call list.", ["dnc add +79440000012 '8 (944) 000-0013'"])
    parser.add_argument("numbers", nargs="+", metavar="NUMBER")
    parser.add_argument("--region", metavar="REGION", help="how local numbers are read (default RU)")
    parser = command(inner, "remove", remove, "Take a number off the do-not-call list.", ["dnc remove +79440000012"])
    parser.add_argument("number", metavar="NUMBER", help="as `dnc list` shows it")


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the numbers."""
    return show_list(args, context, "/dnc", COLUMNS)


def add(args: argparse.Namespace, context: Context) -> int:
    """Add numbers."""
    body: dict[str, Any] = {"numbers": args.numbers}
    if args.region:
        body["region"] = args.region
    answer = context.api.post("/dnc", body)
    context.out.show(answer, "On the do-not-call list now:", table(answer.get("items") or [], COLUMNS))
    return OK


def remove(args: argparse.Namespace, context: Context) -> int:
    """Take a number off."""
    context.api.delete(path_to("dnc", args.number))
    context.out.show({"deleted": args.number}, "Taken off.")
    return OK
