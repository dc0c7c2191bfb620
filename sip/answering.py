"""What is done with an answered call while it is found out who answered: wait, play the message, or hang up.

Pure: sound and time are passed in.
"""

from __future__ import annotations

import logging
import math
from typing import Any, Literal, Protocol

from sip.messages import HANG_UP, MESSAGE_AFTER_BEEP, REPORT_ONLY

NOBODY_WAITS_S, SOMEBODY_WAITS_S = 0.4, 0.1  # how often what comes in is wanted: long blocks cost less
LATE_S = 1.0  # the detector counts received sound; where none comes, or less, the clock decides so much later

log = logging.getLogger("dozvon.agent")

Step = Literal["wait", "play", "hang_up"]


class Detects(Protocol):
    """What is used of `sip.listening.Detector`."""

    params: Any
    answer: Any
    ready: Any

    @property
    def left_ms(self) -> int | None:
        """How much more sound may bring the next word; None when that is not known."""

    @property
    def idle_ms(self) -> int:
        """Before so much more sound no word can come."""

    @property
    def done(self) -> bool:
        """Nothing more is told."""

    @property
    def answered_by(self) -> str | None:
        """human, machine, beep or unknown; None while it is not known."""

    def feed(self, block: bytes) -> object:
        """The next samples."""


class Answering:
    """One answered call. A person, and whoever is not known to be a machine, gets the message at once. A machine gets none (`hang_up`),
    or gets it when it listens (`message_after_beep`). With `report_only` nobody waits.

    Args:
        mode: hang_up, message_after_beep or report_only.
        detector: made with `until_ready` for message_after_beep.

    Attributes:
        longest_s: how long the message may have to wait.
    """

    def __init__(self, mode: str, detector: Detects) -> None:
        self._mode = mode
        self._detector = detector
        self._step: Step = "play" if mode == REPORT_ONLY else "wait"
        self._answer_s = detector.params.timeout_ms / 1000 + LATE_S
        self._ready_s = detector.params.beep_timeout_ms / 1000 + LATE_S
        self._answer_due = self._ready_due = math.inf
        self._given_up = False
        self.longest_s = {REPORT_ONLY: 0.0, HANG_UP: self._answer_s, MESSAGE_AFTER_BEEP: self._answer_s + self._ready_s}[mode]

    @property
    def listens(self) -> bool:
        """Whether more sound is wanted."""
        return not (self._given_up or self._detector.done)

    @property
    def every_s(self) -> float:
        """How often what comes in is wanted, in seconds."""
        return NOBODY_WAITS_S if self._mode == REPORT_ONLY else SOMEBODY_WAITS_S

    @property
    def left_s(self) -> float:
        """How much later than the last time it is wanted already, as silence up to then would be the answer."""
        left_ms = None if self._mode == REPORT_ONLY else self._detector.left_ms
        return math.inf if left_ms is None else left_ms / 1000

    @property
    def idle_s(self) -> float:
        """How much later than the last time it is not wanted yet, as no word can come before, in seconds."""
        return self._detector.idle_ms / 1000

    @property
    def answered_by(self) -> str:
        """human, machine, beep or unknown."""
        return self._detector.answered_by or "unknown"

    def begin(self, now: float) -> None:
        """Sound can flow from now on (seconds of a monotonic clock)."""
        self._answer_due = now + self._answer_s

    def hear(self, samples: bytes) -> None:
        """What came in, 16-bit mono samples at the detector's rate."""
        if not self.listens:
            return
        try:
            self._detector.feed(samples)
        except Exception:  # a fault of the detection is no reason to lose this call, and those beside it in the agent
            log.exception("who answered can't be found out; the call goes on as if nobody had been recognised")
            self._given_up = True

    def step(self, now: float) -> Step:
        """What is to be done. `play` and `hang_up` hold for good."""
        answer = self._detector.answer
        self._given_up |= answer is None and now >= self._answer_due
        if self._step == "wait":
            if answer is None:
                self._step = "play" if self._given_up else "wait"
            else:
                self._step = self._after(answer.who, now)
        return self._step

    def _after(self, who: str, now: float) -> Step:
        if who != "machine":
            return "play"
        if self._mode == HANG_UP:
            return "hang_up"
        self._ready_due = min(self._ready_due, now + self._ready_s)
        if self._detector.ready is None and now < self._ready_due:
            return "wait"
        self._given_up = True
        return "play"
