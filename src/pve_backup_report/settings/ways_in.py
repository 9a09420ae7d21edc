"""Which way into a server the settings choose, and whether what that way needs is given."""

from collections.abc import Mapping
from typing import Any

from pve_backup_report.settings.reading import Reading

_TOKEN = ("API_TOKEN_ID", "API_TOKEN_SECRET")
_LOGIN = ("USERNAME", "PASSWORD")
_NEEDED = {"token": ("token_id", "token_secret"), "login": ("username", "password")}


def asks_pvesh(reading: Reading) -> bool:
    """Whether the cluster is asked through pvesh."""
    return reading.given.get("PVE_TRANSPORT", "").strip().lower() == "pvesh"


def speaks_of_cluster(reading: Reading) -> bool:
    """Whether anything is given of how to reach a cluster, right or wrong."""
    ways = ("PVE_API_", "PVE_USERNAME", "PVE_PASSWORD")
    return asks_pvesh(reading) or any(name.startswith(ways) for name in reading.given)


def fields_needed(reading: Reading, prefix: str) -> tuple[str, ...]:
    """Return the fields that let us into a server over HTTPS.

    Args:
        reading: what is given.
        prefix: what the server's settings begin with, such as ``PVE_``.
    """
    login = _first(reading, prefix, _LOGIN) is not None and _first(reading, prefix, _TOKEN) is None
    return _NEEDED["login" if login else "token"]


def check_way_in(reading: Reading, prefix: str) -> None:
    """Tell what of a server's settings speaks against the rest of them.

    Args:
        reading: what is given; what is wrong is told to it.
        prefix: what the server's settings begin with, such as ``PVE_``.
    """
    token, login = _first(reading, prefix, _TOKEN), _first(reading, prefix, _LOGIN)
    if prefix == "PVE_" and asks_pvesh(reading):
        unused = [name for name in (*_names(prefix, "API_URL"), token, login) if name and reading.is_given(name)]
        if unused:
            verb = "is" if len(unused) == 1 else "are"
            reading.warnings.append(
                f"PVE_TRANSPORT is pvesh, which runs on a node itself: {', '.join(unused)} {verb} not used."
            )
        return
    if token is not None and login is not None:
        reading.mistakes.append(
            f"{token} and {login} are both set; give either an API token (better) or a user and a password."
        )
    if prefix == "PVE_" and reading.is_set("PVE_PVESH_COMMAND"):
        reading.warnings.append("PVE_PVESH_COMMAND is set, but PVE_TRANSPORT is not pvesh: it is not used.")


def is_complete(values: Mapping[str, Any]) -> bool:
    """Whether the values of a server hold a way in: an address with a token or a login, or pvesh."""
    if values.get("transport") == "pvesh":
        return True
    return any(field in values for field in ("url", "urls")) and any(
        all(field in values for field in fields) for fields in _NEEDED.values()
    )


def _first(reading: Reading, prefix: str, ends: tuple[str, ...]) -> str | None:
    return next((name for name in _names(prefix, *ends) if reading.is_given(name)), None)


def _names(prefix: str, *ends: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{end}" for end in ends)
