"""Certificates for the fake: a good one, and one for each thing that can be wrong with a certificate."""

import hashlib
import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's key and certificate, and the authority that signed it, all as PEM."""

    key_and_chain: bytes
    authority: bytes

    @property
    def own(self) -> str:
        """The server's own certificate."""
        text = self.key_and_chain.decode()
        start, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
        return text[text.index(start) : text.index(end) + len(end)] + "\n"

    @property
    def fingerprint(self) -> str:
        """SHA-256 as Proxmox shows it: upper-case pairs with colons."""
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.own)).digest().hex(":").upper()

    def context(self) -> ssl.SSLContext:
        """The server's side of TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "server.pem")
            file.write_bytes(self.key_and_chain)
            context.load_cert_chain(file)
        return context


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


def _issued(*names: str, not_before: datetime | None = None, not_after: datetime | None = None) -> Certificate:
    leaf = _authority().issue_cert(*names, not_before=not_before, not_after=not_after)
    return Certificate(leaf.private_key_and_cert_chain_pem.bytes(), _authority().cert_pem.bytes())


@cache
def good() -> Certificate:
    """Nothing is wrong with it."""
    return _issued(*_NAMES)


@cache
def good_for(address: str) -> Certificate:
    """The same for another address, by the same authority."""
    return _issued(address)


@cache
def wrong_host() -> Certificate:
    """It belongs to another host."""
    return _issued("elsewhere.example")


@cache
def expired() -> Certificate:
    """It ran out yesterday."""
    now = datetime.now(UTC)
    return _issued(*_NAMES, not_before=now - timedelta(days=30), not_after=now - timedelta(days=1))


@cache
def not_yet_valid() -> Certificate:
    """It begins tomorrow."""
    now = datetime.now(UTC)
    return _issued(*_NAMES, not_before=now + timedelta(days=1), not_after=now + timedelta(days=30))


@cache
def self_signed() -> Certificate:
    """It is its own authority, as a PBS makes one for itself."""
    key, certificate = _make("pbs", None, None)
    return Certificate(_pem_key(key) + _pem(certificate), _pem(certificate))


@cache
def of_proxmox() -> Certificate:
    """Signed by an authority such as a cluster makes for itself: without a key usage (pve-cluster Cluster/Setup.pm)."""
    root_key, root = _make("Proxmox Virtual Environment", None, None)
    key, certificate = _make("pve1.lab", root_key, root)
    return Certificate(_pem_key(key) + _pem(certificate), _pem(root))


def _make(
    name: str, issuer_key: ec.EllipticCurvePrivateKey | None, issuer: x509.Certificate | None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=issuer is None)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer_key or key).public_key()), critical=False
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(_NAMES[0]), x509.IPAddress(ip_address(_NAMES[1]))]),
            critical=False,
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return key, builder.sign(issuer_key or key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
