"""What is wrong, what was not seen and what is left over, as people read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from pve_backup_report.model.anomaly import Anomaly
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.gap import Gap
from pve_backup_report.render.moment import Moment
from pve_backup_report.render.policy_row import policy_note
from pve_backup_report.render.sentence import message_of, remedy_of
from pve_backup_report.render.sign import Sign, severity_sign
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording


@dataclass(frozen=True, slots=True)
class Trouble:
    """One anomaly.

    Attributes:
        message: names the thing and says what is wrong with it.
        remedy: what to do, when that is not the same for its whole group.
        vmid: of the guest it is about, when that is listed.
        note: what the policy says of it: who acknowledges it, and that its severity is not the usual one; None when
            the policy says nothing.
    """

    message: str
    remedy: str | None
    vmid: int | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TroubleGroup:
    """All anomalies of one code and severity.

    Attributes:
        code: the rule's code.
        sign: the severity.
        remedy: what to do, when it is the same for all; None when each has its own.
        items: the anomalies.
    """

    code: str
    sign: Sign
    remedy: str | None
    items: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class GapRow:
    """One thing that was not seen."""

    endpoint: str
    reason: str
    needs: str | None
    blinds: str
    hides: str | None


@dataclass(frozen=True, slots=True)
class OrphanRow:
    """The backups of one id that is no guest of the cluster."""

    vmid: int | None
    backups: int
    size: str | None
    newest: Moment | None
    storages: str


def trouble_groups(
    anomalies: Iterable[Anomaly], guests: Mapping[str, int], wording: Wording
) -> tuple[TroubleGroup, ...]:
    """Return the anomalies grouped, in their own order.

    Args:
        anomalies: the most severe first, then by code.
        guests: vmids of the guests listed, by key such as ``qemu/103``.
        wording: the reader's.
    """
    groups = groupby(anomalies, key=lambda anomaly: (anomaly.severity, anomaly.code))
    return tuple(_group(list(items), guests, wording) for _, items in groups)


def gap_row(gap: Gap, wording: Wording) -> GapRow:
    """Return the row of one gap."""
    return GapRow(
        endpoint=gap.endpoint,
        reason=shorten(wording.gap_reason(gap), 300),
        needs=None if gap.needs is None else wording.language.right(gap.needs),
        blinds=wording.blinds(gap.blinds) or wording.say("nothing that decides"),
        hides=wording.listed(sorted(gap.hides)) or None,
    )


def orphan_rows(orphans: Iterable[Backup], wording: Wording) -> tuple[OrphanRow, ...]:
    """Return the orphaned backups, one row for each id."""
    by_id: dict[int | None, list[Backup]] = {}
    for backup in orphans:
        by_id.setdefault(backup.vmid, []).append(backup)
    order = sorted(by_id, key=lambda vmid: -1 if vmid is None else vmid)
    return tuple(_orphan(vmid, by_id[vmid], wording) for vmid in order)


def _group(anomalies: list[Anomaly], guests: Mapping[str, int], wording: Wording) -> TroubleGroup:
    remedies = [remedy_of(anomaly, wording) for anomaly in anomalies]
    same = remedies[0] if len(set(remedies)) == 1 else None
    first = anomalies[0]
    return TroubleGroup(
        code=first.code,
        sign=severity_sign(first.severity, wording),
        remedy=same,
        items=tuple(
            Trouble(
                message=message_of(anomaly, wording),
                remedy=None if same is not None else remedy,
                vmid=guests.get(anomaly.subject),
                note=policy_note(anomaly, wording),
            )
            for anomaly, remedy in zip(anomalies, remedies, strict=True)
        ),
    )


def _orphan(vmid: int | None, backups: list[Backup], wording: Wording) -> OrphanRow:
    sizes = [backup.size for backup in backups if backup.size is not None]
    total = wording.language.size(sum(sizes)) if sizes else None
    if total is not None and len(sizes) < len(backups):
        total = wording.say("at least {size}", size=total)
    return OrphanRow(
        vmid=vmid,
        backups=len(backups),
        size=total,
        newest=wording.moment(max(backup.at for backup in backups)),
        storages=wording.listed(sorted({backup.storage for backup in backups})),
    )
