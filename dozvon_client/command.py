"""How a command is declared: its words, its help with an example, and the function that runs it."""

from __future__ import annotations

import argparse
import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dozvon_client.api import Api, path_to
from dozvon_client.completion import completes, names_of
from dozvon_client.errors import OK
from dozvon_client.names import Kind, find_id
from dozvon_client.output import Column, Output, table
from dozvon_client.profiles import Server
from dozvon_client.program import PROGRAM

LIMIT = 100
HELP_WIDTH = 78


@dataclass(frozen=True)
class Context:
    """What every command gets: the server, where to write to, and how the server was chosen."""

    api: Api
    out: Output
    server: Server | None = None


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


def command_on(
    commands: Commands, kind: Kind, name: str, run: Run, about: str, example: str, more: Sequence[str] = ()
) -> argparse.ArgumentParser:
    """Declare a command on one thing, which is its first argument (`thing_path` gives its path).

    Args:
        example: such a thing's name.
        more: what may stand behind it in the examples; one without anything unless given.
    """
    examples = [f"{kind.noun} {name} {example} {rest}".rstrip() for rest in more or ("",)]
    parser = command(commands, name, run, about, examples)
    add_thing(parser, kind, kind.noun)
    return parser


def add_thing(parser: argparse._ActionsContainer, kind: Kind, *flags: str, about: str = "", **settings: Any) -> None:
    """An option or argument that names a thing by its id or name; the shell completes the names."""
    word = kind.noun.upper()
    action = parser.add_argument(*flags, metavar=word, help=about or f"the {kind.word}'s {kind.id_field} or {kind.name_field}", **settings)
    completes(action, names_of(kind))


def thing_path(args: argparse.Namespace, context: Context, kind: Kind) -> str:
    """The path of the thing that a command is on, such as `/gateways/ID`."""
    return kind.path + path_to(find_id(context.api, kind, getattr(args, kind.noun)))


def delete_thing(args: argparse.Namespace, context: Context, kind: Kind) -> int:
    """DELETE the thing that a command is on."""
    path = thing_path(args, context, kind)
    context.api.delete(path)
    context.out.show({"deleted": path.rsplit("/", 1)[1]}, "Deleted.")
    return OK


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


def given(**params: str | None) -> dict[str, str]:
    """Those that are not None, for a query."""
    return {name: value for name, value in params.items() if value is not None}


def show_list(
    args: argparse.Namespace, context: Context, path: str, columns: Sequence[Column], params: dict[str, Any] | None = None
) -> int:
    """Fetch a list as `--limit` and `--cursor` say and show it."""
    page = context.api.pages(path, args.limit, params, args.cursor)
    shown = table(page["items"], columns) if page["items"] else "Nothing here."
    context.out.show(page, shown)
    tell_of_more(context, page)
    return OK


def tell_of_more(context: Context, page: dict[str, Any]) -> None:
    """Say on stderr that a list does not end here, when that is so."""
    if page["next_cursor"] and not context.out.as_json:
        context.out.note("There are more. See them all with --limit 0.")
