"""Which of this machine's addresses the gateway sees."""

from __future__ import annotations

import socket


class CannotResolve(Exception):
    """The gateway's host name has no address."""


def source_address(host: str, port: int) -> str:
    """The address of this machine from which `host` is reached. Blocks while the name is looked up.

    Raises:
        CannotResolve: the name has no address, or there is no way to it.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0])
    except OSError as error:
        raise CannotResolve(error.strerror or str(error)) from error
