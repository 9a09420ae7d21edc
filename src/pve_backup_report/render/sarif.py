"""The anomalies as SARIF 2.1.0, for what reads the findings of analysers."""

import re
from collections import Counter
from hashlib import sha256

from pve_backup_report.anomalies.catalogue import all_rules
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.anomaly import Anomaly, Severity
from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.gap import Gap
from pve_backup_report.model.report import Report
from pve_backup_report.render.data import Data
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.sentence import machine_detail, message_of, remedy_of
from pve_backup_report.render.visible import visible
from pve_backup_report.render.wording import Wording

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note", Severity.INFO: "note"}
_FINGERPRINT = "pveBackupReport/v1"
_PLACEHOLDER = re.compile(r"\{\w+\}")


def sarif_report(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return one run with every rule, a result for each anomaly, and a notification for each gap."""
    del dress
    wording = Wording.of(report, language)
    cluster = report.analysis.cluster
    rules = {rule.code: _rule(rule, language) for rule in all_rules()}
    for anomaly in report.anomalies:  # a code that no rule has any more still needs its place
        rules.setdefault(anomaly.code, {"id": anomaly.code, "shortDescription": {"text": anomaly.code}})
    places = {code: place for place, code in enumerate(rules)}
    name = cluster.name or "unknown"
    seen: Counter[tuple[str, str]] = Counter()
    results = []
    for anomaly in report.anomalies:
        seen[anomaly.code, anomaly.subject] += 1
        nth = seen[anomaly.code, anomaly.subject]
        results.append(_result(anomaly, places[anomaly.code], name, nth, wording))
    asked = {"endTimeUtc": told} if (told := rfc3339(cluster.asked_at)) else {}
    gaps = sorted(cluster.gaps, key=lambda gap: (gap.endpoint, gap.kind, gap.detail))
    run: Data = {
        "tool": {
            "driver": {
                "name": "pve-backup-report",
                "version": report.tool_version,
                "semanticVersion": report.tool_version,
                "language": language.code,
                "rules": list(rules.values()),
            }
        },
        "language": language.code,
        "automationDetails": {"id": f"pve-backup-report/{visible(name)}/"},
        "invocations": [
            {
                "executionSuccessful": True,
                **asked,
                "toolExecutionNotifications": [_notification(gap, wording) for gap in gaps],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule, language: Language) -> Data:
    """Return a rule; the facts that a message will name stand open in it."""
    told = _PLACEHOLDER.sub("…", language.gettext(rule.message))
    return {
        "id": rule.code,
        "shortDescription": {"text": told},
        "fullDescription": {"text": told},
        "help": {"text": _PLACEHOLDER.sub("…", language.gettext(rule.remedy))},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"severity": str(rule.severity), "component": rule.component, "tags": [rule.component]},
    }


def _result(anomaly: Anomaly, place: int, cluster: str, nth: int, wording: Wording) -> Data:
    """Return a result.

    Args:
        anomaly: what was found.
        place: of its rule.
        cluster: name of the cluster.
        nth: which one it is of its code and subject, from 1.
        wording: the reader's.
    """
    kind, _, name = anomaly.subject.partition("/")
    return {
        "ruleId": anomaly.code,
        "ruleIndex": place,
        "level": _LEVELS[anomaly.severity],
        "message": {"text": message_of(anomaly, wording)},
        "locations": [
            {
                "logicalLocations": [
                    {
                        "name": name or kind,
                        "fullyQualifiedName": f"{cluster}/{anomaly.subject}",
                        "kind": kind or anomaly.component,
                    }
                ]
            }
        ],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(cluster, anomaly, nth)},
        "properties": {
            "severity": str(anomaly.severity),
            "component": anomaly.component,
            "remedy": remedy_of(anomaly, wording),
            "details": {key: machine_detail(key, anomaly.details[key]) for key in sorted(anomaly.details)},
        },
        **_suppressed(anomaly),
    }


def _suppressed(anomaly: Anomaly) -> Data:
    """Return that somebody answers for an anomaly; nothing when nobody does."""
    known = anomaly.acknowledged
    if known is None:
        return {}
    told = f"{visible(known.owner)}, {known.until.isoformat()}: {visible(known.reason)}"
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": told}]}


def _fingerprint(cluster: str, anomaly: Anomaly, nth: int) -> str:
    """Return what stays the same from run to run while the anomaly lasts, in every language."""
    parts = (cluster, anomaly.code, anomaly.subject, str(nth))
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _notification(gap: Gap, wording: Wording) -> Data:
    return {
        "descriptor": {"id": f"gap/{gap.kind}"},
        "level": "warning" if gap.blinds else "note",
        "message": {"text": f"{gap.endpoint}: {wording.gap_reason(gap)}"},
        "properties": {
            "needs": gap.needs,
            "blinds": sorted(str(blind) for blind in gap.blinds),
            "hides": sorted(gap.hides),
        },
    }
