"""The ways into a server: a token or a user over HTTPS, or pvesh on a node itself."""

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.client import ApiClient
from pve_backup_report.collect.credentials import Credentials
from pve_backup_report.collect.logs_aside import LogsAside
from pve_backup_report.collect.meter import Meter
from pve_backup_report.collect.pvesh import MOST_AT_A_TIME, PveshClient, usual_command
from pve_backup_report.collect.server import ApiServer
from pve_backup_report.collect.ticket import UserPassword
from pve_backup_report.collect.tls import Trust
from pve_backup_report.errors import SettingsError
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.tape import Entrance
from pve_backup_report.settings import PbsSettings, PveSettings

_PBS_CONCURRENCY = 4
_PBS_PATIENCE = 4  # a large namespace takes its time: by default two minutes, as long as Proxmox VE waits


class Client(Protocol):
    """Whoever asks questions, whichever way it takes."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def get(self, path: str) -> Answer:
        """Ask one question; whatever goes wrong is told by the answer."""
        ...


@dataclass(frozen=True, slots=True)
class WayIn:
    """A client that is ready to ask.

    Attributes:
        entrance: what lets it in.
        client: asks.
        concurrency: questions at a time.
    """

    entrance: Entrance
    client: Client
    concurrency: int


def way_to_cluster(pve: PveSettings, meter: Meter, logs_aside: LogsAside | None = None) -> WayIn:
    """Return the way into the cluster; nothing is asked yet.

    Args:
        pve: how to ask.
        meter: counts what is asked.
        logs_aside: reads logs in another process; None where this one reads all.

    Raises:
        SettingsError: the address, the CA file or the fingerprint cannot be used.
    """
    if pve.transport == "pvesh":
        client = PveshClient(pve.pvesh_command or usual_command(), timeout_s=pve.timeout, meter=meter)
        return WayIn(Entrance.PVESH, client, min(pve.concurrency, MOST_AT_A_TIME))
    entrance, credentials = _credentials(pve, "PVE", Authorization.for_pve)
    server = ApiServer(
        urls=pve.urls,
        authorization=credentials,
        prefix="PVE",
        trust=Trust(verify=pve.verify_tls, ca_bundle=pve.ca_bundle, fingerprint=pve.tls_fingerprint),
        timeout_s=pve.timeout,
        meter=meter,
        logs_aside=logs_aside,
    )
    return WayIn(entrance, _over_https(server), pve.concurrency)


def way_to_server(pbs: PbsSettings, timeout_s: float, meter: Meter) -> WayIn:
    """Return the way into a backup server; nothing is asked yet.

    Args:
        pbs: how to ask.
        timeout_s: seconds for one request to the cluster; a backup server gets four times as long.
        meter: counts what is asked.

    Raises:
        SettingsError: the address, the CA file or the fingerprint cannot be used.
    """
    entrance, credentials = _credentials(pbs, "PBS", Authorization.for_pbs)
    server = ApiServer(
        urls=(pbs.url,),
        authorization=credentials,
        prefix=f"PBS{pbs.number}",
        trust=Trust(verify=pbs.verify_tls, ca_bundle=pbs.ca_bundle, fingerprint=pbs.tls_fingerprint),
        timeout_s=_PBS_PATIENCE * timeout_s,
        meter=meter,
    )
    return WayIn(entrance, _over_https(server), _PBS_CONCURRENCY)


def _credentials(
    server: PveSettings | PbsSettings, product: str, of_token: Callable[[str, str], Credentials]
) -> tuple[Entrance, Credentials]:
    made: tuple[Entrance, Credentials] | None = None
    if server.username is not None and server.password is not None:
        made = Entrance.TICKET, UserPassword(product, server.username, server.password.reveal())
    elif server.token_id is not None and server.token_secret is not None:
        made = Entrance.TOKEN, of_token(server.token_id, server.token_secret.reveal())
    if made is None:
        raise SettingsError((f"{product}: neither an API token nor a user and a password are set; give one of them.",))
    made[1].hide_those_of_others()
    return made


def _over_https(server: ApiServer) -> ApiClient:
    try:
        return ApiClient(server)
    except ValueError as error:
        raise SettingsError((f"{error}.",)) from None
