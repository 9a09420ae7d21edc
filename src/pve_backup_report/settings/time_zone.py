"""Time zones by name, and the one of this machine."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_ETC = Path("/etc")
_NO_ZONE = "UTC"  # what the C library takes on a machine that names no zone


def is_time_zone(name: str) -> bool:
    """Say whether a name such as ``Europe/Paris`` is that of a time zone known here."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; no relative path or no zone file; a directory
        return False
    return bool(name)


def local_time_zone(environ: Mapping[str, str], etc: Path = _ETC) -> str:
    """Return the name of the machine's time zone.

    Args:
        environ: the environment; its ``TZ`` comes first, as everywhere.
        etc: where ``localtime`` (a link that names the zone) and ``timezone`` (Debian's file) lie.

    Returns:
        A name that ``ZoneInfo`` takes; ``UTC`` when the machine names none.
    """
    return next(filter(is_time_zone, _candidates(environ, etc)), _NO_ZONE)


def _candidates(environ: Mapping[str, str], etc: Path) -> Iterator[str]:
    """Yield what could be the name of the machine's zone, the best first."""
    yield _below_zoneinfo(environ.get("TZ", "").removeprefix(":"))
    try:
        yield _below_zoneinfo(str((etc / "localtime").readlink()))
    except OSError:  # absent, or a plain file (as mounted into containers): it names no zone
        yield ""
    try:
        yield (etc / "timezone").read_text(encoding="ascii", errors="replace").strip()
    except OSError:  # not a Debian
        yield ""


def _below_zoneinfo(path: str) -> str:
    """Return the zone's name at the end of the path of its file; any other text as it is."""
    name = path.rpartition("zoneinfo/")[2]
    return name.removeprefix("posix/")  # the same zone under its other path
