"""Certificates for TLS on loopback: an authority of our own and a server certificate for 127.0.0.1 and localhost."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificates:
    """PEM files. `ca` is what a client trusts; `server_pem` is the server's key and certificate in one file."""

    ca: Path
    certificate: Path
    key: Path
    server_pem: Path


def make_certificates(folder: Path, *, host: str = "127.0.0.1", valid_days: int = 30, self_signed: bool = False) -> Certificates:
    """Makes a new authority and a server certificate.

    Args:
        folder: where the files go; made when it is not there.
        host: the IP address in the certificate, beside the name localhost. Another address makes one that does not fit.
        valid_days: negative for a certificate that has expired.
        self_signed: the server's certificate is signed with its own key, and not by the authority.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name, server_name = _name("Test authority"), _name("localhost")
    usage = x509.BasicConstraints(ca=True, path_length=0)
    ca = _builder(ca_name, ca_name, ca_key, max(valid_days, 1)).add_extension(usage, critical=True).sign(ca_key, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host)), x509.DNSName("localhost")])
    issuer, issuer_key = (server_name, server_key) if self_signed else (ca_name, ca_key)
    server = _builder(server_name, issuer, server_key, valid_days).add_extension(names, critical=False).sign(issuer_key, hashes.SHA256())
    certificates = Certificates(folder / "ca.pem", folder / "server.crt", folder / "server.key", folder / "server.pem")
    certificates.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    certificate = server.public_bytes(serialization.Encoding.PEM)
    key = server_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    certificates.certificate.write_bytes(certificate)
    certificates.key.write_bytes(key)
    certificates.server_pem.write_bytes(key + certificate)
    return certificates


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, valid_days: int) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=max(1, 1 - valid_days)))
        .not_valid_after(now + datetime.timedelta(days=valid_days))
    )
