"""Secrets that a service manager hands over: a folder with one file for each, named like its setting.

systemd names the folder in ``CREDENTIALS_DIRECTORY`` (``LoadCredential=`` and its kin).
"""

from collections.abc import Mapping
from pathlib import Path

from pve_backup_report.errors import SettingsError

_FOLDER = "CREDENTIALS_DIRECTORY"


def credentials(environ: Mapping[str, str]) -> dict[str, Path]:
    """Return the file of each credential by its name; none where no service manager handed any over.

    Args:
        environ: the environment of the process.

    Raises:
        SettingsError: the folder is there and cannot be read: what lies there would be missed without a word.
    """
    folder = environ.get(_FOLDER, "").strip()
    if not folder:
        return {}
    try:
        return {path.name: path for path in Path(folder).iterdir() if path.is_file()}
    except (FileNotFoundError, NotADirectoryError):  # the name may be left over from another service
        return {}
    except OSError as error:
        told = error.strerror or "unknown reason"
        raise SettingsError((f"{_FOLDER} {folder}: cannot be read ({told}); mend it, or unset the name.",)) from None
