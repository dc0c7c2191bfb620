"""How fast a campaign's calls begin: the mean of the last ten seconds. Pure; time is passed in, in seconds of a monotonic clock."""

from __future__ import annotations

OVER_S = 10
_PLACES = OVER_S + 2


class Tempo:
    """Counts the starts of each second. Written by one thread; others may read meanwhile."""

    def __init__(self) -> None:
        self._seconds: list[tuple[int, int]] = [(-1, 0)] * _PLACES  # (second, starts), each in its place

    def started(self, now_s: float) -> None:
        """A call begins now."""
        second = int(now_s)
        known, count = self._seconds[second % _PLACES]
        self._seconds[second % _PLACES] = (second, count + 1 if known == second else 1)

    def calls_per_second(self, now_s: float) -> float:
        """Of the ten whole seconds before this one."""
        this = int(now_s)
        return sum(count for second, count in self._seconds if this - OVER_S <= second < this) / OVER_S
