"""A gap: something that was asked and not, or not wholly, answered."""

from dataclasses import dataclass
from enum import StrEnum


class Blind(StrEnum):
    """What a gap keeps the report from knowing (values of the contract)."""

    INVENTORY = "inventory"
    COVERAGE = "coverage"
    VOLUMES = "volumes"
    EVIDENCE = "evidence"
    PBS = "pbs"


class GapKind(StrEnum):
    """Why the answer is missing or short."""

    REFUSED = "refused"  # 401 or 403
    FAILED = "failed"  # any other error: HTTP status, timeout, not JSON
    UNUSABLE = "unusable"  # answered, but not in the shape Proxmox promises
    FILTERED = "filtered"  # answered with 200, and the token may not see everything
    UNPROVEN = "unproven"  # answered with 200, and nothing proves that it is whole
    LIMITED = "limited"  # our own limit cut it
    NOT_ASKED = "not-asked"  # could not even be asked (node offline, nothing to ask on)
    ASSUMED = "assumed"  # a default took the place of what was not seen


@dataclass(frozen=True, slots=True)
class Gap:
    """One shortfall of one endpoint.

    Attributes:
        endpoint: the path asked, such as ``/nodes/pve2/tasks``; of a PBS server with ``NAME:`` before it.
        kind: why the answer is missing or short.
        detail: the server's or our own words for it, such as ``HTTP 595 No route to host``; untrusted text.
        needs: the right that would close the gap, such as ``Sys.Audit on /nodes/pve2``; None when no right would.
        blinds: what cannot be known because of it.
        hides: the things concerned, where they are known (vmids, storages, nodes), for people.
    """

    endpoint: str
    kind: GapKind
    detail: str
    needs: str | None
    blinds: tuple[Blind, ...]
    hides: tuple[str, ...] = ()
