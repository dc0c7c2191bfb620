"""`python -m bench.voicemail`: how right the detection of voicemail is on its whole corpus. Prints tables; writes nothing.

The corpus is made with espeak-ng (Debian: espeak-ng) in a folder that is removed again; it takes about a minute and a half. The defaults
of the parameters were chosen on the tuning set; the held-out set has other languages, voices and beeps, and tells how it really is.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np

from tests.listening.corpus import Case, Truth, cases
from tests.listening.score import Score, hear
from tests.listening.voices import Voices

WORDS = ("human", "machine", "unknown", "nothing")


def main(argv: Sequence[str]) -> int:
    """Gives the exit code: 1 when the corpus can't be made."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.voicemail", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", choices=("tuning", "held-out", "both"), default="both", help="which cases (%(default)s)")
    parser.add_argument("--wrong", action="store_true", help="name each case that went wrong")
    args = parser.parse_args(argv)
    if shutil.which("espeak-ng") is None:
        print("espeak-ng is not installed; on Debian: apt-get install espeak-ng", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        voices = Voices(Path(folder))
        for name, held_out in (("tuning", False), ("held-out", True)):
            if args.set in (name, "both"):
                _show(name, [case for case in cases() if case.held_out == held_out], voices, args.wrong)
    return 0


def _show(name: str, chosen: list[Case], voices: Voices, wrong: bool) -> None:
    score = Score(hear(case, voices) for case in chosen)
    print(f"\n{name}: {len(chosen)} calls\n\n{'truth':<10}" + "".join(f"{word:>10}" for word in WORDS))
    for truth in get_args(Truth):
        print(f"{truth:<10}" + "".join(f"{score.confusion[truth, word]:>10}" for word in WORDS))
    waits, delays = np.array(score.waits_ms), np.array(score.beep_delays_ms)
    print(f"\nhuman or machine right      {score.right:8.1%}")
    print(f"a human waits, ms           {_spread(waits)}")
    print(f"talked over                 {score.interrupted:8.1%} of those told as humans")
    print(f"beeps found within 300 ms   {score.beeps_found:8.1%} of {score.beeps}")
    print(f"told after the beep, ms     {_spread(delays)}")
    print(f"false or early beeps        {score.false_beeps:8.1%} of {len(chosen)}")
    print(f"CPU while it listens        {score.cpu_percent:8.2f} % of a core a line")
    if wrong:
        print("\n" + "\n".join(score.wrong))


def _spread(values: np.ndarray) -> str:
    median, most, last = np.percentile(values, [50, 90, 100])
    return f"{median:8.0f} median, {most:.0f} p90, {last:.0f} longest"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
