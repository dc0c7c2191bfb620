"""A campaign as the dialer keeps it while it runs: its limits, and what is known of who is to be called next. No database, no SIP."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from dialer.pace import NO_LIMIT, Pace
from dialer.retry import RetryPlan
from dialer.share import Want
from dialer.tempo import Tempo
from dialer.window import Window

LINES_AHEAD = 8  # lines kept ready where the pace lets one call start at a time
LONGEST_HOLD_MS = 60_000
RATE_OVER_MS = 60_000  # the time left is told from how many targets were done in the last minute


class Run:
    """One campaign. Times are milliseconds of UNIX time.

    Attributes:
        live: calls in flight.
        due_at: when the next of its targets may be called; 0: now; None: no target is pending.
        why: what holds back its targets that are due, in the contract's words: lines, rate or gateway.
        served: grows with the time at which it got a line last.
        tempo: how fast its calls begin.
    """

    def __init__(self, row: Mapping[Any, Any]) -> None:
        self.id: str = row["id"]
        self.live = 0
        self.due_at: int | None = 0
        self.why = "lines"
        self.served = 0
        self.tempo = Tempo()
        self._held_until = 0
        self._done: deque[tuple[int, int]] = deque()
        self.pace = Pace(row["calls_per_second"])
        self.update(row)

    def update(self, row: Mapping[Any, Any]) -> None:
        """Takes over what the store says now."""
        self.row = row
        self.plan = RetryPlan.from_json(row)
        self.window = Window.from_json(row["window"]) if row["window"] else None

    @property
    def running(self) -> bool:
        """Whether new calls may start, as far as a person has decided."""
        return bool(self.row["status"] == "running")

    @property
    def canceled(self) -> bool:
        """Whether its live calls are to be ended."""
        return bool(self.row["status"] == "canceled")

    @property
    def gateway_id(self) -> str:
        """The gateway it dials through."""
        return str(self.row["gateway_id"])

    def is_due(self, now: int) -> bool:
        """Whether a target may be called now, by its own time and the campaign's window."""
        return self.running and self.due_at is not None and self.due_at <= now and not self._held(now) and self.in_window(now)

    def hold_until(self, at: int) -> None:
        """Starts no calls before this moment, a minute from now at the latest."""
        self._held_until = at

    def _held(self, now: int) -> bool:
        return 0 < self._held_until - now <= LONGEST_HOLD_MS  # further away: the clock was set back

    @property
    def prompt_key(self) -> tuple[str, int, int, int, int]:
        """What it plays: sound, lead-in, repeats, tail, pause between repeats, as `Prompts.prompt` takes them."""
        row = self.row
        return row["audio_id"], row["lead_in_ms"], row["repeat"], row["tail_ms"], row["repeat_pause_ms"]

    @property
    def opt_out_prompt_key(self) -> tuple[str, int, int, int] | None:
        """What it plays after the opt-out key, as `prompt_key`."""
        audio_id = self.row["opt_out_audio_id"]
        return None if audio_id is None else (audio_id, 0, 1, self.row["tail_ms"])

    def in_window(self, now: int) -> bool:
        """Whether calls may start at this time of the day."""
        return self.window is None or self.window.is_open(now)

    def want(self, now_s: float, due: bool) -> Want:
        """What it asks of the free lines now; nothing unless a target of it is `due`."""
        return Want(self.id, self.gateway_id, self.live, self.room(now_s) if due else 0, str(self.row["owner"]), self.served)

    def lines_wanted(self) -> int:
        """How many free lines it can use soon: those that agents are started for."""
        most = min(self.lines_left(), int(self.row["n_pending"]))
        return most if self.pace.rate is None else min(most, LINES_AHEAD)

    def room(self, now_s: float) -> int:
        """How many calls it may start now by its own `max_lines` and `calls_per_second`."""
        return min(self.lines_left(), self.pace.room(now_s))

    def lines_left(self) -> int:
        """How many more calls it may have in flight, its pace apart."""
        most = self.row["max_lines"]
        return NO_LIMIT if most is None else max(0, int(most) - self.live)

    def next_event(self, now: int) -> int | None:
        """The next moment at which something changes by the passing of time alone."""
        if self.row["status"] == "scheduled":
            return int(self.row["start_at"] or now)
        if not self.running or self.due_at is None:
            return None
        due = max(self.due_at, now)
        return due if self.window is None else self.window.next_open(due)

    def note_pending(self, at: int) -> None:
        """A target of it may be called (again) at this moment."""
        self.due_at = at if self.due_at is None else min(self.due_at, at)

    def note_done(self, now: int, left: int) -> None:
        """`left` targets are not done yet."""
        self._done.append((now, left))
        while len(self._done) > 2 and self._done[1][0] < now - RATE_OVER_MS:
            self._done.popleft()

    def eta_s(self) -> int | None:
        """Seconds until all targets are done at the rate of the last minute; None while that says nothing yet.

        It says something when as many targets are done as calls are live: before, only the quick refusals have ended.
        """
        if len(self._done) < 2:
            return None
        (first_at, first_left), (last_at, last_left) = self._done[0], self._done[-1]
        if first_left - last_left <= max(self.live, 1) or last_at <= first_at:
            return None
        return round(last_left * (last_at - first_at) / (first_left - last_left) / 1000)
