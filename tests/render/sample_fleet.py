"""Fleets made of the stories: every state, every failure, names that harm, and a hundred clusters."""

from dataclasses import replace

from pve_backup_report.fleet.standing import standing_of
from pve_backup_report.model.fleet import Failure, FailureKind, Fleet, Member
from pve_backup_report.model.report import Report
from render.sample_hostile import HOSTILE
from render.stories import STORIES

_KINDS = ("html", "md", "json")


def member(label: str, report: Report, **more: object) -> Member:
    """A cluster that was asked, and its own reports beside the fleet's."""
    files = tuple(f"{label}/pve-backup-report_lab_2026-03-04_102030Z.{kind}" for kind in _KINDS)
    made = Member(label, standing=standing_of(report), files=files)
    return replace(made, **more)  # type: ignore[arg-type] # fields by name


def fleet(*members: Member) -> Fleet:
    """A fleet at the time of the stories."""
    cluster = STORIES["healthy"]().analysis.cluster
    return Fleet(cluster.asked_at, cluster.timezone, "0.0.0", members)


def mixed() -> Fleet:
    """One cluster of each state and of each failure."""
    old = STORIES["healthy"]()
    cluster = replace(old.analysis.cluster, asked_at=old.analysis.cluster.asked_at - 30 * 3600)
    old = replace(old, analysis=replace(old.analysis, cluster=cluster))
    gone = "PVE 192.0.2.7:8006: connection refused; check the port in PVE_API_URL"
    return fleet(
        member("berlin", STORIES["healthy"](), site="north"),
        member("lyon", STORIES["audit-only"]()),
        member("nice", STORIES["empty"]()),
        member("paris", STORIES["many-faults"](), site="centre"),
        member("vault", STORIES["servers-only"]()),
        member(
            "old",
            old,
            failure=Failure(
                FailureKind.TAPE_OLD, "{tape} is too old. See that --record still runs there.", (("tape", "old.json"),)
            ),
        ),
        Member("rome", failure=Failure(FailureKind.UNREACHABLE, gone)),
        Member("typo", failure=Failure(FailureKind.SETTINGS, "PVE_API_URL is not set; give https://HOST:8006.")),
    )


def well() -> Fleet:
    """Two clusters of which nothing is to be said."""
    return fleet(member("berlin", STORIES["healthy"]()), member("lyon", STORIES["healthy"]()))


def hostile() -> Fleet:
    """Every text that others may choose."""
    report = STORIES["hostile"]()
    return fleet(
        *(member(text, report, site=text, files=(f"{number}/x.html",)) for number, text in enumerate(HOSTILE)),
        *(Member(f"{text}2", failure=Failure(FailureKind.UNREACHABLE, text)) for text in HOSTILE),
    )


def hundred() -> Fleet:
    """A hundred clusters, each fourth of them in need."""
    names = ("healthy", "audit-only", "many-faults", "healthy")
    return fleet(*(member(f"site-{number:03d}", STORIES[names[number % 4]]()) for number in range(100)))


FLEETS = {"mixed": mixed, "well": well, "hostile": hostile, "hundred": hundred}
