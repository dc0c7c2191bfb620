"""URIs and name-addrs: no field can put anything else on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.uri import escape_user, first_hop, name_addr, proxy_uri, sip_uri


def test_plain_numbers_stay_as_they_are() -> None:
    assert sip_uri("+79123456789", "sip.example.org", 5060, "udp") == "sip:+79123456789@sip.example.org:5060"
    assert sip_uri("79123456789", "10.0.0.1", 5070, "tcp") == "sip:79123456789@10.0.0.1:5070;transport=tcp"
    assert sip_uri("1", "::1", 5061, "tls") == "sip:1@[::1]:5061;transport=tls"
    assert sip_uri("", "gw", 5060, "udp") == "sip:gw:5060"


def test_a_prefix_with_a_hash_is_escaped() -> None:
    assert escape_user("#31#+7912") == "%2331%23+7912"


def test_display_names_are_quoted() -> None:
    assert name_addr('Dr. "Ice" \\ Co', "100", "gw") == '"Dr. \\"Ice\\" \\\\ Co" <sip:100@gw>'
    assert name_addr("", "100", "gw") == "<sip:100@gw>"
    assert name_addr("Клиника", "", "gw") == '"Клиника" <sip:gw>'


@given(st.text(), st.text())
def test_nothing_breaks_out(display: str, user: str) -> None:
    text = name_addr(display, user, "gw")
    assert "\r" not in text
    assert "\n" not in text
    uri = text[text.rindex("<") :] if not display else text[text.rindex('" <') + 2 :]
    assert uri.startswith("<sip:")
    assert uri.endswith("gw>")
    assert not set(uri[5:-1]) & set(' "<>')


def test_proxies_are_loose_routes() -> None:
    assert proxy_uri("proxy:5080", "udp") == "sip:proxy:5080;lr"
    assert proxy_uri("sip:proxy;lr", "tls") == "sip:proxy;lr;transport=tls"


@pytest.mark.parametrize(
    ("proxy", "hop"),
    [
        ("", ("gateway", 5070)),
        ("proxy", ("proxy", 5060)),
        ("proxy:5080", ("proxy", 5080)),
        ("[2001:db8::1]", ("2001:db8::1", 5060)),
        ("[2001:db8::1]:5080", ("2001:db8::1", 5080)),
        ("sip:proxy.example.com;lr", ("proxy.example.com", 5060)),
        ("SIPS:me:secret@proxy.example.com:5061;transport=tls", ("proxy.example.com", 5061)),
    ],
)
def test_the_first_hop_is_the_proxy_or_the_gateway(proxy: str, hop: tuple[str, int]) -> None:
    assert first_hop(proxy, "gateway", 5070) == hop
