"""Who watches hears each end of a run, and only those that are ends."""

import pytest

from deliver.receiver import Says, receiving
from pve_backup_report.settings import Settings, read_settings
from pve_backup_report.watch import Watch


def settings(port: int, **more: str) -> Settings:
    environ = {"PING_URL": f"http://127.0.0.1:{port}/u", "DELIVERY_ATTEMPTS": "1", **more}
    return read_settings(environ, None, need_connection=False)[0]


@pytest.mark.parametrize(
    ("code", "paths"),
    [(0, ["/u"]), (1, ["/u"]), (2, ["/u/fail"]), (3, ["/u/fail"]), (4, ["/u/fail"]), (70, ["/u/fail"]), (130, [])],
)
def test_each_end_is_told_as_what_it_is(code: int, paths: list[str]) -> None:
    with receiving() as receiver:
        watch = Watch()
        watch.begin(settings(receiver.port))
        watch.start()
        watch.hear("a sentence")
        assert watch.end(code) == code
    assert receiver.paths == paths
    assert all(b"a sentence\n" in got.body for got in receiver.got)


@pytest.mark.parametrize(("code", "ends_in"), [(0, 4), (1, 4), (2, 2), (3, 3), (4, 4), (70, 70)])
def test_a_ping_that_fails_changes_a_good_end_alone(code: int, ends_in: int) -> None:
    with receiving(Says(404)) as receiver:
        watch = Watch()
        watch.begin(settings(receiver.port, PING_START="true"))
        watch.start()
        assert watch.end(code) == ends_in
    assert receiver.paths[0] == "/u/start"


def test_nobody_is_told_before_the_settings_are_known() -> None:
    assert [Watch().end(code) for code in (0, 2, 70)] == [0, 2, 70]
