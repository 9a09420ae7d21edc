"""The kinds of values a setting can have: each turns a text into a value, or says what is wrong with it."""

import re
import shlex
import ssl
from collections.abc import Callable
from pathlib import Path

from pve_backup_report.model.keep import Keep
from pve_backup_report.settings.key import WrongValueError, shown
from pve_backup_report.settings.secret import Secret
from pve_backup_report.settings.time_zone import is_time_zone

_YES = frozenset({"true", "1", "yes", "on"})
_NO = frozenset({"false", "0", "no", "off"})
_WHOLE = re.compile(r"[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_AGE = re.compile(r"([0-9]{1,4})([hd])")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+.-]*")
_AGE_UNITS = {"h": 3600, "d": 86400}
_FINGERPRINT = re.compile(r"[0-9a-f]{64}|[0-9a-f]{2}(?::[0-9a-f]{2}){31}")
_SITE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_POSTGRESQL = re.compile(r"postgresql(?:\+[a-z0-9_]+)?://")
_API_PATH = re.compile(r"(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")

# user@realm!name, as wide as both products allow: Proxmox VE's PVE/AccessControl.pm and Auth/Plugin.pm,
# PBS's pbs-api-types/src/userid.rs. A name may itself hold an @, as those of some directories do.
_TOKEN_ID = re.compile(r"[^\s:/]+@[A-Za-z0-9_][A-Za-z0-9._-]*![A-Za-z0-9_][A-Za-z0-9._-]*")
_USER_ID = re.compile(r"[^\s:/!]+@[A-Za-z0-9_][A-Za-z0-9._-]*")
_TOKEN_BEFORE_SECRET = re.compile(r"[^\s:/]+@[^\s@!]+![A-Za-z0-9._-]+[=:]")
_PLACEHOLDER = re.compile(
    r"<.*>|\.{3}|…|x{4,}(?:-x+)*|(?:change|replace)[-_ ]?(?:me|this)|your[-_ ].*|user@realm(?:!(?:name|token(?:id)?))?",
    re.IGNORECASE,
)


def _refuse_placeholder(text: str) -> None:
    """Raise ``WrongValueError`` for what examples are filled with."""
    if _PLACEHOLDER.fullmatch(text.strip()):
        raise WrongValueError("still holds the placeholder of an example")


def label(text: str) -> str:
    """Read a name for people."""
    _refuse_placeholder(text)
    return text


def site(text: str) -> str:
    """Read the name of a site, as a worker is tagged with it."""
    if not _SITE.fullmatch(text):
        raise WrongValueError(f"is {shown(text)}, which is no name of a site")
    return text


def labels(text: str) -> tuple[str, ...]:
    """Read names, comma separated; each counts once."""
    _refuse_placeholder(text)
    found = tuple(dict.fromkeys(name for item in text.split(",") if (name := item.strip())))
    if not found:
        raise WrongValueError(f"is {shown(text)}, which names nothing")
    return found


def tags(text: str) -> tuple[str, ...]:
    """Read tags of guests, comma separated."""
    found = labels(text)
    wrong = [tag for tag in found if not is_tag(tag)]
    if wrong:
        raise WrongValueError(f"holds {shown(wrong[0])}, which cannot be a tag")
    return found


def is_tag(text: str) -> bool:
    """Whether Proxmox VE allows it as a tag (pve-common PVE/JSONSchema.pm, ``pve-tag``)."""
    return _TAG.fullmatch(text) is not None


def flag(text: str) -> bool:
    """Read a yes or a no."""
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise WrongValueError(f"is {shown(text)}, which is neither yes nor no")


def age(text: str) -> int:
    """Read an age such as ``36h`` or ``8d``, and return its seconds."""
    found = _AGE.fullmatch(text.strip().lower())
    if not found or not int(found[1]):
        raise WrongValueError(f"is {shown(text)}, which is no age")
    return int(found[1]) * _AGE_UNITS[found[2]]


def keep(text: str) -> Keep:
    """Read how much is kept: a number of runs such as ``30``, an age such as ``90d``, or both, comma separated."""
    runs, age_s = None, None
    for part in filter(None, map(str.strip, text.split(","))):
        if _WHOLE.fullmatch(part) and int(part) and runs is None:
            runs = int(part)
        elif _AGE.fullmatch(part.lower()) and age_s is None:
            age_s = age(part)
        else:
            raise WrongValueError(f"is {shown(text)}, where {shown(part)} is neither a number of runs nor an age")
    if runs is None and age_s is None:
        raise WrongValueError(f"is {shown(text)}, which keeps nothing")
    return Keep(runs, age_s)


def number(low: int, high: int) -> Callable[[str], int]:
    """Make the kind of whole numbers from ``low`` to ``high``."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise WrongValueError(f"is {shown(text)}, which is not a whole number from {low} to {high}")
        if not low <= int(text) <= high:
            raise WrongValueError(f"is {shown(text)}, which is not from {low} to {high}")
        return int(text)

    return read


def seconds(low: int, high: int) -> Callable[[str], float]:
    """Make the kind of durations from ``low`` to ``high`` seconds."""

    def read(text: str) -> float:
        if not _DECIMAL.fullmatch(text):
            raise WrongValueError(f"is {shown(text)}, which is not a number of seconds")
        if not low <= float(text) <= high:
            raise WrongValueError(f"is {shown(text)}, which is not from {low} to {high}")
        return float(text)

    return read


def choice(*words: str) -> Callable[[str], str]:
    """Make the kind that is one of some words, in upper or lower case."""
    by_folded = {word.casefold(): word for word in words}

    def read(text: str) -> str:
        word = by_folded.get(text.casefold())
        if word is None:
            raise WrongValueError(f"is {shown(text)}, which is not known")
        return word

    return read


def words(text: str) -> tuple[str, ...]:
    """Read a comma separated list of words; each counts once, in lower case."""
    found = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    if not found:
        raise WrongValueError(f"is {shown(text)}, which names nothing")
    return found


def path(text: str) -> Path:
    """Read the path of a file or a directory; a leading ``~`` is the user's home."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise WrongValueError(f"is {shown(text)}, and there is no such home directory") from None


def ca_file(text: str) -> Path:
    """Read the path of a file of certificates (PEM), and see that it is one."""
    file = path(text)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=file)
    except ssl.SSLError:  # first: it is an OSError too
        raise WrongValueError(f"is {shown(text)}, a file that holds no certificate in PEM form") from None
    except OSError as error:
        raise WrongValueError(f"is {shown(text)}, which cannot be read ({error.strerror})") from None
    return file


def fingerprint(text: str) -> str:
    """Read a SHA-256 fingerprint, with or without colons, as 64 lower-case hexadecimal digits."""
    folded = text.lower()
    if not _FINGERPRINT.fullmatch(folded):
        raise WrongValueError(f"is {shown(text)}, which is not a SHA-256 fingerprint (32 bytes in hexadecimal)")
    return folded.replace(":", "")


def api_path(text: str) -> str:
    """Read a path below ``/api2/json``."""
    if not _API_PATH.fullmatch(text) or text.startswith("/api2"):
        raise WrongValueError(f"is {shown(text)}, which is not a path of the API")
    return text


def time_zone(text: str) -> str:
    """Read the name of a time zone."""
    if not is_time_zone(text):
        raise WrongValueError(f"is {shown(text)}, which is not a known time zone")
    return text


def token_id(text: str) -> str:
    """Read an API token's id; never shown when wrong, since the secret is pasted here easily."""
    _refuse_placeholder(text)
    if not text.isascii() or not _TOKEN_ID.fullmatch(text):
        raise WrongValueError("is not of the form user@realm!name (it is not shown: a secret may have slipped in)")
    return text


def user_id(text: str) -> str:
    """Read a user's id; never shown when wrong, since the password is pasted here easily."""
    _refuse_placeholder(text)
    if _TOKEN_ID.fullmatch(text):
        raise WrongValueError("is the id of an API token, which belongs into the setting of that name")
    if not _USER_ID.fullmatch(text):
        raise WrongValueError("is not of the form user@realm (it is not shown: a secret may have slipped in)")
    return text


def command(text: str) -> tuple[str, ...]:
    """Read a command and what it is given, split as a shell would; no shell is involved."""
    try:
        return tuple(shlex.split(text))
    except ValueError:
        raise WrongValueError(f"is {shown(text)}, where a quote is not closed") from None


def token_secret(text: str) -> Secret:
    """Read an API token's secret, which travels in an HTTP header."""
    _refuse_placeholder(text)
    if _TOKEN_BEFORE_SECRET.search(text):
        raise WrongValueError("still has the user@realm!name part of the token before the secret")
    if not text.isascii() or " " in text:
        raise WrongValueError("holds a blank or a letter that no secret of Proxmox has")
    return Secret(text)


def postgresql_url(text: str) -> Secret:
    """Read the URL of a PostgreSQL database, whichever driver it names; never shown, since it holds a password."""
    _refuse_placeholder(text)
    if not _POSTGRESQL.match(text):
        raise WrongValueError("does not start with postgresql:// (it is not shown: it may hold a password)")
    return Secret(text)


def password(text: str) -> Secret:
    """Read a password, blanks and all."""
    _refuse_placeholder(text)
    return Secret(text)
