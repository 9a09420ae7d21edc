"""The body of the webhook: the shipped JSON, or what the administrator's own template makes of the same facts."""

import json

from pve_backup_report.model.dress import Overrides
from pve_backup_report.model.parcel import Payload
from pve_backup_report.model.report import Report
from pve_backup_report.render.answer import answer
from pve_backup_report.render.data import Data
from pve_backup_report.render.dressing import OverrideFault, blamed, environment, place_of
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import Language
from pve_backup_report.render.mail_subject import mail_subject
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.report_data import anomaly_data, report_data, summary_data
from pve_backup_report.render.wording import Wording

SCHEMA = "pve-backup-report-webhook/1"
_MOST_ANOMALIES = 500  # many receivers refuse a body of more than a megabyte
_JSON = "application/json"


def webhook_data(report: Report, language: Language, *, test: bool = False) -> Data:
    """Return what the webhook tells, as plain values.

    Args:
        report: what to tell.
        language: of the sentences; codes are the same in every language.
        test: no cluster was asked, and nothing is to be done about it.
    """
    wording = Wording.of(report, language)
    cluster = report.analysis.cluster
    told = answer(report, wording)
    return {
        "schema": SCHEMA,
        "test": test,
        "tool_version": report.tool_version,
        "generated_at": rfc3339(cluster.asked_at),
        "cluster": {"name": cluster.name, "version": cluster.version},
        "state": told.sign.tone,
        "title": mail_subject(report, wording),
        "sentence": told.sentence,
        "summary": summary_data(report.summary),
        "anomalies": [anomaly_data(anomaly, wording) for anomaly in report.anomalies[:_MOST_ANOMALIES]],
        "anomalies_left_out": max(0, len(report.anomalies) - _MOST_ANOMALIES),
        "gaps": len(cluster.gaps),
    }


def webhook_body(report: Report, language: Language, template: Overrides, *, test: bool = False) -> Payload:
    """Return the body of the webhook.

    Args:
        report: what to tell.
        language: of the sentences.
        template: the administrator's own; the shipped body when it holds no text.
        test: no cluster was asked.

    Raises:
        OverrideFault: the template fails, or is to make JSON and does not.
    """
    data = webhook_data(report, language, test=test)
    if not template.texts:
        return Payload(_JSON, json_text(data).encode("ascii"))
    name = template.texts[0][0]
    with blamed(template):
        read = environment(template, autoescape=False).get_template(name)
        text = read.render(**data, report=report_data(report, language))
    text = text.encode("utf-8", "replace").decode()
    fault = _not_json(text)
    if fault is None:
        return Payload(_JSON, text.encode())
    if ".json" in name:
        raise OverrideFault(f"{place_of(name, template)}: what it makes is no JSON ({fault}); print values with tojson")
    return Payload("text/plain; charset=utf-8", text.encode())


def _not_json(text: str) -> str | None:
    """Return what keeps a text from being JSON; None when nothing does."""
    try:
        json.loads(text)
    except ValueError as error:
        return str(error)
    return None
