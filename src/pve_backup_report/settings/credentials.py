"""Secrets that a service manager hands over: a folder with one file for each, named like its setting.

systemd names the folder in ``CREDENTIALS_DIRECTORY`` (``LoadCredential=`` and its kin).
"""

from collections.abc import Mapping
from pathlib import Path

_FOLDER = "CREDENTIALS_DIRECTORY"


def credentials(environ: Mapping[str, str]) -> dict[str, Path]:
    """Return the file of each credential by its name; none where no service manager handed any over.

    Args:
        environ: the environment of the process.
    """
    folder = environ.get(_FOLDER, "").strip()
    if not folder:
        return {}
    try:
        return {path.name: path for path in Path(folder).iterdir() if path.is_file()}
    except OSError:
        return {}
