"""RTP (RFC 3550) as a plain socket: a sink that can count what it hears."""

from __future__ import annotations

import socket
import struct
import threading
import time
from dataclasses import dataclass, field

from tests.peers.ports import HOST, free_port

_HEADER = struct.Struct("!BBHII")


@dataclass
class RtpStream:
    """What came from one SSRC. Times are UNIX time in seconds; payload types are counted by number. `sound` holds all payloads in turn,
    `times` when each packet came."""

    ssrc: int
    first_at: float
    first_sequence: int
    last_at: float = 0.0
    last_sequence: int = 0
    packets: int = 0
    payload_types: dict[int, int] = field(default_factory=dict)
    sound: bytearray = field(default_factory=bytearray, repr=False)
    times: list[float] = field(default_factory=list, repr=False)

    @property
    def lost(self) -> int:
        """Sequence numbers that never came."""
        return (self.last_sequence - self.first_sequence) % 65536 + 1 - self.packets


class RtpSink:
    """A bound RTP port, so that a caller's media has somewhere to go. It only counts after listen().

    Many calls may share it. The kernel drops what nobody reads.

    Args:
        host: another address of loopback.
    """

    def __init__(self, host: str = HOST) -> None:
        self.port = free_port(step=2, span=2)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, self.port))
        self._streams: dict[int, RtpStream] = {}
        self._listener: threading.Thread | None = None
        self._stop = False
        self.heard_from: tuple[str, int] | None = None  # where the newest packet came from

    def listen(self) -> None:
        """Counts from now on, in a thread. For some tens of calls, not for hundreds."""
        self._socket.settimeout(0.25)
        self._listener = threading.Thread(target=self._read, name="rtp-sink", daemon=True)
        self._listener.start()

    def streams(self) -> list[RtpStream]:
        """What was heard, one entry for each SSRC, in the order of their first packets."""
        return list(self._streams.values())

    def send(self, packet: bytes, port: int, host: str = HOST) -> None:
        """Sends a packet of the test's own from here to a port."""
        self._socket.sendto(packet, (host, port))

    def press(self, key: int, to: tuple[str, int], payload_type: int = 101) -> None:
        """Sends one key (RFC 4733): three packets while it is pressed, three that say that it is released."""
        for place in range(6):
            ended, marker = place >= 3, 0x80 if place == 0 else 0
            event = struct.pack("!BBH", key, 0x80 * ended | 10, 160 * min(place + 1, 4))
            self.send(_HEADER.pack(0x80, marker | payload_type, place, 0, 0x1234) + event, to[1], to[0])

    def close(self) -> None:
        """Stops counting and gives the port back."""
        self._stop = True
        if self._listener is not None:
            self._socket.sendto(b"", self._socket.getsockname())  # wakes it
            self._listener.join(1)
        self._socket.close()

    def _read(self) -> None:
        while not self._stop:
            try:
                packet, source = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            if len(packet) >= _HEADER.size and packet[0] >> 6 == 2:
                self.heard_from = source
                self._count(packet, time.time())

    def _count(self, packet: bytes, now: float) -> None:
        _, kind, sequence, _, ssrc = _HEADER.unpack_from(packet)
        stream = self._streams.setdefault(ssrc, RtpStream(ssrc, now, sequence))
        stream.last_at, stream.last_sequence = now, sequence
        stream.packets += 1
        stream.times.append(now)
        stream.sound += packet[_HEADER.size :]
        stream.payload_types[kind & 0x7F] = stream.payload_types.get(kind & 0x7F, 0) + 1
