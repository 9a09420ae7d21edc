"""Names of archives."""


def tail(path: str | None) -> str:
    """Return what a log's archive and a listing's volume id have in common: a file's name, or a snapshot's path."""
    text = (path or "").rpartition(":backup/")[2]
    return text if text.startswith(("vm/", "ct/")) else text.rpartition("/")[2]
