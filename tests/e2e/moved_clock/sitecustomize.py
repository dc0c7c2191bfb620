"""On PYTHONPATH of the service's processes: moves the clock on the wall, as the test says in a file, without the machine's.

The file that `MOVED_CLOCK` names holds milliseconds. Clocks that only count on (time.monotonic) are left alone, as in real life.
"""

import os
import time
from pathlib import Path

_PLACE = Path(os.environ["MOVED_CLOCK"])
_real_ns = time.time_ns


def _time_ns() -> int:
    return _real_ns() + int(_PLACE.read_text()) * 1_000_000


def _time() -> float:
    return _time_ns() / 1e9


time.time_ns = _time_ns
time.time = _time
