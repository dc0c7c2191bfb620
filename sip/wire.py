"""Messages over a stream socket between two processes of the service: a length of four bytes, then the pickled message.

Both ends are ours and were connected by the service itself, so that pickle is safe here.
"""

from __future__ import annotations

import pickle
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!I")


def send(sock: socket.socket, *messages: Any) -> None:
    """Sends the messages in order, in one write. Blocks until the kernel has taken them.

    Raises:
        OSError: the other end is gone, or did not read for the socket's timeout.
    """
    parts: list[bytes] = []
    for message in messages:
        data = pickle.dumps(message, protocol=5)
        parts += (_LENGTH.pack(len(data)), data)
    sock.sendall(b"".join(parts))


class Receiver:
    """Cuts what comes from a socket into messages."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()

    def receive(self) -> list[Any] | None:
        """Reads once (blocks when the socket does) and gives the messages that are whole now, or None when the other end is gone."""
        try:
            data = self._sock.recv(65536)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError:
            return None
        if not data:
            return None
        self._buffer += data
        return self._cut()

    def _cut(self) -> list[Any]:
        messages = []
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            end = start + _LENGTH.size + _LENGTH.unpack_from(self._buffer, start)[0]
            if len(self._buffer) < end:
                break
            messages.append(pickle.loads(self._buffer[start + _LENGTH.size : end]))  # noqa: S301 - see the module's docstring
            start = end
        del self._buffer[:start]
        return messages
