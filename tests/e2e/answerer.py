"""Somebody who answers and says something: a person, a voicemail, nobody. Hears what we say, packet by packet."""

from __future__ import annotations

import re
import struct
import threading
import time

import numpy as np
import numpy.typing as npt

from sip.sandbox import tones
from tests.interop.raw import RawGateway
from tests.peers import g711
from tests.peers.sipmessage import SipMessage

RATE = 8000
FRAME = 160  # samples: 20 ms
LOUD = 500  # of 32767: a packet with more in it is of the message
HUMAN_MS = 680
Samples = npt.NDArray[np.int16]
_HEADER = struct.Struct("!BBHII")


def silence(ms: int) -> Samples:
    return np.zeros(ms * RATE // 1000, np.int16)


def machine() -> Samples:
    """A greeting of 3.5 s."""
    return np.array(tones.greeting(), np.int16)


def human() -> Samples:
    """A greeting of 0.7 s."""
    return machine()[: HUMAN_MS * RATE // 1000]


def beep(ms: int = 500) -> Samples:
    return np.array(tones.tone(1000, ms), np.int16)


class Answerer(RawGateway):
    """Answers at once, says `sound` from the ACK on, then is silent until the BYE.

    Args:
        sound: 16-bit samples at 8 kHz; None: no packet is ever sent.
        after_message: said once our message has begun and no packet was loud for 300 ms.
    """

    def __init__(self, sound: Samples | None, after_message: Samples | None = None) -> None:
        super().__init__()
        self._sound = sound
        self._after_message = after_message
        self.began = 0.0  # when it spoke first, UNIX time
        self.rtp.listen()
        self._speaker = threading.Thread(target=self._speak, name="answerer", daemon=True)

    def on_ack(self, request: SipMessage) -> None:
        if not self.began:
            self.began = time.time()
            if self._sound is not None:
                self._speaker.start()

    # -- what it heard -------------------------------------------------------------------------------------------------

    def heard(self) -> Samples:
        """All that came, in order."""
        return g711.decode(b"".join(bytes(stream.sound) for stream in self.rtp.streams()))

    @property
    def times_ms(self) -> list[float]:
        """When each packet came, in ms since the ACK."""
        return [1000 * (at - self.began) for stream in self.rtp.streams() for at in stream.times]

    @property
    def message_at_ms(self) -> float | None:
        """When the first packet of the message came, in ms since the ACK."""
        loud = self._loud()
        return self.times_ms[loud[0]] if len(loud) else None

    @property
    def bye_at_ms(self) -> float:
        return 1000 * (self.seen("BYE")[0].at - self.began)

    def _loud(self) -> npt.NDArray[np.int64]:
        heard = self.heard()
        packets = heard[: len(heard) // FRAME * FRAME].reshape(-1, FRAME)
        return np.flatnonzero(np.abs(packets.astype(int)).max(axis=1) > LOUD)

    def _message_is_over(self) -> bool:
        loud, times = self._loud(), self.times_ms
        return len(loud) > 0 and 1000 * (time.time() - self.began) - times[loud[-1]] > 300

    # -- what it says --------------------------------------------------------------------------------------------------

    def _speak(self) -> None:
        found = re.search(r"m=audio (\d+)", self.seen("INVITE")[0].body)
        assert found
        assert self._sound is not None
        pending, place = self._sound, 0
        began = time.monotonic()
        for sequence in range(50 * 60):
            if self._ends or self.seen("BYE"):
                return
            if self._after_message is not None and sequence % 5 == 0 and self._message_is_over():
                pending, place, self._after_message = self._after_message, 0, None
            frame = pending[place : place + FRAME]
            place += FRAME
            payload = g711.encode(np.pad(frame, (0, FRAME - len(frame))), "PCMA")
            self.rtp.send(_HEADER.pack(0x80, 8, sequence, sequence * FRAME, 0xBEE9) + payload, int(found[1]))
            time.sleep(max(0.0, began + (sequence + 1) * 0.02 - time.monotonic()))
