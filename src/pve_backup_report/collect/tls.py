"""Whom the client trusts, and what to tell the user when it does not."""

import hashlib
import re
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

# Codes of OpenSSL's x509_vfy.h.
_SELF_SIGNED = 18
_UNKNOWN_AUTHORITY = frozenset({2, 19, 20, 21, 24, 27})
_NOT_YET_VALID = 9
_EXPIRED = 10
_WRONG_NAME = frozenset({62, 64})

_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL"})
_OLD_TLS = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"})


@dataclass(frozen=True, slots=True)
class Trust:
    """What makes a server the right one.

    A fingerprint alone takes the place of the authority, the host name and the dates. With a CA file beside it both
    must hold.

    Attributes:
        verify: False accepts any certificate, unless a fingerprint is given.
        ca_bundle: a file (or directory) of authorities, used instead of the public ones.
        fingerprint: SHA-256 of the server's certificate, in hex, with or without colons.
    """

    verify: bool = True
    ca_bundle: Path | None = None
    fingerprint: str | None = None

    @property
    def pin(self) -> str | None:
        """The fingerprint as 64 small hex digits.

        Raises:
            ValueError: it is not one of SHA-256.
        """
        if self.fingerprint is None:
            return None
        digits = re.sub(r"[:\s]", "", self.fingerprint).lower()
        if not re.fullmatch(r"[0-9a-f]{64}", digits):
            raise ValueError("must be a SHA-256 fingerprint: 32 pairs of hex digits, such as AB:CD:…")
        return digits

    def context(self) -> ssl.SSLContext:
        """Return the TLS context that enforces all of this but the fingerprint.

        Raises:
            OSError: the CA file cannot be read, or holds no certificate.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks certificate and name
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if not self.verify or (self.fingerprint and not self.ca_bundle):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        if self.ca_bundle is None:
            from requests.utils import DEFAULT_CA_BUNDLE_PATH  # noqa: PLC0415 -- slow to load, and few go without a CA

            context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
            return context
        if self.ca_bundle.is_dir():
            context.load_verify_locations(capath=self.ca_bundle)
        else:
            context.load_verify_locations(cafile=self.ca_bundle)
        # The file may hold the server's own certificate instead of its authority's. And the authority that a cluster
        # makes for itself (pve-cluster PVE/Cluster/Setup.pm) has no key usage, which the strict mode that is the
        # default since Python 3.13 refuses.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context


def presented_fingerprint(host: str, port: int, timeout_s: float) -> str | None:
    """Return the SHA-256 fingerprint of the certificate that a server shows, as Proxmox writes it.

    Nothing is sent to the server but the handshake.

    Args:
        host: name or address.
        port: TCP port.
        timeout_s: seconds for the connection and for the handshake.

    Returns:
        Upper-case hex pairs with colons; None when the server shows no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=timeout_s) as plain,
            context.wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            certificate = wrapped.getpeercert(binary_form=True)
    except OSError:
        return None
    return hashlib.sha256(certificate).digest().hex(":").upper() if certificate else None


def explain(error: BaseException | None, trust: Trust, prefix: str, presented: str | None) -> str:
    """Return what went wrong with TLS and what to do about it.

    Args:
        error: the innermost TLS error; None when it was the fingerprint that differed.
        trust: what was asked for.
        prefix: what the server's settings begin with, such as ``PVE``.
        presented: the fingerprint that the server shows, if it could be had.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return _explain_certificate(error, trust, prefix, presented)
    if isinstance(error, ssl.SSLError):
        return _explain_protocol(error, prefix)
    shown = f"shows the SHA-256 fingerprint {presented}" if presented else "shows another fingerprint"
    return (
        f"the server {shown}, which is not the one in {prefix}_TLS_FINGERPRINT. If its certificate was renewed, "
        "compare the new one on the server itself and set it; if not, someone may be listening in between"
    )


def _explain_certificate(error: ssl.SSLCertVerificationError, trust: Trust, prefix: str, presented: str | None) -> str:
    pin = f"{prefix}_TLS_FINGERPRINT={presented or '…'} (compare it on the server itself first)"
    if error.verify_code == _SELF_SIGNED:
        return f"the certificate is self-signed. Set {prefix}_CA_BUNDLE to it, or {pin}"
    if error.verify_code in _UNKNOWN_AUTHORITY:
        if trust.ca_bundle:
            which, what = f"not signed by an authority in {prefix}_CA_BUNDLE", "Correct that file"
        else:
            which = "signed by an authority that is not known here"
            what = f"Set {prefix}_CA_BUNDLE to that authority's file"
        return f"the certificate is {which}. {what}, or set {pin}"
    if error.verify_code in _WRONG_NAME:
        name = f"Use a name that it holds in {prefix}_API_URL"
        return f"the certificate is made out for another host name. {name}, or set {pin}"
    if error.verify_code == _EXPIRED:
        return "the certificate has expired. Renew it on the server, or correct this machine's clock"
    if error.verify_code == _NOT_YET_VALID:
        return "the certificate is not valid yet. Correct the clock of this machine or of the server"
    return f"the certificate is refused: {error.verify_message}. Set {pin}"


def _explain_protocol(error: ssl.SSLError, prefix: str) -> str:
    reason = error.reason or ""
    if reason in _NO_TLS:
        return f"this port does not speak TLS (plain HTTP?). Correct the port in {prefix}_API_URL"
    if reason in _OLD_TLS:
        return "the server offers only TLS versions older than 1.2, which are not safe. Update it"
    words = reason.replace("_", " ").lower() or "no reason given"
    return f"the TLS handshake failed ({words}). Check {prefix}_API_URL"
