"""From a store of tapes to errands: which clusters it tells of, and the newest tape of each."""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from pve_backup_report.errors import ClusterUnreachable
from pve_backup_report.fleet.errand import Errand
from pve_backup_report.fleet.labels import folders_of
from pve_backup_report.fleet.tape_store import TapeStore
from pve_backup_report.model.fleet import Failure, FailureKind, Member

# What names of tapes end in: a date, perhaps a time, as people and ``date`` write them.
_WHEN = re.compile(r"[-_.@]?(?P<when>\d{4}-?\d{2}-?\d{2}(?:[-_.T ]?\d{2}[:.h-]?\d{2}(?:[:.m-]?\d{2})?Z?)?)$")
_SUFFIX = re.compile(r"\.json(?:\.gz)?$")
_READERS = 8
_LOG = logging.getLogger("pve_backup_report")
_SHIFTS = "0" * 14


@dataclass(frozen=True, slots=True)
class Found:
    """The newest tape of one cluster, fetched.

    Attributes:
        label: what tells the cluster from the others.
        name: of the tape in its store.
        path: where it lies on this machine; None when it could not be fetched.
        failure: why not; None when it was.
    """

    label: str
    name: str
    path: Path | None
    failure: Failure | None


def newest(names: Iterable[str]) -> dict[str, str]:
    """Return the newest tape of each cluster, by label: the name without suffix and without the time at its end.

    A name that is nothing but a time stands for its folder; in no folder, for itself.

    Args:
        names: paths of tapes, with ``/``.
    """
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in names:
        folder, _, last = _SUFFIX.sub("", name).rpartition("/")
        ends = _WHEN.search(last)
        own = last[: ends.start()] if ends else last
        label = "/".join(filter(None, (folder, own))) or last
        when = re.sub(r"\D", "", ends["when"]) if ends else ""
        found[label].append(((when + _SHIFTS)[: len(_SHIFTS)], name))
    return {label: max(tapes)[1] for label, tapes in sorted(found.items())}


def fetch(store: TapeStore, folder: Path) -> tuple[Found, ...]:
    """Fetch the newest tape of each cluster.

    Args:
        store: where they lie.
        folder: of this machine, to put them in.

    Raises:
        SettingsError: there is no tape.
        ClusterUnreachable: the store cannot be asked.
    """
    chosen = newest(store.names())
    places = [folder / f"{number}.json" for number in range(len(chosen))]

    def one(label: str, name: str, place: Path) -> Found:
        try:
            place.write_bytes(store.content(name))
        except ClusterUnreachable as error:
            return Found(label, name, None, Failure(FailureKind.UNREACHABLE, str(error)))
        return Found(label, name, place, None)

    with ThreadPoolExecutor(_READERS) as readers:
        return tuple(readers.map(one, chosen.keys(), chosen.values(), places))


def errands_of(found: Iterable[Found], like: Errand) -> tuple[tuple[Errand, ...], tuple[Member, ...]]:
    """Return an errand for each tape, and the clusters whose tape could not be fetched.

    Args:
        found: the tapes.
        like: what all errands have in common.
    """
    listed = tuple(found)
    errands, lost = [], []
    for tape, folder in zip(listed, folders_of(tape.label for tape in listed), strict=True):
        if tape.path is None:
            lost.append(Member(tape.label, failure=tape.failure))
        else:
            read = replace(like.arguments, replay=tape.path)
            errands.append(replace(like, label=tape.label, folder=folder, arguments=read, tape=tape.name))
    return tuple(errands), tuple(lost)


def without_older(members: Iterable[Member]) -> tuple[Member, ...]:
    """Leave out the older of two tapes that are of one cluster under two names: both know the same tasks by UPID.

    Two that were recorded at the same moment are both kept.

    Args:
        members: one for each tape.
    """
    listed = tuple(members)
    last: dict[int, int] = {}
    for member in listed:
        for mark in member.standing.marks if member.standing else ():
            last[mark] = max(last.get(mark, 0), _at(member))
    kept = tuple(member for member in listed if not _is_older(member, last))
    for member in listed:
        if _is_older(member, last):
            _LOG.info("%s is not counted: there is a newer tape of the same cluster under another name.", member.label)
    return kept


def _is_older(member: Member, last: Mapping[int, int]) -> bool:
    return member.standing is not None and any(last[mark] > _at(member) for mark in member.standing.marks)


def _at(member: Member) -> int:
    return member.standing.asked_at if member.standing else 0
