"""What a run cost: the cluster its questions, and this machine its time."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stats:
    """The cost of one run.

    Attributes:
        questions: how many of each kind were asked, by the kind's name; those of backup servers begin with ``pbs/``.
        requests: HTTP requests, or runs of pvesh; more than questions where one was asked again.
        connections: TLS connections that were opened.
        received: bytes of bodies as they came, packed.
        unpacked: bytes of the same bodies unpacked.
        waves: the longest chain of questions of which each had to wait for the one before.
        answering_s: seconds that answers took, added up.
        asking_s: seconds from the first question to the last answer.
        judging_s: seconds from the last answer to the report.
        writing_s: seconds from the report to the end, deliveries included.
        processor_s: seconds of this machine's processors in all of it.
    """

    questions: Mapping[str, int]
    requests: int
    connections: int
    received: int
    unpacked: int
    waves: int
    answering_s: float
    asking_s: float
    judging_s: float
    writing_s: float
    processor_s: float
