"""The addresses of an agent: ours as the gateway's side sees it, and those of the servers on the way, resolved once at the start.

The library would look names up while calls go on, and stand still meanwhile.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass

from sip.messages import Setup
from sip.uri import first_hop, host_and_port, host_port

STUN_PORT = 3478  # RFC 5389 section 9


class CannotResolve(Exception):
    """A host name has no address. `cause` is one of outcome.LOCAL_CAUSES."""

    def __init__(self, cause: str, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


@dataclass(frozen=True)
class Addresses:
    """Where an agent is and what it speaks to.

    Attributes:
        source: the address of this machine that its sockets are bound to.
        public: what SIP and SDP give in its place; empty: the same, or what STUN tells.
        stun: the STUN server as host:port; empty: none.
        first_hop: where our SIP messages go to.
    """

    source: str
    public: str
    stun: str
    first_hop: tuple[str, int]


def addresses(setup: Setup) -> Addresses:
    """Looks all names up. Blocks meanwhile.

    Raises:
        CannotResolve: a name has no address, or none of the kind (IPv4, IPv6) that the gateway is reached over.
    """
    hop_host, hop_port = first_hop(setup.outbound_proxy, setup.host, setup.port)
    source = source_address(setup.host, setup.port)
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    public = _resolve(setup.public_address, family, "settings", "public_address") if setup.public_address else ""
    stun = ""
    if setup.stun_server and not public:
        host, port = host_and_port(setup.stun_server, STUN_PORT)
        stun = host_port(_resolve(host, family, "stun", "its name"), port)
    return Addresses(source, public, stun, (_lenient(hop_host, family), hop_port))


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
        raise CannotResolve("resolve", error.strerror or str(error)) from error


def _resolve(host: str, family: socket.AddressFamily, cause: str, what: str) -> str:
    try:
        return str(socket.getaddrinfo(host, None, family, socket.SOCK_DGRAM)[0][4][0])
    except OSError as error:
        nothing = "has no IPv6 address" if family == socket.AF_INET6 else "has no IPv4 address"
        raise CannotResolve(cause, f"{what} {nothing} ({error.strerror or error})") from error


def _lenient(host: str, family: socket.AddressFamily) -> str:
    # A proxy that has no address is told by the library, as the fault of the request that was to go there.
    try:
        return _resolve(host, family, "resolve", host)
    except CannotResolve:
        return host
