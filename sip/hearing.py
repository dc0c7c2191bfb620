"""Who listens to a call: the detection of voicemail from the answer on, the recording after the message. Connects an ear meanwhile."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Any

from pjsua2 import pjsua2 as pj

from sip.answering import Answering, Step
from sip.messages import LINGER_S, MESSAGE_AFTER_BEEP, OFF, CallEnd, Hear
from sip.received import RATE, Ear, NoRing
from sip.recording import Recording
from sip.rounds import next_round

EVERY_S = 0.4  # what is recorded is taken so often

log = logging.getLogger("dozvon.agent")


class Hearing:
    """The ears of one call. Used on the agent's thread only.

    Args:
        orders: what is to be found out, and what kept.
        facts: of the call; `answered_by` and `recorded_ms` are written at its end.

    Attributes:
        step: what is to be done with the message.
    """

    def __init__(self, orders: Hear, facts: CallEnd) -> None:
        self._orders = orders
        self._facts = facts
        self._answering = _answering(orders)
        self.step: Step = self._answering.step(0.0) if self._answering else "play"
        self._begun = self._silent = False
        self._recording: Recording | None = None
        self._sound: Any = None  # the call's, both what it hears and what it says
        self._ear: Ear | None = None
        self._old_ears: list[tuple[float, Ear]] = []  # and until when each lingers
        self._hear_at = 0.0  # when what has come in is taken next: turns for the sake of other calls cost nothing here

    @property
    def longest_s(self) -> float:
        """How much longer than its message a call may last."""
        return (self._answering.longest_s if self._answering else 0.0) + self._orders.record_ms / 1000

    @property
    def keeps_time(self) -> bool:
        """Whether what comes in must keep its time just now, as it is recorded. Detection bears some ms."""
        return self._ear is not None and self._orders.record_ms > 0

    def connect(self, sound: Any) -> None:
        """The call's sound (a `pjsua2.AudioMedia`) flows, or flows anew after its media was negotiated again. Raises pjsua2.Error."""
        self._sound = sound
        begins, self._begun = not self._begun, True
        if begins and self._answering is not None:
            self._answering.begin(time.monotonic())
        if self._ear is not None or (begins and self._answering is not None):
            self._listen()
        if self.step == "wait":
            self._silent = True
            _silence().startTransmit(sound)

    def turn(self, now: float) -> None:
        """Hears what has come in (`now` in seconds of the monotonic clock)."""
        if now >= self._hear_at:
            self._hear()
            self._hear_at = self._next_time()
        if self._answering is not None:
            self.step = self._answering.step(now)
        if self._ear is not None and not self._wanted(now):
            self._stop_listening(now)
        self._old_ears = [(until, ear) for until, ear in self._old_ears if now < until]

    def message_begins(self) -> None:
        """The message goes out now: the silence that was sent in its place ends."""
        if self._silent:
            self._silent = False
            with suppress(pj.Error):
                _silence().stopTransmit(self._sound)

    def after_message(self, now: float) -> bool:
        """The message is through: records what is wanted. Gives whether nothing is waited for any more."""
        if not self._orders.record_ms:
            return True
        if self._recording is None:
            self._recording = Recording(self._orders.recording, self._orders.record_ms, now)
            self._listen()
        return self._recording.over(now)

    def wake_times(self) -> list[float]:
        """When there is something to do."""
        return [self._hear_at] if self._ear is not None else [until for until, _ in self._old_ears]

    def release(self) -> object:
        """The call is over: writes the facts. Gives what must linger."""
        self._hear()
        if self._answering is not None and self._begun:
            self._facts.answered_by = self._answering.answered_by
        if self._recording is not None:
            self._facts.recorded_ms = self._recording.finish()
        ears = self._ear, self._old_ears
        self._ear = self._sound = None
        return ears

    def _listen(self) -> None:
        try:
            self._ear = self._ear or Ear()
            self._ear.connect(self._sound)
        except NoRing as error:  # as when nothing comes in: the clock ends it
            log.error("a call's sound can't be listened to: %s", error)

    def _hear(self) -> None:
        samples = self._ear.take() if self._ear is not None else b""
        if samples and self._answering is not None:
            self._answering.hear(samples)
        if samples and self._recording is not None:
            self._recording.hear(samples)

    def _next_time(self) -> float:
        now, answering = time.monotonic(), self._answering if self._answering and self._answering.listens else None
        if answering is None:
            return next_round(now, EVERY_S)
        idle_s = max(0.0, answering.idle_s - answering.every_s)
        return min(next_round(now + idle_s, answering.every_s), now + answering.left_s)

    def _wanted(self, now: float) -> bool:
        if self._recording is not None:
            return not self._recording.over(now)
        # Between the detection and the recording it goes on too: sound that nobody takes piles up in the jitter buffer, and what was said
        # later would be squeezed.
        return self._orders.record_ms > 0 or (self._answering is not None and self._answering.listens)

    def _stop_listening(self, now: float) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.disconnect(self._sound)
            self._old_ears.append((now + LINGER_S, ear))


def _answering(orders: Hear) -> Answering | None:
    if orders.machine_detection == OFF:
        return None
    # Only where it is wanted: an agent that is an interpreter of its own is 10 MB smaller without NumPy.
    from sip.listening import DetectionParams, Detector

    params = DetectionParams.read(orders.params)
    detector = Detector(params, RATE, until_ready=orders.machine_detection == MESSAGE_AFTER_BEEP)
    return Answering(orders.machine_detection, detector)


def _silence() -> Any:
    # The null device's own slot in the bridge: while a call waits for its message packets of silence go out, as many gateways send the
    # callee's sound only to where they have heard something from.
    return pj.Endpoint.instance().audDevManager().getCaptureDevMedia()
