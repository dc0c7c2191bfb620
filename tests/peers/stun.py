"""A STUN server (RFC 5389): answers a binding request with the address that it came from, or with one that the test gives.

Old clients, the library's SIP side among them, send no magic cookie and are answered as RFC 3489 says (RFC 5389 section 12.2).
"""

from __future__ import annotations

import socket
import struct
import threading
from types import TracebackType

from typing_extensions import Self

from tests.peers.ports import HOST

_HEADER = struct.Struct("!HHI12s")
_COOKIE = 0x2112A442
_REQUEST, _RESPONSE, _MAPPED_ADDRESS, _XOR_MAPPED_ADDRESS, _IPV4 = 0x0001, 0x0101, 0x0001, 0x0020, 1


class StunServer:
    """Serves on a UDP port in a thread. A context manager.

    Args:
        host: its address. In a network namespace: make and enter it there.
        tells: the address that it gives to everybody, with each one's own port; empty: the one that the request came from.
    """

    def __init__(self, host: str = HOST, tells: str = "") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self.address = f"{host}:{self._socket.getsockname()[1]}"
        self._tells = tells
        self._thread = threading.Thread(target=self._serve, name="stun", daemon=True)
        self.asked = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.sendto(b"", self._socket.getsockname())  # wakes it
        self._thread.join(2)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, (host, port) = self._socket.recvfrom(2048)
            if not data:
                return
            answer = binding_response(data, self._tells or host, port)
            if answer:
                self.asked += 1
                self._socket.sendto(answer, (host, port))


def binding_response(request: bytes, host: str, port: int) -> bytes:
    """The answer to a binding request, which tells `host` and `port`. Empty when it is no such request."""
    if len(request) < _HEADER.size:
        return b""
    kind, _, cookie, transaction = _HEADER.unpack_from(request)
    if kind != _REQUEST:
        return b""
    name, mask = (_XOR_MAPPED_ADDRESS, _COOKIE) if cookie == _COOKIE else (_MAPPED_ADDRESS, 0)
    mapped = struct.pack("!BBHI", 0, _IPV4, port ^ mask >> 16, int.from_bytes(socket.inet_aton(host), "big") ^ mask)
    attribute = struct.pack("!HH", name, len(mapped)) + mapped
    return _HEADER.pack(_RESPONSE, len(attribute), cookie, transaction) + attribute
