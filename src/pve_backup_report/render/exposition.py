"""Metrics as the text that Prometheus reads (exposition format 0.0.4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pve_backup_report.render.visible import shown

_LARGEST = 10**300  # below the largest number that a reader can take
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Family:
    """All series of one gauge.

    Attributes:
        name: of the metric, without the prefix that all share.
        text: what it tells, in English: files of several clusters must say the same of the same metric.
        samples: value by labels as they are written; no two series have the same labels.
    """

    name: str
    text: str
    samples: dict[str, int] = field(default_factory=dict)

    def add(self, value: int, *labels: str) -> None:
        """Add one series, unless there is one of the same labels.

        Args:
            value: of the series.
            labels: as ``written`` writes them.
        """
        self.samples.setdefault(",".join(labels), value)


def written(**labels: str) -> str:
    """Return labels as they stand in a series; an empty one is the same as none."""
    return ",".join([f'{name}="{shown(text).translate(_ESCAPES)}"' for name, text in labels.items()])


def exposition(prefix: str, families: Iterable[Family]) -> str:
    """Return the text, with a newline at its end; a family without a series keeps its two lines.

    Args:
        prefix: what every name begins with.
        families: in the order they are to be written.
    """
    lines: list[str] = []
    for family in families:
        name = f"{prefix}{family.name}"
        lines += (f"# HELP {name} {family.text}", f"# TYPE {name} gauge")
        lines += (f"{name}{{{labels}}} {min(value, _LARGEST)}" for labels, value in family.samples.items())
    return "\n".join(lines) + "\n"
