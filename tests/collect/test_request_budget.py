"""The budget of docs/en/performance.md holds: so many questions and no more, and none twice."""

from collections import Counter
from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from pve_backup_report.collect.answer import HttpResponse, read_answer
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.budget import in_turn
from pve_backup_report.collect.collector import Collector, Scope
from pve_backup_report.collect.crew import Limits
from pve_backup_report.endpoints import pve as ep
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.cluster import read_cluster
from pve_backup_report.normalize.zone_shown import zone_shown
from simulator import PRESETS, ProxmoxApi, World, big_world, demo_world, random_world

TOKEN = Authorization.for_pve("sim@pve!test", "canary-0000-secret")
SCOPE = Scope()
# what nothing but the question itself can tell, and few clusters need: see docs/en/performance.md
BEYOND = {ep.REPLICATION.name, ep.SNAPSHOTS.name, ep.TASK_INDEX.name, ep.TASK_INDEX_END.name, ep.VZDUMP_DEFAULTS.name}


class Shelf:
    """Keeps the logs of finished tasks, as the history does."""

    def __init__(self) -> None:
        self.kept: dict[str, Answer] = {}

    def recall(self, path: str) -> Answer | None:
        return self.kept.get(path)

    def offer(self, path: str, answer: Answer) -> None:
        self.kept[path] = answer


class Counted:
    """A run against a simulated cluster: how often each path was asked, and what came of it."""

    def __init__(self, world: World, scope: Scope = SCOPE, shelf: Shelf | None = None, token: str = "seer") -> None:  # noqa: S107 -- a name
        self.paths: Counter[str] = Counter()
        self._api = ProxmoxApi(world, PRESETS[token])
        collector = Collector(self._ask, scope, Limits(1), now=world.now, shelf=shelf)
        answers = collector.collect()
        self.tape = Tape(world.now, "UTC", "test", "/cluster/backup", 5000, 100_000, answers, notes=scope.notes)
        self.kinds = collector.asked
        self.waves = collector.waves

    def _ask(self, path: str) -> Answer:
        self.paths[path] += 1
        parts = urlsplit(path)
        response = self._api(unquote(parts.path), dict(parse_qsl(parts.query)))
        got = HttpResponse(response.status, response.reason, response.body.encode(), response.content_type)
        return read_answer(got, TOKEN, "PVE")

    @property
    def listings(self) -> int:
        return sum(self.kinds[endpoint.name] for endpoint in (ep.CONTENT, ep.PRUNE_PREVIEW))

    @property
    def more_pages_of_logs(self) -> int:
        return sum("/log?start=" in path and "/log?start=0&" not in path for path in self.paths)


def budget(world: World, counted: Counted, runs: int) -> int:
    return 10 + len(world.jobs) + len(world.nodes) + counted.listings + runs + counted.more_pages_of_logs


def doubtful(world: World, counted: Counted) -> int:
    """How many nodes have logs that do not show the zone of the node that is asked first."""
    first, *others = in_turn(sorted(node.name for node in world.nodes if node.online), world.now)
    zones = [node.timezone for node in world.nodes if node.name == first]
    return sum(zone_shown(counted.tape, node, zones) is None for node in others)


def vzdump_runs(world: World) -> int:
    return sum(task.type == "vzdump" for task in world.tasks)


def within(world: World, counted: Counted, runs: int) -> bool:
    beyond = sum(counted.kinds[kind] for kind in BEYOND)
    allowed = budget(world, counted, runs) + doubtful(world, counted)
    return counted.paths.total() - beyond <= allowed


@pytest.mark.parametrize("seed", range(25))
def test_a_run_without_notes_stays_within_the_budget_and_asks_nothing_twice(seed: int) -> None:
    world = random_world(seed)
    counted = Counted(world, Scope(notes=False))
    assert within(world, counted, vzdump_runs(world))
    assert set(counted.paths.values()) == {1}


@pytest.mark.parametrize("seed", range(25, 35))
def test_notes_take_one_question_a_guest(seed: int) -> None:
    world = random_world(seed)
    plain, with_notes = Counted(world, Scope(notes=False)), Counted(world)
    more = with_notes.paths - plain.paths
    assert len([path for path in more if path.endswith("/config?current=1")]) <= len(world.guests)
    assert all(path.endswith(("/config?current=1", "/snapshot")) for path in more)


def test_the_demonstration_and_a_large_cluster_stay_within_it_too() -> None:
    for world in (demo_world(), big_world(guests=60, nodes=10, runs=4)):
        counted = Counted(world, Scope(notes=False))
        assert within(world, counted, vzdump_runs(world))


def test_a_second_run_with_a_history_asks_for_no_finished_log_again() -> None:
    world, shelf = big_world(guests=30, nodes=5, runs=6), Shelf()
    first, second = Counted(world, SCOPE, shelf), Counted(world, SCOPE, shelf)
    assert first.kinds[ep.TASK_LOG.name] >= 30
    assert second.kinds[ep.TASK_LOG.name] == 0
    assert within(world, Counted(world, Scope(notes=False), shelf), 0)
    assert first.tape.answers.keys() == second.tape.answers.keys()


def test_each_page_of_a_long_log_is_remembered() -> None:
    world, shelf = big_world(guests=600, nodes=1, runs=6), Shelf()
    first = Counted(world, Scope(notes=False), shelf)
    assert any("start=5000" in path for path in shelf.kept)
    second = Counted(world, Scope(notes=False), shelf)
    assert not any(path in shelf.kept for path in second.paths)
    assert second.tape.answers == first.tape.answers


def test_the_zone_of_a_node_that_was_not_asked_is_the_one_its_logs_show() -> None:
    world, shelf = big_world(guests=30, nodes=5, runs=6), Shelf()
    Counted(world, SCOPE, shelf)
    counted = Counted(world, SCOPE, shelf)
    assert counted.kinds[ep.NODE_TIME.name] < len(world.nodes)
    cluster = read_cluster(counted.tape)
    assert {node.timezone for node in cluster.nodes} == {node.timezone for node in world.nodes}
    assert not any("/time" in gap.endpoint for gap in cluster.gaps)


def test_each_day_other_clocks_are_asked() -> None:
    world, shelf = big_world(guests=30, nodes=5, runs=6), Shelf()
    Counted(world, SCOPE, shelf)
    seen: set[str] = set()
    for day in range(5):
        counted = Counted(replace(world, now=world.now + day * 86400), SCOPE, shelf)
        seen.update(path.split("/")[2] for path in counted.paths if path.endswith("/time"))
    assert seen == {node.name for node in world.nodes}


def test_a_node_in_another_zone_is_always_asked() -> None:
    world, shelf = big_world(guests=30, nodes=5, runs=6), Shelf()
    nodes = tuple(
        replace(node, timezone="America/New_York") if at == 3 else node for at, node in enumerate(world.nodes)
    )
    world = replace(world, nodes=nodes)
    Counted(world, SCOPE, shelf)
    for day in range(5):
        counted = Counted(replace(world, now=world.now + day * 86400), SCOPE, shelf)
        zones = {node.name: node.timezone for node in read_cluster(counted.tape).nodes}
        assert zones == {node.name: node.timezone for node in nodes}


@pytest.mark.parametrize("token", sorted(PRESETS))
def test_no_token_makes_anything_be_asked_twice(token: str) -> None:
    assert set(Counted(demo_world(), token=token).paths.values()) == {1}


def test_questions_wait_for_no_more_than_they_need() -> None:
    # resources, then task lists, then logs; the clocks that the budget leaves come last
    assert Counted(big_world(guests=30, nodes=5, runs=6), SCOPE).waves <= 4


def test_a_clock_that_no_log_can_tell_waits_for_none() -> None:
    world = big_world(guests=30, nodes=5, runs=6)
    counted = Counted(replace(world, now=world.now + 60 * 86400), SCOPE)
    assert counted.kinds[ep.NODE_TIME.name] == len(world.nodes)
    assert counted.waves == 3  # resources, task lists, and then logs and clocks


def test_a_clock_that_is_asked_for_want_of_logs_says_nothing_of_other_nodes() -> None:
    world, shelf = big_world(guests=30, nodes=5, runs=6), Shelf()
    first = in_turn([node.name for node in world.nodes], world.now)[0]
    zones = iter(("Europe/Berlin", "Africa/Tunis", "Europe/Madrid", "Africa/Algiers"))
    nodes = tuple(
        replace(node, timezone="America/New_York" if node.name == first else next(zones)) for node in world.nodes
    )
    (idle,) = (node.name for node in nodes if node.timezone == "Europe/Berlin")
    world = replace(world, nodes=nodes, tasks=tuple(task for task in world.tasks if task.node != idle))
    for _ in range(2):
        counted = Counted(world, SCOPE, shelf)
        assert counted.kinds[ep.NODE_TIME.name] == len(nodes)
        read = {node.name: node.timezone for node in read_cluster(counted.tape).nodes}
        assert read == {node.name: node.timezone for node in nodes}
