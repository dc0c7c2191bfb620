"""The command line as a whole: what it understands, and how a run ends."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from dozvon_client import VERSION, completion
from dozvon_client.command import Commands, Context
from dozvon_client.commands import (
    account,
    audio,
    callbases,
    calls,
    campaigns,
    complete,
    dial,
    dnc,
    gateways,
    profiles,
    users,
)
from dozvon_client.connect import connected, server
from dozvon_client.errors import BUG, EXIT_CODES, INTERRUPTED, OUTPUT_CLOSED, USAGE, ClientError, Unwritten, Usage
from dozvon_client.output import Output, writing
from dozvon_client.profiles import Server
from dozvon_client.program import PROGRAM
from dozvon_client.settings import DEFAULT_URL, ENVIRONMENT

NOUNS = (account, profiles, gateways, audio, callbases, dial, campaigns, calls, dnc, users, complete)
ABOUT = "Call a list of people over your own SIP gateway and play them a sound."
NO_TEXT = "It holds bytes that are not UTF-8."
FIRST_STEPS = f"""first steps:
  {PROGRAM} login --login admin
  {PROGRAM} audio add demo/message.wav
  {PROGRAM} callbase add demo/people.csv
  {PROGRAM} dial --gateway sandbox --audio message --callbase people --wait
"""


class _Parser(argparse.ArgumentParser):
    """Takes no shortened options, and tells a usage error with `--json` as a document too."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        if "--json" in sys.argv[1:]:
            Output(as_json=True).json(Usage(message).document())
        # Not the whole usage: of the long commands it would push the fault off the screen.
        self.exit(2, f"{self.prog}: {message}\nSee: {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = _Parser(prog=PROGRAM, description=ABOUT, epilog=_epilog(), formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="version", version=f"dozvon {VERSION}", help="the version of this program")
    _add_shared(parser, None, as_json=False)
    # The shared options may stand before or behind the command; behind it, they have no default that would undo what stood before.
    shared = argparse.ArgumentParser(add_help=False)
    _add_shared(shared, argparse.SUPPRESS, as_json=argparse.SUPPRESS)
    commands: Commands = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")
    commands.shared_options = shared
    for noun in NOUNS:
        noun.register(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code. Never raises but SystemExit of argparse (--help, wrong usage)."""
    let_everything_be_printed()
    try:
        try:
            return _run(argv)
        finally:
            with writing():
                sys.stdout.flush()  # --help is not written before
    except BrokenPipeError:
        # The reader of our output has gone (`| head`).
        _write_no_more()
        return OUTPUT_CLOSED
    except Unwritten as error:
        _write_no_more()
        with contextlib.suppress(OSError):  # stderr may go to the same place
            Output().note(f"The output can't be written: {error}.")
        return USAGE


def _run(argv: Sequence[str] | None) -> int:
    parser = build_parser()
    if "_ARGCOMPLETE" in os.environ:
        complete.answer(parser)  # the shell asks what could stand here; this ends the program
    args = parser.parse_args(argv)
    out = Output(args.json)
    try:
        _check_text(args)
        with _context(args, out) as context:
            return int(args.run(args, context))
    except (BrokenPipeError, Unwritten):
        raise
    except ClientError as error:
        out.failure(error)
        return error.exit_code
    except KeyboardInterrupt:
        out.failure(_ending("Interrupted.", INTERRUPTED))
        return INTERRUPTED
    except UnicodeEncodeError:
        # A file's name that would be sent, or a setting of the environment.
        out.failure(Usage(f"The name of a file or a setting is no valid text. {NO_TEXT}"))
        return USAGE
    except Exception as error:
        out.failure(_ending(f"A fault of this program ({type(error).__name__}: {error}). Please report it.", BUG))
        return BUG


def _check_text(args: argparse.Namespace) -> None:
    """Raises Usage for an argument with bytes that are no text: nothing of it could be sent. Files may have any names."""
    for value in vars(args).values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and not _is_text(one):
                raise Usage(f"An argument is no valid text: {one}. {NO_TEXT}")


def _is_text(words: str) -> bool:
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def _write_no_more() -> None:
    """Neither now nor at the exit, where Python writes what is left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _context(args: argparse.Namespace, out: Output) -> Iterator[Context]:
    # The commands about profiles work also when what is chosen does not.
    to = Server(DEFAULT_URL) if getattr(args, "needs_no_server", False) else server(args.url, args.profile)
    with connected(to, out.note) as api:
        yield Context(api, out, to)


def _add_shared(parser: argparse.ArgumentParser, nothing: Any, as_json: Any) -> None:
    parser.add_argument("--url", metavar="URL", default=nothing, help="the server (or DOZVON_URL)")
    profile = parser.add_argument("--profile", metavar="NAME", default=nothing, help="the server by a profile's name (or DOZVON_PROFILE)")
    completion.completes(profile, completion.profiles)
    parser.add_argument("--json", action="store_true", default=as_json, help="exactly one JSON document on stdout, all else on stderr")


def _epilog() -> str:
    codes = "\n".join(f"  {code:<4} {meaning}" for code, meaning in EXIT_CODES.items())
    variables = "\n".join(f"  {name:<24} {meaning}" for name, meaning in ENVIRONMENT.items())
    return f"{FIRST_STEPS}\neach command has its own help: {PROGRAM} dial --help\n\nexit codes:\n{codes}\n\nenvironment:\n{variables}"


def _ending(message: str, exit_code: int) -> ClientError:
    error = ClientError(message, code="interrupted" if exit_code == INTERRUPTED else "client_fault")
    error.exit_code = exit_code
    return error


def let_everything_be_printed() -> None:
    """A name in letters that the terminal does not have is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
