"""A hand-built report in which every string that others can choose tries to do something."""

from dataclasses import replace

from anomalies.build import datastore, pbs_job, ran, server
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.guest import VolumeWhy
from pve_backup_report.model.job import Selection
from pve_backup_report.model.pbs import DatastoreUser, JobKind, JobResult, Namespace, PbsServer
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.report import Report
from pve_backup_report.model.task import RunResult
from pve_backup_report.model.verdict import NonMatch, Reason, Verdict
from render.sample_facts import (
    anomaly,
    attempt,
    backup,
    covered,
    disk,
    guest,
    job,
    job_verdict,
    match,
    node,
    run,
    storage,
    success,
    volume,
)
from render.sample_report import report_of

HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "**bold** _it_ `code` [link](http://evil.example) ![i](x) | pipe | # head",
    "@octocat #1 GH-7 :smile: $x^2$ http://evil.example www.evil.example a@b.example <b>&amp;</b>",
    "[red]rich[/red] [link=http://evil.example]x[/link] :boom:",
    "\x1b[31mred\x1b[0m\x07\x9b2J\x7f\x00",
    "\u202egpj.exe\u2066\u200f\u061c\ufeff\u200b\u2028",
    "=cmd|' /C calc'!A0",
    "line one\nline two\r\n| a | b |\n\n# heading\n- item\n<details>",
    "half \ud800 pair \udfff \ufffe \U000e0041",
    "{{ 7*7 }} {% raw %} {name} {0.__class__} %(x)s %s",
    "x" * 10_000,
    "``` fence ``` ~~~ ``two`` \\` \\",
    "    four spaces",
    "</style></title></svg>--><!-- ]]>",
)


def hostile() -> Report:
    """Every string that a user or a server can choose tries to do something."""
    guests = tuple(
        covered(
            guest(100 + place, text, pool=text, tags=(text,), notes=text, lock=text, node=text, status=text, volumes=(
                volume(text, VolumeWhy.BACKUP_OFF, path=text),)),
            verdict=Verdict.PARTIAL, reason=Reason.VOLUME_LEFT_OUT, jobs=(match(text, text),),
            others=(NonMatch(text, Reason.EXCLUDED),), findings=(text,),
            last_success=success(storage=text, volid=text, source=text),
            last_attempt=replace(attempt(result=RunResult.FAILED, error=text), upid=text, node=text),
            runs=(replace(run(100 + place, error=text), upid=text, node=text, storage=text, archive=text),),
        )
        for place, text in enumerate(HOSTILE)
    )  # fmt: skip
    report = report_of(
        guests,
        tuple(
            job_verdict(job(text, schedule=text, selection=Selection.POOL, pool=text, storage=text, comment=text,
                            node=text, conflict=text, mode=text, notes_template=text), None, schedule_error=text)
            for text in HOSTILE
        ),
        name=HOSTILE[0] + HOSTILE[5] + HOSTILE[6],
        nodes=tuple(replace(node(text), default_storage=text) for text in HOSTILE),
        storages=tuple(storage(text, type=text, content=(text,), nodes=(text,), place=(text,),
                               states=(disk(text, 1, 2, available=False),)) for text in HOSTILE),
        pools=tuple(Pool(text, text) for text in HOSTILE),
        backups=tuple(backup(100 + place, storage=text, volid=text, notes=text) for place, text in enumerate(HOSTILE)),
        gaps=tuple(Gap(text, GapKind.FAILED, text, text, (Blind.PBS,), (text,)) for text in HOSTILE),
        orphans=tuple(backup(500 + place, storage=text, volid=text) for place, text in enumerate(HOSTILE)),
        anomalies=tuple(
            anomaly("guest-uncovered", Severity.ERROR, f"storage/{text}", message="{storage}: {missing} {names}",
                    remedy="Look at {storage}.", details={"storage": text, "names": (text, text)})
            for text in HOSTILE
        ),
    )  # fmt: skip
    cluster = replace(report.analysis.cluster, pbs=tuple(map(_server, HOSTILE)))
    return replace(report, analysis=replace(report.analysis, cluster=cluster))


def _server(text: str) -> PbsServer:
    state = ran(JobResult.FAILED, text, schedule=text)
    jobs = tuple(pbs_job(kind, text, namespace=text, remote=text, state=state) for kind in JobKind)
    store = datastore(text, maintenance=text, comment=text, namespaces=(Namespace(text, whole=True, snapshots=()),))
    users = (DatastoreUser(text, ((text, (text,)),)),)
    return server(store, jobs=jobs, name=text, address=text, version=text, users=users)
