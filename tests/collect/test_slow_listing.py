"""A storage whose whole list takes too long is listed guest by guest, if it answers at all."""

from urllib.parse import parse_qsl, urlsplit

from pve_backup_report.collect.collector import Collector, Scope
from pve_backup_report.collect.crew import Limits
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS, ProxmoxApi, demo_world

SLOW = Answer(AnswerKind.HTTP_STATUS, 596, error="HTTP 596 Connection timed out")


def collect(*, guests_answer: bool) -> tuple[list[str], Tape]:
    world = demo_world()
    api = ProxmoxApi(world, PRESETS["root_full"])
    asked: list[str] = []

    def ask(path: str) -> Answer:
        asked.append(path)
        query = dict(parse_qsl(urlsplit(path).query))
        if "/storage/pbs1/content" in path and not (guests_answer and "vmid" in query):
            return SLOW
        response = api(path)
        kind = AnswerKind.OK if response.status == 200 else AnswerKind.HTTP_STATUS
        return Answer(kind, response.status, response.data, dict(response.extra).get("total"))  # type: ignore[arg-type]  # a number

    collector = Collector(ask, Scope(), Limits(1), now=world.now)
    answers = collector.collect()
    return asked, Tape(world.now, "UTC", "test", "/cluster/backup", 5000, 100_000, answers)


def test_each_guest_is_asked_for_and_its_backups_are_found() -> None:
    asked, tape = collect(guests_answer=True)
    guests = {guest.guest.name: guest for guest in analyse(read_cluster(tape)).guests}
    assert sum("/storage/pbs1/content" in path and "vmid=" in path for path in asked) == len(guests)
    assert (guests["web"].backups, str(guests["web"].freshness)) == (15, "fresh")
    assert any(gap.detail == SLOW.error for gap in read_cluster(tape).gaps)


def test_a_storage_that_hangs_for_one_guest_is_not_asked_for_all() -> None:
    asked, tape = collect(guests_answer=False)
    assert sum("vmid=" in path for path in asked) == 1
    cluster = read_cluster(tape)
    assert analyse(cluster).guests[0].backups is None
    assert any("pbs1" in gap.endpoint for gap in cluster.gaps)
