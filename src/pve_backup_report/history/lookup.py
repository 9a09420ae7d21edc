"""Looking up what was kept, for ``--history`` and ``--diff``: nothing is asked, and nothing is written."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from pve_backup_report.errors import SettingsError
from pve_backup_report.history.changes import changes_between
from pve_backup_report.history.database import FILE, Database
from pve_backup_report.history.met import DAY_S, REACHES, met_by_day
from pve_backup_report.history.place import NO_ADDRESS, cluster_of, place_of
from pve_backup_report.history.readable import readable
from pve_backup_report.history.store import Store, clusters_in
from pve_backup_report.history.trouble import HistoryTroubleError
from pve_backup_report.model.kept import Difference, Era, KeptGuest, KeptHistory
from pve_backup_report.model.past import KeptRun, Kind
from pve_backup_report.settings import Settings
from pve_backup_report.settings.key import WrongValueError
from pve_backup_report.settings.kinds import age

PREVIOUS = "previous"
_Result = TypeVar("_Result")


def history_of(settings: Settings, since: int) -> KeptHistory:
    """Return the runs that are kept from a time on.

    Args:
        settings: where the history is.
        since: epoch.

    Raises:
        SettingsError: when there is no history, or it cannot be used.
    """

    def read(store: Store, cluster: str) -> KeptHistory:
        every = store.runs()
        if not every:
            raise SettingsError((f"The history has no run of {cluster} yet: run a report with STATE_DIR set.",))
        today = datetime.fromtimestamp(every[-1].at, UTC).astimezone(ZoneInfo(settings.report.timezone)).date()
        days = store.counted_days(today - timedelta(days=REACHES[-1] - 1))
        return KeptHistory(cluster, tuple(run for run in every if run.at >= since), met_by_day(days, today))

    return _read(settings, read)


def guest_of(settings: Settings, vmid: int, since: int) -> KeptGuest:
    """Return what the runs knew of one guest.

    Args:
        settings: where the history is.
        vmid: the guest's id.
        since: epoch; what ended before is left out.

    Raises:
        SettingsError: when there is no history, it cannot be used, or no run knew the guest.
    """

    def read(store: Store, cluster: str) -> KeptGuest:
        runs = store.runs()
        found = {key: eras for key in (f"qemu/{vmid}", f"lxc/{vmid}") if (eras := store.eras(Kind.GUEST, key))}
        if not runs or not found:
            told = f"--history {vmid}: no run of {cluster} that is kept knew such a guest. Check the guest's number; "
            raise SettingsError((f"{told}--history alone lists the runs.",))
        key = max(found, key=lambda key: found[key][0].since)
        zone = ZoneInfo(settings.report.timezone)
        days = store.days(datetime.fromtimestamp(since, UTC).astimezone(zone).date(), key).get(key, {})
        return KeptGuest(
            cluster=cluster,
            key=key,
            at=runs[-1].at,
            eras=_within(found[key], since),
            backups=_within(store.eras(Kind.BACKUP, key), since),
            days=tuple((day, days[day].state) for day in sorted(days)),
        )

    return _read(settings, read)


def _within(eras: tuple[Era, ...], since: int) -> tuple[Era, ...]:
    return tuple(era for era in eras if era.until is None or era.until >= since)


def since_of(wanted: str | None, settings: Settings, now: int) -> int:
    """Return the epoch from which runs are listed.

    Args:
        wanted: an age such as ``30d`` or ``36h``, or a time such as ``2026-03-04``; None for all.
        settings: their time zone.
        now: epoch.

    Raises:
        SettingsError: when it is neither.
    """
    if wanted is None:
        return 0
    try:
        return now - age(wanted)
    except WrongValueError:
        return _moment(f"--since {wanted}", wanted, ZoneInfo(settings.report.timezone), "an age such as 30d")


def difference(settings: Settings, wanted: str) -> Difference:
    """Compare a run with the newest one.

    Args:
        settings: where the history is.
        wanted: the number of a run, a time such as ``2026-03-04`` or ``2026-03-04T06:00`` (the last run until then), or
            ``previous``.

    Raises:
        SettingsError: when there is no such run, no history, or it cannot be used.
    """

    def read(store: Store, cluster: str) -> Difference:
        runs = store.runs()
        if not runs:
            raise SettingsError((f"The history has no run of {cluster} yet: run a report with STATE_DIR set.",))
        before, after = _chosen(runs, wanted, ZoneInfo(settings.report.timezone)), runs[-1]
        changes = changes_between(
            store.facts(before.id),
            store.facts(after.id),
            complete_before=before.complete,
            complete_after=after.complete,
        )
        return Difference(cluster, before, after, changes)

    return _read(settings, read)


def _read(settings: Settings, work: Callable[[Store, str], _Result]) -> _Result:
    place = place_of(settings.history)
    if place is None:
        raise SettingsError(("STATE_DIR is not set: give the directory in which reports keep their history.",))
    try:
        if isinstance(place, Path) and not (place / FILE).is_file():
            raise SettingsError((_no_file(place),))
        with readable(place) if isinstance(place, Path) else nullcontext(place) as at:
            return _look(settings, at, work)
    except HistoryTroubleError as trouble:
        raise SettingsError((f"The history: {trouble}",)) from None
    except OSError as error:
        told = f"{place}: cannot be read ({error.strerror or 'unknown reason'}). See that this user may read STATE_DIR."
        raise SettingsError((told,)) from None


def _look(settings: Settings, place: Path | str, work: Callable[[Store, str], _Result]) -> _Result:
    database = Database(place)
    try:
        database.prepare(check=False)
        with database.transaction() as connection:
            cluster = _cluster(settings, clusters_in(connection))
            return work(Store(connection, cluster), cluster)
    finally:
        database.close()


def _no_file(place: Path) -> str:
    """Return what to say of a folder without a history; one of many clusters has its folder below."""
    below = sorted(path.parent.name for path in place.glob(f"*/{FILE}"))
    if not below:
        return f"{place / FILE}: there is no history yet. Run a report with this STATE_DIR first."
    return (
        f"{place / FILE}: there is no history, but one for each of {', '.join(below)}. "
        f"Give the folder of one, such as STATE_DIR={place / below[0]} HISTORY_CLUSTER={below[0]}."
    )


def _cluster(settings: Settings, known: tuple[str, ...]) -> str:
    """Return which cluster is meant: the one of the settings, or the only one."""
    wanted = cluster_of(settings)
    if wanted in known:
        return wanted
    if wanted == NO_ADDRESS and len(known) == 1:
        return known[0]
    if not known:
        raise SettingsError(("The history is empty: no run is kept in it yet. Run a report first.",))
    if wanted == NO_ADDRESS:
        raise SettingsError((f"HISTORY_CLUSTER is not set: give one of {', '.join(known)}.",))
    raise SettingsError((f"The history knows no cluster {wanted}, but {', '.join(known)}. HISTORY_CLUSTER names one.",))


def _chosen(runs: tuple[KeptRun, ...], wanted: str, zone: ZoneInfo) -> KeptRun:
    if wanted == PREVIOUS:
        if len(runs) == 1:
            raise SettingsError(("--diff: the history holds one run only; there is nothing to compare it with.",))
        return runs[-2]
    if wanted.isascii() and wanted.isdecimal():
        found = [run for run in runs if str(run.id) == wanted.lstrip("0")]
    else:
        found = [run for run in runs if run.at <= _until(wanted, zone)]
    if not found:
        raise SettingsError((f"--diff {wanted}: there is no such run. --history lists those that are kept.",))
    return found[-1]


def _until(wanted: str, zone: ZoneInfo) -> int:
    """Return the epoch at which a day ends, or a minute begins."""
    moment = _moment(f"--diff {wanted}", wanted, zone, "a run's number")
    return moment + DAY_S - 1 if len(wanted) == len("2026-03-04") else moment


def _moment(what: str, wanted: str, zone: ZoneInfo, give: str) -> int:
    """Return the epoch of a time; ``give`` says what else could have been given."""
    try:
        told = datetime.fromisoformat(wanted)
    except ValueError:
        times = "a time such as 2026-03-04 or 2026-03-04T06:00"
        mistake = f"{what}: this is no time. Give {give}, or {times}; --history lists the runs."
        raise SettingsError((mistake,)) from None
    return int((told if told.tzinfo is not None else told.replace(tzinfo=zone)).timestamp())
