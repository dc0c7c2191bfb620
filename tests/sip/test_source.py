"""Our own address, the one outside of a NAT, the STUN server and the first hop, as an agent finds them."""

from __future__ import annotations

import pytest

from sip.messages import Setup
from sip.source import Addresses, CannotResolve, addresses


def setup(host: str = "127.0.0.1", proxy: str = "", stun: str = "", public: str = "") -> Setup:
    return Setup(host, 5070, "udp", "u", "", "", "*", "", "", proxy, False, ("PCMA",), "off", "", stun, public, 15, 0)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (setup(), Addresses("127.0.0.1", "", "", ("127.0.0.1", 5070))),
        (setup(proxy="sip:127.0.0.2:5080;lr"), Addresses("127.0.0.1", "", "", ("127.0.0.2", 5080))),
        (setup(proxy="no-such-host.invalid"), Addresses("127.0.0.1", "", "", ("no-such-host.invalid", 5060))),
        (setup(public="203.0.113.7"), Addresses("127.0.0.1", "203.0.113.7", "", ("127.0.0.1", 5070))),
        (setup(stun="127.0.0.3"), Addresses("127.0.0.1", "", "127.0.0.3:3478", ("127.0.0.1", 5070))),
        (setup(stun="127.0.0.3:19302"), Addresses("127.0.0.1", "", "127.0.0.3:19302", ("127.0.0.1", 5070))),
        (setup(stun="127.0.0.3", public="203.0.113.7"), Addresses("127.0.0.1", "203.0.113.7", "", ("127.0.0.1", 5070))),
    ],
)
def test_what_is_found(given: Setup, found: Addresses) -> None:
    assert addresses(given) == found


@pytest.mark.parametrize(
    ("given", "cause", "told"),
    [
        (setup(host="no-such-host.invalid"), "resolve", ""),
        (setup(stun="no-such-host.invalid"), "stun", "its name has no IPv4 address"),
        (setup(public="no-such-host.invalid"), "settings", "public_address has no IPv4 address"),
        (setup(public="2001:db8::1"), "settings", "public_address has no IPv4 address"),
    ],
)
def test_what_does_not_resolve(given: Setup, cause: str, told: str) -> None:
    with pytest.raises(CannotResolve) as caught:
        addresses(given)
    assert caught.value.cause == cause
    assert told in str(caught.value)
