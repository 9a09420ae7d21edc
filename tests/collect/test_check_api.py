"""``--check-api``: each kind of question once, and what each token is told about its rights."""

import pytest

from pve_backup_report.collect.collector import Collector, Scope
from pve_backup_report.collect.crew import Limits
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.check import ApiCheck, Held
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.check import check_api
from simulator import PRESETS, ProxmoxApi, demo_world

KINDS = {200: AnswerKind.OK, 403: AnswerKind.REFUSED}


def check(token: str) -> tuple[list[str], ApiCheck]:
    api = ProxmoxApi(demo_world(), PRESETS[token])
    asked: list[str] = []

    def ask(path: str) -> Answer:
        asked.append(path)
        response = api(path)
        error = None if response.status == 200 else f"HTTP {response.status} {response.reason}"
        return Answer(KINDS.get(response.status, AnswerKind.HTTP_STATUS), response.status, response.data, error=error)

    collector = Collector(ask, Scope(sample=True), Limits(1), now=0)
    return asked, check_api(Tape(0, "UTC", "test", "/cluster/backup", 5000, 100_000, collector.collect()))


def test_each_kind_of_question_is_asked_once() -> None:
    asked, checked = check("root_full")
    assert len(asked) == len(set(asked)) == 20
    assert [row.name for row in checked.checks if not row.asked] == ["defaults"]


@pytest.mark.parametrize(
    ("token", "name", "held", "lacking"),
    [
        ("root_full", "content", Held.YES, ()),
        ("auditor", "content", Held.NO, ()),
        ("auditor", "prune-preview", Held.YES, ()),
        ("auditor_some_vms", "resources", Held.PARTLY, ("/vms/105",)),
        ("auditor_node_hidden", "tasks", Held.PARTLY, ("/nodes/pve2",)),
        ("auditor_no_pools", "pools", Held.NO, ()),
        ("nopriv", "jobs", Held.NO, ()),
        ("nopriv", "version", Held.NOT_NEEDED, ()),
    ],
)
def test_the_right_of_each_question_is_told(token: str, name: str, held: Held, lacking: tuple[str, ...]) -> None:
    (row,) = [row for row in check(token)[1].checks if row.name == name]
    assert (row.held, row.lacking) == (held, lacking)


@pytest.mark.parametrize(
    ("token", "cannot"),
    [
        ("root_full", ()),
        ("seer", ()),
        ("auditor", ("backups",)),
        ("auditor_no_pools", ("pools", "backups")),
        ("nopriv", ("jobs", "guests", "pools", "storages", "tasks", "backups")),
    ],
)
def test_what_a_token_cannot_prove_is_told(token: str, cannot: tuple[str, ...]) -> None:
    assert check(token)[1].cannot == cannot
