"""`callbase add|list|show|rename|export|delete`; those on the people of a callbase are in `people`."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import Any

from dozvon_client.command import (
    Commands,
    Context,
    add_limit,
    command,
    command_on,
    delete_thing,
    given,
    group,
    show_list,
    tell_of_more,
    thing_path,
)
from dozvon_client.commands import people
from dozvon_client.download import STDOUT, save
from dozvon_client.errors import OK, Usage
from dozvon_client.exports import add_output, ending
from dozvon_client.import_progress import import_watched
from dozvon_client.names import CALLBASE
from dozvon_client.output import Column, facts, table
from dozvon_client.progress import upload_progress
from dozvon_client.report import report_parts
from dozvon_client.upload import file_size, opened
from dozvon_client.wire import new_key

COLUMNS = (Column("Id", "id"), Column("Name", "name"), Column("Region", "region"), Column("Subscribers", "total", True))


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "callbase", "Callbases: named lists of subscribers, the people to call.")
    _register_add(inner)
    add_limit(command(inner, "list", list_all, "List the callbases.", ["callbase list"]))
    parser = command_on(inner, CALLBASE, "show", show, "Show a callbase and its subscribers.", "people", ["--search Иван"])
    parser.add_argument("--search", metavar="TEXT", help="only subscribers with this in the name, number or comment")
    add_limit(parser)
    people.register(inner)
    about = "Change the name of a callbase, or how local numbers that are added later are read."
    parser = command_on(inner, CALLBASE, "rename", rename, about, "people", ["october", "october --region KZ"])
    parser.add_argument("name", metavar="NAME", help="the new name")
    parser.add_argument("--region", metavar="REGION", help="such as RU")
    about = "Save the subscribers of a callbase as CSV or for a spreadsheet (.xlsx)."
    parser = command_on(inner, CALLBASE, "export", export, about, "people", ["-o people.xlsx", "-o people.csv", "> people.csv"])
    add_output(parser)
    command_on(inner, CALLBASE, "delete", delete, "Delete a callbase that no running campaign uses.", "people")


def _register_add(inner: Commands) -> None:
    about = (
        "Upload a list of subscribers as you have it: a spreadsheet (XLSX, ODS, XLS), CSV, plain text or JSON with the columns name, "
        "number, comment under their English or Russian headings. Shows which lines were not taken, and why. Without a file the callbase "
        "is empty."
    )
    examples = ["callbase add people.xlsx --dry-run", "callbase add people.csv", 'callbase add people.csv --name "October" --region RU']
    parser = command(inner, "add", add, about, examples)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
    parser.add_argument("--name", metavar="NAME", help="default: the file's name without its ending")
    parser.add_argument("--region", metavar="REGION", help="how local numbers are read (default RU)")
    parser.add_argument("--dry-run", action="store_true", help="only show the report; nothing is kept")


def add(args: argparse.Namespace, context: Context) -> int:
    """Upload a list and show the report."""
    if args.file is None and not args.name:
        raise Usage("Give a file, or --name for an empty callbase.")
    callbase = upload_list(context, args.file, args.name, args.region, dry_run=args.dry_run)
    done = "Nothing was kept (--dry-run)." if args.dry_run else f"Added the callbase {callbase.get('name')}, id {callbase.get('id')}."
    context.out.show(callbase, *report_parts(callbase.get("report") or {}), done)
    return OK


def upload_list(
    context: Context, path: Path | None, name: str | None = None, region: str | None = None, *, dry_run: bool = False
) -> dict[str, Any]:
    """Send the file with its progress shown, the server's reading too; gives the callbase with its report."""
    fields = {"name": name or (path.stem if path else ""), **given(region=region), **({"dry_run": "true"} if dry_run else {})}
    if path is None:
        return context.api.upload("/callbases", fields, None)
    size, key = file_size(path), new_key()
    with contextlib.ExitStack() as stack:
        shown = stack.enter_context(upload_progress(context.out, path.name, size))
        all_sent = stack.enter_context(import_watched(context.api, key, shown))

        def sent(done: int) -> None:
            shown.sent(done)
            if done >= size:
                all_sent.set()

        file = stack.enter_context(opened(path, sent))
        return context.api.upload("/callbases", fields, file, key)


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the callbases."""
    return show_list(args, context, "/callbases", COLUMNS)


def show(args: argparse.Namespace, context: Context) -> int:
    """Show a callbase and its subscribers."""
    path = thing_path(args, context, CALLBASE)
    callbase = context.api.get(path)
    subscribers = context.api.pages(f"{path}/subscribers", args.limit, given(q=args.search or None), args.cursor)
    about = facts(callbase, skip=("report",))
    context.out.show({**callbase, "subscribers": subscribers}, about, table(subscribers["items"], people.COLUMNS))
    tell_of_more(context, subscribers)
    return OK


def rename(args: argparse.Namespace, context: Context) -> int:
    """Change the name, or the region."""
    callbase = context.api.patch(thing_path(args, context, CALLBASE), {"name": args.name, **given(region=args.region)})
    context.out.show(callbase, facts(callbase, skip=("report",)))
    return OK


def export(args: argparse.Namespace, context: Context) -> int:
    """Save the subscribers."""
    target = args.output or STDOUT
    return save(context, f"{thing_path(args, context, CALLBASE)}/subscribers.{ending(target)}", target)


def delete(args: argparse.Namespace, context: Context) -> int:
    """Delete a callbase."""
    return delete_thing(args, context, CALLBASE)
