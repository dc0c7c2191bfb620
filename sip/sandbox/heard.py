"""What came in on one call's RTP socket: counted, not decoded (RFC 3550 section 5.1 and appendix A)."""

from __future__ import annotations

import struct

HEADER = struct.Struct("!BBHII")  # first byte, marker and payload type, sequence, timestamp, SSRC
COMFORT_NOISE = 13
_WINDOW = 128  # how many packets back a duplicate is known from a late one
_SEEN = (1 << _WINDOW) - 1
_JUMP = 3000  # RFC 3550's MAX_DROPOUT: a larger step is a sender that started anew


class Heard:
    """The counters of one call. `accepts` are the payload types that count; anything else is `ignored`.

    `packets` counts every accepted packet, duplicates too; `size` its payload's bytes. Sequence numbers are as on the wire.
    Arrival times are in seconds of the clock, to the tick (20 ms) in which the packet was read.
    """

    __slots__ = (
        "_base",
        "_expected",
        "_next",
        "_ssrc",
        "_top",
        "_window",
        "accepts",
        "audio_type",
        "duplicates",
        "first_at",
        "first_seq",
        "ignored",
        "last_at",
        "out_of_order",
        "packets",
        "payloads",
        "size",
    )

    def __init__(self, record: bool = False) -> None:
        self.accepts: frozenset[int] = frozenset()
        self.audio_type = -1
        self.packets = self.size = self.out_of_order = self.duplicates = self.ignored = 0
        self.first_at: float | None = None
        self.last_at: float | None = None
        self.first_seq: int | None = None
        self.payloads: dict[int, bytes] | None = {} if record else None  # sound by extended sequence number
        self._ssrc: int | None = None
        self._base = self._top = self._expected = self._window = 0
        self._next = -1

    def expect(self, audio_type: int, event_type: int | None) -> None:
        """Sets which payload types count from now on."""
        self.audio_type = audio_type
        self.accepts = frozenset({audio_type, COMFORT_NOISE} | ({event_type} if event_type is not None else set()))

    @property
    def last_seq(self) -> int | None:
        """The highest sequence number of the last stream, None before the first packet."""
        return None if self._ssrc is None else self._top & 0xFFFF

    @property
    def lost(self) -> int:
        """How many sequence numbers between the first and the last never came."""
        if self._ssrc is None:
            return 0
        expected = self._expected + self._top - self._base + 1
        return max(0, expected - (self.packets - self.duplicates))

    def packet(self, data: bytearray, size: int, now: float) -> None:
        """Counts one datagram: the first `size` bytes of `data`. Any bytes will do."""
        if size < HEADER.size:
            self.ignored += 1
            return
        first, second, seq, _, ssrc = HEADER.unpack_from(data)
        kind = second & 0x7F
        start, end = (12, size) if first == 0x80 else _payload(data, size)
        if kind not in self.accepts or end < start:
            self.ignored += 1
            return
        self.packets += 1
        self.size += end - start
        self.last_at = now
        if seq == self._next and ssrc == self._ssrc:
            self._next = (seq + 1) & 0xFFFF
            self._top += 1
            self._window = (self._window << 1 | 1) & _SEEN
            extended = self._top
        else:
            extended = self._unexpected(seq, ssrc, now)
        if self.payloads is not None and kind == self.audio_type:
            self.payloads.setdefault(extended, bytes(data[start:end]))

    def _unexpected(self, seq: int, ssrc: int, now: float) -> int:
        """A packet that is not the next one: the first, one after a gap, a late one, a duplicate. Gives its extended sequence number."""
        step = ((seq - self._top + 0x8000) & 0xFFFF) - 0x8000
        if ssrc != self._ssrc or abs(step) > _JUMP:
            self._start(seq, ssrc, now)
        elif step > 0:
            self._top += step
            self._window = (self._window << step | 1) & _SEEN
        else:
            self._late(-step)
            return self._top + step
        self._next = (self._top + 1) & 0xFFFF
        return self._top

    def _start(self, seq: int, ssrc: int, now: float) -> None:
        if self._ssrc is None:
            self.first_at, self.first_seq, base = now, seq, seq
        else:
            self._expected += self._top - self._base + 1
            base = (self._top // 0x10000 + 1) * 0x10000 + seq  # stays above all before it, for the recording's order
        self._ssrc, self._base, self._top, self._window = ssrc, base, base, 1

    def _late(self, age: int) -> None:
        bit = 1 << age
        if age < _WINDOW and self._window & bit:
            self.duplicates += 1
            return
        self.out_of_order += 1
        self._window |= bit & _SEEN
        if self._top - age < self._base:
            if self._expected == 0:
                self.first_seq = (self._top - age) & 0xFFFF
            self._base = self._top - age


def _payload(data: bytearray, size: int) -> tuple[int, int]:
    """Where the payload starts and ends in a packet with CSRCs, an extension or padding; (1, 0) when it is no RTP."""
    first = data[0]
    start, end = HEADER.size + 4 * (first & 0x0F), size
    if first >> 6 != 2:
        return 1, 0
    if first & 0x10:
        if start + 4 > size:
            return 1, 0
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    if first & 0x20:
        end -= data[size - 1]
    return start, end
