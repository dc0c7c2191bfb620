"""Presses keys in a call while it lasts, in the ways in which gateways tell of them. Each function runs beside a call of the table."""

from __future__ import annotations

import re
import struct
import time
from collections.abc import Callable, Sequence

import numpy as np

from tests.interop.gateways import Place
from tests.peers import g711
from tests.peers.process import wait_until
from tests.peers.rtp import RtpSink
from tests.peers.sipmessage import SipMessage

FRAME = 160  # samples: 20 ms
HELD = 5  # packets while a key is pressed
ENDS = 3  # and that say that it is released (RFC 4733 section 2.5.1.4)
KEYS_AT, LENGTH = (20, 40), 60  # slots of 20 ms
KEYS = "0123456789*#"
LOW_HZ, HIGH_HZ = {"1": 697, "5": 770, "9": 852}, {"1": 1209, "5": 1336, "9": 1477}
_HEADER = struct.Struct("!BBHII")


Slot = list[bytes]  # the packets of 20 ms; none where they were lost


def speech(slots: int) -> list[Slot]:
    """A stream of silence, from its first packet on."""
    silence = g711.encode(np.zeros(FRAME, np.int16), "PCMA")
    return [[_packet(place, 8, place, silence)] for place in range(slots)]


def key_slots(key: str, at: int, held: int = HELD, ends: int = ENDS) -> list[Slot]:
    """One key (RFC 4733) in place of the slots from `at` on."""
    slots = []
    for place in range(held + ends):
        released = 0x80 if place >= held else 0
        event = struct.pack("!BBH", KEYS.index(key), released | 10, FRAME * min(place + 1, held + 1))
        slots.append([_packet(at + place, 101 | (0 if place else 0x80), at, event)])
    return slots


def media_port(messages: Sequence[SipMessage]) -> int:
    """Where our offer wants RTP."""
    offer = next(message for message in messages if message.start.startswith("INVITE ") and "m=audio" in message.body)
    found = re.search(r"m=audio (\d+)", offer.body)
    assert found
    return int(found[1])


def usual(place: Place) -> None:
    """Two keys, with all their packets."""
    _press(place, "15", lambda slots: slots)


def only_starts(place: Place) -> None:
    """The packets that end a key are lost."""
    _press(place, "15", lambda slots: [*slots[:HELD], *[[]] * ENDS])


def only_ends(place: Place) -> None:
    """Only one packet of each key arrives, the last one."""
    _press(place, "15", lambda slots: [*[[]] * (HELD + ENDS - 1), slots[-1]])


def doubled(place: Place) -> None:
    """Each packet comes twice."""
    _press(place, "11", lambda slots: [slot * 2 for slot in slots])


def as_tones(place: Place) -> None:
    """The keys 1 and 5 as tones of 100 ms in the sound."""
    at = np.arange(HELD * FRAME) / 8000
    stream = speech(LENGTH)
    for first, key in zip(KEYS_AT, "15", strict=True):
        tones = 3000 * (np.sin(2 * np.pi * LOW_HZ[key] * at) + np.sin(2 * np.pi * HIGH_HZ[key] * at))
        sound = g711.encode(tones.astype(np.int16), "PCMA")
        for number in range(HELD):
            slot = first + number
            stream[slot] = [_packet(slot, 8, slot, sound[number * FRAME : (number + 1) * FRAME])]
    _say(place, stream)


def _press(place: Place, keys: str, on_the_way: Callable[[list[Slot]], list[Slot]]) -> None:
    stream = speech(LENGTH)
    for first, key in zip(KEYS_AT, keys, strict=True):
        stream[first : first + HELD + ENDS] = on_the_way(key_slots(key, first))
    _say(place, stream)


def _say(place: Place, stream: list[Slot]) -> None:
    wait_until(lambda: any(message.start.startswith("ACK ") for message in place.messages()), 60, "ACK at the gateway", 0.05)
    send(place.rtp, media_port(place.messages()), stream)


def send(source: RtpSink, port: int, stream: list[Slot]) -> None:
    """A slot each 20 ms. Blocks."""
    began = time.monotonic()
    for number, slot in enumerate(stream):
        time.sleep(max(0.0, began + number * 0.02 - time.monotonic()))
        for packet in slot:
            source.send(packet, port)


def _packet(sequence: int, kind: int, slot: int, payload: bytes) -> bytes:
    return _HEADER.pack(0x80, kind, sequence, slot * FRAME, 0x1234) + payload
