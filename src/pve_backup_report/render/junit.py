"""The guests as JUnit XML, for what reads test results: one suite for the cluster, one case for each guest."""

import xml.etree.ElementTree as ET
from collections import defaultdict
from datetime import UTC, datetime

from pve_backup_report.model.anomaly import Anomaly
from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import calendar_shows
from pve_backup_report.render.sentence import message_of, remedy_of
from pve_backup_report.render.visible import shown
from pve_backup_report.render.wording import Wording

_FAILED = (Verdict.UNCOVERED, Verdict.PARTIAL, Freshness.NEVER, Freshness.LATE)  # the gravest first
_UNDECIDED = (Verdict.UNDETERMINED, Freshness.UNKNOWN)


def junit_report(report: Report, language: Language, dress: Dress = PLAIN) -> str:
    """Return the suite: what is known to be wrong fails, what could not be judged is an error, exempt is skipped.

    One case more stands for the list of guests itself, and is an error unless the list is proven whole: a token that
    sees nothing passes no suite.
    """
    del dress
    wording = Wording.of(report, language)
    cluster = report.analysis.cluster
    about: dict[str, list[Anomaly]] = defaultdict(list)
    for anomaly in report.open:
        about[anomaly.subject].append(anomaly)
    name = shown(cluster.name or "unknown")
    suite = ET.Element("testsuite", name=name)
    _property(suite, report, wording)
    cases = [_list_case(report, name, wording)]
    guests = sorted(report.analysis.guests, key=lambda verdict: verdict.guest.vmid)
    cases += [_guest_case(verdict, about[verdict.guest.key], name, wording) for verdict in guests]
    suite.extend(cases)
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": "0",
    }
    for key, value in counts.items():
        suite.set(key, value)
    if calendar_shows(cluster.asked_at):
        suite.set("timestamp", datetime.fromtimestamp(cluster.asked_at, UTC).replace(tzinfo=None).isoformat())
    suites = ET.Element("testsuites", {"name": "pve-backup-report", **counts})
    suites.append(suite)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _property(suite: ET.Element, report: Report, wording: Wording) -> None:
    properties = ET.SubElement(suite, "properties")
    told = {
        "pve-backup-report": report.tool_version,
        "gaps": str(len(report.analysis.cluster.gaps)),
        "time-zone": wording.zone.key,
    }
    for name, value in told.items():
        ET.SubElement(properties, "property", name=name, value=shown(value))


def _list_case(report: Report, cluster: str, wording: Wording) -> ET.Element:
    case = _case(cluster, wording.say("the list of guests"))
    if not report.analysis.cluster.sight.guests:
        _outcome(case, "error", "guests-not-visible", wording.say("There may be others that the token cannot see."), "")
    return case


def _guest_case(verdict: GuestVerdict, anomalies: list[Anomaly], cluster: str, wording: Wording) -> ET.Element:
    guest = verdict.guest
    case = _case(f"{cluster}.{guest.type}", f"{guest.key} {guest.name or wording.unspecified()}")
    judged = (verdict.verdict, verdict.freshness)
    failed = [code for code in _FAILED if code in judged]
    undecided = [code for code in _UNDECIDED if code in judged]
    told = "\n".join(f"{each.code}: {message_of(each, wording)} {remedy_of(each, wording)}" for each in anomalies)
    if failed or undecided:
        kind, code = ("failure", failed[0]) if failed else ("error", undecided[0])
        words = _judged(verdict, wording)
        _outcome(case, kind, str(code), words, "\n".join(shown(line) for line in told.splitlines()) or words)
    elif verdict.verdict is Verdict.EXEMPT:
        _outcome(case, "skipped", str(verdict.verdict), _judged(verdict, wording), "")
    return case


def _judged(verdict: GuestVerdict, wording: Wording) -> str:
    told = wording.say(
        "{verdict}: {reason}", verdict=wording.verdict(verdict.verdict), reason=wording.reason(verdict.reason)
    )
    return wording.say("; ").join((told, wording.freshness(verdict.freshness)))


def _case(group: str, name: str) -> ET.Element:
    return ET.Element("testcase", {"classname": shown(group), "name": shown(name), "time": "0"})


def _outcome(case: ET.Element, kind: str, code: str, message: str, text: str) -> None:
    outcome = ET.SubElement(case, kind, {"type": code, "message": shown(message)})
    outcome.text = text or None
