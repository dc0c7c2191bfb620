"""When the first frame of a sound went out.

Every 20 ms the library's bridge takes a frame of each sound that plays and sends it. It does not tell when its ticks fall. They are worked
out from what is seen anyway: how many frames had gone at some moment, and when a sound came to its end. Only where that is not enough are
there looks of their own.
"""

from __future__ import annotations

import math

TICK_S = 0.02
SURE_S = 0.003  # a window so narrow is good enough
LATE_S = 0.005  # a tick, or the word of an end, may come so late on a busy machine
EDGE_S = 0.003  # so far the beat as it is known, or a look, may be off
CLOCK_RUNS_ON_S = 0.8  # the library stops its clock a second after the last call; started anew it is out of step


class Beat:
    """The ticks of one agent's bridge, which all its calls share. Times are seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._tick_at: float | None = None
        self._sounds = 0
        self._runs_until = 0.0

    def begin(self, now: float) -> None:
        """A sound begins to play."""
        if self._sounds == 0 and now > self._runs_until:
            self._tick_at = None
        self._sounds += 1

    def end(self, now: float) -> None:
        """A sound that began has ended, and its call too."""
        self._sounds -= 1
        self._runs_until = now + CLOCK_RUNS_ON_S

    def learn(self, tick_at: float) -> float:
        """A tick was seen at this moment. Gives when it was: of what is seen, the earliest is the truest."""
        if self._tick_at is not None:
            late = (tick_at - self._tick_at + TICK_S / 2) % TICK_S - TICK_S / 2
            if 0 < late <= LATE_S:
                return tick_at - late
        self._tick_at = tick_at
        return tick_at

    def next_after(self, moment: float) -> float | None:
        """The first tick after a moment; None while nothing is known."""
        return None if self._tick_at is None else moment + (self._tick_at - moment) % TICK_S


class FirstFrame:
    """When a sound's first frame went out: a window that each look makes narrower, and the beat, which tells where in it.

    Args:
        before, after: between these moments the sound was connected. Its first frame goes out with the next tick.
        frame: samples of the sound that go out with each tick.
    """

    def __init__(self, beat: Beat, before: float, after: float, frame: int) -> None:
        self._beat = beat
        self._low, self._high = before, after + TICK_S
        self._frame = frame
        self._tick = beat.next_after(before)

    @property
    def at(self) -> float:
        """The best that is known."""
        middle = (self._low + self._high) / 2
        best = min(self._ticks(), key=lambda tick: abs(tick - middle), default=middle)
        return min(max(best, self._low), self._high)

    def look_at(self, now: float) -> float | None:
        """When a look would halve the window next; None when it need not."""
        if len(self._ticks()) == 1 or self._high - self._low <= SURE_S:
            return None
        middle = (self._low + self._high) / 2
        return middle + math.ceil(max(0.0, now - middle) / TICK_S) * TICK_S

    def seen(self, before: float, after: float, position: int) -> None:
        """Between these moments `position` samples of the sound had gone out."""
        frames = math.ceil(position / self._frame)
        self._narrow(before - frames * TICK_S, after - (frames - 1) * TICK_S)
        if not self._ticks() and self._high - self._low <= SURE_S:
            self._tick = self.at
            self._beat.learn(self._high)

    def ended(self, at: float, length: int) -> None:
        """At this moment the tick after the last of `length` samples was told."""
        first = at - math.ceil(length / self._frame) * TICK_S
        if self._low - LATE_S <= first <= self._high + LATE_S:  # else it was held up on its way
            self._tick = self._beat.learn(first)
            self._narrow(first - LATE_S, first)

    def _ticks(self) -> list[float]:
        """The beat's ticks in the window. Of those at its edges the true one may be just outside."""
        if self._tick is None:
            return []
        near = (self._tick - TICK_S, self._tick, self._tick + TICK_S)
        return [tick for tick in near if self._low - EDGE_S <= tick <= self._high + EDGE_S]

    def _narrow(self, low: float, high: float) -> None:
        if low <= self._high + EDGE_S and high >= self._low - EDGE_S:  # else it was held up
            low, high = max(self._low, low), min(self._high, high)
            self._low, self._high = min(low, high), max(low, high)
