"""Old reports: those of the same cluster that nothing keeps are removed, and nothing else in the folder is."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pve_backup_report.deliver.latest import FOLDER
from pve_backup_report.model.keep import Keep
from pve_backup_report.model.report_name import STAMP, ReportName, read_report_name


def remove_old(written: Collection[Path], keep: Keep, suffixes: Collection[str]) -> tuple[str, ...]:
    """Remove old reports of the cluster whose reports were just written beside them.

    Links are not followed, and those in the folder ``latest`` that lead to a removed report go before it.

    Args:
        written: the files of this run, which stay.
        keep: what is kept besides.
        suffixes: of the formats that reports are written in.

    Returns:
        A warning for each file that could not be removed.
    """
    named = [(path, name) for path in written if (name := read_report_name(path.name)) is not None]
    warnings: list[str] = []
    for directory, cluster in {(path.parent, name.cluster) for path, name in named}:
        try:
            present = _reports(directory, cluster, suffixes)
        except OSError as error:
            why = error.strerror or "unknown reason"
            warnings.append(f"{directory}: cannot be looked into for old reports ({why}).")
            continue
        kept = _kept(present, keep, max(name.stamp for _, name in named))
        for stamp, paths in present.items():
            if stamp in kept or any(path in written for path in paths):
                continue
            warnings += [told for path in paths if (told := _remove(path)) is not None]
    return tuple(warnings)


def _reports(directory: Path, cluster: str | None, suffixes: Collection[str]) -> dict[str, list[Path]]:
    """Return the report files of one cluster by run, oldest first."""
    runs: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(directory.iterdir()):
        name = read_report_name(path.name)
        if _is_of(name, cluster, suffixes) and name and path.is_file() and not path.is_symlink():
            runs[name.stamp].append(path)
    return dict(sorted(runs.items()))


def _is_of(name: ReportName | None, cluster: str | None, suffixes: Collection[str]) -> bool:
    return name is not None and name.cluster == cluster and name.suffix in suffixes


def _kept(present: Collection[str], keep: Keep, now: str) -> set[str]:
    stamps = sorted(present)
    kept = set(stamps[-keep.runs :] if keep.runs else ())
    if keep.age_s is not None:
        since = datetime.strptime(now, STAMP).replace(tzinfo=UTC) - timedelta(seconds=keep.age_s)
        kept.update(stamp for stamp in stamps if stamp >= since.strftime(STAMP))
    return kept


def _remove(path: Path) -> str | None:
    try:
        for link in (path.parent / FOLDER).glob("*"):
            if link.is_symlink() and link.readlink() == Path("..") / path.name:
                link.unlink()
        path.unlink(missing_ok=True)
    except OSError as error:
        told = error.strerror or "unknown reason"
        return f"{path}: this old report cannot be removed ({told}); remove it, or unset REPORT_KEEP."
    return None
