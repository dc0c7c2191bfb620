"""What the sandbox sends: one RTP stream of 20 ms packets a call, with silence, a sound, or a key (RFC 3550, RFC 4733)."""

from __future__ import annotations

import secrets
from collections import deque

from sip.sandbox.g711 import SILENCE
from sip.sandbox.heard import HEADER

FRAME_S = 0.02
FRAME = 160  # samples, and bytes of G.711, in 20 ms at 8000 Hz
KEY_FRAMES = 8  # a key is held for 160 ms
END_PACKETS = 3  # RFC 4733 section 2.5.1.4: the last packet is sent three times
VOLUME = 10  # of a key, in -dBm0
KEYS = "0123456789*#"

_MARKER = 0x80


class Sender:
    """Makes the packets of one call. One SSRC, one sequence and one clock, also across keys and new negotiations."""

    __slots__ = ("_codec", "_event_started", "_events", "_kind", "_marker", "_packet", "_seq", "_sound", "_ssrc", "_time", "event_type")

    def __init__(self) -> None:
        self._ssrc = secrets.randbits(32)
        self._seq = secrets.randbits(15)  # not near the wrap, as RFC 3711 section 3.3.1 advises
        self._time = secrets.randbits(32)
        self._marker = _MARKER  # the first packet of a stream bears the marker
        self._sound: deque[bytes] = deque()
        self._events: deque[bytes] = deque()
        self._event_started = 0
        self.event_type: int | None = None
        self.use("PCMA", 8, None)

    def use(self, codec: str, payload_type: int, event_type: int | None) -> None:
        """Sets what was negotiated: PCMA or PCMU, and the payload types."""
        self._codec, self._kind, self.event_type = codec, payload_type, event_type
        self._packet = bytearray(HEADER.size) + SILENCE[codec] * FRAME

    def play(self, sound: bytes) -> None:
        """Queues a sound in the codec's bytes; the rest of its last frame is silence."""
        pad = SILENCE[self._codec] * (-len(sound) % FRAME)
        whole = sound + pad
        self._sound.extend(whole[at : at + FRAME] for at in range(0, len(whole), FRAME))
        self._marker = _MARKER

    def press(self, key: str) -> bool:
        """Queues a key of 0-9, * or #; False when the other side did not offer telephone-event."""
        if self.event_type is None:
            return False
        durations = [*range(1, KEY_FRAMES), *[KEY_FRAMES] * END_PACKETS]
        for frames in durations:
            end = 0x80 if frames == KEY_FRAMES else 0
            self._events.append(bytes([KEYS.index(key), end | VOLUME]) + (frames * FRAME).to_bytes(2, "big"))
        self._event_started = self._time
        self._marker = _MARKER
        return True

    def skip(self) -> None:
        """20 ms pass in which nothing may be sent (hold): the clock goes on, the sequence does not."""
        self._time = (self._time + FRAME) & 0xFFFFFFFF
        self._marker = _MARKER

    def packet(self) -> bytearray | bytes:
        """The packet of the next 20 ms. It is good until the next call."""
        self._seq = (self._seq + 1) & 0xFFFF
        marker, self._marker = self._marker, 0
        now, self._time = self._time, (self._time + FRAME) & 0xFFFFFFFF
        if self._events and self.event_type is not None:
            # All packets of a key bear the time of its start (RFC 4733 section 2.5.1.2).
            head = HEADER.pack(0x80, marker | self.event_type, self._seq, self._event_started, self._ssrc)
            return head + self._events.popleft()
        if self._sound:
            return HEADER.pack(0x80, marker | self._kind, self._seq, now, self._ssrc) + self._sound.popleft()
        HEADER.pack_into(self._packet, 0, 0x80, marker | self._kind, self._seq, now, self._ssrc)
        return self._packet
