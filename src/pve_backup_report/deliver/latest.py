"""The folder whose names always lead to the newest reports: ``latest/report.html``, ``latest/report_lab.html``."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from pve_backup_report.deliver.files import write_file
from pve_backup_report.errors import OutputError
from pve_backup_report.model.report_name import ReportName, read_report_name

FOLDER = "latest"
_TRIES = 5
_ADDED_UP = ".prom"  # whoever reads the folder reads all of them: one name for each cluster, and no more


def link_latest(written: Collection[Path]) -> tuple[str, ...]:
    """Let the names in the folder ``latest`` lead to reports just written beside it; none is turned to an older one.

    They are relative links; copies where the file system has no links. They lie in a folder of their own, so that who
    reads the reports by a pattern finds each once.

    Args:
        written: the report files of one run, all on the disk.

    Returns:
        A warning for each name that could not be given.
    """
    warnings = []
    for path in written:
        report = read_report_name(path.name)
        for name in _names(report):
            link = path.parent / FOLDER / name
            if report is None or _leads_to_newer(link, report):
                continue
            try:
                link.parent.mkdir(mode=0o700, exist_ok=True)
                _point(link, path)
            except (OSError, OutputError) as error:
                told = getattr(error, "strerror", None) or str(error)
                warnings.append(f"{link}: cannot be made to lead to the newest report ({told}).")
    return tuple(warnings)


def _names(report: ReportName | None) -> tuple[str, ...]:
    if report is None:
        return ()
    if report.cluster is None:
        return (f"fleet{report.suffix}",)
    own = f"report_{report.cluster}{report.suffix}"
    return (own,) if report.suffix == _ADDED_UP else (f"report{report.suffix}", own)


def _leads_to_newer(link: Path, report: ReportName) -> bool:
    if not link.is_symlink() or not link.exists():
        return False
    target = read_report_name(link.readlink().name)
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
            temporary.symlink_to(Path("..") / path.name)
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
