"""A tape made by asking the simulator directly: the real collector, without a network in between."""

from urllib.parse import parse_qsl, unquote, urlsplit

from pve_backup_report.collect.answer import HttpResponse, read_answer
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.collector import Collector
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.tape import Tape
from simulator import ProxmoxApi, TokenRights, World

_TOKEN = Authorization.for_pve("sim@pve!test", "canary-0000-secret")


def record(world: World, token: TokenRights, *, timezone: str = "UTC", concurrency: int = 1) -> Tape:
    """Return what the collector gets from a world with a token."""
    api = ProxmoxApi(world, token)

    def ask(path: str) -> Answer:
        parts = urlsplit(path)
        response = api(unquote(parts.path) if "%" not in parts.path else parts.path, dict(parse_qsl(parts.query)))
        got = HttpResponse(response.status, response.reason, response.body.encode(), response.content_type)
        return read_answer(got, _TOKEN, "PVE")

    collector = Collector(
        ask, concurrency=concurrency, jobs_path="/cluster/backup", history_limit=5000, log_limit=100_000
    )
    return Tape(world.now, timezone, "test", "/cluster/backup", 5000, 100_000, collector.collect())
