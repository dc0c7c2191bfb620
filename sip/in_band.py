"""Keys as tones in the sound that a call receives: where the gateway has agreed to no telephone-event (RFC 4733)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sip.keys import TONE, Keys
from sip.received import RATE, Ear, NoRing
from sip.rounds import next_round

if TYPE_CHECKING:
    from sip.tones_in_band import KeyTones

EVERY_S = 0.1

log = logging.getLogger("dozvon.agent")


class InBand:
    """The ear for the tones of one call. Used on the agent's thread.

    Args:
        keys: of the call, which takes what is heard.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._agreed = True  # to telephone-event
        self._ear: Ear | None = None
        self._tones: KeyTones | None = None

    def read_sdp(self, message: str) -> None:
        """A reply to the INVITE: looks whether the gateway tells of keys by telephone-event."""
        if "\nm=audio " in message:
            self._agreed = " telephone-event/" in message.lower()

    def connect(self, sound: Any) -> None:
        """The call's sound (a `pjsua2.AudioMedia`) flows, or flows anew after its media was negotiated again."""
        if self._agreed or not self._keys.wanted:
            return
        try:
            if self._ear is None:
                # Only where it is wanted: an agent that is an interpreter of its own is 10 MB smaller without NumPy.
                from sip.tones_in_band import KeyTones

                self._tones, self._ear = KeyTones(RATE), Ear()
            self._ear.connect(sound)
        except NoRing as error:
            log.error("a call's sound can't be listened to: %s", error)

    def turn(self, now: float) -> bool:
        """Hears what has come in (`now` in seconds of the monotonic clock). Gives whether a new key was there."""
        if self._ear is None or self._tones is None:
            return False
        new = [digit for digit in self._tones.feed(self._ear.take()) if self._keys.told(digit, TONE, now)]
        return bool(new)

    def wake_times(self, now: float) -> list[float]:
        """When there is something to hear."""
        return [] if self._ear is None else [next_round(now, EVERY_S)]

    def release(self) -> object:
        """The call is over. Gives the ear, which must linger."""
        ear, self._ear = self._ear, None
        return ear
