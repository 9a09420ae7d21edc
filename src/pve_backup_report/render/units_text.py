"""``--print-units``: a systemd service and its timer, and a line for cron, ready to be saved."""

import textwrap
from collections.abc import Mapping

from pve_backup_report.render.language import Language
from pve_backup_report.render.words import _

PARTS = ("service", "timer", "cron")
_NAME = "pve-backup-report"
_HOMES = ("/home/", "/root/", "/run/user/")
_WIDTH = 100

# Each line of a unit is told with why it is there; a blank text stands for no comment.
_SERVICE: tuple[tuple[str, str], ...] = (
    ("", "[Unit]"),
    ("", "Description=Report on the backups of a Proxmox VE cluster"),
    ("", "Wants=network-online.target\nAfter=network-online.target"),
    ("", "\n[Service]\nType=oneshot"),
    (_("What it runs. -q: nothing is printed unless something is wrong."), "ExecStart={program} -q"),
    (
        _("Settings without secrets: NAME=value lines, as in .env.example. systemd reads this file as root."),
        "EnvironmentFile=/etc/pve-backup-report/settings.env",
    ),
    (
        _(
            "Secrets: one file each, of mode 0600 and of root. The program finds each under the name of its setting. "
            "Add a line for each other secret, such as SMTP_PASSWORD or PBS01_API_TOKEN_SECRET."
        ),
        "LoadCredential=PVE_API_TOKEN_SECRET:/etc/pve-backup-report/PVE_API_TOKEN_SECRET",
    ),
    (
        _("A user made for each run; what it writes stays in /var/lib/pve-backup-report, and is only for root."),
        (
            "DynamicUser=yes\nStateDirectory=pve-backup-report\nStateDirectoryMode=0700\nUMask=0077\n"
            "WorkingDirectory=%S/pve-backup-report\nEnvironment=REPORT_DIR=%S/pve-backup-report/reports "
            "STATE_DIR=%S/pve-backup-report/state"
        ),
    ),
    (
        _("Stopped by systemctl stop: no failure. No run takes longer than this."),
        "SuccessExitStatus=143\nTimeoutStartSec=1h\nNice=10",
    ),
    (
        _("It needs the network, its own folder, and nothing else of this machine."),
        (
            "NoNewPrivileges=yes\nCapabilityBoundingSet=\nAmbientCapabilities=\nProtectSystem=strict\n"
            "ProtectHome={home}\nPrivateTmp=yes\nPrivateDevices=yes\nPrivateMounts=yes\nPrivateUsers=yes\nProtectClock=yes\n"
            "ProtectControlGroups=yes\nProtectHostname=yes\nProtectKernelLogs=yes\nProtectKernelModules=yes\n"
            "ProtectKernelTunables=yes\nProtectProc=invisible\nProcSubset=pid\nDevicePolicy=closed\nRemoveIPC=yes\n"
            "LockPersonality=yes\nMemoryDenyWriteExecute=yes\nRestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\n"
            "RestrictNamespaces=yes\nRestrictRealtime=yes\nRestrictSUIDSGID=yes\nKeyringMode=private\n"
            "SystemCallArchitectures=native\nSystemCallFilter=@system-service\n"
            "SystemCallFilter=~@privileged @resources\nSystemCallErrorNumber=EPERM"
        ),
    ),
)
_TIMER: tuple[tuple[str, str], ...] = (
    ("", "[Unit]\nDescription=Report on the backups of a Proxmox VE cluster, every morning"),
    ("", "\n[Timer]"),
    (_("When, in this machine’s time zone; well after the last backup job has ended."), "OnCalendar=*-*-* 06:30:00"),
    (_("A run that was missed, because the machine was off, is made up for."), "Persistent=true"),
    (_("Several machines do not ask in the same second."), "RandomizedDelaySec=5min"),
    ("", "\n[Install]\nWantedBy=timers.target"),
)
_CRON: tuple[tuple[str, str], ...] = (
    (
        _("Where there is no systemd: this line in /etc/cron.d, as a user who alone may read the .env there."),
        "30 6 * * * backup-report cd /etc/pve-backup-report && {program} -q --output-dir /var/lib/pve-backup-report",
    ),
)
_UNITS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "service": (f"/etc/systemd/system/{_NAME}.service", _SERVICE),
    "timer": (f"/etc/systemd/system/{_NAME}.timer", _TIMER),
    "cron": (f"/etc/cron.d/{_NAME}", _CRON),
}
_IN_HOME = _(
    "The program lies in somebody’s home, which this user may not be able to read: better install it in /opt, "
    "and print this again from there."
)


def units_text(part: str, program: str, language: Language) -> str:
    """Return one file, or all of them one after the other, each with its path as the first line.

    Args:
        part: one of ``PARTS``, or ``all``.
        program: the absolute path of the command that is to be run.
        language: of the comments.
    """
    return "\n".join(_unit(name, program, language) for name in (PARTS if part == "all" else (part,)))


def _unit(name: str, program: str, language: Language) -> str:
    path, rows = _UNITS[name]
    at_home = program.startswith(_HOMES)
    percent = r"\%" if name == "cron" else "%%"  # both give the sign a meaning of its own
    values = {"program": _quoted(program.replace("%", percent)), "home": "read-only" if at_home else "yes"}
    lines = [f"# {path}"]
    if at_home:
        lines += _comment(language.gettext(_IN_HOME))
    for comment, text in rows:
        if comment:
            lines += _comment(language.gettext(comment))
        lines.append(text.format_map(values))
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False)


def _quoted(program: str) -> str:
    """Return a path as both systemd and a shell read it; a command of several words stays as it is."""
    return f'"{program}"' if " " in program and " -m " not in program else program
