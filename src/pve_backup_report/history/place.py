"""Where a history is, and what it calls the cluster."""

from pathlib import Path
from socket import gethostname
from urllib.parse import urlsplit

from pve_backup_report.settings import HistorySettings, Settings

NO_ADDRESS = "cluster"  # without any address: there may be only one


def place_of(settings: HistorySettings) -> Path | str | None:
    """Return the folder of a history or the URL of its database, which wins; None where none is kept."""
    return settings.directory if settings.url is None else settings.url.reveal()


def cluster_of(settings: Settings) -> str:
    """Return what the history calls the cluster: its name in the settings, or where it is asked first.

    The cluster's own name is no help: two clusters may share it, and a token may not see it.
    """
    if settings.history.cluster:
        return settings.history.cluster
    if settings.pve is not None and not settings.pve.urls:
        return f"pvesh on {gethostname()}"
    urls = settings.pve.urls if settings.pve is not None else tuple(server.url for server in settings.pbs)
    return urlsplit(urls[0]).netloc if urls else NO_ADDRESS
