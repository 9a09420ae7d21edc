"""A client that trusts a fake, with pauses short enough for tests."""

from typing import Any

from fake_proxmox.server import FakeProxmox
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.client import ApiClient, ApiServer, Patience
from pve_backup_report.collect.tls import Trust

QUICK = Patience(attempts=3, pause_s=0.01, longest_pause_s=0.05)


def client_of(fake: FakeProxmox, **changes: Any) -> ApiClient:  # noqa: ANN401 -- any field of ApiServer
    """A client of the fake; `changes` are fields of ApiServer."""
    maker = Authorization.for_pbs if fake.product == "PBS" else Authorization.for_pve
    fields: dict[str, Any] = {
        "urls": (fake.url,),
        "authorization": maker(fake.token_id, fake.secret),
        "trust": Trust(ca_bundle=fake.ca_bundle),
        "patience": QUICK,
    }
    return ApiClient(ApiServer(**{**fields, **changes}))
