"""How a command is declared: its words, its help with an example, and the function that runs it."""

from __future__ import annotations

import argparse
import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from client.api import Api
from client.errors import OK
from client.output import Column, Output, table

PROGRAM = "python api_client.py"
LIMIT = 100
HELP_WIDTH = 78


@dataclass(frozen=True)
class Context:
    """What every command gets: the server, and where to write to."""

    api: Api
    out: Output


Run = Callable[[argparse.Namespace, Context], int]
# argparse's own type of `add_subparsers()` is private.
Commands = Any


def group(commands: Commands, name: str, about: str) -> Commands:
    """Declare a noun, such as `gateway`; gives what its commands are declared on."""
    parser = commands.add_parser(name, help=about, description=about, parents=[commands.shared_options])
    inner = parser.add_subparsers(metavar="COMMAND", required=True, dest=f"{name}_command")
    inner.shared_options = commands.shared_options
    return inner


def command(commands: Commands, name: str, run: Run, about: str, examples: Sequence[str]) -> argparse.ArgumentParser:
    """Declare a command.

    Args:
        run: does it; gives the exit code.
        about: what it does, in a sentence or two.
        examples: the words behind the program's name.
    """
    lines = "\n".join(f"  {PROGRAM} {example}" for example in examples)
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about.split(". ")[0].rstrip("."),
        description=textwrap.fill(about, HELP_WIDTH),
        epilog=f"example{'s' if len(examples) > 1 else ''}:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[commands.shared_options],
    )
    parser.set_defaults(run=run)
    return parser


def add_limit(parser: argparse.ArgumentParser) -> None:
    """The options of every list."""
    parser.add_argument("--limit", type=at_least(0), default=LIMIT, metavar="N", help=f"at most N rows; 0: all (default {LIMIT})")
    parser.add_argument("--cursor", metavar="CURSOR", help="go on where a list ended (its next_cursor)")


def at_least(least: int) -> Callable[[str], int]:
    """An option's type: a whole number of at least `least`."""

    def whole(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(f"must be a whole number of at least {least}")
        return number

    return whole


def rate(text: str) -> float:
    """An option's type: so many a second."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("must be a number above 0")
    return number


def show_list(
    args: argparse.Namespace, context: Context, path: str, columns: Sequence[Column], params: dict[str, Any] | None = None
) -> int:
    """Fetch a list as `--limit` and `--cursor` say and show it."""
    page = context.api.pages(path, args.limit, params, args.cursor)
    shown = table(page["items"], columns) if page["items"] else "Nothing here."
    context.out.show(page, shown)
    if page["next_cursor"] and not context.out.as_json:
        context.out.note("There are more. See them all with --limit 0.")
    return OK
