"""What the callee's keys bring about in a call: the confirmation of an opt-out, or a transfer. The message stands still meanwhile."""

from __future__ import annotations

import logging
from typing import Any

from pjsua2 import pjsua2 as pj

from sip.goodbye import Goodbye
from sip.keys import Keys
from sip.messages import CallEnd, Dial
from sip.playing import Playing
from sip.transfer import RING_WAIT_S, Transfer

log = logging.getLogger("dozvon.agent")


class Reactions:
    """Of one call; used on the agent's thread, outside of callbacks. Times are seconds of the monotonic clock.

    Args:
        dial: what the keys mean.
        refer_to: the URI that a transfer goes to; empty without one.
        keys, playing: of the call.
        facts: of the call.
    """

    def __init__(self, dial: Dial, refer_to: str, keys: Keys, playing: Playing, facts: CallEnd) -> None:
        self.transfer = Transfer(facts)
        self._dial = dial
        self._refer_to = refer_to
        self._keys = keys
        self._playing = playing
        self._facts = facts
        self._goodbye: Goodbye | None = None
        self._asked_at: float | None = None  # when the transfer was, until its end is acted on

    def turn(self, call: Any, sink: Any, now: float) -> float:
        """Does what the keys ask for in an answered call whose sound goes to `sink`. Gives until when the call may last because of it."""
        if self._asked_at is None and self._goodbye is None:
            self._follow_keys(call, sink, now)
        if self._asked_at is None:
            return 0.0 if self._goodbye is None else self._goodbye.over_at + 1
        if self.transfer.pending or self.transfer.accepted:
            return self._asked_at + RING_WAIT_S + 1
        self._asked_at = None  # it failed: the message goes on
        self._keys.transfer_asked = False
        self._playing.connect(sink)
        return now + self._playing.left_s

    def finished(self, now: float) -> bool | None:
        """Whether the call is to be ended now; None when that is not for the keys to say."""
        if self._goodbye is not None:
            return now >= self._goodbye.over_at
        if self._asked_at is None:
            return None
        return (self.transfer.accepted and not self.transfer.pending) or now >= self._asked_at + RING_WAIT_S

    def connect(self, sink: Any) -> bool:
        """The call's media was negotiated anew. Gives whether the message must not be heard now. Raises pjsua2.Error."""
        if self._goodbye is not None:
            self._goodbye.connect(sink)
        return self._goodbye is not None or self._asked_at is not None

    def wake_times(self) -> list[float]:
        """When there is something to be looked at."""
        moments = [] if self._goodbye is None else [self._goodbye.over_at]
        return moments if self._asked_at is None else [*moments, self._asked_at + RING_WAIT_S]

    def release(self) -> object:
        """Gives up what must linger."""
        return self._goodbye and self._goodbye.release()

    def _follow_keys(self, call: Any, sink: Any, now: float) -> None:
        if self._facts.opted_out and self._dial.opt_out_prompt is not None:
            self._playing.pause(sink)
            try:
                self._goodbye = Goodbye(self._dial.opt_out_prompt)
                self._goodbye.connect(sink)
            except pj.Error as error:  # they are on the list all the same
                log.error("the confirmation of an opt-out can't be played: %s", error.reason)
                call.end("done")
        elif self._keys.transfer_asked and not self._facts.opted_out:
            self._asked_at = now
            self._playing.pause(sink)
            self.transfer.ask(call, self._refer_to)
