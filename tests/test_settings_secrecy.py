"""No secret is ever shown: not by a value, not by a message, whatever the settings are."""

import copy
import dataclasses
import json
import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pve_backup_report.errors import ClusterUnreachable, DeliveryFailed, OutputError, ReportError, SettingsError
from pve_backup_report.settings import KNOWN_NAMES, Secret, read_settings

CANARY = "canary-5f2d1c7e"
SECRETS = ["PVE_API_TOKEN_SECRET", "PBS01_API_TOKEN_SECRET", "SMTP_PASSWORD"]
RIGHT = {
    "PVE_API_URL": "https://pve1.lan",
    "PVE_API_TOKEN_ID": "a@pve!b",
    "PVE_API_TOKEN_SECRET": CANARY,
    "PBS01_NAME": "vault",
    "PBS01_API_URL": "https://pbs.lan",
    "PBS01_API_TOKEN_ID": "a@pbs!b",
    "PBS01_API_TOKEN_SECRET": CANARY,
    "SMTP_HOST": "mail.lan",
    "MAIL_FROM": "a@b",
    "MAIL_TO": "c@d",
    "SMTP_USERNAME": "me",
    "SMTP_PASSWORD": CANARY,
}

names = st.sampled_from(sorted(KNOWN_NAMES)) | st.from_regex(r"\A(PVE|PBS\d{0,4}|REPORT|SMTP|MAIL)_[A-Z_]{0,12}\Z")
odd = st.sampled_from(
    [
        "",
        " ",
        ",",
        "\x00",
        "\ud800",
        "~",
        "~x",
        ".",
        "/",
        "https://",
        "https://[",
        "a@b",
        "<a@b>",
        '"',
        "Europe",
        "9" * 99,
    ]
)
texts = st.text() | odd
soiled = st.builds("{}{}{}".format, texts, st.sampled_from(["", CANARY]), texts)


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret(CANARY)
    for text in (str(secret), repr(secret), f"{secret}", f"{secret!r:>12}", f"{secret:>12}", "%s" % secret):  # noqa: UP031 - the old way must not show it either
        assert text.strip() == "********"
    assert secret.reveal() == CANARY
    assert CANARY not in str([secret])


def test_secrets_are_equal_by_their_text() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"


def test_a_secret_is_copied_but_neither_pickled_nor_dumped() -> None:
    secret = Secret(CANARY)
    assert copy.deepcopy(secret) is copy.copy(secret) is secret
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_settings_never_print_their_secrets() -> None:
    read = read_settings(RIGHT, None)[0]
    assert CANARY not in f"{read!r} {read} {dataclasses.asdict(read)}"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(read)


def told_and_read(values: dict[str, str]) -> tuple[tuple[str, ...], str]:
    try:
        read, warnings = read_settings(values, None)
    except SettingsError as error:
        assert CANARY not in f"{error!r}{error.__cause__}{error.__context__}"  # noqa: PT017 - each outcome has its check
        return (*error.mistakes, *error.warnings), ""
    return warnings, repr(read)


@settings(max_examples=250, deadline=None)
@given(values=st.dictionaries(names, texts, max_size=8))
def test_any_mapping_ends_in_settings_or_sentences_and_neither_shows_a_secret(values: dict[str, str]) -> None:
    told, read = told_and_read({**RIGHT, **values})
    assert CANARY not in f"{told}{read}"
    for sentence in told:
        assert sentence.isprintable()
        assert re.fullmatch(r"[A-Z0-9_]+:? .+[.?]", sentence)


@settings(max_examples=250, deadline=None)
@given(values=st.dictionaries(names, soiled, max_size=8), secrets=st.lists(st.sampled_from(SECRETS), min_size=1))
def test_no_message_shows_a_secret_that_slipped_into_another_setting(
    values: dict[str, str], secrets: list[str]
) -> None:
    told, _ = told_and_read({**RIGHT, **values, **dict.fromkeys(secrets, CANARY)})
    assert CANARY not in str(told)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError(("a", "b")), 2),
        (OutputError("a"), 2),
        (ClusterUnreachable("a"), 3),
        (DeliveryFailed("a"), 4),
    ],
)
def test_each_error_has_the_exit_code_of_the_contract(error: ReportError, code: int) -> None:
    assert isinstance(error, ReportError)
    assert error.exit_code == code


def test_mistakes_stand_one_a_line() -> None:
    assert str(SettingsError(("a", "b"), ("c",))) == "a\nb"
