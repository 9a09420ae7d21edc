"""One value of an answer, rewritten by its form: addresses, paths, task ids, volumes and the rest."""

import re
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import ip_address

from pve_backup_report.bundle.kinds import Kind
from pve_backup_report.bundle.names import Names

_SPLIT = re.compile(r"([,;\s]+)")
_HOST = re.compile(r"\[?([^\]]*?)\]?(:\d{1,5})?")
_ADDRESS = re.compile(r"[0-9.]+|[0-9A-Fa-f.%]*:[0-9A-Fa-f.%]*:[0-9A-Fa-f:.%a-z0-9]*")
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")
_PVE_UPID, _PBS_UPID = 9, 10  # parts between colons
_UPID = re.compile(r"UPID:[^:]*(?::[0-9A-Fa-f]+){3,4}:\w*:[^:]*:[^:]*:")
_NUMBERS = re.compile(r"[0-9]+")
_SUFFIX = re.compile(r"(?:\.[a-z0-9]{1,8}){0,3}\Z")
_PLAIN_SEGMENT = re.compile(
    r"[0-9]{1,9}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    r"|vzdump-(?:qemu|lxc|openvz)-\d{1,9}-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d(?:\.[a-z0-9]{1,6}){0,3}"
    r"|(?:vm|base|subvol|basevol)-\d{1,9}-(?:disk-\d{1,5}|cloudinit)(?:\.[a-z0-9]{1,6})?"
    r"|(?:drive-)?(?:scsi|virtio|ide|sata|efidisk|tpmstate|mp|unused)\d{1,3}(?:-backup)?(?:\.img\.fidx)?"
    r"|(?:qemu-server|pct|lxc|fw|index|client)\.(?:conf|json|log)(?:\.blob)?|(?:root|mp\d+|catalog)\.p?c[xa][at]1?r?\.didx"
    r"|index\.json\.blob|client\.log\.blob|rootfs|none|cdrom|cloudinit"
)
# Folders that every Linux or every Proxmox has, kinds of content, and kinds of objects.
_WORDS = (
    "bin boot by-id by-label by-path by-uuid conf ct dev disk dump etc home host images import iso log lxc lock lib "
    "lib64 mapper media mnt ns opt openvz private proc pve qemu qemu-server root rootdir run sbin snippets srv sys tmp "
    "usr var vm vz vztmpl zvol vzdump.lock"
)
_PLAIN_WORDS = frozenset(_WORDS.split())
_PATH_ROOTS: Mapping[str, Kind] = {
    "vms": Kind.NAME,
    "storage": Kind.STORAGE,
    "nodes": Kind.NODE,
    "pool": Kind.POOL,
    "datastore": Kind.DATASTORE,
    "remote": Kind.REMOTE,
    "access": Kind.REALM,
    "sdn": Kind.NAME,
    "mapping": Kind.NAME,
    "system": Kind.NAME,
    "tape": Kind.NAME,
}
_OF_PATHS = (
    "acl changer controllers device disks dir domain drive fabrics groups hwrng ipams dns job localnetwork log media "
    "network notifications openid pci pool realm services status tasks tfa time usb users zones"
)
_PATH_WORDS = frozenset(_OF_PATHS.split())
_ROLES = re.compile(
    r"PVE\w+|NoAccess|Administrator|Admin|Audit|Datastore\w+|Remote\w+|Tape\w+"  # those that Proxmox ships
)
_OBJECTS = frozenset(
    {"qemu", "lxc", "openvz", "storage", "node", "pool", "sdn", "network", "vm", "ct", "host", "backup"}
)
_EVERYWHERE = frozenset({"local", "local-lvm", "local-zfs", "localhost"})
_PROPERTY_NAMES = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_PLAIN_VALUE = re.compile(r"[0-9]+[A-Za-z%]{0,2}|on|off|yes|no|true|false|cdrom|disk|offline|read-only|unmount|delete")
_BYTES = re.compile(r"[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){3,63}")


class Values:
    """Rewrites values; free text is for others."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def one(self, kind: Kind, text: str) -> str:
        """Rewrite a name."""
        return self._names.of(kind, text)

    def several(self, kind: Kind, text: str) -> str:
        """Rewrite names with something between them; numbers stay."""
        parts = _SPLIT.split(text)
        return "".join(
            part if place % 2 or _NUMBERS.fullmatch(part) else self.one(kind, part) for place, part in enumerate(parts)
        )

    def nested(self, kind: Kind, text: str) -> str:
        """Rewrite names with slashes between them: their depth stays."""
        return "/".join(self.one(kind, part) for part in text.split("/"))

    def auth(self, text: str) -> str:
        """Rewrite ``user@realm!token``, what a group is called, or a token's own name."""
        whole, mark, token = text.partition("!")
        user, at, realm = whole.rpartition("@")
        if not at:
            return self.one(Kind.GROUP, text)
        shown = f"{self.one(Kind.USER, user)}@{self.one(Kind.REALM, realm)}"
        return f"{shown}!{self.one(Kind.TOKEN, token)}" if mark else shown

    def host(self, text: str) -> str:
        """Rewrite an address; the first part of a name keeps what it has in common with other names."""
        found = _HOST.fullmatch(text)
        name, port = (found[1], found[2] or "") if found else (text, "")
        if _ADDRESS.fullmatch(text) and text.count(":") > 1:
            name, port = text, ""
        if _ADDRESS.fullmatch(name) or "." not in name:
            return f"{self.one(Kind.PUBLIC if _is_public(name) else Kind.HOST, name)}{port}"
        first, _, rest = name.partition(".")
        return f"{self.one(Kind.HOST, first)}.{self.one(Kind.DOMAIN, rest)}{port}"

    def path(self, text: str) -> str:
        """Rewrite a path of a file system, part by part; what every system has stays."""
        return "/".join(self._segment(part, Kind.FOLDER) for part in text.split("/"))

    def acl_path(self, text: str) -> str:
        """Rewrite a path of rights, such as ``/storage/nas``."""
        first, *rest = text.removeprefix("/").split("/")
        if not text.startswith("/") or first not in _PATH_ROOTS:
            return self.path(text)
        kind, done = _PATH_ROOTS[first], []
        for place, part in enumerate(rest):
            if _NUMBERS.fullmatch(part) or (kind in (Kind.NAME, Kind.REALM) and not place and part in _PATH_WORDS):
                done.append(part)
                kind = Kind.GROUP if part == "groups" else kind
            else:
                done.append(self.one(kind, part))
            if kind in (Kind.DATASTORE, Kind.REMOTE):
                kind = Kind.NAMESPACE if kind is Kind.DATASTORE else Kind.DATASTORE
        return "/".join(["", first, *done])

    def identifier(self, text: str) -> str:
        """Rewrite words with slashes or colons between them; numbers and Proxmox's own words stay."""
        parts = re.split(r"([/:])", text)
        return "".join(
            part if place % 2 or part in _OBJECTS else self._segment(part, Kind.NAME, words=_EVERYWHERE)
            for place, part in enumerate(parts)
        )

    def upid(self, text: str) -> str:
        """Rewrite a task's id; its times and numbers stay."""
        parts = text.split(":")
        if not _UPID.fullmatch(text):
            return self.one(Kind.NAME, text)
        parts[1] = self.one(Kind.NODE, parts[1])
        plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), parts[-3])
        parts[-3] = re.sub(r"[^\w.]", lambda found: f"\\x{ord(found[0]):02x}", self.identifier(plain))
        parts[-2] = self.auth(parts[-2])
        return ":".join(parts)

    def volid(self, text: str) -> str:
        """Rewrite ``storage:volume``, a path, or the name of a guest, which stand in one field."""
        storage, colon, volume = text.partition(":")
        if text.startswith("/"):
            return self.path(text)
        if not colon:
            return text if _PLAIN_SEGMENT.fullmatch(text) else self.one(Kind.GUEST, text)
        segments = (
            part if part == "backup" else self._segment(part, Kind.FILE, words=_PLAIN_WORDS)
            for part in volume.split("/")
        )
        return f"{self.one(Kind.STORAGE, storage)}:{'/'.join(segments)}"

    def properties(self, text: str) -> str:
        """Rewrite ``a=1,b=2``; the first part may stand alone, and then is what it is about."""
        done = []
        for part in text.split(","):
            key, equals, value = part.partition("=")
            if not equals:
                done.append(key if _PLAIN_VALUE.fullmatch(key) else self.volid(key))
            elif _PROPERTY_NAMES.fullmatch(key):
                done.append(f"{key}={self._property(key, value)}")
        return ",".join(done)

    def fingerprint(self, text: str) -> str:
        """Rewrite a fingerprint: the same one stays the same, and as long; anything short says nothing."""
        if not _BYTES.fullmatch(text):
            return text if len(text) <= len("true") else self.one(Kind.NAME, text)
        plain = text.replace(":", "").lower()
        digits = sha256(self.one(Kind.NAME, plain).encode()).hexdigest()[: len(plain)].ljust(len(plain), "0")
        shown = ":".join(digits[i : i + 2] for i in range(0, len(digits), 2)) if ":" in text else digits
        return shown.upper() if text.isupper() else shown

    def role(self, text: str) -> str:
        """Rewrite a role that people made."""
        return text if _ROLES.fullmatch(text) else self.one(Kind.ROLE, text)

    def relative(self, text: str) -> str:
        """Rewrite words with slashes between them that stand in a message."""
        return "/".join(self._known(part) for part in text.split("/"))

    def known_path(self, text: str) -> str:
        """Rewrite a path that stands in a message; what is not known of it is left out."""
        first = text.removeprefix("/").partition("/")[0]
        if first in _PATH_ROOTS:
            return "/".join(
                part if part == first or part in _PATH_WORDS else self._known(part) for part in text.split("/")
            )
        return self.relative(text)

    def known_auth(self, text: str) -> str:
        """Rewrite a user that stands in a message."""
        parts = re.split(r"([@!])", text)
        return "".join(part if place % 2 else self._known(part) for place, part in enumerate(parts))

    def known_upid(self, text: str) -> str:
        """Rewrite a task's id that stands in a message; one that is not on the tape is left out."""
        parts = text.split(":")
        complete = len(parts) in (_PVE_UPID, _PBS_UPID) and self._names.known(parts[1]) is not None
        return ":".join([*parts[:1], self._known(parts[1]), *parts[2:-3], "", "…", ""]) if complete else "UPID:…"

    def known_host(self, text: str) -> str:
        """Rewrite an address that stands in a message."""
        return text if text == "127.0.0.1" else self._names.known(text) or "…"

    def _known(self, part: str) -> str:
        if part in ("", "pam", "pve", "pbs", "root", "local", "local-lvm", "local-zfs", "localhost", "backup"):
            return part
        return self._names.known(part) or (part if self._is_plain(part, _PLAIN_WORDS) else "…")

    def _segment(self, part: str, kind: Kind, words: frozenset[str] = _PLAIN_WORDS) -> str:
        if not part or self._is_plain(part, words):
            return part
        if kind is Kind.FILE:
            suffix = _SUFFIX.search(part)
            end = suffix[0] if suffix and suffix.start() else ""
            return f"{self.one(kind, part)}{end}"
        return self.one(kind, part)

    def _is_plain(self, part: str, words: frozenset[str]) -> bool:
        return part in words or _PLAIN_SEGMENT.fullmatch(part) is not None

    def _property(self, key: str, value: str) -> str:
        if _PLAIN_VALUE.fullmatch(value):
            return value
        if key in ("storage", "pool", "node"):
            return self.one({"storage": Kind.STORAGE, "pool": Kind.POOL, "node": Kind.NODE}[key], value)
        if key in ("file", "volume"):
            return self.volid(value)
        if key == "mp":
            return self.path(value)
        return value if key in ("keep", "size", "type", "ctime") else self.one(Kind.NOTE, value)


def _is_public(name: str) -> bool:
    """Whether an address is on the Internet: what goes there unencrypted is another matter."""
    try:
        return ip_address(name).is_global
    except ValueError:
        return False
