"""The long crash test: `python -m bench.crash --kills 200` kills processes of the service until that many have died, in rounds, each with a
fresh data folder and a SIPp of its own. Prints a table, then the same as one line of JSON; the exit code is 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.crashes import round as crash_round
from tests.crashes.round import Round

KILLS_A_ROUND = 25  # more would be one long list of campaigns in one database; SIPp ends by itself after half an hour
FIGURES = ("campaigns", "targets", "calls", "dialogs", "interrupted", "rows without a dialog", "taken back", "extra", "lost")


def main(argv: Sequence[str]) -> int:
    """The command. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.crash", description="Kills the service again and again; nobody is called twice.")
    parser.add_argument("--kills", type=int, default=200, help="how many processes are killed (default %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(1_000_000), help="who is killed when (default: by chance)"
    )
    parser.add_argument("--json", type=Path, help="a file for the figures as JSON")
    parser.add_argument(
        "--keep", type=Path, help="a folder for databases and logs (default: a temporary one, kept when something is wrong)"
    )
    asked = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the round ends its processes
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="dozvon-crash-"))
    print(f"seed {asked.seed}, files in {folder}", flush=True)
    rounds = _run(folder, asked.seed, asked.kills)
    figures = _figures(asked.seed, rounds)
    _print_table(rounds, figures)
    text = json.dumps(figures)
    if asked.json:
        asked.json.write_text(text + "\n")
    print(text)
    if figures["faults"]:
        return 1
    if not asked.keep:
        shutil.rmtree(folder)
    return 0


def _run(folder: Path, seed: int, kills: int) -> list[Round]:
    rounds: list[Round] = []
    while (left := kills - sum(one.kills.total() for one in rounds)) > 0:
        place = folder / f"round{len(rounds) + 1}"
        place.mkdir(parents=True, exist_ok=True)
        print(f"round {len(rounds) + 1}, seed {seed + len(rounds)}", flush=True)
        rounds.append(crash_round.run(place, seed + len(rounds), min(left, KILLS_A_ROUND), _say))
        for fault in rounds[-1].faults:
            print(f"  WRONG: {fault}", flush=True)
    return rounds


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _figures(seed: int, rounds: list[Round]) -> dict[str, object]:
    kills: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for one in rounds:
        kills += one.kills
        sums += one.figures
    return {
        "seed": seed,
        "rounds": len(rounds),
        "seconds": round(sum(one.seconds for one in rounds), 1),
        "kills": kills.total(),
        "kills_by_kind": dict(sorted(kills.items())),
        **{word.replace(" ", "_"): sums[word] for word in FIGURES},
        "faults": [fault for one in rounds for fault in one.faults],
    }


def _print_table(rounds: list[Round], figures: dict[str, object]) -> None:
    heads = ("round", "kills", "seconds", *FIGURES, "faults")
    print("\n" + " | ".join(heads))
    for number, one in enumerate(rounds, 1):
        cells = [number, one.kills.total(), round(one.seconds), *(one.figures[word] for word in FIGURES), len(one.faults)]
        print(" | ".join(f"{cell:>{len(head)}}" for head, cell in zip(heads, cells, strict=True)))
    for kind, count in figures["kills_by_kind"].items():  # type: ignore[attr-defined]
        print(f"  {count:>4} x {kind}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
