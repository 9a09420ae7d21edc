"""The guests as JUnit XML, read back by a library for it: what is wrong fails, what is unknown never passes."""

import xml.etree.ElementTree as ET
from functools import cache

import junitparser
import pytest

from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict
from pve_backup_report.render.junit import junit_report
from pve_backup_report.render.language import load_language
from render.sample_hostile import HOSTILE
from render.stories import STORIES

every = pytest.mark.parametrize(("story", "code"), [(story, code) for story in STORIES for code in ("en", "fr")])
BAD = (Verdict.UNCOVERED, Verdict.PARTIAL, Freshness.LATE, Freshness.NEVER)
UNDECIDED = (Verdict.UNDETERMINED, Freshness.UNKNOWN)


@cache
def text(story: str, code: str = "en") -> str:
    return junit_report(STORIES[story](), load_language(code))


def suite(story: str, code: str = "en") -> junitparser.TestSuite:
    suites = junitparser.JUnitXml.fromstring(text(story, code).encode())
    (only,) = suites
    return only


def cases(story: str, code: str = "en") -> list[junitparser.TestCase]:
    return list(suite(story, code))


def outcomes(case: junitparser.TestCase) -> list[str]:
    return [type(result).__name__ for result in case.result]


def wanted(verdict: GuestVerdict) -> list[str]:
    judged = (verdict.verdict, verdict.freshness)
    if any(each in BAD for each in judged):
        return ["Failure"]
    if any(each in UNDECIDED for each in judged):
        return ["Error"]
    return ["Skipped"] if verdict.verdict is Verdict.EXEMPT else []


@every
def test_each_guest_is_a_case_with_the_outcome_it_deserves(story: str, code: str) -> None:
    guests = STORIES[story]().analysis.guests
    listed, *others = cases(story, code)
    assert len(others) == len(guests)
    for case, verdict in zip(others, guests, strict=True):
        assert case.name is not None
        assert case.name.startswith(verdict.guest.key)
        assert outcomes(case) == wanted(verdict)
    assert outcomes(listed) == ([] if STORIES[story]().analysis.cluster.sight.guests else ["Error"])


@every
def test_the_numbers_of_the_suite_are_those_of_its_cases(story: str, code: str) -> None:
    only, told = suite(story, code), [outcomes(case) for case in cases(story, code)]
    assert (only.tests, only.failures, only.errors, only.skipped) == (
        len(told), told.count(["Failure"]), told.count(["Error"]), told.count(["Skipped"]),
    )  # fmt: skip


def test_a_token_that_sees_no_guest_does_not_pass() -> None:
    assert suite("servers-only").errors == 1
    assert suite("audit-only").errors == 4


def test_a_failure_tells_why_in_the_language_of_the_report() -> None:
    by_name = {str(case.name).split(" ")[0]: case for case in cases("many-faults")}
    (failure,) = by_name["qemu/103"].result
    assert (failure.type, failure.message) == ("uncovered", "not covered: no job selects it; nothing due")
    assert "guest-uncovered: " in str(failure.text)
    french = {str(case.name).split(" ")[0]: case for case in cases("many-faults", "fr")}
    assert "non couvert\u202f: aucune tâche ne le sélectionne" in str(french["qemu/103"].result[0].message)


def test_the_worst_of_two_faults_names_the_failure() -> None:
    by_name = {str(case.name).split(" ")[0]: case for case in cases("hostile")}
    assert by_name["qemu/100"].result[0].type == "partial"


def test_no_text_ends_its_attribute_or_its_element() -> None:
    names = [case.name for case in cases("hostile")][1:]
    assert names[0] == f"qemu/100 {HOSTILE[0]}"
    assert names[1] == f"qemu/101 {HOSTILE[1]}"
    assert names[14] == f"qemu/114 {HOSTILE[14]}"
    assert "\\x1b[31mred" in str(names[5])
    tags = {element.tag for element in ET.fromstring(text("hostile")).iter()}  # noqa: S314 -- our own
    assert tags == {"testsuites", "testsuite", "properties", "property", "testcase", "failure"}


def test_no_character_that_xml_forbids_is_there() -> None:
    forbidden = [
        char for char in text("hostile")
        if not (char in "\t\n\r" or "\x20" <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000")
    ]  # fmt: skip
    assert forbidden == []
    text("hostile").encode()
