"""The names that always lead to the newest report: ``latest.html``, ``latest_lab.html`` and so on."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from pve_backup_report.deliver.files import write_file
from pve_backup_report.errors import OutputError
from pve_backup_report.model.report_name import ReportName, read_report_name

_TRIES = 5


def link_latest(written: Collection[Path]) -> tuple[str, ...]:
    """Let the ``latest`` names of a folder lead to reports just written there; none is ever turned to an older one.

    They are relative links; copies where the file system has no links.

    Args:
        written: the report files of one run, all on the disk.

    Returns:
        A warning for each name that could not be given.
    """
    warnings = []
    for path in written:
        report = read_report_name(path.name)
        for name in _names(report):
            if report is None or _leads_to_newer(path.with_name(name), report):
                continue
            try:
                _point(path.with_name(name), path)
            except (OSError, OutputError) as error:
                told = getattr(error, "strerror", None) or str(error)
                warnings.append(f"{path.with_name(name)}: cannot be made to lead to the newest report ({told}).")
    return tuple(warnings)


def _names(report: ReportName | None) -> tuple[str, ...]:
    return () if report is None else (f"latest{report.suffix}", f"latest_{report.cluster}{report.suffix}")


def _leads_to_newer(link: Path, report: ReportName) -> bool:
    if not link.is_symlink() or not link.exists():
        return False
    target = read_report_name(str(link.readlink()))
    return target is not None and target.stamp > report.stamp


def _point(link: Path, path: Path) -> None:
    """Let one name lead to a report, at once: nobody ever finds the name without its report.

    Raises:
        OSError, OutputError: when it cannot be done.
    """
    temporary = link.with_name(f".{link.name}-new")  # one name, so that the next run takes what a killed one left
    for _ in range(_TRIES):
        try:
            temporary.unlink(missing_ok=True)
            temporary.symlink_to(path.name)
            temporary.replace(link)
        except (FileExistsError, FileNotFoundError):  # another run is at the same
            continue
        except IsADirectoryError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        except OSError:  # EPERM: no links on this file system
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            break
        return
    write_file(link, path.read_bytes())
