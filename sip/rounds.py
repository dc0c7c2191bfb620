"""When a call takes what it has heard: together with the other calls of its agent, apart from those of other agents."""

from __future__ import annotations

import math
import os

GOLDEN = (math.sqrt(5) - 1) / 2  # of neighbouring process numbers its multiples lie far from each other, however many there are


def next_round(now: float, every_s: float) -> float:
    """The agent's next moment of those that are `every_s` apart, in seconds of the monotonic clock.

    It is the same for all calls of an agent, so that one turn does for all. Agents have their own: all at once they would take the
    processors from the bridges, whose packets would be late.
    """
    own = os.getpid() * GOLDEN % 1 * every_s
    return (math.floor((now - own) / every_s) + 1) * every_s + own
