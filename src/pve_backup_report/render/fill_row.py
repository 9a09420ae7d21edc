"""How full the places are that backups go to, and what is to come."""

from collections.abc import Iterator
from dataclasses import dataclass

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.pbs import Datastore
from pve_backup_report.model.room import Room
from pve_backup_report.model.storage import Storage, StorageState
from pve_backup_report.render.guest_row import NAME_SHOWN
from pve_backup_report.render.natural import natural
from pve_backup_report.render.sign import BAD, FAIR, GOOD, Sign
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording

_NEARLY_FULL, _FULL = 90, 97  # percent, as the rules on full storages have them
_SOON_S = 30 * 86400


@dataclass(frozen=True, slots=True)
class FillRow:
    """One storage (on one node, when it is not shared) or datastore.

    Attributes:
        name: what it is called.
        where: the node, or the backup server; None for a shared storage.
        percent: used, rounded down.
        sign: whether that is much.
        used: ``12 GiB of 1 TiB``.
        forecast: what is to come; None when nothing tells.
        short: what is to come does not fit.
    """

    name: str
    where: str | None
    percent: int
    sign: Sign
    used: str
    forecast: str | None
    short: bool


def fill_rows(analysis: Analysis, wording: Wording) -> tuple[FillRow, ...]:
    """Return every place for backups of which the use is told: storages by id, then datastores.

    Args:
        analysis: the cluster and the conclusions.
        wording: the reader's.
    """
    cluster = analysis.cluster
    rooms = {(room.storage, None if room.shared else room.node): room for room in analysis.rooms}
    rows = []
    for storage in sorted(cluster.storages, key=lambda storage: natural(storage.id)):
        if storage.takes_backups and storage.enabled:
            for node, state in _states(storage):
                rows.append(_storage(storage, node, state, rooms.get((storage.id, node)), wording))
    rows.extend(
        _datastore(server.name, datastore, wording)
        for server in cluster.pbs
        for datastore in sorted(server.datastores, key=lambda datastore: natural(datastore.name))
        if datastore.used is not None and datastore.total
    )
    return tuple(rows)


def _states(storage: Storage) -> Iterator[tuple[str | None, StorageState]]:
    told = [state for state in sorted(storage.states, key=lambda state: natural(state.node)) if state.total]
    told = [state for state in told if state.used is not None]
    if storage.shared:
        yield from ((None, state) for state in told[:1])
    else:
        yield from ((state.node, state) for state in told)


def _storage(storage: Storage, node: str | None, state: StorageState, room: Room | None, wording: Wording) -> FillRow:
    size = wording.language.size
    forecast = None
    if room is not None and room.free is not None and room.needed:
        forecast = wording.say(
            "the next run, {time}, needs {needed} of {free} free",
            time=wording.say("not specified") if (when := wording.moment(room.due)) is None else when.text,
            needed=size(room.needed),
            free=size(room.free),
        )
    short = room is not None and room.free is not None and room.needed > room.free
    return _row((storage.id, node), (state.used or 0, state.total or 1), forecast, wording, short=short)


def _datastore(server: str, datastore: Datastore, wording: Wording) -> FillRow:
    forecast = None
    when = wording.moment(datastore.full_at)
    if when is not None:
        forecast = wording.say("full by the server’s estimate: {time}, {age}", time=when.text, age=when.age)
    short = datastore.full_at is not None and datastore.full_at - wording.now <= _SOON_S
    return _row((datastore.name, server), (datastore.used or 0, datastore.total or 1), forecast, wording, short=short)


def _row(
    place: tuple[str, str | None], fill: tuple[int, int], forecast: str | None, wording: Wording, *, short: bool
) -> FillRow:
    (name, where), (used, total) = place, fill
    size = wording.language.size
    percent = min(100 * used // total, 100)
    symbol, tone = ("✗", BAD) if percent >= _FULL else ("▲", FAIR) if percent >= _NEARLY_FULL else ("✓", GOOD)
    return FillRow(
        name=shorten(name, NAME_SHOWN),
        where=None if where is None else shorten(where, NAME_SHOWN),
        percent=percent,
        sign=Sign(symbol, wording.language.percent(used, total), tone),
        used=wording.say("{used} of {total}", used=size(used), total=size(total)),
        forecast=forecast,
        short=short,
    )
