"""The service with SIP's timers B, F and D at 6 s in place of 32: `python tests/interop/short_timers.py`, flags as of main.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import main
from dialer.dialer import Dialer

TIMER_B_MS = 6_000

if __name__ == "__main__":
    defaults = Dialer.__init__.__kwdefaults__
    assert defaults is not None
    assert defaults["timer_b_ms"] == 32_000
    defaults["timer_b_ms"] = TIMER_B_MS
    sys.exit(main.main(sys.argv[1:]))
