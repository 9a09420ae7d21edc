"""Proxmox's task status strings (pve-common PVE/UPID.pm ``status_is_error``, pve-manager PVE/VZDump.pm)."""

import re

from pve_backup_report.model.task import RunResult

_WARNINGS = re.compile(r"WARNINGS: \d+")
# The whole task failed before any guest was tried, and so did its one guest (PVE/VZDump.pm ``new``).
_SETUP_FAILED = re.compile(r"could not (?:activate storage|get storage information)|(?:dumpdir|tmpdir) |job errors$")
_INTERRUPTED = ("interrupted by signal", "received interrupt")


def succeeded(status: str | None) -> bool:
    """Tell whether the whole task went well; warnings do not make it fail."""
    return status == "OK" or (status is not None and _WARNINGS.fullmatch(status) is not None)


def result_of_only_guest(status: str | None, *, running: bool) -> RunResult:
    """Tell from the status alone how the only guest of a task fared.

    A hook that fails after the guest makes a task fail whose guest is fine, and a crash tells nothing: such a task's
    result is unknown without its log.

    Args:
        status: Proxmox's status string.
        running: the task has not ended.
    """
    if running:
        return RunResult.RUNNING
    if succeeded(status):
        return RunResult.OK
    if status in _INTERRUPTED:
        return RunResult.ABORTED
    return RunResult.FAILED if _SETUP_FAILED.match(status or "") else RunResult.UNKNOWN
