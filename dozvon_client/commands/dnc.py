"""`dnc list|add|remove|import|export`."""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path
from typing import Any

from dozvon_client.api import path_to
from dozvon_client.command import Commands, Context, add_limit, command, given, group, show_list
from dozvon_client.download import STDOUT, written
from dozvon_client.errors import OK, Usage
from dozvon_client.exports import ending
from dozvon_client.number_file import add_all, numbers_in, refusal
from dozvon_client.output import Column, table

COLUMNS = (Column("Number", "number"), Column("Since", "created_at"), Column("Reason", "reason"))
EXPORTED = ("number", "created_at", "reason")


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "dnc", "The do-not-call list: numbers that are never called, whoever put them there.")
    add_limit(command(inner, "list", list_all, "List the numbers that are never called.", ["dnc list"]))
    examples = ["dnc add +79440000012 '8 (944) 000-0013'", "dnc add +79440000012 --reason 'asked on the phone'"]
    parser = command(inner, "add", add, "Put numbers on the do-not-call list.", examples)
    parser.add_argument("numbers", nargs="+", metavar="NUMBER")
    _add_reading(parser)
    parser = command(inner, "remove", remove, "Take a number off the do-not-call list.", ["dnc remove +79440000012"])
    parser.add_argument("number", metavar="NUMBER", help="as `dnc list` shows it")
    about = (
        "Put the numbers of a file on the do-not-call list: text with a number a line, or CSV. Of a CSV with headings the columns named "
        "phone, mobile, телефон or the like are read, else those named number or номер; without headings, each cell that is a number. "
        "When a line is bad none is added, unless --skip-bad is given."
    )
    parser = command(inner, "import", import_file, about, ["dnc import never.txt", "dnc import never.csv --region RU --skip-bad"])
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--skip-bad", action="store_true", help="add the others, and tell which were bad")
    _add_reading(parser)
    about = "Save your entries of the do-not-call list as CSV (an admin: everybody's)."
    parser = command(inner, "export", export, about, ["dnc export -o never.csv", "dnc export > never.csv"])
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to: FILE.csv; without it stdout")


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", metavar="REGION", help="how local numbers are read (default RU)")
    parser.add_argument("--reason", metavar="TEXT", help="why, for whoever reads the list")


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the numbers."""
    return show_list(args, context, "/dnc", COLUMNS)


def add(args: argparse.Namespace, context: Context) -> int:
    """Add numbers."""
    answer = context.api.post("/dnc", {"numbers": args.numbers, **given(region=args.region, reason=args.reason)})
    context.out.show(answer, "On the do-not-call list now:", table(answer.get("items") or [], COLUMNS))
    return OK


def remove(args: argparse.Namespace, context: Context) -> int:
    """Take a number off."""
    context.api.delete(path_to("dnc", args.number))
    context.out.show({"deleted": args.number}, "Taken off.")
    return OK


def import_file(args: argparse.Namespace, context: Context) -> int:
    """Add the numbers of a file."""
    found = numbers_in(args.file)
    if not found.numbers and not found.bad:
        raise Usage(f"{args.file} has no numbers in it.")
    if found.bad and not args.skip_bad:
        raise refusal(found.bad)
    added, refused = add_all(context.api, found.numbers, given(region=args.region, reason=args.reason), skip_bad=args.skip_bad)
    bad = sorted(found.bad + refused, key=lambda one: one[0].line)
    rows = [{"line": one.line, "value": one.value, "reason": reason} for one, reason in bad]
    parts: list[Any] = [f"{_numbers(added)} {'is' if added == 1 else 'are'} on the do-not-call list now."]
    if rows:
        columns = (Column("Line", "line", True), Column("Value", "value"), Column("Reason", "reason"))
        parts.append(table(rows, columns, "Lines that were not taken"))
    context.out.show({"added": added, "rejected": rows}, *parts)
    return OK


def export(args: argparse.Namespace, context: Context) -> int:
    """Save the numbers."""
    target = args.output or STDOUT
    ending(target, ("csv",))
    if target == STDOUT and context.out.as_json:
        raise Usage("With --json, name a file with -o: the document goes to stdout.")
    items = context.api.pages("/dnc", 0)["items"]
    with written(target) as file:
        file.write(_csv(items).encode("utf-8-sig" if target != STDOUT else "utf-8"))
    if target != STDOUT:
        context.out.show({"file": str(target), "rows": len(items)}, f"Saved {target}, {_numbers(len(items))}.")
    return OK


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def _csv(items: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(EXPORTED)
    rows.writerows([_harmless(str(item.get(name) or "")) if name == "reason" else item.get(name) for name in EXPORTED] for item in items)
    return text.getvalue()


def _harmless(words: str) -> str:
    """What a person wrote, so that no spreadsheet takes it for a formula."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words
