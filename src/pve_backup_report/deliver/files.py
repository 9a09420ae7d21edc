"""Reports on disk: written under a temporary name and renamed, so that no one ever reads half of one."""

import os
import tempfile
from pathlib import Path

from pve_backup_report.errors import OutputError


def prepare_directory(directory: Path) -> None:
    """Make the directory, and see that files can be written there, before anything is asked.

    Args:
        directory: where the reports go.

    Raises:
        OutputError: when it cannot be made or written to.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor, probe = tempfile.mkstemp(prefix=".probe-", dir=directory)
        os.close(descriptor)
        Path(probe).unlink()
    except OSError as error:
        raise _cannot(directory, error) from None


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; only its owner may read it, since it tells about guests.

    Args:
        path: the file; an existing one is replaced.
        content: its bytes.

    Raises:
        OutputError: when it cannot be written; nothing is left behind then.
    """
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise _cannot(path, error) from None
    finally:
        if temporary is not None:  # failed or interrupted: leave nothing half-written
            Path(temporary).unlink(missing_ok=True)


def _cannot(path: Path, error: OSError) -> OutputError:
    told = error.strerror or "unknown reason"
    return OutputError(f"{path}: cannot be written ({told}). Choose another place with --output-dir or REPORT_DIR.")
