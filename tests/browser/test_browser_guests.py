"""The guests table is sorted, searched and cut to columns by keyboard alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.visits import Visits
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness
from render.sample_facts import DAY, DUE, covered, guest, success
from render.sample_report import report_of

Write = Callable[[Report, str], Path]
Story = Callable[[str, str], Path]

NAMES = ("vm10", "Éole", "vm2", None, "eole2", "Zoé", "vm1")
AGES = (3, 1, 2, 1, 3, 9, 1)  # days


def seven() -> Report:
    """Seven guests with names and times to sort; every other one is late."""
    return report_of(
        tuple(
            covered(
                guest(100 + at, name),
                freshness=Freshness.LATE if at % 2 else Freshness.FRESH,
                last_success=success(DUE - age * DAY),
            )
            for at, (name, age) in enumerate(zip(NAMES, AGES, strict=True))
        )
    )


@pytest.fixture
def page(write: Write, visits: Visits) -> Page:
    return visits.open(write(seven(), "en"))


def shown(page: Page) -> list[int]:
    return [int(text) for text in page.locator(".guests tbody tr:visible .vmid").all_text_contents()]


def status(page: Page) -> str:
    return page.locator("#guests [role=status]").text_content() or ""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element of that name has the focus, and see that it shows it."""
    here = """() => { const { activeElement: at } = document; const { outlineStyle } = getComputedStyle(at);
        const name = (at.labels?.[0] ?? at).firstChild?.data ?? at.labels?.[0]?.textContent ?? at.textContent;
        return [name.trim(), outlineStyle] }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        text, outline = page.evaluate(here)
        if text == name:
            assert outline == "solid"
            return
    pytest.fail(f"Tab never reaches {name}")


def test_a_head_sorts_up_then_down_then_not_at_all(page: Page) -> None:
    tab_to(page, "Last backup")
    head = page.locator(".guests thead th").nth(4)

    page.keyboard.press("Enter")
    assert shown(page) == [105, 100, 104, 102, 101, 103, 106]
    assert head.get_attribute("aria-sort") == "ascending"
    assert status(page) == "Order: Last backup, ascending"
    page.keyboard.press("Space")
    assert shown(page) == [101, 103, 106, 102, 100, 104, 105]
    assert head.get_attribute("aria-sort") == "descending"
    page.keyboard.press("Enter")
    assert shown(page) == [100, 101, 102, 103, 104, 105, 106]
    assert page.locator("th[aria-sort]").count() == 0
    assert status(page) == "Order: original order"


def test_names_are_sorted_as_people_count_and_a_missing_one_comes_last(page: Page) -> None:
    tab_to(page, "Guest")
    page.keyboard.press("Enter")
    assert shown(page) == [101, 104, 106, 102, 100, 105, 103]
    page.keyboard.press("Enter")
    assert shown(page) == [105, 100, 102, 106, 104, 101, 103]


def test_states_are_sorted_by_how_bad_they_are(story: Story, visits: Visits) -> None:
    page = visits.open(story("many-faults", "en"))
    page.locator(".guests thead button", has_text="Freshness").press("Enter")
    words = [text[2:] for text in page.locator(".guests tbody tr td:nth-child(4) .sign").all_text_contents()]

    assert [word for at, word in enumerate(words) if word not in words[:at]] == [
        "never backed up", "late", "unknown", "nothing due", "fresh",
    ]  # fmt: skip


def test_the_tab_key_leads_to_the_search_and_escape_empties_it(page: Page) -> None:
    page.locator("#show-all").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.type") == "search"
    page.keyboard.type("EOLE")
    expect(page.locator("#guests [role=status]")).to_have_text("Guests shown: 2 of 7")
    assert shown(page) == [101, 104]
    page.keyboard.press("Escape")
    expect(page.locator("#guests [role=status]")).to_have_text("Guests shown: 7 of 7")
    assert len(shown(page)) == 7
    page.keyboard.type("a/b")
    assert page.locator("input[type=search]").input_value() == "a/b"
    expect(page.locator("#guests [role=status]")).to_have_text("Guests shown: 0 of 7")


def test_all_words_of_a_search_must_be_there_in_any_cell(page: Page) -> None:
    page.locator("input[type=search]").focus()
    page.keyboard.type("late vm1")
    page.keyboard.press("Enter")
    assert shown(page) == []
    page.locator("input[type=search]").fill("fresh vm1")
    page.keyboard.press("Enter")
    assert shown(page) == [100, 106]


def test_search_filter_and_order_go_together(page: Page) -> None:
    page.locator("#show-all").focus()
    page.keyboard.press("ArrowRight")
    assert status(page) == "Guests shown: 3 of 7"
    assert shown(page) == [101, 103, 105]
    tab_to(page, "Search the guests")
    page.keyboard.type("o")
    expect(page.locator("#guests [role=status]")).to_have_text("Guests shown: 3 of 7")
    page.keyboard.type("le")
    expect(page.locator("#guests [role=status]")).to_have_text("Guests shown: 1 of 7")
    page.keyboard.press("Escape")
    tab_to(page, "Last backup")
    page.keyboard.press("Enter")
    assert shown(page) == [105, 101, 103]


def test_a_link_to_a_guest_that_is_filtered_away_shows_it(story: Story, visits: Visits) -> None:
    page = visits.open(story("many-faults", "en"))
    page.locator("input[type=search]").fill("shop-db")
    page.keyboard.press("Enter")
    page.locator("#show-fair").check()
    assert shown(page) == []
    page.locator("a[href='#guest-103']").first.click()

    expect(page.locator("#guest-103")).to_be_in_viewport()
    assert len(shown(page)) == 10


def test_columns_are_hidden_and_come_back(page: Page) -> None:
    tab_to(page, "Columns")
    page.keyboard.press("Enter")
    tab_to(page, "Freshness")
    page.keyboard.press("Space")
    hidden = page.locator(".guests :is(thead th, tbody td):nth-child(4)")
    assert [each.is_visible() for each in hidden.all()] == [False] * 8
    boxes = [each.bounding_box() for each in page.locator(".guests tbody tr").first.locator("> :visible").all()]
    heads = [each.bounding_box() for each in page.locator(".guests thead th:visible").all()]
    assert [box and round(box["x"]) for box in boxes] == [head and round(head["x"]) for head in heads]
    page.keyboard.press("Space")
    assert [each.is_visible() for each in hidden.all()] == [True] * 8
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.localName") == "summary"
    assert page.locator(".columns").get_attribute("open") is None


def test_on_a_phone_a_list_sorts_and_no_button_is_there_that_cannot_be_seen(write: Write, visits: Visits) -> None:
    page = visits.open(write(seven(), "fr"), width=390)
    assert not page.locator(".guests thead button:visible").count()
    tab_to(page, "Trier par")
    choice = page.get_by_label("Trier par").first
    choice.select_option(label="Dernière sauvegarde, décroissant")
    assert shown(page) == [101, 103, 106, 102, 100, 104, 105]
    assert status(page) == "Ordre\u202f: Dernière sauvegarde, décroissant"
    labels = (
        page.locator(".guests tbody tr")
        .first.locator("td")
        .evaluate_all("(cells) => cells.map((cell) => getComputedStyle(cell, '::before').content)")
    )
    assert labels[3] == '"Dernière sauvegarde"'


def test_the_box_of_the_table_scrolls_by_keyboard_where_it_is_too_narrow(story: Story, visits: Visits) -> None:
    page = visits.open(story("many-faults", "en"))
    box = page.locator("#guests .box")
    box.evaluate("(box) => { box.style.width = '40rem' }")
    box.focus()
    page.keyboard.press("ArrowRight")

    page.wait_for_function("() => document.querySelector('#guests .box').scrollLeft > 0")


def test_sizes_are_sorted_as_sizes_and_what_is_not_told_comes_last(story: Story, visits: Visits) -> None:
    page = visits.open(story("many-faults", "en"))
    used = page.locator("#storages table").first.locator("td:nth-child(6)")
    page.locator("#storages thead button", has_text="Used").press("Enter")
    rising = used.all_text_contents()
    page.locator("#storages thead button", has_text="Used").press("Enter")

    assert [text[:12] for text in rising] == [
        "pve1: 20\u00a0GiB",
        "700\u00a0GiB of 4",
        "900\u00a0GiB of 1",
        "not specifie",
    ]
    assert used.all_text_contents() == [*rising[2::-1], rising[3]]


@pytest.mark.parametrize("width", [390, 1280])
def test_without_a_script_everything_is_there_but_what_needs_one(story: Story, visits: Visits, width: int) -> None:
    path = story("many-faults", "en")
    bare, live = (visits.open(path, width=width, java_script_enabled=given) for given in (False, True))
    cells = ".guests tbody :is(th, td)"

    assert bare.locator(cells).all_text_contents() == live.locator(cells).all_text_contents()
    assert len(shown(bare)) == 10
    assert bare.locator("button, select, .tools, input:not([type=radio])").count() == 0
    assert live.locator("button, select, .tools, input:not([type=radio])").count() > 10
    bare.locator("#show-bad").check()
    live.locator("#show-bad").check()
    assert shown(bare) == shown(live) == [103, 104]
