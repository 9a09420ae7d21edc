"""A backup that exists: one archive or PBS snapshot, as a storage lists it."""

from dataclasses import dataclass

from pve_backup_report.model.record import record


@record
class Backup:
    """One listed backup.

    Attributes:
        storage: the storage that lists it.
        node: the node it lies on; None on a shared storage.
        volid: Proxmox's volume id.
        vmid: the guest it says it is of; None when its name does not tell.
        type: ``qemu``, ``lxc``, ``openvz`` or ``unknown``.
        at: epoch of its start.
        size: bytes; None when the listing does not tell (a dry run does not).
        finished: False for a PBS snapshot without a readable manifest (running, aborted or damaged).
        verified: ``ok`` or ``failed`` by the last PBS verification; None when never verified, or not told.
        encrypted: None when not told.
        protected: None when not told.
        notes: first line (untrusted); None when none.
        verified_at: epoch of the start of that verification; None when never verified, or not told.
        owner: who wrote it, as a Proxmox Backup Server knows it; None when not told.
        source: ``storage`` when PVE lists it, ``pbs`` when a backup server itself does.
        doubt: the earliest and the latest epoch of its start, when nodes in several zones may have written the name;
            None when ``at`` is certain.
        renamed: a file whose name is not Proxmox's own: ``at`` is then when the file was last touched, not when the
            guest was backed up.
    """

    storage: str
    node: str | None
    volid: str
    vmid: int | None
    type: str
    at: int
    size: int | None
    finished: bool
    verified: str | None
    encrypted: bool | None
    protected: bool | None
    notes: str | None
    renamed: bool = False
    verified_at: int | None = None
    owner: str | None = None
    source: str = "storage"
    doubt: tuple[int, int] | None = None

    @property
    def good(self) -> bool:
        """Whether it counts as a backup: finished, and not known to be damaged."""
        return self.finished and self.verified != "failed"


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of one storage's backups (on one node, when the storage is not shared).

    Attributes:
        storage: the storage.
        node: the node, for a storage that is not shared; None for a shared one.
        whole: the listing holds every backup of every guest.
        whole_for: vmids for which it holds every backup, when not for all.
    """

    storage: str
    node: str | None
    whole: bool
    whole_for: frozenset[int]

    def covers(self, vmid: int) -> bool:
        """Whether every backup of the guest on this storage was listed."""
        return self.whole or vmid in self.whole_for
