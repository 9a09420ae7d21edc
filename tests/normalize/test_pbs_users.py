"""Who may do what on the datastores of a backup server: only what the server says, and a gap where it does not."""

from typing import Any

import pytest

from pbs_answers import pbs_tape, refused
from pve_backup_report.endpoints import pbs as ep
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.pbs import DatastoreUser
from pve_backup_report.normalize.pbs_server import read_pbs_server
from pve_backup_report.normalize.pbs_users import auth_ids, may_ask_of_others, read_held

NOW = 1772619630
AUDITS = {"/datastore": {"Datastore.Audit": True}}


def ok(data: object) -> Answer:
    return Answer(AnswerKind.OK, 200, data)


@pytest.mark.parametrize(
    ("permissions", "may"),
    [
        (ok({"/access": {"Sys.Audit": True}}), True),
        (ok({"/access": {"Permissions.Modify": True}}), False),
        (ok({"/": {"Sys.Audit": True}}), False),  # the server spells out what is inherited
        (ok([]), False),
        (refused(), False),
    ],
)
def test_others_are_asked_about_only_where_the_server_would_answer(permissions: Answer, may: object) -> None:
    assert may_ask_of_others(permissions) is may


def test_who_cannot_log_in_is_left_out_and_so_are_its_tokens() -> None:
    users = [
        {"userid": "root@pam", "tokens": [{"tokenid": "root@pam!b"}, {"tokenid": "root@pam!a", "expire": NOW - 1}]},
        {"userid": "left@pbs", "enable": False, "tokens": [{"tokenid": "left@pbs!x"}]},
        {"userid": "gone@pbs", "expire": NOW},
        {"userid": "late@pbs", "expire": NOW + 1, "enable": 1},
        {"no": "name"},
    ]
    assert auth_ids(ok(users), NOW) == ("late@pbs", "root@pam", "root@pam!b")
    assert auth_ids(ok(users)) == ("gone@pbs", "late@pbs", "root@pam", "root@pam!a", "root@pam!b")


@pytest.mark.parametrize(
    ("paths", "held"),
    [
        (AUDITS, (("/datastore", ("Datastore.Audit",)),)),
        ({**AUDITS, "/datastore/main": {"Datastore.Audit": True}}, (("/datastore", ("Datastore.Audit",)),)),
        (  # stays above: what is below was given on its own
            {"/datastore": {"Datastore.Audit": False}, "/datastore/main": {"Datastore.Audit": True}},
            (("/datastore", ("Datastore.Audit",)), ("/datastore/main", ("Datastore.Audit",))),
        ),
        (  # less below than above
            {**AUDITS, "/datastore/main": {"Datastore.Audit": True, "Datastore.Prune": True}},
            (("/datastore", ("Datastore.Audit",)), ("/datastore/main", ("Datastore.Audit", "Datastore.Prune"))),
        ),
        ({"/": {"Sys.Audit": True}, "/datastore": {"Sys.Audit": True}, "/datastorex": AUDITS["/datastore"]}, ()),
    ],
)
def test_rights_on_datastores_are_told_once(paths: dict[str, Any], held: object) -> None:
    assert read_held(ok(paths)) == held


@pytest.mark.parametrize("answer", [None, refused(), ok([]), ok(None)])
def test_no_answer_is_not_no_rights(answer: Answer | None) -> None:
    assert read_held(answer) is None


def test_the_one_whose_rights_were_refused_is_named_and_leaves_a_gap() -> None:
    path = ep.PERMISSIONS_OF.ask(auth_id="ops@pbs")
    tape = pbs_tape(
        {"main": {"": []}},
        users=[{"userid": "ops@pbs"}, {"userid": "sync@pbs"}, {"userid": "nobody@pbs"}],
        held={"sync@pbs": AUDITS, "nobody@pbs": {}},
        failing={path: refused()},
    )
    server, (gap,) = read_pbs_server(tape, NOW)
    assert server.users == (
        DatastoreUser("ops@pbs", None),
        DatastoreUser("sync@pbs", (("/datastore", ("Datastore.Audit",)),)),
    )
    assert (gap.kind, gap.blinds) == (GapKind.REFUSED, (Blind.PBS,))


def test_users_nobody_asked_about_are_unknown_not_none() -> None:
    server, _ = read_pbs_server(pbs_tape({"main": {"": []}}), NOW)
    assert server.users is None


def test_a_refused_list_of_users_is_a_gap() -> None:
    failing = {ep.USERS.ask(): refused("/access")}
    server, (gap,) = read_pbs_server(pbs_tape({"main": {"": []}}, failing=failing), NOW)
    assert (server.users, gap.endpoint, gap.kind) == (None, "vault:/access/users", GapKind.REFUSED)


def test_beyond_the_first_hundred_the_report_says_so() -> None:
    names = [f"u{number:03}@pbs" for number in range(ep.USERS_LOOKED_AT + 1)]
    tape = pbs_tape(
        {"main": {"": []}},
        users=[{"userid": name} for name in names],
        held=dict.fromkeys(names[:-1], AUDITS),
    )
    server, (gap,) = read_pbs_server(tape, NOW)
    assert len(server.users or ()) == ep.USERS_LOOKED_AT
    assert (gap.kind, gap.detail) == (GapKind.LIMITED, "100 of 101 users and tokens were looked at")
