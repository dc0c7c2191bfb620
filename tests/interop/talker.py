"""Sends sound to a call while it lasts: ringback before the answer, or speech from wherever the test says."""

from __future__ import annotations

import re
import struct
import time
from collections.abc import Callable, Sequence

import numpy as np

from tests.peers import g711
from tests.peers.process import wait_until
from tests.peers.rtp import RtpSink
from tests.peers.sipmessage import SipMessage

FRAME = 160  # samples of 8 kHz: 20 ms
_HEADER = struct.Struct("!BBHII")


def ringback(seconds: float) -> list[bytes]:
    """425 Hz, as the RTP payloads (PCMA, 20 ms) of so many seconds."""
    at = np.arange(int(seconds * 8000))
    sound = g711.encode((6000 * np.sin(2 * np.pi * 425 * at / 8000)).astype(np.int16), "PCMA")
    return [sound[place : place + FRAME] for place in range(0, len(sound), FRAME)]


def talk(messages: Callable[[], Sequence[SipMessage]], source: RtpSink, seconds: float, after_ack: bool = False) -> None:
    """Waits for the INVITE (or the ACK), then sends `seconds` of a tone from `source` to the media port of our offer. Blocks."""
    first = "ACK " if after_ack else "INVITE "
    wait_until(lambda: any(message.start.startswith(first) for message in messages()), 60, f"{first} at the gateway", 0.05)
    offer = next(message for message in messages() if message.start.startswith("INVITE ") and "m=audio" in message.body)
    found = re.search(r"m=audio (\d+)", offer.body)
    assert found
    began = time.monotonic()
    for number, payload in enumerate(ringback(seconds)):
        time.sleep(max(0.0, began + number * 0.02 - time.monotonic()))
        source.send(_HEADER.pack(0x80, 8, number, number * FRAME, 0xD0C0) + payload, int(found[1]))
