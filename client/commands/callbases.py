"""`callbase add|list|show|delete`, and the report of an import as a table."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from client.api import path_to
from client.command import Commands, Context, add_limit, command, group, show_list
from client.errors import OK, Usage
from client.names import find_id
from client.output import Column, facts, table
from client.progress import upload_progress
from client.upload import file_size, opened

COLUMNS = (Column("Id", "id"), Column("Name", "name"), Column("Region", "region"), Column("Subscribers", "total", True))
SUBSCRIBERS = (Column("Id", "cid"), Column("Name", "name"), Column("Number", "number"), Column("Comment", "comment"))
DETAILS = (Column("Line", "line", True), Column("Value", "value"), Column("Reason", "reason"))
REPORT = (
    ("rows", "rows in the file"),
    ("accepted", "accepted"),
    ("duplicates", "duplicates, left out"),
    ("rejected", "rejected"),
    ("do_not_call", "of the accepted on the do-not-call list (kept, never dialled)"),
)


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "callbase", "Callbases: named lists of subscribers, the people to call.")
    about = (
        "Upload a list of subscribers: CSV, plain text or JSON with the columns name, number, comment. "
        "Shows which lines were not taken, and why. Without a file the callbase is empty."
    )
    examples = ["callbase add people.csv", 'callbase add people.csv --name "October" --region RU --dry-run']
    parser = command(inner, "add", add, about, examples)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
    parser.add_argument("--name", metavar="NAME", help="default: the file's name without its ending")
    parser.add_argument("--region", metavar="REGION", help="how local numbers are read (default RU)")
    parser.add_argument("--dry-run", action="store_true", help="only show the report; nothing is kept")
    add_limit(command(inner, "list", list_all, "List the callbases.", ["callbase list"]))
    parser = command(inner, "show", show, "Show a callbase and its subscribers.", ["callbase show people --search Иван"])
    parser.add_argument("callbase", metavar="CALLBASE", help="the callbase's id or name")
    parser.add_argument("--search", metavar="TEXT", help="only subscribers with this in the name, number or comment")
    add_limit(parser)
    parser = command(inner, "delete", delete, "Delete a callbase that no running campaign uses.", ["callbase delete people"])
    parser.add_argument("callbase", metavar="CALLBASE", help="the callbase's id or name")


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
    """Send the file with its progress shown; gives the callbase with its report."""
    fields = {"name": name or (path.stem if path else "")}
    if region:
        fields["region"] = region
    if dry_run:
        fields["dry_run"] = "true"
    with contextlib.ExitStack() as stack:
        file = None
        if path is not None:
            progress = stack.enter_context(upload_progress(context.out, path.name, file_size(path)))
            file = stack.enter_context(opened(path, progress))
        return context.api.upload("/callbases", fields, file)


def report_parts(report: dict[str, Any]) -> list[RenderableType]:
    """The report of an import: the sums, then the lines that were not taken with their reasons."""
    sums = [{"count": report[name], "what": words} for name, words in REPORT if name in report]
    parts: list[RenderableType] = [table(sums, (Column("Count", "count", True), Column("What", "what")))] if sums else []
    details = report.get("details") or []
    if details:
        parts.append(table(details, DETAILS, "Lines that were not taken"))
        left = report.get("rejected", 0) + report.get("duplicates", 0) - len(details)
        if left > 0:
            parts.append(f"... and {left} more.")
    return parts


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the callbases."""
    return show_list(args, context, "/callbases", COLUMNS)


def show(args: argparse.Namespace, context: Context) -> int:
    """Show a callbase and its subscribers."""
    path = _path(args, context)
    callbase = context.api.get(path)
    subscribers = context.api.pages(f"{path}/subscribers", args.limit, {"q": args.search} if args.search else None, args.cursor)
    about = facts(callbase, skip=("report",))
    context.out.show({**callbase, "subscribers": subscribers}, about, table(subscribers["items"], SUBSCRIBERS))
    if subscribers["next_cursor"] and not context.out.as_json:
        context.out.note("There are more. See them all with --limit 0.")
    return OK


def delete(args: argparse.Namespace, context: Context) -> int:
    """Delete a callbase."""
    path = _path(args, context)
    context.api.delete(path)
    context.out.show({"deleted": path.rsplit("/", 1)[1]}, "Deleted.")
    return OK


def _path(args: argparse.Namespace, context: Context) -> str:
    return path_to("callbases", find_id(context.api, "/callbases", "callbase", args.callbase))
