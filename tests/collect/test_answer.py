"""A response becomes data, or one clear line."""

import json

import pytest

from pve_backup_report.collect.answer import HttpResponse, read_answer
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.model.answer import Answer, AnswerKind

SECRET = "canary-5ec2e7;%"
AUTHORIZATION = Authorization.for_pve("root@pam!full", SECRET)
JSON = "application/json;charset=UTF-8"


def read(status: int, reason: str, body: bytes | str, content_type: str = JSON) -> Answer:
    sent = body.encode() if isinstance(body, str) else body
    return read_answer(HttpResponse(status, reason, sent, content_type), AUTHORIZATION, "PVE")


def error(status: int, reason: str, body: bytes | str = b"", content_type: str = JSON) -> str:
    answer = read(status, reason, body, content_type)
    assert answer.data is None
    assert answer.error is not None
    return answer.error


def latin(text: str) -> str:
    """A reason phrase as Python reads it off the wire."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AnswerKind.AUTHENTICATION),
        (403, AnswerKind.REFUSED),
        (500, AnswerKind.HTTP_STATUS),
        (595, AnswerKind.HTTP_STATUS),
        (204, AnswerKind.HTTP_STATUS),
    ],
)
def test_data_beside_an_error_status_is_not_data(status: int, kind: AnswerKind) -> None:
    answer = read(status, "Reason", '{"data": [1]}')
    assert (answer.kind, answer.status, answer.data) == (kind, status, None)


@pytest.mark.parametrize(
    ("reason", "body", "line"),
    [
        ("No route to host", "", "HTTP 500 No route to host"),
        ("storage 'x' is disabled", '{"data":null}', "HTTP 500 storage 'x' is disabled"),
        ("gone", '{"data":null,"message":"gone\\n"}', "HTTP 500 gone"),
        ("first", '{"data":null,"message":"first\\nsecond\\n"}', "HTTP 500 first second"),
        ("", '{"data":null,"message":"only here"}', "HTTP 500 only here"),
        (
            "Parameter verification failed.",
            '{"data":null,"errors":{"id":"No such job \'x\'"},"message":"Parameter verification failed.\\n"}',
            "HTTP 500 Parameter verification failed: id: No such job 'x'",
        ),
        (
            "Parameter verification failed.",
            '{"data":null,"errors":{"a":"missing","b":["odd"]}}',
            "HTTP 500 Parameter verification failed: a: missing; b: ['odd']",
        ),
        ("Bad Request", "no such datastore 'x'", "HTTP 500 Bad Request: no such datastore 'x'"),
        ("Bad Gateway", "<html><title>nginx</title></html>", "HTTP 500 Bad Gateway"),
        ("Reason", '"in words"', "HTTP 500 Reason: in words"),
        ("Reason", "[1]", "HTTP 500 Reason"),
        ("Reason", '{"message": 5, "errors": 6}', "HTTP 500 Reason"),
        ("", "", "HTTP 500"),
    ],
)
def test_an_error_is_told_once_from_wherever_it_stands(reason: str, body: str, line: str) -> None:
    assert error(500, reason, body) == line


def test_a_reason_phrase_in_utf_8_is_mended() -> None:
    assert error(500, latin("zu groß – \N{SNOWMAN}")) == "HTTP 500 zu groß – \N{SNOWMAN}"
    assert error(500, "zu gro\xdf") == "HTTP 500 zu groß"


def test_an_error_is_one_line_without_tricks() -> None:
    tricky = "a\x1b[31mb\r\nc\x00d\u202ee\u2028f\x9bg\u200bh"
    assert error(500, "", tricky) == "HTTP 500 a [31mb c de f gh"


def test_an_error_has_at_most_500_characters() -> None:
    line = error(500, "x" * 400, "y" * 10_000)
    assert len(line) == 500
    assert line.startswith("HTTP 500 " + "x" * 400 + ": yyy")
    assert line.endswith("…")
    assert len(error(401, "x" * 1000)) <= 500


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "the answer is empty"),
        (" \n", "the answer is empty"),
        ('{"data": [', "the JSON is broken, nested too deep or cut off after 10 bytes"),
        ('{"data": NaN}', "the JSON is broken"),
        ('{"data": 1e999}', "the JSON is broken"),
        ('{"data": ' + "9" * 5000 + "}", "the JSON is broken"),
        (b'{"data": "\xff"}', "the JSON is broken"),
        ("[" * 100_000, "the JSON is broken"),
        ("<html>", "not JSON (application/json;charset=UTF-8); check that PVE_API_URL leads to the API"),
    ],
)
def test_what_is_not_json_is_no_data(body: bytes | str, told: str) -> None:
    answer = read(200, "OK", body)
    assert (answer.kind, answer.status, answer.data) == (AnswerKind.NOT_JSON, 200, None)
    assert told in str(answer.error)


@pytest.mark.parametrize("data", [None, [], {}, 0, "", False, [{"vmid": 100, "name": "é\U0001f600"}], 1.5])
def test_data_comes_through_unchanged(data: object) -> None:
    for plain in (True, False):
        body = json.dumps({"data": data}, ensure_ascii=plain)
        assert read(200, "OK", body) == Answer(AnswerKind.OK, 200, data)


def test_half_characters_do_not_come_through() -> None:
    data = read(200, "OK", r'{"data": ["a\ud800b", {"\udfff": 1}, "\ud83d\ude00"]}').data
    assert data == ["a\ufffdb", {"\ufffd": 1}, "\U0001f600"]


SPELLINGS = (SECRET, "canary-5ec2e7%3B%25", "canary-5ec2e7%3b%25", f"root@pam!full={SECRET}")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_in_an_error_is_blotted_out(spelling: str) -> None:
    for status in (401, 403, 500):
        for answer in (
            error(status, f"bad token {spelling}!"),
            error(status, "", f"bad token {spelling}!"),
            error(status, "", json.dumps({"message": f"bad token {spelling}!"})),
            error(status, "", json.dumps({"errors": {spelling: spelling}})),
            error(status, "", json.dumps({"errors": {"a": [spelling]}})),
            error(status, "", f"bad token {spelling[:9]}\u200b{spelling[9:]}!"),
        ):
            assert "5ec2e7" not in answer
            assert "***" in answer
    assert "5ec2e7" not in error(200, "OK", "<html>", content_type=f"text/{spelling}")


def test_a_secret_that_would_be_cut_in_half_is_blotted_out_before() -> None:
    for length in range(470, 500):
        assert "canary-" not in error(500, "", "x" * length + SECRET)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_in_data_is_blotted_out(spelling: str) -> None:
    data = {"notes": f"my token: {spelling}", "list": [spelling, 5, None], spelling: {"deep": spelling}}
    answer = read(200, "OK", json.dumps({"data": data, "total": 3}))
    assert answer.ok
    assert answer.total == 3
    assert "5ec2e7" not in repr(answer)
    assert isinstance(answer.data, dict)
    assert str(answer.data["notes"]).startswith("my token: ")


def test_the_authorization_shows_whose_it_is_and_nothing_more() -> None:
    assert repr(AUTHORIZATION) == "Authorization(PVEAPIToken=root@pam!full=***)"
    assert repr(Authorization.for_pbs("a@pbs!b", SECRET)) == "Authorization(PBSAPIToken=a@pbs!b:***)"
    assert str(AUTHORIZATION) == repr(AUTHORIZATION)


def test_an_empty_secret_blots_out_nothing() -> None:
    assert Authorization.for_pve("a@pve!b", "").scrub("all of it") == "all of it"


def test_two_answers_in_one_are_none() -> None:
    assert read(200, "OK", '{"data": [1], "data": []}').kind is AnswerKind.NOT_JSON
    assert read(200, "OK", '{"data": [{"data": 1}, {"data": 2}]}').data == [{"data": 1}, {"data": 2}]
    twice = HttpResponse(200, "OK", b'{"data":[{"t":"TASK OK"}],"data":[]}', JSON, of_log=True)
    assert read_answer(twice, AUTHORIZATION, "PVE").kind is AnswerKind.NOT_JSON
    quoting = HttpResponse(200, "OK", b'{"data":[{"t":"{\\"data\\":1}"}],"total":1}', JSON, of_log=True)
    assert read_answer(quoting, AUTHORIZATION, "PVE").data == ['{"data":1}']
