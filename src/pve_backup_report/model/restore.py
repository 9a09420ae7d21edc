"""A restore that somebody did: the only thing that shows that a backup can be brought back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Restore:
    """One restore of one guest's backup.

    Attributes:
        vmid: the guest whose backup it was, wherever it was restored to.
        at: epoch; of one in the register the beginning of its day, in UTC.
        ok: it went well.
        who: who did it (untrusted); None when not told.
        note: one line (untrusted); None when there is none.
        upid: the task; None for one in the register.
    """

    vmid: int
    at: int
    ok: bool
    who: str | None
    note: str | None
    upid: str | None
