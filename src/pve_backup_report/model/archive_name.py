"""Names of archives."""

SNAPSHOTS = ("vm/", "ct/")
"""What the path of a backup server's snapshot begins with; a file's name never does."""


def tail(path: str | None) -> str:
    """Return what a log's archive and a listing's volume id have in common: a file's name, or a snapshot's path."""
    text = (path or "").rpartition(":backup/")[2]
    return text if text.startswith(SNAPSHOTS) else text.rpartition("/")[2]
