"""What a backup server has got over time: snapshots, and the tasks that made, verified and removed them."""

from dataclasses import dataclass
from typing import Literal

BackupType = Literal["vm", "ct", "host"]
Crypt = Literal["none", "encrypt", "sign-only", "mixed"]
VerifyState = Literal["ok", "failed"]
MANIFEST = "index.json.blob"
_CLIENT_LOG = "client.log.blob"
_DATA: dict[BackupType, tuple[str, ...]] = {
    "vm": ("drive-scsi0.img.fidx", "qemu-server.conf.blob"),
    "ct": ("root.pxar.didx", "catalog.pcat1.didx", "pct.conf.blob"),
    "host": ("etc.pxar.didx", "catalog.pcat1.didx"),
}


def escaped(text: str) -> str:
    """An id as it stands in a UPID: a slash is a dash, and other bytes but letters, digits, _ and . are \\xNN."""
    made = []
    for at, char in enumerate(text):
        plain = char.isascii() and (char.isalnum() or char == "_" or (char == "." and at > 0))
        made.append("-" if char == "/" else char if plain else "".join(f"\\x{byte:02x}" for byte in char.encode()))
    return "".join(made)


@dataclass(frozen=True, slots=True)
class PbsTask:
    """A worker task. `status` and `endtime` are None while it runs."""

    type: str
    id: str
    starttime: int
    endtime: int | None
    status: str | None = "OK"
    user: str = "root@pam"
    pid: int = 0x0A1B
    pstart: int = 0x0001C2D3
    number: int = 4
    node: str = "pbs"
    lines: tuple[str, ...] = ("TASK OK",)

    @property
    def upid(self) -> str:
        """The unique process id (proxmox-schema upid.rs); it has one field more than that of Proxmox VE."""
        ids = f"{self.pid:08X}:{self.pstart:08X}:{self.number:08X}:{self.starttime:08X}"
        return f"UPID:{self.node}:{ids}:{self.type}:{escaped(self.id)}:{self.user}:"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One backup on a backup server.

    `finished`: the manifest is there; `size` is None when it cannot be read, as it is when there is none. `owner` is
    the group's (None: its file cannot be read). `comment` are all lines of the notes. `verified_at` is the start of
    the task that verified it. `cluster` is where it came from: the truth's knowledge, which no API tells.
    """

    store: str
    namespace: str
    type: BackupType
    id: str
    time: int
    size: int | None = 8 << 30
    finished: bool = True
    crypt: Crypt = "none"
    verification: VerifyState | None = None
    verified_at: int | None = None
    owner: str | None = "backup@pbs!pve"
    protected: bool = False
    comment: str | None = None
    fingerprint: str | None = None
    cluster: str | None = None

    @property
    def readable(self) -> bool:
        """Whether its manifest is there and can be read."""
        return self.finished and self.size is not None

    @property
    def good(self) -> bool:
        """Whether a guest could be brought back from it, as far as anyone knows."""
        return self.readable and self.verification != "failed"

    @property
    def encrypted(self) -> bool:
        """Whether all its data is encrypted."""
        return self.readable and self.crypt == "encrypt"

    @property
    def verified_by(self) -> str | None:
        """The UPID of the task that verified it; the one that Proxmox VE passes on."""
        if self.verification is None or self.verified_at is None:
            return None
        return PbsTask("verify", self.store, self.verified_at, None).upid

    def file_names(self) -> list[str]:
        """What lies in its directory; the log comes last, after the manifest."""
        return [*_DATA[self.type], *((MANIFEST, _CLIENT_LOG) if self.finished else ())]

    def files(self) -> list[dict[str, object]]:
        """Its files as listed: with size and encryption if the manifest tells, which never lists the log."""
        if self.size is None or not self.finished:
            return [{"filename": name} for name in self.file_names()]
        data = _DATA[self.type]
        small = min(512, self.size // (len(data) + 1))
        rows: list[dict[str, object]] = []
        for at, name in enumerate(data):
            mode = self.crypt if self.crypt != "mixed" else "none" if at else "encrypt"
            size = small if at else self.size - small * len(data)
            rows.append({"filename": name, "crypt-mode": mode, "size": size})
        signed = "none" if self.crypt == "none" else "sign-only"
        rows.append({"filename": MANIFEST, "crypt-mode": signed, "size": small})
        return [*rows, {"filename": _CLIENT_LOG}]
