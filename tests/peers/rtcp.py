"""RTCP (RFC 3550 section 6.4) as a plain socket: a callee whose reports tell what the test wants."""

from __future__ import annotations

import socket
import struct
import threading
import time

from typing_extensions import Self

from tests.peers.ports import HOST

_SR, _RR = 200, 201
_HEAD = struct.Struct("!BBHI")
_BLOCK = struct.Struct("!IIIIII")
OWN_SSRC = 0x1234
_SHORTEST = 1  # of 1/65536 s: 0 means that no sender report came


class RtcpReporter:
    """Answers each sender report that comes to its port with one receiver report.

    Args:
        port: the RTP port's next.
        lost: the cumulative number of lost packets that it tells.
        jitter: in units of the RTP clock (8 kHz).
        after_s: so long it holds the answer back; it says that it did not, so that this is the round trip.
    """

    def __init__(self, port: int, *, lost: int, jitter: int, after_s: float) -> None:
        self.reports = 0
        self._lost, self._jitter, self._after_s = lost, jitter, after_s
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, port))
        self._socket.settimeout(0.2)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rtcp", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(2)
        self._socket.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                packet, sender = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            _, kind, _, ssrc = _HEAD.unpack_from(packet)
            if kind == _SR:
                time.sleep(self._after_s)
                self._socket.sendto(self._report(ssrc, packet), sender)
                self.reports += 1

    def _report(self, ssrc: int, sender_report: bytes) -> bytes:
        seconds, fraction = struct.unpack_from("!II", sender_report, 8)
        last = (seconds & 0xFFFF) << 16 | fraction >> 16
        block = _BLOCK.pack(ssrc, 10 << 24 | self._lost & 0xFFFFFF, 1000, self._jitter, last, _SHORTEST)
        return _HEAD.pack(0x81, _RR, (_HEAD.size + _BLOCK.size) // 4 - 1, OWN_SSRC) + block
