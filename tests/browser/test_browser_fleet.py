"""The page of a fleet as it is looked at: on a phone and a desk, by eyes and by those who use none."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.looking import LAY_OUT_ALL, WIDEST_FONT, sideways, text_on_text
from browser.visits import Visits
from pve_backup_report.render.fleet_html import fleet_html
from pve_backup_report.render.language import load_language
from render.sample_fleet import FLEETS


@pytest.fixture(scope="session")
def fleet_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    folder = tmp_path_factory.mktemp("fleets")

    @cache
    def file_of(name: str, code: str) -> Path:
        path = folder / f"{name}.{code}.html"
        path.write_text(fleet_html(FLEETS[name](), load_language(code)), encoding="utf-8")
        return path

    return file_of


@pytest.mark.parametrize("name", FLEETS)
@pytest.mark.parametrize(("code", "scheme"), [("en", "light"), ("fr", "dark")])
def test_every_fleet_fits_a_phone_and_a_desk(
    name: str, code: str, scheme: str, fleet_file: Callable[[str, str], Path], visits: Visits
) -> None:
    page = visits.open(fleet_file(name, code), color_scheme=scheme)
    page.evaluate(LAY_OUT_ALL)
    page.evaluate(WIDEST_FONT)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, sideways(page), text_on_text(page)) == (width, 0, [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anyone_from_using_it(
    scheme: str, fleet_file: Callable[[str, str], Path], visits: Visits
) -> None:
    page = visits.open(fleet_file("mixed", "en"), color_scheme=scheme)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_clusters_are_searched_and_sorted(fleet_file: Callable[[str, str], Path], visits: Visits) -> None:
    page = visits.open(fleet_file("hundred", "en"))
    rows = page.locator(".clusters tbody tr")
    page.get_by_role("searchbox").fill("site-04")
    expect(page.locator("[role=status]")).to_have_text("Clusters shown: 10 of 100")
    expect(rows.filter(visible=True)).to_have_count(10)
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="Cluster", exact=True).click()
    assert rows.first.locator("th .name").text_content() == "site-000"


def test_it_is_whole_without_a_script(fleet_file: Callable[[str, str], Path], visits: Visits) -> None:
    page = visits.open(fleet_file("mixed", "en"), java_script_enabled=False)
    expect(page.locator(".clusters tbody tr")).to_have_count(8)
    expect(page.get_by_text("3 of 8 clusters could not be asked", exact=False).first).to_be_visible()
    assert page.locator("article.cluster").count() == 8


def test_a_link_leads_to_a_clusters_part_of_the_page(fleet_file: Callable[[str, str], Path], visits: Visits) -> None:
    page = visits.open(fleet_file("hundred", "en"))
    page.locator(".clusters tbody tr a").first.click()
    expect(page.locator("article.cluster:target")).to_be_in_viewport()
