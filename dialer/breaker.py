"""The breaker of a gateway: stops dialling through one that does not work, so that its fault does not burn a list.

Pure; time is passed in, in milliseconds of UNIX time. States as in the contract: `closed` (dials), `slowed` (one call at a time), `open`
(none, but for one probing call when `next_try_at` has come; the interval doubles up to five minutes). An open one without `next_try_at`
waits for a person.
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

    @property
    def waits_for_person(self) -> bool:
        """Whether only `reset` lets it dial again."""
        return self.state == "open" and self.next_try_at is None

    def is_shut(self, now: int) -> bool:
        """Whether nothing at all may be tried at this moment."""
        if self.state != "open" or self.next_try_at is None:
            return self.state == "open"
        # Further away than the longest interval: the clock was set back, and nobody shall wait for it to catch up.
        return 0 < self.next_try_at - now <= LONGEST_TRY_MS

    def may_fly(self, now: int) -> int | None:
        """How many calls may be in flight at once: None for no limit of ours, 0 while the gateway is stopped."""
        if self.is_shut(now):
            return 0
        return None if self.state == "closed" and self.proven else 1

    def on_sign_of_life(self, now: int) -> None:
        """The callee's side rings or answers, or ended the call in a way that shows that the gateway works.

        While nothing may be tried it is a call from before the stop: the probing call decides.
        """
        if self.is_shut(now):
            return
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
            self.on_sign_of_life(now)

    def open(self, reason: str, now: int, wait_ms: int | None = None) -> None:
        """Stops the gateway until a probing call `wait_ms` from now, or after the interval, which doubles with each such call in vain."""
        if self.is_shut(now):
            # Calls from before the stop end one after the other: it is one outage. But a longer Retry-After holds.
            if self.next_try_at is not None and wait_ms:
                self.next_try_at = max(self.next_try_at, now + wait_ms)
            return
        if self.state != "open":
            self.since = now
        else:
            self.interval_ms = min(self.interval_ms * 2, LONGEST_TRY_MS)
        self.state = "open"
        self.reason = reason
        self.proven = False
        self.next_try_at = now + (wait_ms or self.interval_ms)

    def open_for_person(self, reason: str, now: int) -> None:
        """Stops the gateway until `reset`."""
        if self.state != "open":
            self.since = now
        self.state, self.reason, self.next_try_at, self.proven = "open", reason, None, False

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
