"""``--print-setup``: the exact commands that make a token that may read, and not more than it must."""

import textwrap

from pve_backup_report.render.language import Language
from pve_backup_report.render.setup_pvesh import PVESH_PARTS
from pve_backup_report.render.words import _

_USER, _TOKEN, _ROLE = "backup-report", "report", "BackupReportArchives"

_PVE_AUDIT = (
    f"pveum user add {_USER}@pve",
    f"pveum acl modify / --users {_USER}@pve --roles PVEAuditor",
    f"pveum user token add {_USER}@pve {_TOKEN} --privsep 0",
)
# A role on a deeper path takes the place of what is inherited: PVEAuditor must be given there again
# (access-control PVE/AccessControl.pm ``roles``).
_PVE_ARCHIVES = (
    f'pveum role add {_ROLE} --privs "Datastore.AllocateSpace VM.Backup"',
    f"pveum acl modify /storage --users {_USER}@pve --roles PVEAuditor,{_ROLE}",
    f"pveum acl modify /vms --users {_USER}@pve --roles PVEAuditor,{_ROLE}",
)
_PBS_AUDIT = (
    f"proxmox-backup-manager user create {_USER}@pbs",
    f"proxmox-backup-manager user generate-token {_USER}@pbs {_TOKEN}",
    f"proxmox-backup-manager acl update / Audit --auth-id {_USER}@pbs",
    f"proxmox-backup-manager acl update / Audit --auth-id '{_USER}@pbs!{_TOKEN}'",
    f"proxmox-backup-manager acl update /remote RemoteAudit --auth-id {_USER}@pbs",
    f"proxmox-backup-manager acl update /remote RemoteAudit --auth-id '{_USER}@pbs!{_TOKEN}'",
)
_PVE_USER = (
    f"pveum user add {_USER}@pve",
    f"pveum passwd {_USER}@pve",
    f"pveum acl modify / --users {_USER}@pve --roles PVEAuditor",
)
_PVE_PARTS = (
    (
        _(
            "Audit only. Run on a node, as root. This token can read, and change nothing. "
            "The last command prints its secret once."
        ),
        _PVE_AUDIT,
    ),
    (
        _(
            "More, if the report is to see the backups on Proxmox Backup Server storages, and the details of all "
            "others. Proxmox VE has no right for just looking at backups: with these two the token could also make "
            "backups, delete those it sees, and restore over guests. This program only ever sends GET; whoever steals "
            "the token need not."
        ),
        _PVE_ARCHIVES,
    ),
)
_PBS_PARTS = (
    (
        _(
            "Audit only. Run on the backup server, as root. This token sees every snapshot, and can change nothing; "
            "no stronger one is needed. The second command prints its secret once."
        ),
        _PBS_AUDIT,
    ),
)
_USER_PARTS = (
    (
        _(
            "Only where an API token cannot be had: a token is better, for it can be taken back on its own, it is good "
            "for no login, and it is never posted. Run on a node, as root. This user can read, and change nothing. The "
            "second command asks for its password; give it no second factor."
        ),
        _PVE_USER,
    ),
)
_PARTS = {"pve": _PVE_PARTS, "pbs": _PBS_PARTS, "user": _USER_PARTS, "pvesh": PVESH_PARTS}


def setup_text(product: str, language: Language) -> str:
    """Return the commands, each part with a comment before it, ready to be pasted into a shell.

    Args:
        product: ``pve`` or ``pbs`` for a token there, ``user`` for a user with a password, ``pvesh`` for the way
            through pvesh.
        language: of the comments.
    """
    blocks = []
    for comment, commands in _PARTS[product]:
        lines = textwrap.wrap(language.gettext(comment), 100, initial_indent="# ", subsequent_indent="# ")
        blocks.append("\n".join([*lines, *commands]))
    return "\n\n".join(blocks) + "\n"
