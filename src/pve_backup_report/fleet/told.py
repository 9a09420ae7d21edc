"""What a fleet's last message told: how each cluster stood, so that one that recovers or goes is a change as well."""

import json
from pathlib import Path

from pve_backup_report.deliver.files import write_file
from pve_backup_report.errors import OutputError
from pve_backup_report.model.fleet import Fleet, Member

_FILE = "fleet-told.json"


def states_of(fleet: Fleet) -> dict[str, str]:
    """Return how each cluster stands, by label: what kept it from being asked, or that it was."""
    return {member.label: _state(member) for member in fleet.members}


def told_in(directory: Path | None) -> dict[str, str] | None:
    """Return what the last message told; None when that is not known.

    Args:
        directory: ``STATE_DIR``; None for none.
    """
    if directory is None:
        return None
    try:
        told = json.loads((directory / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {str(label): str(state) for label, state in told.items()} if isinstance(told, dict) else None


def keep_told(directory: Path | None, fleet: Fleet) -> str | None:
    """Keep what a message told, or would have told had there been news; return what keeps that from being done.

    Args:
        directory: ``STATE_DIR``; None for none.
        fleet: the fleet.
    """
    if directory is None:
        return None
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_file(directory / _FILE, json.dumps(states_of(fleet), sort_keys=True).encode(), "STATE_DIR")
    except (OSError, OutputError) as error:
        return f"What was told of the fleet cannot be kept: {error}"
    return None


def forget_told(directory: Path | None) -> str | None:
    """Forget what was told: a message was lost, or none was wanted, and the next one must not be taken for no news.

    Args:
        directory: ``STATE_DIR``; None for none.

    Returns:
        What keeps that from being done; then the next message may be missing.
    """
    if directory is None:
        return None
    try:
        (directory / _FILE).unlink(missing_ok=True)
    except OSError as error:
        told = error.strerror or "unknown reason"
        return f"{directory / _FILE}: cannot be removed ({told}); remove it, or the next change may not be told."
    return None


def _state(member: Member) -> str:
    return "asked" if member.failure is None else str(member.failure.kind)
