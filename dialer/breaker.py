"""The breaker of a gateway: stops dialling through one that does not work, so that its fault does not burn a list.

Pure; time is passed in, in milliseconds of UNIX time. States as in the contract: `closed` (dials), `slowed` (one call at a time), `open`
(none, but for one probing call when `next_try_at` has come; the interval doubles up to five minutes).
"""

from __future__ import annotations

from dataclasses import dataclass

from sip.outcome import CREDENTIALS, OVERLOAD, UNREACHABLE

FIRST_TRY_MS = 5_000
LONGEST_TRY_MS = 300_000
SLOW_AFTER = 5  # failures of the 5xx kind in a row
STOP_AFTER = 10


@dataclass
class Breaker:
    """One gateway's. `proven`: a call has shown since the start, or since the settings changed, that the gateway works."""

    state: str = "closed"
    reason: str = ""
    since: int | None = None
    next_try_at: int | None = None
    proven: bool = False
    interval_ms: int = FIRST_TRY_MS
    overloads: int = 0

    def may_fly(self, now: int) -> int | None:
        """How many calls may be in flight at once: None for no limit of ours, 0 while the gateway is stopped."""
        if self.state == "open":
            return 1 if self.next_try_at is not None and now >= self.next_try_at else 0
        return None if self.state == "closed" and self.proven else 1

    def on_sign_of_life(self) -> None:
        """The callee's side rings or answers, or ended the call in a way that shows that the gateway works."""
        self.proven = True
        self.overloads = 0
        self._close()

    def on_end(self, signal: str, reason: str, retry_after_s: int | None, now: int) -> None:
        """A call has ended; `signal` is what `sip.outcome` says of the gateway."""
        if signal in (CREDENTIALS, UNREACHABLE):
            self.open(reason, now)
        elif signal == OVERLOAD:
            self._on_overload(reason, retry_after_s, now)
        else:
            self.on_sign_of_life()

    def open(self, reason: str, now: int, wait_ms: int | None = None) -> None:
        """Stops the gateway until a probing call `wait_ms` from now, or after the interval, which then doubles."""
        if self.state != "open":
            self.since = now
        else:
            self.interval_ms = min(self.interval_ms * 2, LONGEST_TRY_MS)
        self.state = "open"
        self.reason = reason
        self.proven = False
        self.next_try_at = now + (wait_ms or self.interval_ms)

    def reset(self) -> None:
        """A person says that it works, or changed its settings: dials again, beginning with one probing call."""
        self.proven = False
        self.overloads = 0
        self._close()

    def _on_overload(self, reason: str, retry_after_s: int | None, now: int) -> None:
        self.overloads += 1
        if retry_after_s:
            self.open(reason, now, min(retry_after_s * 1000, LONGEST_TRY_MS))
        elif self.overloads >= STOP_AFTER or self.state == "open":
            self.open(reason, now)
        elif self.overloads >= SLOW_AFTER and self.state == "closed":
            self.state, self.reason, self.since = "slowed", reason, now

    def _close(self) -> None:
        self.state = "closed"
        self.reason = ""
        self.since = None
        self.next_try_at = None
        self.interval_ms = FIRST_TRY_MS
