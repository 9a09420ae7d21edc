"""A guest that is exempt: its verdict says so, nothing is due of it, and every fact about it stays."""

from dataclasses import replace

from pve_backup_report.model.policy import TAG, Exemption
from pve_backup_report.model.verdict import Granted, GuestVerdict, Reason, Verdict


def exempted(verdict: GuestVerdict, exemption: Exemption | None) -> GuestVerdict:
    """Return the conclusion on a guest, exempt when an exemption is granted.

    Args:
        verdict: what holds without an exemption.
        exemption: the one granted; None for none.
    """
    if exemption is None:
        return verdict
    by_tag = exemption.origin.kind == TAG
    return replace(
        verdict,
        verdict=Verdict.EXEMPT,
        reason=Reason.EXEMPT_BY_TAG if by_tag else Reason.EXEMPT_BY_POLICY,
        freshness=None,
        due_days=(),
        exemption=Granted(exemption, verdict.verdict, verdict.reason, verdict.freshness),
    )
