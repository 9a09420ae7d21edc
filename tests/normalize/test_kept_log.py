"""What is kept of a page of a log is read as it is kept today, and as older tapes have it."""

import pytest

from pve_backup_report.normalize.kept_log import KeptPage, lines_in, read_page


@pytest.mark.parametrize(
    ("lines", "text"),
    [("INFO: a\nTASK OK", "INFO: a\nTASK OK"), (["INFO: a", "TASK OK"], "INFO: a\nTASK OK"), ("", ""), ([], "")],
)
def test_a_text_and_a_list_of_lines_say_the_same(lines: object, text: str) -> None:
    page = read_page({"count": 9, "lines": lines})
    assert page == KeptPage(9, text)
    assert page.lines == lines_in(text) == [line for line in text.split("\n") if line]


@pytest.mark.parametrize(
    "data",
    [None, [], "TASK OK", {}, {"count": 1}, {"count": 1, "lines": None}, {"lines": ["TASK OK\nTASK OK"]}, {"lines": 7}],
)
def test_where_there_is_no_telling_the_lines_there_is_no_page(data: object) -> None:
    assert read_page(data) is None


@pytest.mark.parametrize("count", [None, "nine", -1.5])
def test_a_count_that_is_no_number_is_none(count: object) -> None:
    assert read_page({"count": count, "lines": "TASK OK"}) == KeptPage(0, "TASK OK")
