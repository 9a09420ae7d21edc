"""An errand: all that one cluster's collection needs, ready to go to another process or another machine."""

from dataclasses import dataclass, field
from pathlib import Path

from pve_backup_report.arguments import Arguments


class Given(dict[str, str]):
    """Settings as texts, by name; secrets among them, so it shows none of them."""

    def __repr__(self) -> str:
        return f"<{len(self)} settings>"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Errand:
    """One cluster's.

    Attributes:
        label: what tells the cluster from the others.
        folder: the same as the name of a folder.
        site: where its workers are; None for anywhere.
        given: settings of its own, secrets included.
        authorities: contents of files of certificates, by the name of their setting; only for another machine.
        arguments: of the command line; ``replay`` names its tape, when it is not to be asked.
        now: epoch, the run's one clock reading.
        directory: where the fleet's reports go.
        log_level: of a process of its own.
        tape: the tape as people know it; empty when the cluster is asked.
        max_age_s: seconds after which a tape is too old.
    """

    label: str
    folder: str
    site: str | None
    given: Given
    arguments: Arguments
    now: int
    directory: Path
    log_level: int
    tape: str = ""
    max_age_s: int = 0
    authorities: dict[str, bytes] = field(default_factory=dict)
