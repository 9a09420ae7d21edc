"""From a phone to a wall: nothing is wider than the window, and no text lies on another."""

from collections.abc import Callable
from pathlib import Path

import pytest

from browser.looking import LAY_OUT_ALL, WIDEST_FONT, column_edges, sideways, text_on_text
from browser.visits import Visits
from render.stories import STORIES

WIDTHS = (320, 390, 768, 1280, 3840)


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize(("code", "scheme"), [("en", "light"), ("fr", "dark")])
def test_every_story_fits_every_screen(
    name: str, code: str, scheme: str, story: Callable[[str, str], Path], visits: Visits
) -> None:
    page = visits.open(story(name, code), color_scheme=scheme)
    page.evaluate(LAY_OUT_ALL)
    page.evaluate(WIDEST_FONT)

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page), text_on_text(page)) == (width, 0, [])


def test_a_page_of_many_guests_is_laid_out_as_well(story: Callable[[str, str], Path], visits: Visits) -> None:
    page = visits.open(story("210", "en"))
    assert page.locator("main.many").count() == 1
    page.evaluate(LAY_OUT_ALL)

    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page), text_on_text(page)) == (width, 0, [])
    assert [len(column_edges(page, table)) for table in (".guests", ".days")] == [1, 1]


def test_controls_that_are_in_use_fit_the_smallest_screen(story: Callable[[str, str], Path], visits: Visits) -> None:
    page = visits.open(story("many-faults", "fr"), width=320)
    page.evaluate(LAY_OUT_ALL)
    page.locator(".columns summary").click()
    page.locator(".order select").first.select_option(index=9)

    assert (sideways(page), text_on_text(page)) == (0, [])


def test_an_eye_that_looks_for_text_on_text_sees_it(story: Callable[[str, str], Path], visits: Visits) -> None:
    page = visits.open(story("healthy", "en"))
    page.evaluate("() => { document.querySelector('.sentence').style.marginBlockEnd = '-3rem' }")
    page.evaluate("() => { document.querySelector('.top').style.width = '200vw' }")

    assert text_on_text(page)
    assert sideways(page) > 0


def test_in_forced_colours_what_is_chosen_can_be_told_and_signs_have_an_edge(
    story: Callable[[str, str], Path], visits: Visits
) -> None:
    page = visits.open(story("many-faults", "en"), forced_colors="active")
    colour = "(element) => getComputedStyle(element).backgroundColor"
    labels = page.locator("#guests .filter label")

    assert labels.nth(0).evaluate(colour) != labels.nth(1).evaluate(colour)
    assert page.locator(".sign").first.evaluate("(sign) => getComputedStyle(sign).borderStyle") == "solid"


def test_nothing_moves(story: Callable[[str, str], Path], visits: Visits) -> None:
    page = visits.open(story("many-faults", "en"), reduced_motion="reduce")
    page.locator(".guests thead button").first.click()

    assert page.evaluate("() => document.getAnimations().length") == 0
    assert page.evaluate(
        "() => [...document.querySelectorAll('*')].every((each) => getComputedStyle(each).transitionDuration === '0s')"
    )
