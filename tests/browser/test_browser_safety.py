"""Names that try to act only stand there, and the page asks nobody for anything."""

from collections.abc import Callable
from pathlib import Path

import pytest

from browser.visits import Visits
from hostile.strings import THEMES, filled
from pve_backup_report.model.report import Report
from render.sample_facts import covered, guest, job, job_verdict
from render.sample_report import report_of
from render.stories import STORIES

CANARY = "<img src=x onerror='window.__pwned=1'>"
NAMES = (CANARY, "<svg onload='window.__pwned=2'>", "</script><script>window.__pwned=3</script>",
         "\"'><button onfocus='window.__pwned=4' autofocus>", "javascript:window.__pwned=5")  # fmt: skip
OWN = """() => ({
  pwned: window.__pwned ?? null,
  scripts: document.scripts.length,
  acting: [...document.querySelectorAll('*')].flatMap((each) => [...each.attributes])
    .filter(({ name, value }) => name.startsWith('on') || /^\\s*javascript:/i.test(value)).map(({ name }) => name),
})"""


def hostile_names() -> Report:
    guests = tuple(covered(guest(100 + at, name, notes=name, tags=(name,))) for at, name in enumerate(NAMES))
    jobs = tuple(job_verdict(job(name, comment=name), (100,)) for name in NAMES)
    return report_of(guests, jobs, name=CANARY)


@pytest.mark.parametrize("name", STORIES)
def test_no_story_runs_anything_but_the_script_of_the_page(
    name: str, story: Callable[[str, str], Path], visits: Visits
) -> None:
    page = visits.open(story(name, "en"))

    assert page.evaluate(OWN) == {"pwned": None, "scripts": 1, "acting": []}


def test_names_made_to_act_do_not_when_the_table_is_used(write: Callable[[Report, str], Path], visits: Visits) -> None:
    page = visits.open(write(hostile_names(), "en"))
    for button in page.locator("thead button").all():
        button.click()
    page.locator("input[type=search]").fill("onerror")
    page.locator("[role=status]", has_text="1 of 5").wait_for()

    assert page.locator(".guests tbody tr:visible .name").all_inner_texts() == [CANARY]
    assert page.evaluate(OWN) == {"pwned": None, "scripts": 1, "acting": []}


@pytest.mark.parametrize("code", ["en", "fr"])
def test_no_attack_of_a_tenant_acts_or_asks_anybody(
    code: str, write: Callable[[Report, str], Path], visits: Visits
) -> None:
    attacks = [filled(theme, at) for at, theme in enumerate(THEMES)]
    guests = tuple(covered(guest(100 + at, text, notes=text, tags=(text,))) for at, text in enumerate(attacks))
    jobs = tuple(job_verdict(job(text, comment=text, storage=text), (100,)) for text in attacks)
    for name in attacks[:3]:
        page = visits.open(write(report_of(guests, jobs, name=name), code))
        page.locator("input[type=search]").fill("zqx")

        assert page.evaluate(OWN) == {"pwned": None, "scripts": 1, "acting": []}
        assert page.locator(".guests tbody tr").count() == len(attacks)


def test_the_canary_sings_where_a_page_is_careless(tmp_path: Path, visits: Visits) -> None:
    careless = tmp_path / "careless.html"
    careless.write_text(f"<!DOCTYPE html><title>careless</title>{CANARY.replace('src=x', 'src=data:,')}", "utf-8")
    page = visits.open(careless)

    page.wait_for_function("() => window.__pwned === 1")
    assert page.evaluate(OWN)["acting"] == ["onerror"]
