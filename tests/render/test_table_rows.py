"""Rows that must not claim more than was seen."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from pve_backup_report.model.backup import Listing
from pve_backup_report.model.job import Selection
from pve_backup_report.model.natural import natural
from pve_backup_report.model.storage import Storage
from pve_backup_report.render.job_row import job_row, selection_words
from pve_backup_report.render.language import load_language
from pve_backup_report.render.place_row import StorageRow, storage_row
from pve_backup_report.render.wording import Wording
from render.sample_facts import disk, job, job_verdict, storage
from render.sample_report import report_of

MANY = "listed: 7, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11 and 2 more"
ENGLISH = Wording.of(report_of(), load_language("en"))


@pytest.mark.parametrize(
    ("guests", "effective", "words"),
    [
        ((100, 101), {True: 2}, "2"),
        ((100, 101), {True: 1, False: 1}, "1 of 2"),
        ((100, 101, 102), {False: 2, None: 1}, "0 of 3, 1 not known"),
        ((), {}, "0"),
        (None, {True: 1}, "not known"),
    ],
)
def test_a_job_counts_the_guests_it_is_effective_for(
    guests: tuple[int, ...] | None, effective: dict[bool | None, int], words: str
) -> None:
    assert job_row(job_verdict(job(), guests), Counter(effective), ENGLISH).guests == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"selection": Selection.ALL}, "all guests"),
        ({"selection": Selection.ALL, "exclude": (100, 101)}, "all but 100, 101"),
        ({"selection": Selection.EXCLUDE, "exclude": (100,)}, "all but 100"),
        ({"selection": Selection.POOL, "pool": "prod"}, "pool prod"),
        ({"selection": Selection.VMID, "vmids": (101, 100, 101)}, "listed: 101, 100"),
        ({"selection": Selection.VMID, "vmids": (7,) * 3 + tuple(range(14))}, MANY),
        ({"selection": Selection.VMID, "vmids": None}, "a list that cannot be read"),
        ({"selection": Selection.NONE}, "no guest"),
    ],
)  # fmt: skip
def test_a_job_says_which_guests_it_takes(changes: dict[str, Any], words: str) -> None:
    assert selection_words(replace(job(), **changes), ENGLISH) == words


def row_of(place: Storage, *listings: Listing, backups: int = 0) -> StorageRow:
    cluster = report_of(listings=listings).analysis.cluster
    return storage_row(place, cluster, backups, ENGLISH)


def test_backups_are_counted_as_all_only_when_the_listing_is_whole() -> None:
    whole = Listing("pbs1", None, whole=True, whole_for=frozenset())
    part = Listing("pbs1", None, whole=False, whole_for=frozenset({100}))

    assert row_of(storage(), whole, backups=3).backups == "3 backups"
    assert row_of(storage(), whole).backups == "0 backups"
    assert row_of(storage(), part, backups=3).backups == "3 backups seen, perhaps not all"
    assert row_of(storage(), part).backups == "0 backups seen, perhaps not all"
    assert row_of(storage()).backups == "not seen"
    assert row_of(storage(), replace(whole, storage="other")).backups == "not seen"
    assert row_of(storage(content=("iso",)), whole).backups is None


def test_a_storage_says_where_it_is_reached() -> None:
    def word(answers: str) -> str | None:
        available = {"y": True, "n": False, "?": None}
        states = tuple(disk(f"pve{place}", None, available=available[each]) for place, each in enumerate(answers))
        sign = row_of(storage(states=states)).reached
        return sign.word if sign else None

    assert word("") is None
    assert word("yy") == "reached on 2 nodes"
    assert word("yn?") == "not reached on pve1"
    assert word("y?") == "not known on pve1"


def test_a_local_storage_tells_its_use_on_each_node() -> None:
    states = (disk("pve2", 1 << 30, 2 << 30), disk("pve1", 3 << 30, 4 << 30), disk("pve3", None))

    assert row_of(storage(shared=False, states=states)).used == (
        "pve1: 3\u00a0GiB of 4\u00a0GiB; pve2: 1\u00a0GiB of 2\u00a0GiB"
    )
    assert row_of(storage(states=states[:2])).used == "3\u00a0GiB of 4\u00a0GiB"
    assert row_of(storage(states=states[2:])).used is None


def test_names_with_numbers_sort_as_people_expect() -> None:
    names = ["scsi10", "scsi2", "virtio0", "scsi1", "mp0", "x" * 50 + "9" * 50, ""]

    assert sorted(names, key=natural)[:5] == ["", "mp0", "scsi1", "scsi2", "scsi10"]
