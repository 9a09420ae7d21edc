"""A state as people see it: a symbol, a word and a tone, so that colour is never the only sign."""

from typing import TYPE_CHECKING

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.conclusion import Freshness, Verdict
from pve_backup_report.model.record import record
from pve_backup_report.model.task import RunResult
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.words import _

if TYPE_CHECKING:
    from pve_backup_report.model.verdict import JobMatch

GOOD, FAIR, BAD, UNSEEN, CALM = "good", "fair", "bad", "unseen", "calm"  # the tones, also the CSS classes

_VERDICTS = {
    Verdict.COVERED: ("✓", GOOD),
    Verdict.PARTIAL: ("◐", FAIR),
    Verdict.UNCOVERED: ("✗", BAD),
    Verdict.UNDETERMINED: ("?", UNSEEN),
    Verdict.EXEMPT: ("–", CALM),
}
_FRESHNESS = {
    Freshness.FRESH: ("✓", GOOD),
    Freshness.LATE: ("▲", FAIR),
    Freshness.NEVER: ("✗", BAD),
    Freshness.UNKNOWN: ("?", UNSEEN),
    None: ("–", CALM),
}
_RESULTS = {
    RunResult.OK: ("✓", GOOD),
    RunResult.FAILED: ("✗", BAD),
    RunResult.ABORTED: ("✗", BAD),
    RunResult.RUNNING: ("…", CALM),
    RunResult.UNKNOWN: ("?", UNSEEN),
}
_SEVERITIES = {
    Severity.ERROR: ("✗", BAD),
    Severity.WARNING: ("▲", FAIR),
    Severity.NOTICE: ("◆", UNSEEN),
    Severity.INFO: ("i", CALM),
}
_COUNTS = {True: _("counts"), False: _("does not count"), None: _("cannot be judged")}
_STATES = {True: ("✓", GOOD), False: ("✗", BAD), None: ("?", UNSEEN)}


@record
class Sign:
    """One state.

    Attributes:
        symbol: one character.
        word: in the reader's language.
        tone: one of the tones above.
    """

    symbol: str
    word: str
    tone: str


def verdict_sign(verdict: Verdict, wording: Wording) -> Sign:
    """Return the sign of a verdict."""
    symbol, tone = _VERDICTS[verdict]
    return Sign(symbol, wording.verdict(verdict), tone)


def freshness_sign(freshness: Freshness | None, wording: Wording) -> Sign:
    """Return the sign of a freshness; None means that nothing is due."""
    symbol, tone = _FRESHNESS[freshness]
    return Sign(symbol, wording.freshness(freshness), tone)


def result_sign(result: RunResult, wording: Wording) -> Sign:
    """Return the sign of a run's result."""
    symbol, tone = _RESULTS[result]
    return Sign(symbol, wording.result(result), tone)


def result_tone(result: RunResult) -> str:
    """Return the tone of a run's result."""
    return _RESULTS[result][1]


def severity_sign(severity: Severity, wording: Wording) -> Sign:
    """Return the sign of a severity."""
    symbol, tone = _SEVERITIES[severity]
    return Sign(symbol, wording.severity(severity), tone)


def match_sign(match: "JobMatch", wording: Wording) -> Sign:
    """Return the sign of a job that selects a guest: whether it counts, and why not."""
    word = wording.say(_COUNTS[match.effective])
    if match.why_not is not None:
        word = wording.say("{what}: {detail}", what=word, detail=wording.reason(match.why_not))
    return state_sign(match.effective, word)


def state_sign(state: bool | None, word: str) -> Sign:  # noqa: FBT001 - the state is what is shown
    """Return the sign of a plain yes, no or not seen, in the given word."""
    symbol, tone = _STATES[state]
    return Sign(symbol, word, tone)
