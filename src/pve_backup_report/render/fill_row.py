"""How full the places are that backups go to, and what is to come."""

from collections.abc import Iterator
from dataclasses import dataclass

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.natural import natural
from pve_backup_report.model.pbs import Datastore
from pve_backup_report.model.room import Room
from pve_backup_report.model.storage import FULL, NEARLY_FULL, Storage, StorageState
from pve_backup_report.render.guest_row import NAME_SHOWN
from pve_backup_report.render.sign import BAD, FAIR, GOOD, UNSEEN, Sign
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording

_SOON_S = 30 * 86400


@dataclass(frozen=True, slots=True)
class FillRow:
    """One storage (on one node, when it is not shared) or datastore.

    Attributes:
        name: what it is called.
        where: the node, or the backup server; None for a shared storage.
        percent: used, rounded down; None when not seen.
        sign: whether that is much.
        used: ``12 GiB of 1 TiB``; None when not seen.
        forecast: what is to come; None when nothing tells.
        short: what is to come does not fit.
    """

    name: str
    where: str | None
    percent: int | None
    sign: Sign
    used: str | None
    forecast: str | None
    short: bool


def fill_rows(analysis: Analysis, wording: Wording) -> tuple[FillRow, ...]:
    """Return every place for backups: storages by id, then datastores; also those of which the use was not seen.

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
    )
    return tuple(rows)


def _states(storage: Storage) -> Iterator[tuple[str | None, StorageState | None]]:
    states = sorted(storage.states, key=lambda state: natural(state.node))
    told = [state for state in states if _is_told(state)]
    if storage.shared or not told:
        yield None, next(iter(told), None)
    else:
        yield from ((state.node, state if _is_told(state) else None) for state in states)


def _is_told(state: StorageState) -> bool:
    return bool(state.total) and state.used is not None


def _storage(
    storage: Storage, node: str | None, state: StorageState | None, room: Room | None, wording: Wording
) -> FillRow:
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
    return _row(
        (storage.id, node), None if state is None else (state.used, state.total), forecast, wording, short=short
    )


def _datastore(server: str, datastore: Datastore, wording: Wording) -> FillRow:
    forecast = None
    when = wording.moment(datastore.full_at)
    if when is not None:
        forecast = wording.say("full by the server’s estimate: {time}, {age}", time=when.text, age=when.age)
    short = datastore.full_at is not None and datastore.full_at - wording.now <= _SOON_S
    return _row((datastore.name, server), (datastore.used, datastore.total), forecast, wording, short=short)


def _row(
    place: tuple[str, str | None],
    fill: tuple[int | None, int | None] | None,
    forecast: str | None,
    wording: Wording,
    *,
    short: bool,
) -> FillRow:
    name, where = place
    used, total = fill or (None, None)
    if used is None or not total:
        sign = Sign("?", wording.say("not seen"), UNSEEN)
        return FillRow(shorten(name, NAME_SHOWN), _shortened(where), None, sign, None, forecast, short)
    size = wording.language.size
    percent = min(100 * used // total, 100)
    symbol, tone = ("✗", BAD) if percent >= FULL else ("▲", FAIR) if percent >= NEARLY_FULL else ("✓", GOOD)
    return FillRow(
        name=shorten(name, NAME_SHOWN),
        where=_shortened(where),
        percent=percent,
        sign=Sign(symbol, wording.language.percent(used, total), tone),
        used=wording.say("{used} of {total}", used=size(used), total=size(total)),
        forecast=forecast,
        short=short,
    )


def _shortened(where: str | None) -> str | None:
    return None if where is None else shorten(where, NAME_SHOWN)
