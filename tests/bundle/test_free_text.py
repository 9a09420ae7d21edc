"""Messages without names: replaced where that is safe, left out where it is not."""

import pytest

from pve_backup_report.bundle.anonymise import anonymise
from pve_backup_report.bundle.free_text import FreeText
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape

NEW = {
    "nas": "storage-1",
    "web-01": "guest-1",
    "pve1": "node-1",
    "db": "guest-2",
    "backup": "guest-3",
    "pool1": "pool-1",
}
REWRITE = {kind: (lambda _: "…") for kind in ("upid", "auth", "path", "relative", "address")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("storage 'nas' is not available on node 'pve1'", "storage 'storage-1' is not available on node 'node-1'"),
        ("NAS and Web-01.", "storage-1 and guest-1."),
        ("can't reach web-01", "can't reach guest-1"),
        ("command 'rsync secret-thing' failed", "command '…' failed"),
        ("lost connection to mail.corp.example:8007", "lost connection to …:8007"),
        ("mail to boss@corp.example bounced", "mail to … bounced"),
        ("took 01:30:04, 5.00 GiB, kernel 6.8.12", "took 01:30:04, 5.00 GiB, kernel 6.8.12"),
        ("pool 'pool1' does not exist", "pool 'pool-1' does not exist"),
        ("No space left on device", "No space left on device"),
    ],
)
def test_names_are_replaced_and_unknown_ones_are_left_out(text: str, told: str) -> None:
    assert FreeText(NEW, REWRITE)(text) == told


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("db is broken", "(text 1 left out)", ""),
        ("the backup failed", "(text 1 left out)", ""),
        ("nasty error", "(text 1 left out)", ""),
        ("HTTP 500 db is broken", "HTTP 500 (text", ""),
        ("could not activate storage db", "could not activate storage (text", ""),
        ("could not activate storage 'db'", "could not activate storage '…'", ""),
        ("VM db is locked (backup)", "is locked (text", ""),
        ("db: interrupted by signal", "(text", "interrupted by signal"),
    ],
)
def test_a_text_in_which_a_name_cannot_be_replaced_safely_is_left_out(text: str, starts: str, ends: str) -> None:
    told = FreeText(NEW, REWRITE)(text)
    assert told.startswith(starts)
    assert told.endswith(ends)
    assert "db" not in told


def test_texts_that_are_left_out_stay_different_and_the_same_stays_the_same() -> None:
    text = FreeText(NEW, REWRITE)
    one, other = text("db is gone"), text("db is back")
    assert one != other
    assert text("db is gone") == one


def test_a_text_full_of_names_takes_no_time() -> None:
    text = FreeText({f"guest{number:05}": f"guest-{number}" for number in range(20_000)}, REWRITE)
    assert text(" ".join(f"guest{number:05}" for number in range(0, 20_000, 100))).count("guest-") == 200


@pytest.mark.parametrize("name", ["a", "on", "100", "Permission", "node"])
def test_a_node_of_a_short_or_common_name_is_not_given_away(name: str) -> None:
    answers = {
        "/nodes": Answer(AnswerKind.OK, 200, [{"node": name, "status": "online"}]),
        f"/nodes/{name}/time": Answer(
            AnswerKind.REFUSED, 403, error=f"HTTP 403 Permission check failed on {name} node"
        ),
    }
    renamed = anonymise(Tape(0, "UTC", "1", "/cluster/backup", 1, 1, answers)).tape
    assert renamed.answers["/nodes"].data == [{"node": "node-1", "status": "online"}]
    assert renamed.answers["/nodes/node-1/time"].error == "HTTP 403 (text 1 left out)"


def test_a_new_name_is_nobodys_old_one() -> None:
    rows = [{"node": name, "status": "online"} for name in ("node-1", "node-2", "alpha")]
    answers = {"/nodes": Answer(AnswerKind.OK, 200, rows)}
    data = anonymise(Tape(0, "UTC", "1", "/cluster/backup", 1, 1, answers)).tape.answers["/nodes"].data
    assert data == [{"node": f"node-{number}", "status": "online"} for number in (4, 5, 3)]


def test_names_that_differ_in_case_alone_still_do() -> None:
    rows = [{"storage": name, "type": "dir"} for name in ("NAS", "Nas", "nas")]
    answers = {"/storage": Answer(AnswerKind.OK, 200, rows)}
    data = anonymise(Tape(0, "UTC", "1", "/cluster/backup", 1, 1, answers)).tape.answers["/storage"].data
    assert isinstance(data, list)
    new = [row["storage"] for row in data]
    assert len(set(new)) == 3
    assert {name.casefold() for name in new} == {"storage-1"}
