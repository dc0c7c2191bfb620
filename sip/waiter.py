"""What an agent sleeps on: the dialer's messages, and the socket that SIP comes by.

The library would wake the agent for each RTP packet too. So the sleep is ours, on SIP's own socket, which the library does not tell:
it is looked for among the open ones. RTP waits in its sockets until the library is asked to handle what is there.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import stat

OPEN_FILES = "/dev/fd"  # Linux and macOS; elsewhere SIP's socket stays unknown


class Waiter:
    """See the module.

    Args:
        dialer: the connected socket to the dialer.

    Attributes:
        dialer_speaks: something of the dialer's is there to be read. The reader takes it back.
    """

    def __init__(self, dialer: socket.socket) -> None:
        self.dialer_speaks = False
        self._dialer = dialer
        self._sip: dict[int, int] = {}  # descriptor and inode of SIP's sockets
        self._hurried: dict[int, int] = {}  # and of those that are read at once though they are not SIP's
        self._selector = selectors.DefaultSelector()
        self._selector.register(dialer, selectors.EVENT_READ)

    @property
    def knows_sip(self) -> bool:
        """Whether `wait` ends when a SIP message comes."""
        return bool(self._sip)

    def wait(self, timeout_s: float) -> bool:
        """Sleeps until SIP or the dialer has something, `timeout_s` at most. Gives `dialer_speaks`."""
        for key, _ in self._selector.select(timeout_s):
            self.dialer_speaks |= key.fileobj is self._dialer
        return self.dialer_speaks

    def forget_dialer(self) -> None:
        """The dialer is gone: its closed socket would end each `wait` at once."""
        self._selector.unregister(self._dialer)

    def look_for_sip(self, udp_port: int, gateway_port: int) -> None:
        """Finds SIP's socket: the UDP one at `udp_port` (0: SIP goes by TCP or TLS), or the connections to `gateway_port`.

        Cheap while nothing has changed. A connection that was lost is noticed here, and so is the next one.
        """
        self._forget_closed()
        if not self._sip:
            for number in _sockets(udp_port, gateway_port):
                self._sip[number] = _inode(number)
                self._selector.register(number, selectors.EVENT_READ)

    def hurry(self, udp_port: int) -> None:
        """Ends `wait` too when something comes to this UDP port, until its socket is closed."""
        self._forget_closed()
        for number in _sockets(udp_port, 0):
            if number not in self._hurried and number not in self._sip:
                self._hurried[number] = _inode(number)
                self._selector.register(number, selectors.EVENT_READ)

    def _forget_closed(self) -> None:
        for kept in (self._sip, self._hurried):
            for number, inode in list(kept.items()):
                if _inode(number) != inode:
                    del kept[number]
                    self._selector.unregister(number)

    def send(self, data: bytes, address: tuple[str, int]) -> None:
        """Sends a datagram from SIP's own socket, as far as that is known."""
        for number in self._sip:
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(number)) as sock:
                sock.sendto(data, address)

    def close(self) -> None:
        """Frees what it holds."""
        self._selector.close()


def _sockets(udp_port: int, gateway_port: int) -> list[int]:
    try:
        numbers = [int(name) for name in os.listdir(OPEN_FILES)]
    except OSError:
        return []
    return [number for number in numbers if _carries_sip(number, udp_port, gateway_port)]


def _carries_sip(number: int, udp_port: int, gateway_port: int) -> bool:
    try:
        if not stat.S_ISSOCK(os.fstat(number).st_mode):  # the copy below would stay open
            return False
        with socket.socket(fileno=os.dup(number)) as sock:
            if sock.family not in (socket.AF_INET, socket.AF_INET6):
                return False
            if udp_port:
                return sock.type == socket.SOCK_DGRAM and sock.getsockname()[1] == udp_port
            return sock.type == socket.SOCK_STREAM and sock.getpeername()[1] == gateway_port
    except OSError:  # no socket, or not connected yet
        return False


def _inode(number: int) -> int:
    try:
        return os.fstat(number).st_ino
    except OSError:
        return -1
