"""The simulator answers four tokens as the recorded API of a running Proxmox VE 9.2 did."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from simulator import Grant, ProxmoxApi, TokenRights, World
from simulator.answers import world_from
from simulator_tests.shared_facts import needs_shared, read_json

pytestmark = needs_shared

_WIDE = frozenset({"Datastore.AllocateSpace", "Datastore.Audit", "Pool.Audit", "Sys.Audit", "VM.Audit", "VM.Backup"})
_FOREIGN = (
    (Grant("/", propagate=False, role="CovMin", privileges=frozenset()), "user", "lim@pve"),
    (Grant.of("/vms/100", "PVEAuditor"), "user", "lim@pve"),
)
_TOKENS = {
    "normal__root-pam-full": TokenRights("root@pam!full", foreign=_FOREIGN, superuser=True),
    "normal__audit-pve-mon": TokenRights("audit@pve!mon", (Grant.of("/", "PVEAuditor"),), _FOREIGN),
    "normal__audit-pve-wide": TokenRights(
        "audit@pve!wide", (Grant("/", propagate=True, role="CovWide", privileges=_WIDE),), _FOREIGN
    ),
    "normal__audit-pve-nopriv": TokenRights("audit@pve!nopriv", foreign=_FOREIGN),
}
# What was not a Proxmox VE answer but one of the machine it was recorded on, and what the simulator does not know.
_LEFT_OUT = re.compile(
    r"local-lvm|^/cluster$|/cluster/(options|log|ha|jobs)|/backup-info$|/nodes/\w+/(status|replication|version|subscr)"
    r"|/status/current|/storage/\w+/status|/content$|/access/acl|^/nodes/pve[123]/(qemu|lxc)$"
)
_FIGURES = {
    *("avail", "total", "used", "used_fraction", "disk", "maxdisk"),
    *("cpu", "cpus", "mem", "maxmem", "memhost", "uptime", "running"),
    *("digest", "ip", "local", "ssl_fingerprint"),
}
_CLOCK_FAILS = "command 'timedatectl show '--property=Timezone' --value' failed: exit code 1"


@pytest.fixture(scope="module")
def world() -> World:
    """The recorded cluster, built from what root saw of it."""
    recorded = read_json("recorded/normal__root-pam-full.json.gz")
    answered = {path: answer for path, answer in recorded["responses"].items() if answer["status"] == 200}
    data = {path: json.loads(answer["body"])["data"] for path, answer in answered.items()}
    built = world_from(data, recorded["asked_at"])
    return replace(
        built,
        cluster="oracle",
        nodes=tuple(replace(node, time_error=_CLOCK_FAILS) for node in sorted(built.nodes, key=lambda node: node.name)),
        pools=tuple(replace(pool, storages=("local",) if pool.id == "prod" else ()) for pool in built.pools),
        storages=tuple(
            replace(
                storage,
                pbs_prune="empty",
                offline_on=frozenset({"*"}) if storage.type == "lvmthin" else frozenset(),
            )
            for storage in built.storages
        ),
    )


def _plain(value: Any, key: str = "") -> Any:  # noqa: ANN401 - any JSON
    """A value without order, and with figures reduced to their type."""
    if key in _FIGURES and not isinstance(value, dict | list):
        return type(value).__name__
    if key in {"content", "nodes"} and isinstance(value, str):
        return sorted(value.split(","))
    if key == "verification":
        return value["state"]
    if isinstance(value, dict):
        # the thin pool could not be activated where this was recorded, though the metrics said it was there
        storage = {"status", "disk", "maxdisk"} if value.get("plugintype") == "lvmthin" else set()
        return {name: _plain(item, name) for name, item in value.items() if name not in storage}
    if isinstance(value, list):
        return sorted((_plain(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


@pytest.mark.parametrize("name", _TOKENS)
def test_every_recorded_answer_has_the_same_status_reason_fields_and_values(world: World, name: str) -> None:
    api = ProxmoxApi(world, _TOKENS[name])
    recorded = read_json(f"recorded/{name}.json.gz")["responses"]
    asked = [path for path in recorded if not _LEFT_OUT.search(path)]
    assert len(asked) > 100
    for path in asked:
        real, made = recorded[path], api(path)
        assert (made.status, made.reason, made.content_type) == (real["status"], real["reason"], real["content_type"])
        assert _plain(json.loads(made.body)) == _plain(json.loads(real["body"])), path


def test_lists_that_have_an_order_keep_it(world: World) -> None:
    api = ProxmoxApi(world, _TOKENS["normal__root-pam-full"])
    recorded = read_json("recorded/normal__root-pam-full.json.gz")["responses"]
    for path, key in (
        ("/nodes/pve1/tasks", "upid"),
        ("/nodes/pve1/tasks?typefilter=vzdump&limit=3&start=2", "upid"),
        ("/nodes/pve1/storage/pbs1/content?content=backup", "volid"),
        ("/nodes/pve1/storage/local/content?content=backup", "volid"),
        ("/pools", "poolid"),
        ("/cluster/backup", "id"),
    ):
        real = [row[key] for row in json.loads(recorded[path]["body"])["data"]]
        assert [row[key] for row in json.loads(api(path).body)["data"]] == real, path


def test_the_access_control_list_has_the_recorded_shape(world: World) -> None:
    recorded = read_json("recorded/normal__audit-pve-mon.json.gz")["responses"]["/access/acl"]
    real = json.loads(recorded["body"])["data"]
    made = json.loads(ProxmoxApi(world, _TOKENS["normal__audit-pve-mon"])("/access/acl").body)["data"]
    assert {tuple(sorted((key, type(value).__name__) for key, value in row.items())) for row in made} == {
        tuple(sorted((key, type(value).__name__) for key, value in row.items())) for row in real
    }
    assert {"path": "/", "propagate": 1, "roleid": "PVEAuditor", "type": "token", "ugid": "audit@pve!mon"} in made
