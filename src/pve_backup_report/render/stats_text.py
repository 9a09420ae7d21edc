"""``--stats``: what a run cost the cluster, and this machine."""

from pve_backup_report.model.stats import Stats
from pve_backup_report.render.language import Language
from pve_backup_report.render.words import _

_LINES = (
    _("Questions: {questions}; waves, of which each waits for the one before: {waves}"),
    _("Requests: {requests}; connections: {connections}"),
    _("Bytes as they came: {received}; unpacked: {unpacked}"),
    _("Asking: {asking} s; the answers took {answering} s in all, {at_once} of them at a time"),
    _("Judging: {judging} s"),
    _("Writing and sending: {writing} s"),
    _("Processor time in all: {processor} s"),
)


def stats_text(stats: Stats, language: Language) -> str:
    """Return a line for each part, and one for each kind of question.

    Args:
        stats: what was counted.
        language: the reader's.
    """
    asked = sum(stats.questions.values())
    at_once = stats.answering_s / stats.asking_s if stats.asking_s else 0.0
    numbers = {
        "questions": asked,
        "waves": stats.waves,
        "requests": stats.requests,
        "connections": stats.connections,
        "received": stats.received,
        "unpacked": stats.unpacked,
        "asking": f"{stats.asking_s:.2f}",
        "answering": f"{stats.answering_s:.2f}",
        "at_once": f"{at_once:.1f}",
        "judging": f"{stats.judging_s:.2f}",
        "writing": f"{stats.writing_s:.2f}",
        "processor": f"{stats.processor_s:.2f}",
    }
    first, *others = (language.gettext(line).format(**numbers) for line in _LINES)
    kinds = (f"{times:>9}  {kind}" for kind, times in stats.questions.items())
    return "\n".join((first, *kinds, *others)) + "\n"
