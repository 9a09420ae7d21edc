"""How many due backups were met, as a sentence; what is not known never counts as met."""

from pve_backup_report.model.past import Met
from pve_backup_report.render.wording import Wording


def met_sentence(met: Met, wording: Wording) -> str:
    """Return the share of due backups met over one reach, such as ``Last 7 days: 20 of 21 due backups met (95 %)``.

    Args:
        met: the counts.
        wording: the reader's.
    """
    what = wording.plural("Last {n} day", "Last {n} days", met.days)
    every = met.due + met.unknown
    parts = [wording.say("no due backup can be judged")]
    if met.due:
        percent = wording.language.percent(met.met, every)
        parts = [
            wording.plural(
                "{met} of {n} due backup met ({percent})",
                "{met} of {n} due backups met ({percent})",
                met.due,
                met=wording.language.number(met.met),
                percent=wording.say("at least {size}", size=percent) if met.unknown else percent,
            )
        ]
    if met.unknown:
        parts.append(wording.plural("{n} unknown", "{n} unknown", met.unknown))
    if met.known_days < met.days:
        parts.append(wording.plural("{n} day is known", "{n} days are known", met.known_days))
    return wording.say("{what}: {detail}", what=what, detail=wording.listed(parts))
