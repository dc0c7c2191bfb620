"""A stretch of time while calls are up, and what was used in it: the difference of two moments."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench import procs
from bench.load import Caller
from bench.peer import CalleeProcess


class TooLong(RuntimeError):
    """Something did not happen in time; the text tells what."""


def wait_until(true: Callable[[], bool], limit_s: float, what: str, every_s: float = 0.1) -> None:
    """Blocks until `true()`; raises TooLong after `limit_s`."""
    end = time.monotonic() + limit_s
    while not true():
        if time.monotonic() > end:
            raise TooLong(f"not within {limit_s:g} s: {what}")
        time.sleep(every_s)


@dataclass(frozen=True)
class Moment:
    """All counters at one time. `at` in seconds of the monotonic clock."""

    at: float
    usage: procs.Usage
    stats: dict[str, Any]
    busy_s: float
    own_s: float

    @classmethod
    def now(cls, caller: Caller, peer: CalleeProcess) -> Moment:
        """Reads the counters, the ones that change fastest together."""
        usage, stats, at = caller.usage(), peer.stats(), time.monotonic()
        return cls(at, usage, stats, procs.machine_busy_s(), time.process_time())


@dataclass(frozen=True)
class Window:
    """Between two moments."""

    start: Moment
    end: Moment
    main_pid: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end.at - self.start.at

    @property
    def cpu_s(self) -> float:
        """CPU seconds of all the caller's processes."""
        return self.end.usage.since(self.start.usage)

    @property
    def main_cpu_s(self) -> float:
        """CPU seconds of its main process."""
        return self.end.usage.since(self.start.usage, only=self.main_pid)

    def count(self, name: str) -> float:
        """How far a counter of the callee's went."""
        return float(self.end.stats[name] - self.start.stats[name])

    def disturbance(self) -> dict[str, float]:
        """What says whether the figures can be trusted: percent of a core used by the callee and by all others, and the callee's losses."""
        callee_s = self.count("cpu_s")
        others_s = self.end.busy_s - self.start.busy_s - self.cpu_s - callee_s - (self.end.own_s - self.start.own_s)
        return {
            "callee_cpu": 100 * callee_s / self.seconds,
            "others_cpu": 100 * max(0.0, others_s) / self.seconds,
            "repeated": self.count("repeated"),
            "dropped": self.count("dropped"),
        }
