"""SIP URIs and name-addrs (RFC 3261 sections 19.1 and 25.1), built so that no field can put anything else on the wire."""

from __future__ import annotations

import re

SIP_PORT = 5060  # RFC 3261 section 19.1.2

_SCHEME = re.compile(r"sips?:(?:[^@]*@)?", re.IGNORECASE)
_HOST_PORT = re.compile(r"(?:\[([^\]]*)\]|([^:;]+))(?::([0-9]+))?")
# What `user` may hold unescaped: unreserved and user-unreserved, less the characters that gateways are known to trip over.
_PLAIN_USER = re.compile(r"[A-Za-z0-9\-_.!~*'()&=+$,]")


def escape_user(user: str) -> str:
    """The user part of a URI: everything that the grammar does not take is percent-escaped."""
    return "".join(c if _PLAIN_USER.match(c) else "".join(f"%{b:02X}" for b in c.encode()) for c in user)


def host_port(host: str, port: int) -> str:
    """`host:port`, with an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def sip_uri(user: str, host: str, port: int, transport: str) -> str:
    """`sip:user@host:port`, with `;transport=` for anything but UDP. Without a user: `sip:host:port`."""
    at = f"{escape_user(user)}@" if user else ""
    way = "" if transport == "udp" else f";transport={transport}"
    return f"sip:{at}{host_port(host, port)}{way}"


def name_addr(display_name: str, user: str, host: str) -> str:
    """`"Display" <sip:user@host>`: quotes and backslashes escaped, control characters dropped."""
    address = f"<sip:{escape_user(user) + '@' if user else ''}{f'[{host}]' if ':' in host else host}>"
    if not display_name:
        return address
    clean = "".join(c for c in display_name if c >= " " and c != "\x7f")
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '" ' + address


def proxy_uri(text: str, transport: str) -> str:
    """An outbound proxy as a loose route: `host`, `host:port` or a `sip:` URI."""
    uri = text if text.lower().startswith(("sip:", "sips:")) else f"sip:{text}"
    if transport != "udp" and ";transport=" not in uri.lower():
        uri += f";transport={transport}"
    return uri if ";lr" in uri.lower() else f"{uri};lr"


def host_and_port(text: str, default_port: int) -> tuple[str, int]:
    """`host`, `host:port`, `[IPv6]` or `[IPv6]:port` in its parts."""
    match = _HOST_PORT.match(text)
    if match is None:
        return text, default_port
    return match[1] or match[2], int(match[3] or default_port)


def first_hop(outbound_proxy: str, host: str, port: int) -> tuple[str, int]:
    """Where requests to the gateway `host:port` go to: the outbound proxy, where there is one (as `proxy_uri` takes it).

    A proxy without a port is given that of UDP.
    """
    if not outbound_proxy:
        return host, port
    scheme = _SCHEME.match(outbound_proxy)
    return host_and_port(outbound_proxy[scheme.end() if scheme else 0 :], SIP_PORT)
