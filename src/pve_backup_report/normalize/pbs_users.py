"""Users and tokens of a backup server, and what each may do on the datastores."""

from collections.abc import Mapping

from pve_backup_report.model.answer import Answer
from pve_backup_report.normalize.reading import flag, items, number, text

_ROOT = "/datastore"


def may_ask_of_others(permissions: Answer) -> bool:
    """Tell whether the token sees every user and may ask for the rights of any.

    Args:
        permissions: its own rights (proxmox-backup src/api2/access/user.rs and access.rs: Sys.Audit below ``/access``).
    """
    data = permissions.data if permissions.ok and isinstance(permissions.data, Mapping) else {}
    held = data.get("/access")
    return isinstance(held, Mapping) and flag(held.get("Sys.Audit"))


def auth_ids(users: Answer, now: int = 0) -> tuple[str, ...]:
    """Return the users that are not disabled and have not expired, sorted, each followed by its tokens.

    Args:
        users: answer of ``/access/users?include_tokens=1``.
        now: epoch that tells what has expired; without it nothing has.
    """
    found = []
    for user in sorted(items(users.data), key=lambda row: text(row.get("userid")) or ""):
        names = [text(user.get("userid"))] if _can_log_in(user, now) else []
        tokens = items(user.get("tokens")) if names else ()
        names += sorted(text(token.get("tokenid")) or "" for token in tokens if _can_log_in(token, now))
        found += [name for name in names if name]
    return tuple(dict.fromkeys(found))


def read_held(permissions: Answer | None) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """Return (path, privileges) pairs for the datastores; None when the answer is missing or of no use.

    Args:
        permissions: answer of ``/access/permissions?auth-id=...``: privilege to propagates, by path.
    """
    if permissions is None or not permissions.ok or not isinstance(permissions.data, Mapping):
        return None
    below = {
        str(path): {str(name): flag(down) for name, down in names.items() if str(name).startswith("Datastore.")}
        for path, names in permissions.data.items()
        if isinstance(names, Mapping) and (path == _ROOT or str(path).startswith(f"{_ROOT}/"))
    }
    return tuple(
        (path, tuple(sorted(names))) for path, names in sorted(below.items()) if names and not _inherits(path, below)
    )


def _inherits(path: str, held: Mapping[str, Mapping[str, bool]]) -> bool:
    """Whether the nearest listed path above hands down exactly what is held here."""
    above = path
    while above != _ROOT:
        above = above.rpartition("/")[0]
        if above in held:
            return {name for name, down in held[above].items() if down} == set(held[path])
    return False


def _can_log_in(row: Mapping[str, object], now: int) -> bool:
    expires = number(row.get("expire")) or 0
    return flag(row.get("enable"), default=True) and (expires == 0 or expires > now)
