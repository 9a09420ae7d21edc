"""Entries of a policy, and the healthy cluster judged with them."""

from dataclasses import replace
from datetime import date

from anomalies.build import cluster
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.policy import (
    ACKNOWLEDGE,
    EXEMPT,
    RULE,
    TAG,
    Acknowledgement,
    Entry,
    Exemption,
    GuestRule,
    Origin,
    Policy,
    Selector,
)
from pve_backup_report.model.wishes import Wishes

TODAY = date(2026, 3, 4)
YEAR_END = date(2026, 12, 31)


def vmid(*vmids: int) -> Selector:
    return Selector(vmids=tuple((vmid, vmid) for vmid in vmids))


def exempt(selector: Selector, number: int = 1, until: date | None = YEAR_END) -> Exemption:
    return Exemption(Origin(EXEMPT, number, 10 * number), selector, "rebuilt every night", "Ana", until)


def tagged(tag: str) -> Exemption:
    """What a tag of ``EXEMPT_TAGS`` comes to."""
    return Exemption(Origin(TAG, 1), Selector(tags=(tag,)), None, None, None)


def rule(selector: Selector | None = None, number: int = 1, **sets: object) -> GuestRule:
    return replace(GuestRule(Origin(RULE, number, 100 + number), selector or Selector()), **sets)  # type: ignore[arg-type]


def known(
    code: str, subject: str | None = None, number: int = 1, until: date = YEAR_END, clusters: tuple[str, ...] = ()
) -> Acknowledgement:
    return Acknowledgement(
        Origin(ACKNOWLEDGE, number, 200 + number), code, subject, clusters, "being mended", "Bo", until
    )


def policy(*entries: Entry) -> Policy:
    return Policy(
        file="policy.toml",
        exemptions=tuple(entry for entry in entries if isinstance(entry, Exemption)),
        rules=tuple(entry for entry in entries if isinstance(entry, GuestRule)),
        acknowledgements=tuple(entry for entry in entries if isinstance(entry, Acknowledgement)),
    )


def judge(*entries: Entry, **changes: object) -> Analysis:
    """Conclude on the healthy cluster, with some of its parts changed, under a policy of these entries."""
    return analyse(cluster(**changes), Wishes(policy=policy(*entries)))
