"""A collection keeps to one core, gives the others to its helpers, and leaves everything as it was."""

import multiprocessing
import os
import sys
import threading

import pytest

from pve_backup_report.collect.cores import one_core

ALLOWED = frozenset(os.sched_getaffinity(0))
several = pytest.mark.skipif(len(ALLOWED) == 1, reason="this machine has one core")


@several
def test_threads_keep_to_the_core_of_the_one_that_starts_them() -> None:
    seen: list[set[int]] = []
    with one_core() as others:
        here = os.sched_getaffinity(0)
        thread = threading.Thread(target=lambda: seen.append(os.sched_getaffinity(0)))
        thread.start()
        thread.join()
    assert len(here) == 1
    assert seen == [here]
    assert others == ALLOWED - here
    assert frozenset(os.sched_getaffinity(0)) == ALLOWED


@several
def test_turns_are_short_meanwhile_and_as_they_were_afterwards() -> None:
    before = sys.getswitchinterval()
    with one_core():
        assert sys.getswitchinterval() < before
    assert sys.getswitchinterval() == before


@several
def test_what_goes_wrong_meanwhile_leaves_the_cores_as_they_were() -> None:
    with pytest.raises(KeyError), one_core():
        raise KeyError
    assert frozenset(os.sched_getaffinity(0)) == ALLOWED


def test_with_one_core_nothing_is_changed_and_there_are_no_others() -> None:
    os.sched_setaffinity(0, {min(ALLOWED)})
    try:
        with one_core() as others:
            assert os.sched_getaffinity(0) == {min(ALLOWED)}
            assert not others
    finally:
        os.sched_setaffinity(0, ALLOWED)


@several
def test_where_it_is_not_allowed_to_choose_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _cores: object) -> None:  # as the units of --print-units make it
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    with one_core() as others:
        assert frozenset(os.sched_getaffinity(0)) == ALLOWED
        assert len(others) == len(ALLOWED) - 1


def test_the_processes_of_a_fleet_run_where_they_like() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_inside) == (ALLOWED, frozenset())


def _inside() -> tuple[frozenset[int], frozenset[int]]:
    with one_core() as others:
        return frozenset(os.sched_getaffinity(0)), others
