"""A TCP relay in front of a gateway, that hands its bytes on in other pieces than they came (RFC 3261 section 18.3)."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

from typing_extensions import Self

from tests.peers.ports import HOST

SPLIT_BYTES = 23
JOIN_S = 0.05
CLOSED_AFTER_S = 1.0


class Pipe:
    """A context manager.

    Args:
        port: where clients connect.
        upstream: the gateway's port on 127.0.0.1.
        how: split (small pieces), joined (what comes within 50 ms goes on in one piece) or closed (after CLOSED_AFTER_S the client's
            connection is closed; its next one carries on with the same gateway).

    `connections` counts the clients'.
    """

    def __init__(self, port: int, upstream: int, how: str) -> None:
        self.port = port
        self.connections = 0
        self._upstream = upstream
        self._how = how
        self._sockets: list[socket.socket] = []
        self._gateway: socket.socket | None = None
        self._client: socket.socket

    def __enter__(self) -> Self:
        self._server = socket.create_server((HOST, self.port))
        self._sockets.append(self._server)
        threading.Thread(target=self._accept, name="pipe", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._sockets:
            _shut(one)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(client)
            self._client = client
            self.connections += 1
            if self._gateway is None:
                self._begin(client)
            threading.Thread(target=_copy, args=(client, self._gateway), daemon=True).start()

    def _begin(self, client: socket.socket) -> None:
        self._gateway = socket.create_connection((HOST, self._upstream), timeout=5)
        self._gateway.settimeout(None)
        self._sockets.append(self._gateway)
        threading.Thread(target=self._hand_on, args=(self._gateway,), daemon=True).start()
        if self._how == "closed":
            timer = threading.Timer(CLOSED_AFTER_S, _shut, [client])
            timer.daemon = True
            timer.start()

    def _hand_on(self, gateway: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := gateway.recv(65536):
                if self._how == "joined":
                    time.sleep(JOIN_S)
                    with contextlib.suppress(BlockingIOError):
                        data += gateway.recv(65536, socket.MSG_DONTWAIT)
                for piece in self._pieces(data):
                    self._client.sendall(piece)
                    time.sleep(0.001 if self._how == "split" else 0)

    def _pieces(self, data: bytes) -> list[bytes]:
        size = SPLIT_BYTES if self._how == "split" else len(data)
        return [data[place : place + size] for place in range(0, len(data), size)]


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
