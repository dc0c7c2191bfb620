"""How fast calls may start: `calls_per_second` of a gateway and of a campaign. Pure; time is passed in, in seconds."""

from __future__ import annotations

# An INVITE leaves its agent up to some milliseconds after the dialer's word. The distance between starts is a little longer than
# 1/rate, so that in no sliding second more INVITEs are seen on the wire than allowed.
MARGIN = 1.02


class Pace:
    """Spreads starts evenly: never two closer than 1/rate, and nothing saved up while none were wanted.

    Args:
        rate: starts a second; None for no limit.
    """

    def __init__(self, rate: float | None) -> None:
        self.rate = rate
        self._next = 0.0

    def next_at(self) -> float:
        """The earliest moment of the next start."""
        return self._next

    def allows(self, now: float) -> bool:
        """Whether a call may start now."""
        return self.rate is None or now >= self._next

    def started(self, now: float) -> None:
        """A call starts now."""
        if self.rate is not None:
            self._next = now + MARGIN / self.rate
