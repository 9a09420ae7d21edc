"""A tape made by asking the simulators directly: the real collectors, without a network in between."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

from pve_backup_report.collect.answer import HttpResponse, read_answer
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.collector import Collector, Scope
from pve_backup_report.collect.crew import Limits
from pve_backup_report.collect.pbs_collector import PbsCollector
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.tape import PbsTape, Tape
from simulator import ProxmoxApi, Response, TokenRights, World
from simulator_pbs import PbsApi, PbsRights, PbsWorld

_TOKEN = Authorization.for_pve("sim@pve!test", "canary-0000-secret")
_PBS_TOKEN = Authorization.for_pbs("sim@pbs!test", "canary-0000-secret")


def record(world: World, token: TokenRights, *, timezone: str = "UTC", concurrency: int = 1) -> Tape:
    """Return what the collector gets from a world with a token."""
    collector = Collector(
        _asking(ProxmoxApi(world, token), _TOKEN, "PVE"),
        Scope(),
        Limits(concurrency),
        now=world.now,
    )
    return Tape(world.now, timezone, "test", "/cluster/backup", 5000, 100_000, collector.collect())


def record_pbs(world: PbsWorld, token: PbsRights, address: str, *, name: str = "vault") -> PbsTape:
    """Return what the collector gets from a backup server with a token.

    Args:
        world: the server.
        token: what may be seen of it.
        address: under which the cluster's storages know it.
        name: what reports call it.
    """
    collector = PbsCollector(_asking(PbsApi(world, token), _PBS_TOKEN, "PBS01"), limits=Limits(1))
    return PbsTape(name, f"{address}:8007", None, collector.collect())


def with_servers(tape: Tape, *servers: PbsTape) -> Tape:
    """Return the tape of a run that asked these backup servers as well."""
    return replace(tape, pbs=servers)


def _asking(
    api: Callable[[str, dict[str, str]], Response], token: Authorization, prefix: str
) -> Callable[[str], Answer]:
    def ask(path: str) -> Answer:
        parts = urlsplit(path)
        response = api(unquote(parts.path) if "%" not in parts.path else parts.path, dict(parse_qsl(parts.query)))
        got = HttpResponse(response.status, response.reason, response.body.encode(), response.content_type)
        return read_answer(got, token, prefix)

    return ask
