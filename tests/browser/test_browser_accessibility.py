"""axe-core finds nothing to say, on a phone and on a desk, by day and by night."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from browser.visits import Visits
from render.stories import STORIES

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


EVERYTHING = {"type": "tag", "values": TAGS}
READERS = [*((name, "en") for name in STORIES if name != "hostile"), ("many-faults", "fr"), ("backup-servers", "fr")]


def found(page: Page) -> list[str]:
    response = Axe().run(page, options={"runOnly": EVERYTHING, "resultTypes": ["violations"]}).response
    return [f"{each['id']}: {node['html'][:120]}" for each in response["violations"] for node in each["nodes"][:3]]


def found_everywhere(page: Page) -> list[str]:
    """Return what axe finds at a desk by day, and on a phone by night."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    complaints = found(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    return complaints + found(page)


@pytest.mark.parametrize(("name", "code"), READERS)
def test_axe_finds_nothing(name: str, code: str, story: Callable[[str, str], Path], visits: Visits) -> None:
    assert found_everywhere(visits.open(story(name, code))) == []


def test_axe_finds_nothing_among_hostile_names(story: Callable[[str, str], Path], visits: Visits) -> None:
    assert found_everywhere(visits.open(story("hostile", "en"))) == []


def test_axe_finds_nothing_while_the_table_is_used(story: Callable[[str, str], Path], visits: Visits) -> None:
    page = visits.open(story("many-faults", "en"))
    page.locator(".guests thead button").nth(4).click()
    page.locator(".columns summary").click()
    page.locator(".columns input").nth(2).uncheck()
    page.locator("input[type=search]").fill("covered")
    assert found_everywhere(page) == []


def test_axe_would_find_something(story: Callable[[str, str], Path], visits: Visits) -> None:
    page = visits.open(story("healthy", "en"))
    page.evaluate("() => { document.querySelector('.search').replaceWith(document.querySelector('.search input')) }")
    page.evaluate("() => { document.querySelector('.sentence').style.color = '#999' }")

    assert sorted(each.partition(":")[0] for each in found(page)) == ["color-contrast", "label"]
