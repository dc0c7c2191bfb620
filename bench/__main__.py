"""`make bench`, or `python -m bench`: measures the running service beside SIPp's own caller, prints a table, writes a JSON file.

a: CPU a line; b: memory; c: calls a second and CPU a call; d: from 200 OK to the first packet; e: gaps between packets; f: use of the
lines; g: the API under load; h: a list of a million; i: lists that come in and go out. All of it takes about 31 minutes and wants the
machine for itself. Linux; SIPp is Debian's sip-tester.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench import report
from bench.figures import scenarios
from bench.plan import FULL, QUICK, Plan
from bench.sipp import installed

LETTERS = "abcdefghi"


def _letters(text: str) -> set[str]:
    letters = {part.strip() for part in text.split(",")}
    if not letters or letters - set(LETTERS):
        raise argparse.ArgumentTypeError(f"give letters of {', '.join(LETTERS)}")
    return letters


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The flags."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=_letters, default=set(LETTERS), metavar="a,c", help="only these figures")
    parser.add_argument("--quick", action="store_true", help="20 lines and short runs, under two minutes: shows that it works")
    parser.add_argument("--lines", type=_numbers, metavar="N,N", help="other numbers of lines, for all runs")
    parser.add_argument("--message-s", type=float, metavar="S", help="another length of the long message")
    parser.add_argument("--callee", choices=("silent", "back", "both"), default="both", help="whether the callee sends sound back (both)")
    parser.add_argument("--no-sipp", action="store_true", help="the service alone")
    parser.add_argument("--out", type=Path, default=Path("bench/results/latest.json"), help="the JSON file (%(default)s)")
    return parser.parse_args(argv)


def _plan(args: argparse.Namespace) -> Plan:
    plan = QUICK if args.quick else FULL
    if args.lines:
        lines: tuple[int, ...] = args.lines
        plan = replace(plan, lines=lines, rate_lines=lines, fill=(lines[0], plan.fill[1]), api=(lines[0], plan.api[1]))
    backs = {"silent": (False,), "back": (True,), "both": (False, True)}[args.callee]
    return replace(plan, backs=backs, message_s=args.message_s or plan.message_s)


def main(argv: Sequence[str]) -> int:
    """Gives the exit code: 1 when a run did not come to its end."""
    args = parse(argv)
    with_sipp = not args.no_sipp and installed()
    if not with_sipp:
        print("Without SIPp's figures" + ("" if args.no_sipp else ": it is not installed (Debian: sip-tester)"), file=sys.stderr)
    facts = report.machine()
    began = time.monotonic()
    figures = []
    troubles: list[str] = []

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text}", file=sys.stderr, flush=True)
        troubles.extend([text] if text.startswith(" ") else [])

    for scenario in scenarios(_plan(args), args.only):
        figures += scenario.figures(args.only, with_sipp, tell)
        report.write(args.out, figures, facts)  # after each: what is there is there
    report.show(figures, facts)
    print(f"The figures are in {args.out}")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
