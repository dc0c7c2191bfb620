"""Why a TLS connection to the gateway failed, in words that a person can act on. Pure: no pjsua2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

# PJSIP's pj_ssl_cert_verify_flag_t: bits of a verification's status
_NO_ISSUER, _UNTRUSTED, _VALIDITY, _ISSUER_MISMATCH, _IDENTITY = 0x1, 0x2, 0x4, 0x20, 0x40000000
_ISSUER = _NO_ISSUER | _UNTRUSTED | _ISSUER_MISMATCH
# OpenSSL's words where the other side does not know TLS 1.2: it takes only newer versions, only older ones, or speaks no TLS at all.
_OTHER_VERSION = ("alert protocol version", "unsupported protocol", "wrong version number", "unknown protocol", "http request")
_MOST_NAMES = 5


@dataclass(frozen=True)
class Certificate:
    """What a server showed. `begins` and `ends` are seconds of UNIX time; `names` are its subjectAltNames (RFC 6125)."""

    subject: str
    issuer: str
    issuer_name: str
    names: tuple[str, ...]
    begins: int
    ends: int


def certificate_fault(status: int, certificate: Certificate, host: str, now: float, words: tuple[str, ...]) -> str:
    """Every fault of the certificate of `host`; empty when there is none.

    Args:
        status: the bits of the verification's result.
        now: seconds of UNIX time.
        words: the library's own words, for faults without any here.
    """
    faults = []
    if status & _ISSUER:
        faults.append(_issuer_fault(certificate))
    if status & _VALIDITY:
        faults.append(_validity_fault(certificate, now))
    if status & _IDENTITY:
        faults.append(_name_fault(certificate, host))
    if status & ~(_ISSUER | _VALIDITY | _IDENTITY):
        faults += words
    return "its certificate " + ", and ".join(faults) if faults else ""


def handshake_fault(reason: str) -> str:
    """The library's reason for a failed handshake, with what it mostly means."""
    if any(words in reason.lower() for words in _OTHER_VERSION):
        return f"{reason} (it does not take TLS 1.2, or does not speak TLS on this port)"
    return reason


def _issuer_fault(certificate: Certificate) -> str:
    if certificate.subject == certificate.issuer:
        return "is self-signed; to trust it, give it as tls_ca"
    return f"was issued by {certificate.issuer_name}, which is not trusted; to trust it, give the issuer's certificate as tls_ca"


def _validity_fault(certificate: Certificate, now: float) -> str:
    if now < certificate.begins:
        return f"is not valid before {_day(certificate.begins)}"
    if now > certificate.ends:
        return f"expired on {_day(certificate.ends)}"
    return "or one above it has expired or is not valid yet"


def _name_fault(certificate: Certificate, host: str) -> str:
    names = certificate.names[:_MOST_NAMES]
    more = " and others" if len(certificate.names) > len(names) else ""
    return f"is for {', '.join(names) or 'no name at all'}{more}, not for {host}; call the gateway by a name that it is for"


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
