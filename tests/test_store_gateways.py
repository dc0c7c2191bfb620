"""Gateways in the store: defaults, rules, the sealed password, what a change touches."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import insert, select, update

from errors import BadInput, Conflict, NotFound
from security.keys import SecretBox
from store import gateways
from store.engine import Store
from store.gateway_settings import GatewaySettings, sandbox_settings
from store.paging import Page
from store.tables import campaigns
from store.tables import gateways as table
from store.viewer import Viewer

PLAIN = {"name": "Office", "host": "sip.example.com"}
PASSWORD = "s3cret-of-the-trunk"


def add(store: Store, viewer: Viewer, box: SecretBox, **fields: Any) -> dict[str, Any]:
    return gateways.create(store, viewer, {**PLAIN, **fields}, box, str(uuid.uuid4()))


def settings(store: Store, gateway_id: str, box: SecretBox) -> GatewaySettings:
    with store.read() as conn:
        return gateways.settings(conn, gateway_id, box)


def add_campaign(store: Store, viewer: Viewer, gateway_id: str, status: str) -> None:
    row = {
        "id": str(uuid.uuid4()),
        "owner": viewer.uid,
        "name": "c",
        "status": status,
        "created_at": 0,
        "gateway_id": gateway_id,
        "audio_id": str(uuid.uuid4()),
        "ring_timeout_s": 45,
        "retry": {},
        "lead_in_ms": 200,
        "tail_ms": 200,
        "repeat": 1,
        "repeat_pause_ms": 0,
        "collect_digits": 0,
        "redial_interrupted": False,
    }
    with store.write() as conn:
        conn.execute(insert(campaigns).values(row))


def ca() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test CA")])
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=9))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_the_defaults_are_the_contracts(store: Store, user: Viewer, box: SecretBox) -> None:
    item = add(store, user, box)
    assert list(item.items()) == [
        ("id", item["id"]),
        ("name", "Office"),
        ("host", "sip.example.com"),
        ("port", 5060),
        ("transport", "udp"),
        ("username", ""),
        ("auth_username", ""),
        ("realm", "*"),
        ("caller_id", ""),
        ("display_name", ""),
        ("outbound_proxy", ""),
        ("register", False),
        ("codecs", ["PCMA", "PCMU"]),
        ("srtp", "off"),
        ("tls_ca", ""),
        ("stun_server", ""),
        ("public_address", ""),
        ("keep_alive_s", 15),
        ("max_lines", None),
        ("calls_per_second", None),
        ("region", "RU"),
        ("strip_plus", False),
        ("dial_prefix", ""),
        ("allowed_prefixes", []),
    ]
    assert gateways.get(store, user, item["id"]) == item
    with store.read() as conn:
        assert gateways.require(conn, user, item["id"]) == item


def test_tls_has_its_own_port(store: Store, user: Viewer, box: SecretBox) -> None:
    assert add(store, user, box, transport="tls")["port"] == 5061
    assert add(store, user, box, transport="tls", port=5060)["port"] == 5060


def test_the_password_is_sealed_and_only_the_dialer_gets_it(store: Store, user: Viewer, box: SecretBox) -> None:
    item = add(store, user, box, password=PASSWORD)
    with store.read() as conn:
        sealed = conn.execute(select(table.c.password)).scalar_one()
    assert PASSWORD.encode() not in sealed
    assert PASSWORD not in repr(item)
    found = settings(store, item["id"], box)
    assert found.password == PASSWORD
    assert PASSWORD not in repr(found)


def test_the_dialer_gets_every_setting(store: Store, user: Viewer, box: SecretBox) -> None:
    fields: dict[str, Any] = {
        "port": 5070,
        "transport": "tcp",
        "username": "u",
        "auth_username": "a",
        "realm": "r",
        "caller_id": "+74951234567",
        "display_name": 'The "Office"',
        "outbound_proxy": "proxy.example.com:5080",
        "register": True,
        "codecs": ["iLBC", "GSM"],
        "srtp": "required",
        "tls_ca": ca(),
        "stun_server": "stun.example.com:3478",
        "public_address": "203.0.113.7",
        "keep_alive_s": 30,
        "max_lines": 7,
        "calls_per_second": 0.5,
        "region": "DE",
        "strip_plus": True,
        "dial_prefix": "9#",
        "allowed_prefixes": ["+7912"],
    }
    item = add(store, user, box, **fields)
    found = settings(store, item["id"], box)
    wanted = {**fields, "codecs": ("iLBC", "GSM"), "allowed_prefixes": ("+7912",), "name": "Office", "host": "sip.example.com"}
    assert {name: getattr(found, name) for name in wanted} == wanted
    assert found.changed_at > 0
    assert hash(found)


def test_what_is_dialled() -> None:
    plain = sandbox_settings(5060)
    assert plain.dialled("+79123456789") == "+79123456789"
    assert replace(plain, strip_plus=True).dialled("+79123456789") == "79123456789"
    assert replace(plain, dial_prefix="9").dialled("+79123456789") == "9+79123456789"
    assert replace(plain, strip_plus=True, dial_prefix="9").dialled("+79123456789") == "979123456789"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "empty"),
        ("name", "   ", "empty"),
        ("name", "a\x00b", "control character"),
        ("name", "x" * 201, "200"),
        ("host", "", "empty"),
        ("host", "sip:sip.example.com", "scheme"),
        ("host", "https://sip.example.com", "scheme"),
        ("host", "sip.example.com:5060", "port"),
        ("host", "[2001:db8::1]", "brackets"),
        ("host", "fe80::1%eth0", "no hostname"),
        ("host", "sip example.com", "no hostname"),
        ("host", "sip.example.com\r\nX-Evil: 1", "no hostname"),
        ("host", "-a.example.com", "no hostname"),
        ("host", "пример.рф", "xn--"),
        ("host", "1.2.3.256", "looks like an IP"),
        ("host", ".".join(["a" * 60] * 5), "253"),
        ("port", 0, "65535"),
        ("port", 65536, "65535"),
        ("transport", "sctp", "udp, tcp, tls"),
        ("username", "u\r\nVia: x", "line break"),
        ("auth_username", "u\x00", "control character"),
        ("password", "p\n", "line break"),
        ("realm", "", "any realm"),
        ("realm", "r\n", "line break"),
        ("caller_id", "1\r\n", "line break"),
        ("display_name", 'a" <sip:evil@x>\r\nX-Evil: 1', "line break"),
        ("display_name", "a\u2028b", "line break"),
        ("display_name", "\ud800", "control character"),
        ("outbound_proxy", "sip:", "must be a host"),
        ("outbound_proxy", "http://proxy", "must be a host"),
        ("outbound_proxy", "proxy:99999", "65535"),
        ("outbound_proxy", "proxy name", "valid host"),
        ("outbound_proxy", "sip:proxy?x=y", "must be a host"),
        ("outbound_proxy", "sip:proxy>\r\nX: y", "line break"),
        ("outbound_proxy", "[::zz]:5060", "valid host"),
        ("codecs", [], "at least one"),
        ("codecs", ["PCMA", "PCMA"], "twice"),
        ("codecs", ["opus"], "PCMA, PCMU"),
        ("srtp", "on", "off, optional, required"),
        ("tls_ca", "no certificate", "PEM"),
        ("tls_ca", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "PEM"),
        ("tls_ca", "-----BEGIN PRIVATE KEY-----\n", "private key"),
        ("stun_server", "stun:stun.example.com", "port"),
        ("stun_server", "stun.example.com:0", "65535"),
        ("stun_server", "stun.example.com:70000", "65535"),
        ("stun_server", "stun.example.com:port", "must be a host"),
        ("stun_server", "2001:db8::1", "brackets"),
        ("stun_server", "[2001:db8::zz]:3478", "valid host"),
        ("stun_server", "a b", "valid host"),
        ("stun_server", "a\r\nX-Evil: 1", "line break"),
        ("public_address", "203.0.113.7:5060", "own field"),
        ("public_address", "203.0.113.256", "looks like an IP"),
        ("public_address", "[2001:db8::1]", "without brackets"),
        ("public_address", "sip:203.0.113.7", "scheme"),
        ("public_address", "0.0.0.0", "send to"),
        ("public_address", "224.0.0.1", "send to"),
        ("public_address", "a\r\nX-Evil: 1", "line break"),
        ("keep_alive_s", -1, "from 0"),
        ("keep_alive_s", 3601, "3600"),
        ("max_lines", 0, "from 1"),
        ("max_lines", 10**30, "from 1"),
        ("calls_per_second", 0, "over 0"),
        ("calls_per_second", -1.5, "over 0"),
        ("calls_per_second", float("nan"), "over 0"),
        ("calls_per_second", float("inf"), "over 0"),
        ("region", "XX", "country"),
        ("region", "ru", "country"),
        ("dial_prefix", "9a", "digits"),
        ("dial_prefix", "٣", "digits"),
        ("dial_prefix", "9\n", "digits"),
        ("allowed_prefixes", ["7912"], "E.164"),
        ("allowed_prefixes", ["+7912\n"], "E.164"),
        ("allowed_prefixes", ["+1"] * 1001, "1000"),
        ("color", "red", "not a field"),
        ("id", "x", "not a field"),
    ],
)
def test_what_is_refused_and_why(store: Store, user: Viewer, box: SecretBox, field: str, value: Any, reason: str) -> None:
    item = add(store, user, box)
    attempts: list[Callable[[], object]] = [
        lambda: add(store, user, box, **{field: value}),
        lambda: gateways.change(store, user, item["id"], {field: value}, box),
    ]
    for attempt in attempts:
        with pytest.raises(BadInput) as caught:
            attempt()
        (error,) = caught.value.errors
        assert error.field == field
        assert reason in error.reason
        assert "Evil" not in str(caught.value) + error.reason
    assert gateways.list_page(store, user, Page()) == ([item], None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "192.0.2.1"),
        ("host", "2001:db8::1"),
        ("host", "pbx"),
        ("host", "_sip.example.com."),
        ("host", "xn--e1afmkfd.xn--p1ai"),
        ("display_name", 'Bäckerei "Zur Mühle" \\ <1>'),
        ("outbound_proxy", ""),
        ("outbound_proxy", "proxy.example.com"),
        ("outbound_proxy", "[2001:db8::1]:5060"),
        ("outbound_proxy", "sip:me@proxy.example.com:5060;transport=tcp;lr"),
        ("outbound_proxy", "sips:192.0.2.1"),
        ("region", "KZ"),
        ("dial_prefix", "*9#+"),
        ("allowed_prefixes", ["+7912", "+49"]),
        ("codecs", ["speex", "PCMU"]),
        ("srtp", "optional"),
        ("stun_server", "stun.example.com"),
        ("stun_server", "192.0.2.1:19302"),
        ("stun_server", "[2001:db8::1]:3478"),
        ("public_address", "203.0.113.7"),
        ("public_address", "2001:db8::7"),
        ("public_address", "home.example.com"),
        ("keep_alive_s", 0),
        ("max_lines", 1),
        ("calls_per_second", 0.1),
    ],
)
def test_what_is_taken(store: Store, user: Viewer, box: SecretBox, field: str, value: Any) -> None:
    item = add(store, user, box, **{field: value})
    assert gateways.get(store, user, item["id"])[field] == value


def test_several_certificates_are_taken(store: Store, user: Viewer, box: SecretBox) -> None:
    both = ca() + ca()
    assert add(store, user, box, tls_ca=both)["tls_ca"] == both


def test_every_wrong_field_is_named(store: Store, user: Viewer, box: SecretBox) -> None:
    with pytest.raises(BadInput) as caught:
        gateways.create(store, user, {"port": 0, "codecs": []}, box, str(uuid.uuid4()))
    assert [error.field for error in caught.value.errors] == ["name", "host"]
    with pytest.raises(BadInput) as caught:
        add(store, user, box, port=0, codecs=[])
    assert [error.field for error in caught.value.errors] == ["port", "codecs"]


def changed_at(store: Store, gateway_id: str, box: SecretBox) -> int:
    return settings(store, gateway_id, box).changed_at


def test_a_change_keeps_what_it_does_not_name(store: Store, user: Viewer, box: SecretBox) -> None:
    item = add(store, user, box, password=PASSWORD, username="u", max_lines=5)
    changed = gateways.change(store, user, item["id"], {"username": "v", "max_lines": None}, box)
    assert changed == {**item, "username": "v", "max_lines": None} == gateways.get(store, user, item["id"])
    assert settings(store, item["id"], box).password == PASSWORD


def test_null_removes_the_password(store: Store, user: Viewer, box: SecretBox) -> None:
    item = add(store, user, box, password=PASSWORD)
    gateways.change(store, user, item["id"], {"password": None}, box)
    assert settings(store, item["id"], box).password == ""
    with store.read() as conn:
        assert conn.execute(select(table.c.password)).scalar_one() is None


@pytest.mark.parametrize(
    ("fields", "moves"),
    [
        ({"name": "New"}, False),
        ({"max_lines": 3}, False),
        ({"allowed_prefixes": ["+7"]}, False),
        ({"host": "sip.example.com", "password": PASSWORD}, False),
        ({"host": "other.example.com"}, True),
        ({"password": "another"}, True),
        ({"password": None}, True),
        ({"dial_prefix": "9"}, True),
        ({"name": "New", "codecs": ["PCMU"]}, True),
    ],
)
def test_changed_at_moves_with_the_sip_settings_only(
    store: Store, user: Viewer, box: SecretBox, fields: dict[str, Any], moves: bool
) -> None:
    item = add(store, user, box, password=PASSWORD)
    before = changed_at(store, item["id"], box)
    gateways.change(store, user, item["id"], fields, box)
    assert (changed_at(store, item["id"], box) > before) is moves


def test_changed_at_moves_also_when_the_clock_was_set_back(store: Store, user: Viewer, box: SecretBox) -> None:
    item = add(store, user, box)
    with store.write() as conn:
        conn.execute(update(table).values(changed_at=2**50))
    gateways.change(store, user, item["id"], {"port": 5070}, box)
    assert changed_at(store, item["id"], box) == 2**50 + 1


def test_a_new_password_heals_a_lost_key(store: Store, user: Viewer, box: SecretBox) -> None:
    item = add(store, user, SecretBox(Fernet.generate_key()), password=PASSWORD)
    with pytest.raises(Conflict):
        settings(store, item["id"], box)
    gateways.change(store, user, item["id"], {"password": "new"}, box)
    assert settings(store, item["id"], box).password == "new"


def test_others_do_not_see_it(store: Store, user: Viewer, other: Viewer, admin: Viewer, box: SecretBox) -> None:
    item = add(store, user, box)
    for attempt in (
        lambda: gateways.get(store, other, item["id"]),
        lambda: gateways.change(store, other, item["id"], {"name": "x"}, box),
        lambda: gateways.delete(store, other, item["id"]),
        lambda: gateways.get(store, user, "no-uuid"),
        lambda: settings(store, "sandbox", box),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert gateways.list_page(store, other, Page()) == ([], None)
    assert gateways.list_page(store, admin, Page()) == ([item], None)


@pytest.mark.parametrize(
    ("status", "free"), [("completed", True), ("canceled", True), ("running", False), ("paused", False), ("scheduled", False)]
)
def test_a_gateway_in_use_stays(store: Store, user: Viewer, box: SecretBox, status: str, free: bool) -> None:
    item = add(store, user, box)
    add_campaign(store, user, item["id"], status)
    if free:
        gateways.delete(store, user, item["id"])
        with pytest.raises(NotFound):
            gateways.get(store, user, item["id"])
    else:
        with pytest.raises(Conflict):
            gateways.delete(store, user, item["id"])
        assert gateways.get(store, user, item["id"]) == item


def test_the_sandbox_has_the_form_of_all_others(store: Store, user: Viewer, box: SecretBox) -> None:
    sandbox = gateways.sandbox_gateway(5999)
    assert (sandbox["id"], sandbox["host"], sandbox["port"], sandbox["transport"]) == ("sandbox", "127.0.0.1", 5999, "udp")
    assert {name: type(value) for name, value in sandbox.items()} == {name: type(value) for name, value in add(store, user, box).items()}
    assert sandbox_settings(5999).is_sandbox
