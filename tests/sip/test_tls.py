"""What is said of a wrong certificate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sip.tls import Certificate, certificate_fault, handshake_fault

NOW = 1_800_000_000
SHOWN = Certificate("/CN=sip.example.com", "/CN=Example CA", "Example CA", ("sip.example.com", "192.0.2.1"), NOW - 9, NOW + 9)


@pytest.mark.parametrize(
    ("status", "certificate", "told"),
    [
        (0, SHOWN, ""),
        (
            0x1,
            SHOWN,
            "its certificate was issued by Example CA, which is not trusted; to trust it, give the issuer's certificate as tls_ca",
        ),
        (
            0x20,
            SHOWN,
            "its certificate was issued by Example CA, which is not trusted; to trust it, give the issuer's certificate as tls_ca",
        ),
        (0x2, replace(SHOWN, issuer=SHOWN.subject), "its certificate is self-signed; to trust it, give it as tls_ca"),
        (0x4, replace(SHOWN, ends=NOW - 1), "its certificate expired on 2027-01-15 07:59 UTC"),
        (0x4, replace(SHOWN, begins=NOW + 1), "its certificate is not valid before 2027-01-15 08:00 UTC"),
        (0x4, SHOWN, "its certificate or one above it has expired or is not valid yet"),
        (
            0x40000000,
            SHOWN,
            "its certificate is for sip.example.com, 192.0.2.1, not for pbx.test; call the gateway by a name that it is for",
        ),
        (
            0x40000000,
            replace(SHOWN, names=tuple(f"h{n}" for n in range(7))),
            "its certificate is for h0, h1, h2, h3, h4 and others, not for pbx.test; call the gateway by a name that it is for",
        ),
        (
            0x40000000,
            replace(SHOWN, names=()),
            "its certificate is for no name at all, not for pbx.test; call the gateway by a name that it is for",
        ),
        (0x80, SHOWN, "its certificate has been revoked"),
        (
            0x6,
            replace(SHOWN, issuer=SHOWN.subject, ends=NOW - 1),
            "its certificate is self-signed; to trust it, give it as tls_ca, and expired on 2027-01-15 07:59 UTC",
        ),
    ],
)
def test_each_fault_is_named(status: int, certificate: Certificate, told: str) -> None:
    assert certificate_fault(status, certificate, "pbx.test", NOW, ("has been revoked",)) == told


@pytest.mark.parametrize("reason", ["tlsv1 alert protocol version", "error:1408F10B:SSL routines:wrong version number"])
def test_another_version_of_tls_is_explained(reason: str) -> None:
    assert handshake_fault(reason) == f"{reason} (it does not take TLS 1.2, or does not speak TLS on this port)"


def test_other_reasons_stay() -> None:
    assert handshake_fault("Connection refused") == "Connection refused"
