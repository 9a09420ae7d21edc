"""Two jobs that meet on a node and a storage are told, when their usual durations are known."""

import random
from itertools import product

import pytest

from anomalies.build import (
    HOUR,
    NIGHTS,
    archive,
    cluster,
    conclude,
    facts,
    found,
    guest,
    job,
    named,
    node,
    only,
    run,
    severity,
    task,
)
from pve_backup_report.anomalies.jobs_overlap import JOBS_OVERLAP
from pve_backup_report.coverage.due import Calendar
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Job


def two_jobs(second: Job, hours: int = 1, **changes: object) -> Analysis:
    """Guests 100 and 102 of pve1 take so many hours each at 01:00; 103 belongs to the second job."""
    long = tuple(run(vmid, n, "pve1", duration_s=hours * HOUR) for vmid in (100, 102, 103) for n in NIGHTS)
    parts: dict[str, object] = {
        "nodes": (node("pve1"),),
        "guests": (guest(100), guest(102), guest(103)),
        "jobs": (named("first", 100, 102), second),
        "runs": long,
        "tasks": tuple(task(n) for n in NIGHTS),
        "backups": tuple(archive(vmid, n) for vmid in (100, 102, 103) for n in NIGHTS),
    }
    return conclude(**{**parts, **changes})


def test_loud_when_the_second_is_due_while_the_first_still_runs() -> None:
    finding = only(JOBS_OVERLAP, two_jobs(named("second", 103, schedule="02:30")))
    assert finding.subject == "job/second"
    assert severity(JOBS_OVERLAP, finding) is Severity.INFO
    assert finding.details == {
        "job": "second",
        "other": "first",
        "storage": "nas",
        "nodes": ("pve1",),
        "wait_s": HOUR // 2,
    }


def test_loud_as_a_warning_when_it_waits_longer_than_proxmox_does() -> None:
    finding = only(JOBS_OVERLAP, two_jobs(named("second", 103, schedule="02:30"), hours=3))
    assert severity(JOBS_OVERLAP, finding) is Severity.WARNING


def test_loud_days_ahead_when_a_weekly_job_will_meet_a_daily_one() -> None:
    finding = only(JOBS_OVERLAP, two_jobs(named("weekly", 103, schedule="sun 02:00")))
    assert facts(finding, "job", "wait_s") == {"job": "weekly", "wait_s": HOUR}


def test_loud_once_when_both_are_due_at_the_same_time() -> None:
    assert only(JOBS_OVERLAP, two_jobs(named("second", 103))).details["other"] == "first"


def test_quiet_when_the_first_has_ended_by_then() -> None:
    assert found(JOBS_OVERLAP, conclude()) == ()
    assert found(JOBS_OVERLAP, two_jobs(named("second", 103, schedule="03:00"))) == ()


def test_quiet_when_they_write_to_different_storages_or_live_on_different_nodes() -> None:
    assert found(JOBS_OVERLAP, two_jobs(named("second", 103, storage="pbs"))) == ()
    apart = (named("a", 100), named("b", 101))
    assert found(JOBS_OVERLAP, conclude(jobs=apart, runs=cluster().runs)) == ()


def test_blind_when_it_is_not_known_how_long_one_of_the_guests_takes() -> None:
    short = tuple(run(vmid, n, "pve1", duration_s=HOUR) for vmid in (100, 103) for n in NIGHTS)
    assert found(JOBS_OVERLAP, two_jobs(job("second", schedule="01:30"), runs=short)) == ()


def test_quiet_when_the_first_has_never_been_due_or_the_second_never_will() -> None:
    future = named("first", 100, 102, schedule="2099-01-01 01:00")
    assert found(JOBS_OVERLAP, two_jobs(named("second", 103), jobs=(future, named("second", 103)))) == ()
    once = named("second", 103, schedule="2015-10-21")
    assert found(JOBS_OVERLAP, two_jobs(once)) == ()


def test_loud_whatever_the_jobs_are_called() -> None:
    finding = only(JOBS_OVERLAP, two_jobs(named("a-second", 103, schedule="02:30")))
    assert facts(finding, "job", "other") == {"job": "a-second", "other": "first"}


def test_loud_although_a_guest_elsewhere_has_no_usual_duration() -> None:
    guests = (guest(100), guest(101, node="pve2"), guest(103))
    jobs = (named("first", 100, 101), named("second", 103, schedule="01:30"))
    analysis = two_jobs(jobs[1], guests=guests, jobs=jobs, nodes=(node("pve1"), node("pve2")))
    assert facts(only(JOBS_OVERLAP, analysis), "nodes", "wait_s") == {"nodes": ("pve1",), "wait_s": HOUR // 2}


SCHEDULES = ("01:00", "01:30", "*:0/20", "sat 03:00", "1..5/2:15", "*-*-1 04:00", "22:00", "*-02-29 00:30")


def meeting_jobs(count: int) -> Analysis:
    """Each job takes a guest of each node, which takes from a minute to two days."""
    drawn = random.Random(count)
    pairs = {f"j-{number}": (1000 + 2 * number, 1001 + 2 * number) for number in range(count)}
    where = {vmid: f"pve{1 + vmid % 2}" for pair in pairs.values() for vmid in pair}
    return conclude(
        guests=tuple(guest(vmid, node=where[vmid]) for vmid in where),
        jobs=tuple(named(name, *pair, schedule=drawn.choice(SCHEDULES)) for name, pair in pairs.items()),
        runs=tuple(run(vmid, 0, where[vmid], duration_s=int(60 * 3000 ** drawn.random())) for vmid in where),
        backups=tuple(archive(vmid) for vmid in where),
    )


def pair_by_pair(analysis: Analysis) -> dict[str, tuple[str, int]]:
    """For each job that has to wait the job that it waits longest for, and how long: every pair is looked at."""
    calendar = Calendar.of(analysis.cluster)
    lasts = {(verdict.guest.node, verdict.jobs[0].job): verdict.usual_duration_s or 0 for verdict in analysis.guests}
    jobs = analysis.cluster.jobs
    told: dict[str, tuple[str, int]] = {}
    for second, where in product(jobs, ("pve1", "pve2")):
        due = calendar.next_due(second, where) or 0
        for first in jobs:
            began = calendar.last_due(first, where, due if first.id < second.id else due - 1)
            if first is second or began is None:
                continue
            wait = began + lasts[where, first.id] - due
            if wait > max(0, told.get(second.id, ("", 0))[1]):
                told[second.id] = (first.id, wait)
    return told


@pytest.mark.parametrize("count", [2, 9, 40, 80])
def test_each_job_is_told_with_the_one_it_waits_longest_for(count: int) -> None:
    analysis = meeting_jobs(count)
    findings = found(JOBS_OVERLAP, analysis)
    told = {str(finding.details["job"]): finding.details["wait_s"] for finding in findings}
    expected = pair_by_pair(analysis)
    assert told == {name: wait for name, (_, wait) in expected.items()}
    assert count < 9 or len(told) > count // 2
