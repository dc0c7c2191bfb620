"""The runs from which the figures come. Each starts a callee and a caller afresh, measures, and stops both; each wait has its limit."""

from __future__ import annotations

import heapq
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bench.api_latency import Prober
from bench.callee.signalling import ring_s
from bench.heard import Heard
from bench.load import Caller, Load, number
from bench.peer import CalleeProcess
from bench.plan import Plan
from bench.service import ServiceCaller
from bench.window import Moment, TooLong, Window, wait_until

START_LIMIT_S = 30.0  # an engine that takes longer is broken
UP = 0.9  # of the lines: calls that end and calls that begin leave some free
END_LIMIT_S = 45.0  # a BYE without an answer takes 32 s
MOST_NUMBERS = 100_000  # of one campaign

Values = dict[str, float]
MakeCaller = Callable[[], Caller]


@contextmanager
def _up(make: MakeCaller, load: Load) -> Iterator[tuple[Caller, CalleeProcess]]:
    """A callee, and a caller that is ready for calls to it."""
    with (
        tempfile.TemporaryDirectory(prefix="dozvon-bench-") as folder,
        CalleeProcess(Path(folder), load.lines, load.back, ring_s=load.ring_s, spread=load.ring_s > 0) as peer,
    ):
        caller = make()
        try:
            caller.start(peer.port, load, Path(folder))
            yield caller, peer
        except TooLong as error:
            raise TooLong(f"{error}\n{caller.told()}") from error
        finally:
            caller.stop()


def long_calls(make: MakeCaller, plan: Plan, lines: int, back: bool) -> Values:
    """a, b, d, e: all lines are up with a long message."""
    load = Load(lines, back, plan.message_s)
    values: Values = {}
    with _up(make, load) as (caller, peer):
        window = _window_of_long_calls(caller, peer, load, plan.cycles, values)
        values["cpu_a_line"] = 100 * window.cpu_s / window.count("line_s")
        if isinstance(caller, ServiceCaller):
            values["cpu_a_line_main"] = 100 * window.main_cpu_s / window.count("line_s")
        values["lines_up"] = window.count("line_s") / window.seconds
        values["memory_long"] = caller.memory_mb()
        values |= window.disturbance()
        _cut(caller, peer, load)
        if isinstance(caller, ServiceCaller):
            values["memory_idle"] = caller.memory_mb()
        values |= _sound(peer.heard())
    return values | {f"{name}_a_line": values[name] / lines for name in ("memory_long", "memory_idle") if name in values}


def _window_of_long_calls(caller: Caller, peer: CalleeProcess, load: Load, cycles: int, values: Values) -> Window:
    began = time.monotonic()
    caller.dial(0, load.lines * (cycles + 4))
    wait_until(lambda: peer.stats()["live"] >= UP * load.lines, START_LIMIT_S, f"{load.lines} calls are up with {caller.name}")
    values["start"] = time.monotonic() - began
    start = Moment.now(caller, peer)
    time.sleep(cycles * load.sound_s)
    return Window(start, Moment.now(caller, peer), caller.main_pid())


def _cut(caller: Caller, peer: CalleeProcess, load: Load) -> None:
    caller.cut()
    wait_until(lambda: peer.stats()["live"] == 0, END_LIMIT_S + load.sound_s, f"{caller.name}'s calls end")


def _sound(heard: Heard) -> Values:
    values: Values = {"lost": heard.lost, "silent_calls": heard.silent_calls}
    if len(heard.gaps):
        values |= {"gap_median": float(np.median(heard.gaps)), "gap_p99": float(np.percentile(heard.gaps, 99))}
        values |= {"gap_max": float(heard.gaps.max())}
        values |= {"first_median": float(np.median(heard.first)), "first_p95": float(np.percentile(heard.first, 95))}
    return values


def short_calls(make: MakeCaller, plan: Plan, lines: int, back: bool) -> Values:
    """b, c: as many short calls as the lines carry, answered at once."""
    load = Load(lines, back, 0.5, lead_in_ms=0, tail_ms=0)
    calls = min(MOST_NUMBERS, round(2 * lines * plan.rate_s))
    limit_s = 8 * plan.rate_s + 60
    values: Values = {}
    with _up(make, load) as (caller, peer):
        caller.dial(0, calls)
        _wait_for_calls(peer, 0.2 * calls, limit_s)
        start = Moment.now(caller, peer)
        _wait_for_calls(peer, 0.6 * calls, limit_s)
        window = Window(start, Moment.now(caller, peer), caller.main_pid())
        values["memory_short"] = caller.memory_mb()
        values["memory_short_a_line"] = values["memory_short"] / lines
        values["calls_a_second"] = window.count("ended") / window.seconds
        values["cpu_a_call"] = 1000 * window.cpu_s / window.count("ended")
        if isinstance(caller, ServiceCaller):
            values["cpu_a_call_main"] = 1000 * window.main_cpu_s / window.count("ended")
        values |= window.disturbance()
        values["not_delivered"] = calls - _delivered(caller, limit_s)
        sound = _sound(peer.heard())
    return values | {name: sound[name] for name in ("silent_calls", "first_median", "first_p95") if name in sound}


def _wait_for_calls(peer: CalleeProcess, count: float, limit_s: float) -> None:
    wait_until(lambda: peer.stats()["ended"] >= count, limit_s, f"{count:.0f} calls have ended", 0.05)


def _delivered(caller: Caller, limit_s: float) -> int:
    result: list[int] = []

    def asked() -> bool:
        found = caller.finished()
        result.extend([] if found is None else [found])
        return found is not None

    wait_until(asked, limit_s, f"{caller.name} has ended all calls and written them down", 0.5)
    return result[0]


def fill(make: MakeCaller, plan: Plan) -> Values:
    """f: how well the lines are used by calls of mixed length: phones ring for 0 to some seconds, by their number."""
    lines, calls = plan.fill
    load = Load(lines, False, plan.fill_message_s, ring_s=plan.fill_ring_s)
    ideal = ideal_makespan([load.sound_s + ring_s(number(index), load.ring_s) for index in range(lines, lines + calls)], lines)
    limit_s = 4 * ideal + 60
    with _up(make, load) as (caller, peer):
        caller.dial(0, lines)  # so that the lines are ready; their start is a figure of its own
        _delivered(caller, limit_s)
        peer.heard()
        caller.dial(lines, calls)
        delivered = _delivered(caller, limit_s)
        makespan = peer.heard().span_s
    return {"line_use": 100 * ideal / makespan, "makespan": makespan, "not_delivered": calls - delivered}


def ideal_makespan(lengths: list[float], lines: int) -> float:
    """How long calls of these lengths take when each free line takes the next one at once."""
    free_at = [0.0] * lines
    for length in lengths:
        heapq.heapreplace(free_at, free_at[0] + length)
    return max(free_at)


def api(plan: Plan, short: bool) -> Values:
    """g: how fast the API answers while the lines are busy with long calls, or with short ones."""
    lines, seconds = plan.api
    load = Load(lines, False, 0.5, 0, 0) if short else Load(lines, False, plan.message_s)
    service = ServiceCaller()
    with _up(lambda: service, load) as (caller, peer):
        calls = (seconds + 40) * lines / load.sound_s
        caller.dial(0, min(MOST_NUMBERS, round(calls)))
        wait_until(lambda: peer.stats()["most"] >= UP * lines, START_LIMIT_S, f"{lines} calls are up")
        prober = Prober(*service.address, service.campaign)
        times_ms = prober.run(seconds)
        if peer.stats()["live"] == 0:
            raise TooLong("the calls ended before the API was measured")
        _cut(caller, peer, load)
    return {"api_p50": float(np.percentile(times_ms, 50)), "api_p99": float(np.percentile(times_ms, 99)), "api_max": float(max(times_ms))}
