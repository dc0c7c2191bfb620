"""The RTP sockets of the calls, read and written by one tick of 20 ms for all of them.

A reader per socket would cost the event loop some ten microseconds a packet; a tick that empties each socket's buffer costs
two or three. The kernel keeps about 3 s of packets, so a late tick loses nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from itertools import chain

from sip.sandbox.heard import Heard
from sip.sandbox.rtp import FRAME_S, Sender
from sip.sandbox.sdp import Chosen
from sip.sandbox.transaction import Address, Clock, Handle

FIRST_PORT, PAST_PORT = 10000, 20000  # below the ports that Linux gives out by itself (32768 and up)
CATCH_UP = 5  # frames sent at once after a late tick, at most
_DATAGRAM = 2048


class Session:
    """One call's media: an even UDP port on loopback, what it hears and what it sends."""

    def __init__(self, sock: socket.socket, record: bool, on_close: Callable[[Session], None]) -> None:
        self.heard = Heard(record)
        self.sender = Sender()
        self.port: int = sock.getsockname()[1]
        self.codec = "PCMA"
        self._socket = sock
        self._on_close = on_close
        self._remote: Address | None = None

    def use(self, chosen: Chosen, peer_host: str) -> None:
        """Sets what was negotiated. It sends to loopback only: for another address told in the SDP the SIP peer's own is taken."""
        self.codec = chosen.codec
        self.heard.expect(chosen.payload_type, chosen.event_type)
        self.sender.use(chosen.codec, chosen.payload_type, chosen.event_type)
        host = chosen.host if chosen.host.startswith("127.") else peer_host
        self._remote = (host, chosen.port) if chosen.sends else None

    def read(self, buffer: bytearray, now: float) -> None:
        """Counts every packet that waits. Does not block."""
        receive, packet = self._socket.recv_into, self.heard.packet
        try:
            while True:
                packet(buffer, receive(buffer), now)
        except BlockingIOError:
            pass
        except OSError:  # an ICMP error of what we sent, on some systems
            return

    def write(self) -> None:
        """Sends the packet of the next 20 ms. Does not block; what the kernel refuses is lost, as on any network."""
        if self._remote is None:
            self.sender.skip()
            return
        try:
            self._socket.sendto(self.sender.packet(), self._remote)
        except OSError:
            return

    def close(self, now: float) -> None:
        """Counts what still waits, then frees the port. Safe to call twice."""
        if self._socket.fileno() >= 0:
            self.read(bytearray(_DATAGRAM), now)
            self._socket.close()
            self._on_close(self)


class Media:
    """All sessions of the process and their tick, which runs only while there are any."""

    def __init__(self, clock: Clock, record: bool = False) -> None:
        self._clock, self._record = clock, record
        self._sessions: dict[Session, None] = {}  # in order of their start
        self._port = FIRST_PORT
        self._buffer = bytearray(_DATAGRAM)
        self._timer: Handle | None = None
        self._due = 0.0

    def __len__(self) -> int:
        return len(self._sessions)

    def open(self) -> Session:
        """A session on a free even port.

        Raises:
            OSError: no port or no file descriptor is free.
        """
        session = Session(self._bind(), self._record, self._drop)
        self._sessions[session] = None
        if self._timer is None:
            self._due = self._clock.time() + FRAME_S
            self._timer = self._clock.call_later(FRAME_S, self._tick)
        return session

    def _bind(self) -> socket.socket:
        """Ports are taken in turn, so that a late packet of an ended call does not meet a new one."""
        start = self._port
        for port in chain(range(start, PAST_PORT, 2), range(FIRST_PORT, start, 2)):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                sock.close()
                continue
            sock.setblocking(False)
            self._port = port + 2 if port + 2 < PAST_PORT else FIRST_PORT
            return sock
        raise OSError("no free RTP port")

    def _drop(self, session: Session) -> None:
        self._sessions.pop(session, None)

    def _tick(self) -> None:
        if not self._sessions:
            self._timer = None
            return
        now = self._clock.time()
        frames = min(1 + int((now - self._due) / FRAME_S), CATCH_UP) if now > self._due else 1
        for session in self._sessions:
            session.read(self._buffer, now)
            for _ in range(frames):
                session.write()
        self._due = max(self._due + frames * FRAME_S, now)
        self._timer = self._clock.call_later(max(0.0, self._due - self._clock.time()), self._tick)
