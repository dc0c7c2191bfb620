"""Ports on loopback: finding free ones, and the two ways of being no gateway at all."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections import deque
from types import TracebackType

from typing_extensions import Self

HOST = "127.0.0.1"

# Below the service's own ports (the sandbox's RTP from 10000 on, the agents' from 20000 on) and Linux's range for outgoing sockets (32768
# and up), so that nobody is given a port between our look and the peer's bind.
_LOWEST, _PAST = 2000, 10_000


def _own_range() -> tuple[int, int]:
    """This process's share: when tests run side by side (pytest-xdist), nobody takes a port that another has only looked at."""
    worker, workers = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker %= workers  # one that died is followed by one of a further number
    share = (_PAST - _LOWEST) // workers
    return _LOWEST + worker * share, _LOWEST + (worker + 1) * share


_RANGE = _own_range()

# Handed out not long ago: perhaps not bound yet, so that a test with many peers would be given it twice.
_given: deque[int] = deque(maxlen=600)
_lock = threading.Lock()


def free_port(step: int = 1, span: int = 1) -> int:
    """A port on 127.0.0.1 that is free for UDP and TCP, and `span - 1` more behind it.

    Args:
        step: the port is a multiple of this: 2 for RTP (RFC 3550 section 11).
        span: how many ports in a row must be free.
    """
    with _lock:
        for _ in range(2000):
            port = random.randrange(_RANGE[0], _RANGE[1] - span, step)
            if all(port + i not in _given and _free(port + i) for i in range(span)):
                _given.extend(port + i for i in range(span))
                return port
    raise OSError("no free port on loopback")


def _free(port: int) -> bool:
    try:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind((HOST, port))
    except OSError:
        return False
    return True


class SilentPort:
    """A gateway that takes everything and never replies: a bound UDP port, and a TCP port that accepts, on the same number.

    A context manager. `datagrams()` gives what came in by UDP.
    """

    def __init__(self) -> None:
        self.port = free_port()

    def __enter__(self) -> Self:
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((HOST, self.port))
        self._udp.setblocking(False)
        self._tcp = socket.create_server((HOST, self.port))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._udp.close()
        self._tcp.close()

    def datagrams(self) -> list[bytes]:
        """What has come in by UDP since the last time it was asked. Does not block."""
        received = []
        while True:
            try:
                received.append(self._udp.recv(65535))
            except BlockingIOError:
                return received


class ClosedPort:
    """A port where nothing listens: UDP answers with ICMP port unreachable, TCP refuses. Kept by nobody, so use it soon."""

    def __init__(self) -> None:
        self.port = free_port()
