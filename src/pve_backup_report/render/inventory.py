"""The inventory: nodes, storages, jobs, pools and guests as normalized."""

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job
from pve_backup_report.model.natural import natural
from pve_backup_report.model.report import Report
from pve_backup_report.render.cluster_data import (
    gaps_data,
    job_data,
    nodes_data,
    pools_data,
    sight_data,
    storages_data,
)
from pve_backup_report.render.data import Data
from pve_backup_report.render.guest_data import guest_data
from pve_backup_report.render.guest_row import guest_facts
from pve_backup_report.render.job_row import enabled_sign, retention_words, selection_words, target_words
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.pbs_data import pbs_data
from pve_backup_report.render.pbs_row import server_row
from pve_backup_report.render.place_row import node_row, storage_row
from pve_backup_report.render.report_data import cluster_data
from pve_backup_report.render.sign import UNSEEN
from pve_backup_report.render.terminal import Cell, heading, plain, show, signed, table, toned
from pve_backup_report.render.wording import Wording


def inventory_data(report: Report, language: Language) -> Data:
    """Return the inventory as plain values for JSON; ``complete`` tells which lists may be short."""
    cluster = report.analysis.cluster
    return {
        "generated_at": rfc3339(cluster.asked_at),
        "cluster": cluster_data(cluster),
        "nodes": nodes_data(cluster),
        "storages": storages_data(cluster),
        "jobs": [job_data(job) for job in sorted(cluster.jobs, key=lambda job: job.id)],
        "pools": pools_data(cluster),
        "guests": [guest_data(guest) for guest in sorted(cluster.guests, key=lambda guest: guest.vmid)],
        "pbs": pbs_data(cluster.pbs),
        "complete": sight_data(cluster.sight),
        "gaps": gaps_data(cluster, Wording.of(report, language)),
    }


def print_inventory(report: Report, language: Language, console: Console) -> None:
    """Print the inventory as tables.

    Args:
        report: what to print.
        language: the reader's.
        console: where to.
    """
    wording = Wording.of(report, language)
    cluster = report.analysis.cluster
    seen = Counter(backup.storage for backup in cluster.backups)
    say = wording.say
    nodes = [node_row(node, wording) for node in sorted(cluster.nodes, key=lambda node: natural(node.name))]
    storages = [
        storage_row(storage, cluster, seen[storage.id], wording)
        for storage in sorted(cluster.storages, key=lambda storage: natural(storage.id))
    ]
    unspecified = wording.unspecified()
    _part(console, say("Nodes"), wording, whole=True, drawn=table(
        (say("Node"), say("State"), say("Time zone"), say("Default storage"), say("Tasks known since")),
        [(row.name, signed(row.state), row.timezone or unspecified, row.default_storage or unspecified,
          row.history_since.text if row.history_since else say("not known")) for row in nodes],
    ))  # fmt: skip
    _part(console, say("Storages"), wording, whole=cluster.sight.storages, drawn=table(
        (say("Storage"), say("Type"), say("State"), say("Content"), say("Nodes"), say("Used"), say("Keeps"),
         say("Backups seen")),
        [(row.id, row.type, signed(row.state), row.content, row.nodes, row.used or unspecified,
          row.retention or unspecified, row.backups or say("holds no backups")) for row in storages],
    ))  # fmt: skip
    _part(console, say("Backup jobs"), wording, whole=cluster.sight.jobs, drawn=table(
        (say("Job"), say("State"), say("Schedule"), say("Takes"), say("Writes to"), say("Node"), say("Keeps")),
        [_job(job, wording) for job in sorted(cluster.jobs, key=lambda job: natural(job.id))],
    ))  # fmt: skip
    _part(console, say("Pools"), wording, whole=cluster.sight.pools, drawn=table(
        (say("Pool"), say("Comment"), say("Guests seen")),
        [(pool.id, pool.comment or unspecified, str(sum(guest.pool == pool.id for guest in cluster.guests)))
         for pool in sorted(cluster.pools, key=lambda pool: natural(pool.id))],
    ))  # fmt: skip
    for server in cluster.pbs:
        row = server_row(server, wording)
        title = say("Backup server {name}", name=row.name)
        _part(console, title, wording, whole=row.whole, drawn=table(
            (say("Datastore"), say("State"), say("Used"), say("Namespaces")),
            [(store.name, signed(store.state), store.used or unspecified,
              say("; ").join(f"{space.path}: {space.content}" for space in store.namespaces) or say("not seen"))
             for store in row.datastores],
        ))  # fmt: skip
        if row.jobs:
            show(console, table(
                (say("Job"), say("Does"), say("Works on"), say("Schedule"), say("Keeps"), say("Last run")),
                [(job.id, job.kind, job.works_on, job.schedule or unspecified, job.keeps or "-", signed(job.result))
                 for job in row.jobs],
            ), plain(""))  # fmt: skip
    _part(console, say("Guests"), wording, whole=cluster.sight.guests, drawn=table(
        ("vmid", say("Type"), say("Name"), say("Node, state and more"), say("Volumes")),
        [_guest(guest, wording) for guest in sorted(cluster.guests, key=lambda guest: guest.vmid)],
    ))  # fmt: skip
    if cluster.gaps:
        show(console, toned(wording.plural(
            "{n} answer is missing or short; the report lists it.",
            "{n} answers are missing or short; the report lists them.",
            len(cluster.gaps),
        ), UNSEEN))  # fmt: skip


def _part(console: Console, title: str, wording: Wording, drawn: Table, *, whole: bool) -> None:
    head = heading(title)
    if not whole:
        head = Text.assemble(head, " ", toned(wording.say("perhaps not all"), UNSEEN))
    show(console, head, drawn if drawn.row_count else plain(wording.say("none")), plain(""))


def _job(job: Job, wording: Wording) -> tuple[Cell, ...]:
    return (
        job.id,
        signed(enabled_sign(job, wording)),
        job.schedule or wording.unspecified(),
        selection_words(job, wording),
        target_words(job, wording),
        job.node or wording.say("any"),
        retention_words(job.retention) if job.retention else wording.say("as the storage says"),
    )


def _guest(guest: Guest, wording: Wording) -> tuple[Cell, ...]:
    volumes = wording.say("not seen") if guest.volumes is None else wording.listed([each.key for each in guest.volumes])
    return (
        str(guest.vmid),
        str(guest.type),
        guest.name or wording.unspecified(),
        wording.listed(guest_facts(guest, wording)),
        volumes or wording.say("none"),
    )
