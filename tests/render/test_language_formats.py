"""How each language writes numbers, shares, sizes, durations, ages and dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pve_backup_report.render.language import load_language
from pve_backup_report.render.moment import zone_named

ENGLISH, FRENCH = load_language("en"), load_language("fr")
NOW = 1772619630


def test_a_right_is_told_in_the_readers_words() -> None:
    needs = "Datastore.Allocate on /storage/nas, or Datastore.AllocateSpace there and VM.Backup on /vms"
    assert ENGLISH.right(needs) == needs
    assert FRENCH.right(needs) == (
        "Datastore.Allocate sur /storage/nas, ou Datastore.AllocateSpace au même endroit et VM.Backup sur /vms"
    )
    assert FRENCH.right("Sys.Audit or Sys.Modify on /, propagated") == "Sys.Audit ou Sys.Modify sur /, propagé"


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (0, "0 B", "0 o"), (1, "1 B", "1 o"), (1023, "1023 B", "1023 o"), (1024, "1 KiB", "1 Kio"),
        (1536, "1.5 KiB", "1,5 Kio"), (1 << 30, "1 GiB", "1 Gio"), (34359738368, "32 GiB", "32 Gio"),
        ((1 << 40) - 1, "1 TiB", "1 Tio"), (10**18, "888 PiB", "888 Pio"), (1 << 70, "1024 EiB", "1024 Eio"),
    ],
)  # fmt: skip
def test_sizes(size: int, english: str, french: str) -> None:
    assert ENGLISH.size(size).replace("\u00a0", " ") == english
    assert FRENCH.size(size).replace("\u00a0", " ") == french


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0, "0 s", "0 s"), (59, "59 s", "59 s"), (60, "1 min", "1 min"), (185, "3 min 5 s", "3 min 5 s"),
        (3600, "1 h", "1 h"), (4320, "1 h 12 min", "1 h 12 min"), (86400, "1 d", "1 j"), (97200, "1 d 3 h", "1 j 3 h"),
        (-5, "0 s", "0 s"), (86400 * 5000, "5,000 d", "5 000 j"),
    ],
)  # fmt: skip
def test_durations(seconds: int, english: str, french: str) -> None:
    assert ENGLISH.duration(seconds).replace("\u00a0", " ") == english
    assert FRENCH.duration(seconds).replace("\u00a0", " ").replace("\u202f", " ") == french


@pytest.mark.parametrize(
    ("before", "english", "french"),
    [
        (0, "just now", "à l’instant"), (59, "just now", "à l’instant"), (60, "1 min ago", "il y a 1 min"),
        (6 * 3600, "6 h ago", "il y a 6 h"), (47 * 3600, "47 h ago", "il y a 47 h"),
        (48 * 3600, "2 d ago", "il y a 2 j"), (-30, "at once", "tout de suite"), (-3 * 3600, "in 3 h", "dans 3 h"),
    ],
)  # fmt: skip
def test_ages(before: int, english: str, french: str) -> None:
    assert ENGLISH.age(NOW - before, NOW).replace("\u00a0", " ") == english
    assert FRENCH.age(NOW - before, NOW).replace("\u00a0", " ") == french


def test_numbers() -> None:
    assert (ENGLISH.number(1234567), FRENCH.number(1234567)) == ("1,234,567", "1\u202f234\u202f567")
    assert (ENGLISH.decimal_number(1.26), FRENCH.decimal_number(1.26)) == ("1.3", "1,3")


def test_french_has_a_narrow_space_before_the_percent_sign() -> None:
    assert (ENGLISH.percent(1, 2), FRENCH.percent(1, 2)) == ("50\u00a0%", "50\u202f%")


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_hundred_percent_means_all_and_nought_percent_means_none(part: int, whole: int) -> None:
    part = min(part, whole)
    written = ENGLISH.percent(part, whole)

    assert (written == "100\u00a0%") == (part == whole)
    assert (written == "0\u00a0%") == (part == 0)
    assert written.startswith("<") or int(written.split("\u00a0")[0]) <= 100 * part / whole


def test_dates_are_in_the_zone_with_its_summer_time() -> None:
    paris = zone_named("Europe/Paris")

    assert ENGLISH.date_time(NOW, paris) == "4\u00a0Mar\u00a02026\u00a011:20"
    assert FRENCH.date_time(1784000000, paris) == "14\u00a0juil.\u00a02026\u00a005:33"


def test_an_unknown_zone_becomes_utc_and_says_so() -> None:
    assert zone_named("Mars/Olympus").key == "UTC"
    assert zone_named("../../etc/passwd").key == "UTC"


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no language 'de'; there are en, fr"):
        load_language("de")


def test_an_empty_message_has_no_translation() -> None:
    assert FRENCH.gettext("") == ""


def test_french_counts_the_first_of_a_month_and_no_other_day() -> None:
    assert FRENCH.date(date(2026, 3, 1)) == "1er\u00a0mars\u00a02026"
    assert FRENCH.day(date(2026, 3, 21)) == "21\u00a0mars"
    assert ENGLISH.day(date(2026, 3, 1)) == "1\u00a0Mar"
