"""The judge of the matrix: what a run with destroyed answers may still say, held against the undisturbed run."""

from collections.abc import Callable, Iterator, Mapping

from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.tape import Tape
from pve_backup_report.model.task import RunResult
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict
from pve_backup_report.normalize.cluster import read_cluster

Reading = Callable[[Tape], Mapping[int, GuestVerdict]]
_OPEN = (Freshness.UNKNOWN, None)


def verdicts(tape: Tape) -> Mapping[int, GuestVerdict]:
    """What the program concludes, by vmid."""
    return {guest.guest.vmid: guest for guest in analyse(read_cluster(tape)).guests}


def false_claims(before: Mapping[int, GuestVerdict], after: Mapping[int, GuestVerdict]) -> Iterator[str]:
    """Every claim that no answer bears out: one definite value that has become another."""
    for vmid, guest in after.items():
        if vmid not in before:
            yield f"{vmid} has come out of nowhere"
            continue
        was = before[vmid]
        if guest.verdict not in (Verdict.UNDETERMINED, was.verdict):
            yield f"{vmid} was {was.verdict} and is {guest.verdict} ({guest.reason})"
        if guest.freshness not in (*_OPEN, was.freshness) and not _told_by_a_log(guest, was):
            yield f"{vmid} was {was.freshness} and is {guest.freshness}"


def _told_by_a_log(guest: GuestVerdict, was: GuestVerdict) -> bool:
    """Whether a log that is whole says it: that counts, with a gap, where the backups cannot be seen in full."""
    success = guest.last_success
    if guest.freshness is not Freshness.FRESH or success is None or success.source != "task":
        return False
    return any(run.result is RunResult.OK and run.at == success.at for run in was.runs)


def claims_of_coverage(after: Mapping[int, GuestVerdict]) -> Iterator[str]:
    """Every claim about jobs, for a run that saw none of them."""
    for vmid, guest in after.items():
        if guest.verdict is not Verdict.UNDETERMINED:
            yield f"{vmid} is {guest.verdict}"


def claims_of_backups(after: Mapping[int, GuestVerdict]) -> Iterator[str]:
    """Every claim about backups, for a run that saw none of them."""
    for vmid, guest in after.items():
        if guest.freshness not in _OPEN:
            yield f"{vmid} is {guest.freshness}"
