"""What a storage's list holds that cannot be of that storage is a gap, and no backup."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pve_backup_report.model.gap import GapKind
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS, demo_world
from tape_from_simulator import record

Change = Callable[[dict[str, Any]], dict[str, Any]]


def demo(change: Change, *, storage: str, endpoint: str = "/content") -> tuple[Tape, str]:
    """The sample cluster; the first entry of a storage's list was changed on its way."""
    tape = record(demo_world(), PRESETS["root_full"])
    (path,) = (path for path, answer in tape.answers.items() if f"/{storage}{endpoint}" in path and answer.data)
    listed: Any = tape.answers[path].data
    changed = replace(tape.answers[path], data=[change(dict(listed[0])), *listed[1:]])
    return replace(tape, answers={**tape.answers, path: changed}), listed[0]["volid"]


def unchanged(row: dict[str, Any]) -> dict[str, Any]:
    return row


def elsewhere(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "volid": f"x{row['volid']}"}


def sizeless(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "size"}


@pytest.mark.parametrize(
    ("storage", "change", "told"),
    [
        ("pbs1", elsewhere, "entries are of another storage"),
        ("nas", elsewhere, "entries are of another storage"),
        ("pbs1", sizeless, "entries have no size"),
        ("pbs1", lambda row: {**row, "size": 0}, "entries have no size"),
    ],
)
def test_an_entry_that_is_not_of_the_storage_is_told_and_is_no_backup(storage: str, change: Change, told: str) -> None:
    before = read_cluster(demo(unchanged, storage=storage)[0])
    tape, volid = demo(change, storage=storage)
    after = read_cluster(tape)
    assert [backup for backup in before.backups if backup.volid != volid] == list(after.backups)
    (gap,) = [gap for gap in after.gaps if told in gap.detail]
    assert gap.detail.startswith("1 of ")
    assert gap.kind is GapKind.UNUSABLE
    assert gap.blinds
    whole = {listing.storage: listing.whole for listing in after.listings}
    assert not whole[storage]


def test_a_file_without_a_size_is_a_backup() -> None:
    tape, volid = demo(sizeless, storage="nas")
    cluster = read_cluster(tape)
    assert volid in {backup.volid for backup in cluster.backups}
    assert not [gap for gap in cluster.gaps if "entries" in gap.detail]
