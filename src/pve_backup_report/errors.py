"""The exceptions that stop a run, each with the exit code it ends in."""

from collections.abc import Iterator
from typing import ClassVar


class ReportError(Exception):
    """A run cannot go on; its text says what is wrong and what to do next, and never holds a secret.

    Attributes:
        exit_code: what the process ends with.
    """

    exit_code: ClassVar[int]


class SettingsError(ReportError):
    """The settings are wrong; nothing was asked.

    Attributes:
        mistakes: one sentence for each mistake, all that were found.
        warnings: what was odd besides, such as an unknown name that may be the one missing.
    """

    exit_code = 2

    def __init__(self, mistakes: tuple[str, ...], warnings: tuple[str, ...] = ()) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes
        self.warnings = warnings


class OutputError(ReportError):
    """A file cannot be written: the directory given for it is wrong, as any other setting can be."""

    exit_code = 2


class ClusterUnreachable(ReportError):  # noqa: N818 - says what happened, as the contract does
    """The cluster could not be asked at all: no connection, no trust (TLS), or no authentication."""

    exit_code = 3


class SomeNotAsked(ReportError):  # noqa: N818 - the same
    """Of many clusters some could not be asked; the reports are written, and say which and why."""

    exit_code = 3


class TemplateFailed(ReportError):  # noqa: N818 - the same
    """The reports are written, but one of them with the shipped template: the administrator's own fails."""

    exit_code = 4


class NotAllKept(ReportError):  # noqa: N818 - the same
    """The reports are written and handed on; what was to be kept besides, a tape or a bundle, is not."""

    exit_code = 4


class DeliveryFailed(ReportError):  # noqa: N818 - says what happened, as the contract does
    """The reports are written, but could not be handed on.

    Attributes:
        failures: one sentence for each way out that failed.
    """

    exit_code = 4

    def __init__(self, *failures: str) -> None:
        super().__init__("\n".join(failures))
        self.failures = failures


class AlreadyRunning(ReportError):  # noqa: N818 - says what happened
    """Another run for the same cluster is at work: this one has nothing to do, and that is no failure."""

    exit_code = 0


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what it wraps, the innermost last; requests and urllib3 wrap in four ways."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        waiting.extend(item for item in inner if isinstance(item, BaseException))
