"""A report as large and as ill-willed as can be, for what must stay small."""

from dataclasses import replace
from functools import lru_cache

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Reason, Verdict
from render.sample_facts import anomaly, covered, guest, judged
from render.sample_report import report_of

GUESTS, CHARACTERS = 10_000, 3_000


def giant(text: str, *, codes: int = 400, each: int = 25, gaps: int = 400, guests: int = GUESTS) -> Report:
    """Return a report in which every name, message, remedy, code and gap is ``text``, repeated to 3,000 characters.

    Args:
        text: at least one character.
        codes: kinds of trouble; half of them errors, each second one with a remedy for each of its anomalies.
        each: anomalies of each kind.
        gaps: questions without a whole answer.
        guests: how many there are.
    """
    name = (text * (CHARACTERS // len(text) + 1))[:CHARACTERS]
    troubles = tuple(
        anomaly(
            f"{code:03}-{name}", Severity.ERROR if code < codes // 2 else Severity.WARNING, f"qemu/{number}",
            message=f"{{name}} {number} {name}", remedy=f"{{name}} {number % (1 + code % 2)} {name}",
            details={"name": name},
        )
        for code in range(codes) for number in range(each)
    )  # fmt: skip
    unseen = tuple(
        Gap(f"/{number}/{name}", GapKind.FAILED, name, name, (Blind.PBS,), (name,)) for number in range(gaps)
    )
    return report_of(_guests(name, guests), name=name, anomalies=troubles, gaps=unseen)


@lru_cache(maxsize=1)
def _guests(name: str, count: int) -> tuple[GuestVerdict, ...]:
    kinds = (
        covered(guest(100, name)),
        covered(guest(100, name), verdict=Verdict.PARTIAL, reason=Reason.VOLUME_LEFT_OUT),
        covered(guest(100, name), freshness=Freshness.LATE),
        covered(guest(100, name), freshness=Freshness.NEVER),
        covered(guest(100, name), freshness=Freshness.UNKNOWN),
        judged(guest(100, name), Verdict.UNCOVERED, Reason.NO_JOB),
        judged(guest(100, name), Verdict.UNDETERMINED, Reason.JOBS_NOT_VISIBLE),
        judged(guest(100, name), Verdict.EXEMPT, Reason.EXCLUDED),
    )
    return tuple(
        replace(kinds[number % 8], guest=replace(kinds[number % 8].guest, vmid=100 + number)) for number in range(count)
    )
