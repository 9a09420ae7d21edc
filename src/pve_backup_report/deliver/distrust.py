"""Why a receiver is not trusted, and what to do about it; the wire of each channel asks here."""

import ssl
from collections.abc import Iterable

# Codes of OpenSSL's x509_vfy.h.
_SELF_SIGNED, _NOT_YET_VALID, _EXPIRED = 18, 9, 10
_UNKNOWN_AUTHORITY = frozenset({2, 19, 20, 21, 24, 27})
_WRONG_NAME = frozenset({62, 64})
_OLD_TLS = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"})
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL"})


def distrust(causes: Iterable[BaseException], address: str, authority: str) -> str | None:
    """Return what is wrong with TLS, and what to do, to be read after the server's name; None when it is not TLS.

    Args:
        causes: an exception and what it wraps.
        address: the settings that say where the server is, the one with its name first, such as ``WEBHOOK_URL``.
        authority: the setting that names authorities to trust, such as ``WEBHOOK_CA_BUNDLE``.
    """
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate(cause, address, authority)
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return _protocol(cause, address)
    return None


def _certificate(error: ssl.SSLCertVerificationError, address: str, authority: str) -> str:
    code = error.verify_code
    if code == _SELF_SIGNED:
        why, what = "is self-signed", f"Set {authority} to a copy of it, compared on the server itself"
    elif code in _UNKNOWN_AUTHORITY:
        why, what = "is signed by an authority that is not trusted", f"Set {authority} to that authority's file"
    elif code in _WRONG_NAME:
        why, what = "is made out for another host name", f"Use a name that it holds in {address.partition(',')[0]}"
    elif code == _EXPIRED:
        why, what = "has expired", "Renew it on the server, or correct this machine's clock"
    elif code == _NOT_YET_VALID:
        why, what = "is not valid yet", "Correct the clock of this machine or of the server"
    else:
        why, what = f"is not trusted ({error.verify_message})", f"Check {address} and {authority}"
    return f"its certificate is refused, for it {why}. {what}"


def _protocol(error: ssl.SSLError, address: str) -> str:
    reason = error.reason or ""
    if reason in _OLD_TLS:
        return "it offers only TLS versions older than 1.2, which are not safe. Update the server"
    if reason in _NO_TLS:
        return f"it does not speak TLS on this port. Check {address}"
    return f"{reason.replace('_', ' ').lower() or 'TLS failed'}. Check {address}"
