"""The fields of a gateway: their defaults, and what a value must be that the contract's schema can't say."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import phonenumbers
from cryptography import x509

from errors import BadInput, FieldError
from store.text_rules import line_fault, name_fault

CODECS = ("PCMA", "PCMU", "G722", "GSM", "iLBC", "speex")
TRANSPORTS = ("udp", "tcp", "tls")
SRTP = ("off", "optional", "required")
MOST_LINES = 100_000
MOST_CALLS_PER_SECOND = 1000
MOST_PREFIXES = 1000
MOST_CA_CHARACTERS = 1_000_000
MOST_KEEP_ALIVE_S = 3600

# Every field in the contract's order; the two without a default must be given.
DEFAULTS: dict[str, Any] = {
    "port": 5060,
    "transport": "udp",
    "username": "",
    "auth_username": "",
    "password": None,
    "realm": "*",
    "caller_id": "",
    "display_name": "",
    "outbound_proxy": "",
    "register": False,
    "codecs": ["PCMA", "PCMU"],
    "srtp": "off",
    "tls_ca": "",
    "stun_server": "",
    "public_address": "",
    "keep_alive_s": 15,
    "max_lines": None,
    "calls_per_second": None,
    "region": "RU",
    "strip_plus": False,
    "dial_prefix": "",
    "allowed_prefixes": [],
}
FIELDS = ("name", "host", *DEFAULTS)
TLS_PORT = 5061  # RFC 3261 section 19.1.2: the default of SIP over TLS

_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_HOST_PORT_PARTS = r"(\[[^\]]*\]|[^:;?@\[\]]+)(?::([0-9]{1,5}))?"
_HOST_PORT = re.compile(_HOST_PORT_PARTS)
_URI = re.compile(rf"sips?:(?:[^@\s<>\"?]+@)?{_HOST_PORT_PARTS}(?:;[A-Za-z0-9_.!~*'()%+:/;=\[\]-]*)?", re.IGNORECASE)


def checked_new(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a new gateway with every default filled in.

    Raises:
        BadInput: naming each field that is missing, unknown or wrong, never its value.
    """
    missing = [FieldError(name, "is required") for name in ("name", "host") if name not in fields]
    if missing:
        raise BadInput("The gateway needs a name and a host.", missing)
    given = checked_change(fields)
    defaults = dict(DEFAULTS)
    if given.get("transport") == "tls":
        defaults["port"] = TLS_PORT
    return {name: given.get(name, defaults.get(name)) for name in FIELDS}


def checked_change(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields, each checked. Raises BadInput as `checked_new` does."""
    errors = []
    for name, value in fields.items():
        fault = _RULES[name](value) if name in _RULES else "is not a field of a gateway"
        if fault:
            errors.append(FieldError(name, fault))
    if errors:
        raise BadInput("The gateway's settings have " + ("an error." if len(errors) == 1 else "errors."), errors)
    # An empty password is none: digest with it would never work.
    return {name: (value or None) if name == "password" else value for name, value in fields.items()}


def host_fault(host: str) -> str | None:
    """Why this is no hostname or IP address; None when it is one."""
    if not host:
        return "is empty; give the gateway's hostname or IP address"
    if "://" in host or host.lower().startswith(("sip:", "sips:")):
        return "holds a scheme; give only the hostname or IP address, such as sip.example.com"
    if _is_ip(host):
        return None
    if ":" in host or "[" in host:
        return "is no hostname or IP address; the port goes into its own field, an IPv6 address stands without brackets"
    return _hostname_fault(host)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host  # a zone such as fe80::1%eth0 means nothing in SIP


def _hostname_fault(host: str) -> str | None:
    if len(host) > 253:
        return "is longer than 253 characters"
    labels = host.removesuffix(".").split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        return "is no hostname: only letters, digits, hyphens and dots, without spaces (other alphabets as xn--)"
    if labels[-1].isdigit():
        return "looks like an IP address and is none"
    return None


def _port_fault(port: int) -> str | None:
    return None if 1 <= port <= 65535 else "must be from 1 to 65535"


def _proxy_fault(proxy: str) -> str | None:
    if not proxy:
        return None
    if fault := line_fault(proxy, 255):
        return fault
    match = (_URI if proxy.lower().startswith(("sip:", "sips:")) else _HOST_PORT).fullmatch(proxy)
    if match is None:
        return "must be a host, host:port, or a SIP URI such as sip:proxy.example.com:5060;transport=tcp"
    return _host_port_fault(*match.groups())


def _stun_fault(server: str) -> str | None:
    if not server:
        return None
    if fault := line_fault(server, 255):
        return fault
    match = _HOST_PORT.fullmatch(server)
    if match is None:
        return "must be a host or host:port, such as stun.example.com:3478; an IPv6 address stands in brackets"
    return _host_port_fault(*match.groups())


def _host_port_fault(host: str, port: str | None) -> str | None:
    bare = host[1:-1] if host.startswith("[") else host
    if (host.startswith("[") and not _is_ip(bare)) or host_fault(bare):
        return "does not name a valid host"
    return _port_fault(int(port)) and "has a port that is not from 1 to 65535" if port else None


def _public_fault(address: str) -> str | None:
    if not address:
        return None
    if fault := line_fault(address, 255) or host_fault(address):
        return fault
    if _is_ip(address) and (ipaddress.ip_address(address).is_unspecified or ipaddress.ip_address(address).is_multicast):
        return "is no address that others can send to"
    return None


def _keep_alive_fault(seconds: int) -> str | None:
    return None if 0 <= seconds <= MOST_KEEP_ALIVE_S else f"must be from 0 (none) to {MOST_KEEP_ALIVE_S} seconds"


def _ca_fault(pem: str) -> str | None:
    if not pem:
        return None
    if len(pem) > MOST_CA_CHARACTERS:
        return f"is longer than {MOST_CA_CHARACTERS} characters"
    if "PRIVATE KEY" in pem:
        return "holds a private key; give only the certificates to trust"
    try:
        x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        return "must be one or more certificates in PEM form (-----BEGIN CERTIFICATE----- ...)"
    return None


def _codecs_fault(codecs: list[str]) -> str | None:
    if not codecs:
        return "is empty; give at least one, such as PCMA"
    if any(codec not in CODECS for codec in codecs):
        return f"may hold only {', '.join(CODECS)}"
    return "names a codec twice" if len(set(codecs)) < len(codecs) else None


def _prefixes_fault(prefixes: list[str]) -> str | None:
    if len(prefixes) > MOST_PREFIXES:
        return f"holds more than {MOST_PREFIXES} prefixes"
    if all(re.fullmatch(r"\+[0-9]{1,15}", prefix) for prefix in prefixes):
        return None
    return "must each be the beginning of an E.164 number: + and 1 to 15 digits, such as +7912"


def _dial_prefix_fault(prefix: str) -> str | None:
    return None if re.fullmatch(r"[0-9*#+]{0,32}", prefix) else "may hold only digits, *, # and +, at most 32"


def _realm_fault(realm: str) -> str | None:
    return line_fault(realm, 255) if realm else "is empty; write * for any realm"


def _lines_fault(lines: int | None) -> str | None:
    return None if lines is None or 1 <= lines <= MOST_LINES else f"must be from 1 to {MOST_LINES}, or null for no limit"


def _rate_fault(rate: float | None) -> str | None:
    if rate is None or (math.isfinite(rate) and 0 < rate <= MOST_CALLS_PER_SECOND):
        return None
    return f"must be over 0 and at most {MOST_CALLS_PER_SECOND}, or null for no limit"


def _text(value: str | None) -> str | None:
    return line_fault(value or "", 255)


def _any(_value: bool) -> None:
    return None


def _one_of(words: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda value: None if value in words else f"must be one of {', '.join(words)}"


def _region_fault(region: str) -> str | None:
    return None if region in phonenumbers.SUPPORTED_REGIONS else "must be the two capital letters of a country, such as RU"


_RULES: dict[str, Callable[[Any], str | None]] = {
    "name": name_fault,
    "host": host_fault,
    "port": _port_fault,
    "transport": _one_of(TRANSPORTS),
    "username": _text,
    "auth_username": _text,
    "password": _text,
    "realm": _realm_fault,
    "caller_id": _text,
    "display_name": _text,
    "outbound_proxy": _proxy_fault,
    "register": _any,
    "codecs": _codecs_fault,
    "srtp": _one_of(SRTP),
    "tls_ca": _ca_fault,
    "stun_server": _stun_fault,
    "public_address": _public_fault,
    "keep_alive_s": _keep_alive_fault,
    "max_lines": _lines_fault,
    "calls_per_second": _rate_fault,
    "region": _region_fault,
    "strip_plus": _any,
    "dial_prefix": _dial_prefix_fault,
    "allowed_prefixes": _prefixes_fault,
}
