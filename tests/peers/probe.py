"""Asks a peer with OPTIONS (RFC 3261 section 11) whether it serves."""

from __future__ import annotations

import contextlib
import socket
import ssl
import uuid

from tests.peers.ports import HOST

# Call-IDs of probes begin so; the peers' counts leave them out.
PROBE = "probe-"


def options_answered(port: int, transport: str = "udp", user: str = "probe", wait_s: float = 0.05, host: str = HOST) -> bool:
    """Sends one OPTIONS to a port of `host` and tells whether any SIP reply came within wait_s.

    Args:
        port: the peer's port.
        transport: udp, tcp or tls (the certificate is not checked).
        user: the user part of the Request-URI.
    """
    with contextlib.suppress(OSError):
        if transport == "udp":
            return _ask_udp(host, port, user, wait_s)
        return _ask_stream(host, port, transport, user, wait_s)
    return False


def _ask_udp(host: str, port: int, user: str, wait_s: float) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((host, port))
        sock.settimeout(wait_s)
        sock.send(_options(host, port, "UDP", user, sock.getsockname()))
        return sock.recv(65535).startswith(b"SIP/2.0 ")


def _ask_stream(host: str, port: int, transport: str, user: str, wait_s: float) -> bool:
    with socket.create_connection((host, port), timeout=1) as plain:
        sock = _unchecked().wrap_socket(plain) if transport == "tls" else plain
        sock.settimeout(max(wait_s, 0.5))
        sock.sendall(_options(host, port, transport.upper(), user, sock.getsockname()))
        return sock.recv(65535).startswith(b"SIP/2.0 ")


def _unchecked() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _options(host: str, port: int, transport: str, user: str, own: tuple[str, int]) -> bytes:
    own_host, own_port = own
    mark = uuid.uuid4().hex
    lines = [
        f"OPTIONS sip:{user}@{host}:{port} SIP/2.0",
        f"Via: SIP/2.0/{transport} {own_host}:{own_port};branch=z9hG4bK{mark};rport",
        f"From: <sip:probe@{own_host}>;tag={mark[:8]}",
        f"To: <sip:{user}@{host}>",
        f"Call-ID: {PROBE}{mark}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:probe@{own_host}:{own_port}>",
        "Max-Forwards: 70",
        "Content-Length: 0",
        "",
        "",
    ]
    return "\r\n".join(lines).encode()
