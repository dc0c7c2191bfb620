"""Many datagrams a system call: recvmmsg(2) and sendmmsg(2) through ctypes, with numpy arrays as their buffers. Linux, 64 bit.

A Python call for each of 40,000 packets a second would take most of a core; in batches they take a tenth of it.
"""

from __future__ import annotations

import ctypes
import os
import socket
from typing import Any

import numpy as np
import numpy.typing as npt

BATCH = 1024
HEADER_BYTES = 12  # of RTP, RFC 3550 section 5.1
PACKET_BYTES = HEADER_BYTES + 160  # 20 ms of G.711
RECEIVE_BUFFER = 64 << 20  # holds half a second of 800 lines, also when this process is kept from running
SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35

Array = npt.NDArray[Any]

# struct mmsghdr, struct iovec, struct sockaddr_in, and a struct cmsghdr with a struct timespec.
_MESSAGE = np.dtype(
    {
        "names": ["name", "namelen", "iov", "iovlen", "control", "controllen", "flags", "length"],
        "formats": ["u8", "u4", "u8", "u8", "u8", "u8", "i4", "u4"],
        "offsets": [0, 8, 16, 24, 32, 40, 48, 56],
        "itemsize": 64,
    }
)
_VECTOR = np.dtype([("base", "u8"), ("length", "u8")])
_ADDRESS = np.dtype([("family", "u2"), ("port", ">u2"), ("host", "u4"), ("zero", "u8")])
_STAMP = np.dtype([("length", "u8"), ("level", "i4"), ("type", "i4"), ("seconds", "i8"), ("nanoseconds", "i8")])
_RTP = np.dtype([("flags", "u1"), ("kind", "u1"), ("sequence", ">u2"), ("time", ">u4"), ("ssrc", ">u4")])
_SENT = np.dtype([*_RTP.descr, ("sound", "u1", (PACKET_BYTES - HEADER_BYTES,))])

# What is kept of a packet: UNIX time in ns by the kernel, source port, sequence number, RTP time, bytes in all.
PACKET = np.dtype([("at", "i8"), ("port", "u2"), ("sequence", "u2"), ("time", "u4"), ("ssrc", "u4"), ("bytes", "u2")])

_libc = ctypes.CDLL(None, use_errno=True)
_TRUNCATED_LENGTH = getattr(socket, "MSG_TRUNC", 0x20)  # gives a datagram's real length, though only its head is read


def _addresses(array: Array, count: int) -> Array:
    """The address in memory of each of an array's rows."""
    addresses: Array = np.arange(count, dtype=np.uint64) * np.uint64(array.strides[0]) + np.uint64(array.ctypes.data)
    return addresses


def rtp_socket() -> socket.socket:
    """A UDP socket on a free even port of loopback, with a large buffer and the kernel's times."""
    while True:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        if sock.getsockname()[1] % 2 == 0:
            break
        sock.close()
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    enlarge(sock)
    sock.setblocking(False)
    return sock


def enlarge(sock: socket.socket) -> None:
    """Gives the socket as large a receive buffer as we may."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
    except PermissionError:  # only root may go over the system's limit
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)


class Receiver:
    """Reads RTP packets' heads in batches and keeps what `PACKET` says of each."""

    def __init__(self, sock: socket.socket) -> None:
        self._fd = sock.fileno()
        self._heads = np.zeros(BATCH, _RTP)
        self._from = np.zeros(BATCH, _ADDRESS)
        self._stamps = np.zeros(BATCH, _STAMP)
        self._vectors = np.zeros(BATCH, _VECTOR)
        self._vectors["base"], self._vectors["length"] = _addresses(self._heads, BATCH), HEADER_BYTES
        self._messages = np.zeros(BATCH, _MESSAGE)
        self._messages["name"] = _addresses(self._from, BATCH)
        self._messages["iov"], self._messages["iovlen"] = _addresses(self._vectors, BATCH), 1
        self._messages["control"] = _addresses(self._stamps, BATCH)
        self._kept: list[Array] = []

    def drain(self) -> None:
        """Reads all that is there. Does not block."""
        while self._read() == BATCH:
            pass

    def take(self) -> Array:
        """All packets since the last `take`, as an array of `PACKET`."""
        kept, self._kept = self._kept, []
        return np.concatenate(kept) if kept else np.zeros(0, PACKET)

    def _read(self) -> int:
        messages = self._messages
        messages["namelen"], messages["controllen"] = _ADDRESS.itemsize, _STAMP.itemsize
        flags = socket.MSG_DONTWAIT | _TRUNCATED_LENGTH
        count = int(_libc.recvmmsg(self._fd, ctypes.c_void_p(messages.ctypes.data), BATCH, flags, None))
        if count <= 0:
            return 0
        heads, stamps, batch = self._heads[:count], self._stamps[:count], np.empty(count, PACKET)
        batch["at"] = stamps["seconds"] * 1_000_000_000 + stamps["nanoseconds"]
        batch["port"] = self._from["port"][:count]
        for name in ("sequence", "time", "ssrc"):
            batch[name] = heads[name]
        batch["bytes"] = messages["length"][:count]
        self._kept.append(batch)
        return count


class Sender:
    """Sends 20 ms of sound to each of many calls. Calls are spread over `PHASES` moments of the 20 ms, as they are in a real network."""

    PHASES = 4

    def __init__(self, sock: socket.socket, most: int) -> None:
        self._fd = sock.fileno()
        self._phases = [_Phase(-(-most // self.PHASES) + 1) for _ in range(self.PHASES)]
        self._at: dict[int, _Phase] = {}

    def add(self, call: int, port: int) -> None:
        """Sound of this call goes to this port of loopback from now on."""
        phase = min(self._phases, key=lambda one: one.count)
        phase.add(call, port)
        self._at[call] = phase

    def remove(self, call: int) -> None:
        """No more sound of this call."""
        phase = self._at.pop(call, None)
        if phase is not None:
            phase.remove(call)

    def send(self, turn: int) -> None:
        """One packet to each call of the phase that is due; `turn` counts quarters of 20 ms."""
        self._phases[turn % self.PHASES].send(self._fd)


class _Phase:
    """The calls that get their packets at the same moment; the first `count` rows are in use."""

    def __init__(self, most: int) -> None:
        self.count = 0
        self._calls: list[int] = []
        self._packets = np.zeros(most, _SENT)
        self._packets["flags"], self._packets["kind"] = 0x80, 8
        self._packets["ssrc"] = np.frombuffer(os.urandom(4 * most), np.uint32)
        self._packets["sound"] = np.random.default_rng(1).integers(0, 255, PACKET_BYTES - HEADER_BYTES)
        self._to = np.zeros(most, _ADDRESS)
        self._to["family"], self._to["host"] = socket.AF_INET, int.from_bytes(bytes((127, 0, 0, 1)), "little")
        self._vectors = np.zeros(most, _VECTOR)
        self._vectors["base"], self._vectors["length"] = _addresses(self._packets, most), PACKET_BYTES
        self._messages = np.zeros(most, _MESSAGE)
        self._messages["name"], self._messages["namelen"] = _addresses(self._to, most), _ADDRESS.itemsize
        self._messages["iov"], self._messages["iovlen"] = _addresses(self._vectors, most), 1

    def add(self, call: int, port: int) -> None:
        if self.count == len(self._to):
            raise OverflowError("more calls at once than the callee was told of")
        self._to["port"][self.count] = port
        self._calls.append(call)
        self.count += 1

    def remove(self, call: int) -> None:
        row = self._calls.index(call)
        last = self._calls.pop()
        self.count -= 1
        if row < self.count:
            self._calls[row] = last
            for array in (self._to, self._packets):
                array[row] = array[self.count]

    def send(self, fd: int) -> None:
        sent = 0
        while sent < self.count:
            start = ctypes.c_void_p(int(self._messages.ctypes.data) + sent * _MESSAGE.itemsize)
            done = int(_libc.sendmmsg(fd, start, self.count - sent, socket.MSG_DONTWAIT))
            sent += max(done, 1)  # one that can't be sent (its port is closed) is left out
        self._packets["sequence"][: self.count] += 1
        self._packets["time"][: self.count] += 160
