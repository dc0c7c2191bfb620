"""How fast calls may start: `calls_per_second` of a gateway and of a campaign. Pure; time is passed in, in seconds."""

from __future__ import annotations

import math
from collections import deque

NO_LIMIT = 1_000_000
# An INVITE leaves its agent up to some milliseconds after the dialer's word. So much may one be later than the others, and still no more
# are seen on the wire in any sliding second than allowed.
WIRE_S = 0.04
# Starts that are late by no more than this, as the machine was busy, are made up for; longer, and none were wanted: nothing is saved up.
CATCH_UP_S = 0.25


class Pace:
    """Spreads starts evenly, and never lets more than allowed into a sliding second.

    With N the rate rounded up, N + 1 starts take at least N/rate seconds and `WIRE_S`: in no sliding second are there more than N, and at
    a rate of 0.2 they are 5 s apart.

    Args:
        rate: starts a second; None for no limit.
    """

    def __init__(self, rate: float | None) -> None:
        self.rate = rate
        self._due = -math.inf  # when the next start would be if all were in time
        self._starts: deque[float] = deque(maxlen=self._count)  # the newest ones

    @property
    def _count(self) -> int:
        return 1 if self.rate is None else math.ceil(self.rate)

    @property
    def _window(self) -> float:
        """How long `_count` starts must take, in seconds."""
        return 0.0 if self.rate is None else self._count / self.rate + WIRE_S

    def next_at(self) -> float:
        """The earliest moment of the next start."""
        full = len(self._starts) == self._count
        return -math.inf if self.rate is None else max(self._due, self._starts[0] + self._window if full else -math.inf)

    def room(self, now: float) -> int:
        """How many calls may start now."""
        if self.rate is None:
            return NO_LIMIT
        if now < self.next_at():
            return 0
        by_turn = 1 + int((now - self._turn(now)) * self._count / self._window)
        gone = sum(1 for start in self._starts if start + self._window <= now)
        return min(by_turn, self._count - len(self._starts) + gone)

    def started(self, now: float) -> None:
        """A call starts now."""
        self._starts.append(now)
        self._due = self._turn(now) + self._window / self._count

    def _turn(self, now: float) -> float:
        """When the start that is made now was due."""
        return self._due if now - self._due <= CATCH_UP_S else now

    def recall(self, at: float) -> None:
        """A call started at this moment; of those before nothing is known, as after a restart: they may have been as many as allowed."""
        self._starts.extend([at] * self._count)
        self._due = at + self._window

    def change(self, rate: float | None) -> None:
        """Another rate from now on. It is no fresh beginning: the newest starts count."""
        before, starts = self.rate, self._starts
        self.rate = rate
        self._starts = deque(starts, maxlen=self._count)
        if starts and before is None:
            self.recall(starts[-1])
        elif starts:
            self._due = starts[-1] + self._window / self._count
