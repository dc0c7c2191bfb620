"""When the first frame of a sound went out, from what is seen of a bridge that ticks every 20 ms. Time is passed in."""

from __future__ import annotations

import math
import random

import pytest

from sip.beat import CLOCK_RUNS_ON_S, TICK_S, Beat, FirstFrame

FRAME = 160
LENGTH = 10 * FRAME - 40  # the last frame is not full


class Bridge:
    """Ticks at `phase` + n * 20 ms; a sound that was connected goes out from the next tick on."""

    def __init__(self, phase: float) -> None:
        self._phase = phase

    def first_after(self, moment: float) -> float:
        return moment + (self._phase - moment) % TICK_S

    def position(self, connected_at: float, at: float) -> int:
        first = self.first_after(connected_at)
        return 0 if at < first else (math.floor((at - first) / TICK_S) + 1) * FRAME

    def end(self, connected_at: float) -> float:
        return self.first_after(connected_at) + math.ceil(LENGTH / FRAME) * TICK_S


def connect(beat: Beat, at: float) -> FirstFrame:
    beat.begin(at)
    return FirstFrame(beat, at, at, FRAME)


def looked_after(bridge: Bridge, first: FirstFrame, at: float) -> int:
    """Makes the looks that are asked for; gives how many."""
    now, looks = at, 0
    while (due := first.look_at(now)) is not None:
        now = max(now, due) + 0.0002
        first.seen(now, now, bridge.position(at, now))
        looks += 1
    return looks


@pytest.mark.parametrize("seed", range(20))
def test_a_few_looks_find_the_first_frame_of_an_agents_first_call(seed: int) -> None:
    chance = random.Random(seed)
    bridge, at = Bridge(chance.uniform(0, TICK_S)), 100 + chance.uniform(0, 1)
    first = connect(Beat(), at)
    assert looked_after(bridge, first, at) <= 3
    assert abs(first.at - bridge.first_after(at)) < 0.003


@pytest.mark.parametrize("seed", range(20))
def test_the_end_of_a_sound_tells_its_begin_and_that_of_calls_cut_short(seed: int) -> None:
    chance = random.Random(seed)
    bridge, beat, at = Bridge(chance.uniform(0, TICK_S)), Beat(), 100 + chance.uniform(0, 1)
    for _ in range(5):
        heard = connect(beat, at)
        heard.ended(bridge.end(at) + chance.uniform(0, 0.002), LENGTH)
        assert abs(heard.at - bridge.first_after(at)) < 0.0025
        beat.end(at + 0.3)
        at += 0.3 + chance.uniform(0, CLOCK_RUNS_ON_S)
    cut_short = connect(beat, at)
    looked_after(bridge, cut_short, at)
    cut_short.seen(at + 0.2, at + 0.2, bridge.position(at, at + 0.2))
    assert abs(cut_short.at - bridge.first_after(at)) < 0.003


def test_what_is_known_of_the_beat_costs_no_look() -> None:
    bridge, beat = Bridge(0.011), Beat()
    connect(beat, 100.0).ended(bridge.end(100.0), LENGTH)
    assert connect(beat, 100.6).look_at(100.6) is None


@pytest.mark.parametrize("off", [-0.002, 0, 0.002])
def test_one_look_is_enough_where_the_tick_may_be_at_either_edge(off: float) -> None:
    bridge = Bridge(0.011)
    for step in range(200):
        beat = Beat()
        beat.begin(99.0)
        beat.learn(99.011 + off)
        at = 100 + step * TICK_S / 200
        first = connect(beat, at)
        assert looked_after(bridge, first, at) <= 1
        assert abs(first.at - bridge.first_after(at)) <= abs(off) + 1e-6


def test_a_clock_that_was_stopped_begins_anew() -> None:
    beat = Beat()
    connect(beat, 100.0).ended(Bridge(0.011).end(100.0), LENGTH)
    beat.end(100.2)
    later = Bridge(0.003)
    first = connect(beat, 103.0)
    assert first.look_at(103.0) is not None
    looked_after(later, first, 103.0)
    assert abs(first.at - later.first_after(103.0)) < 0.003


def test_a_sound_that_was_held_keeps_its_begin() -> None:
    bridge, beat = Bridge(0.011), Beat()
    first = connect(beat, 100.0)
    looked_after(bridge, first, 100.0)
    first.seen(101.0, 101.0, bridge.position(100.0, 100.4))  # it stood still for 0.6 s
    first.ended(bridge.end(100.0) + 0.6, LENGTH)
    assert abs(first.at - 100.011) < 0.003
