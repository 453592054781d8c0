"""The report in a real browser, with the network off."""

import re

import pytest
from axe_core_python.sync_playwright import Axe
from conftest import copied

from stance.report.pages import CONTENTS, index_page

NAMES = ["index", "report", "summary", "1_statements", "2_annotation", "3_training", "4_comparison"]
LARGE = 5000  # statements
WIDTHS = [400, 1280]


@pytest.fixture
def visit(browser, made_report):
    """A function from a page's name and a width to the page, opened; whatever it complains of or asks for is kept."""
    context = browser.new_context(offline=True)

    def opened(name, width, fragment=""):
        page = context.new_page()
        page.complaints, page.requests = [], []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.set_viewport_size({"width": width, "height": 900})
        page.goto((made_report / f"{name}.html").as_uri() + fragment)
        return page

    yield opened
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_and_nothing_is_loaded(visit, tmp_path, name, width):
    page = visit(name, width)
    asked = [url for url in page.requests if not url.startswith(("file:", "data:"))]
    found = [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in Axe().run(page)["violations"]]
    page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=False)
    assert (found, asked, page.complaints) == ([], [], [])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 100)")


def test_a_number_leads_to_its_statements_even_in_a_closed_list(visit):
    page = visit("index", 1280)
    link = page.locator("td a[href$='-none']").first
    link.click()
    page.wait_for_timeout(200)
    details = page.locator(f"details:has(> [id='{link.get_attribute('href')[1:]}'])")
    assert details.locator("li").count() == int(link.inner_text())
    assert details.bounding_box()["y"] < 900


def test_a_number_in_a_notebook_leads_to_the_same_statements(visit):
    page = visit("4_comparison", 1280)
    page.locator("td a[href*='#s-']").first.click()
    page.wait_for_url("**/index.html#s-*")


def test_the_keyboard_reaches_the_content_first(visit):
    page = visit("index", 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_summary_is_one_page(visit, tmp_path):
    pdf = visit("summary", 1280).pdf(path=tmp_path / "summary.pdf", prefer_css_page_size=True, format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


@pytest.mark.parametrize("name", NAMES)
def test_print_cuts_no_figure_and_hides_no_statement_that_takes_a_side(visit, tmp_path, name):
    page = visit(name, 1280)
    page.emulate_media(media="print")
    printable = (297 - 2 * 18) / 25.4 * 96  # A4 less the margins of the style sheet, in CSS pixels
    page.set_viewport_size({"width": int((210 - 2 * 16) / 25.4 * 96), "height": int(printable)})
    heights = page.evaluate("[...document.querySelectorAll('figure .wide:has(img)')].map(box => box.offsetHeight)")
    inside = page.evaluate(
        "[...document.querySelectorAll('figure .wide:has(img)')].map(box => getComputedStyle(box).breakInside)"
    )
    assert max(heights, default=0) < printable and set(inside) <= {"avoid"}
    assert len(heights) == page.locator("figure img").count()
    assert page.evaluate("[...document.querySelectorAll('.wide')].every(box => box.scrollWidth <= box.clientWidth + 1)")
    assert page.evaluate("[...document.querySelectorAll('details:not(.none) li')].every(item => item.offsetHeight > 0)")
    assert page.pdf(path=tmp_path / f"{name}.pdf", prefer_css_page_size=True, format="A4").startswith(b"%PDF")


def test_the_pages_tested_are_all_there_are_with_every_section_and_picture(visit, made_report):
    assert {path.stem for path in made_report.glob("*.html")} == set(NAMES)
    page = visit("index", 1280)
    assert page.evaluate("[...document.querySelectorAll('h2')].map(heading => heading.id)") == list(CONTENTS)
    assert page.locator("figure img").count() >= 3 and page.locator("details li").count() > 100


def test_a_page_of_5000_statements_opens_within_two_seconds(browser, comparison, tmp_path):
    large = copied(comparison, LARGE // len(comparison.statements))
    file = tmp_path / "large.html"
    file.write_text(index_page(large, {}, {"large.html": "Report"}), encoding="utf-8")
    assert len(large.statements) == LARGE and file.stat().st_size < 15e6
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    session = page.context.new_cdp_session(page)
    # The time that the page itself takes: how busy the machine is with other things is not its fault.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(file.as_uri())
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    taken = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    assert 0 < taken["LayoutDuration"] < taken["TaskDuration"] < 2
    assert 0 < page.locator("mark").count() < LARGE / 10  # a sample
    assert page.locator("a[href='statements.parquet']").count() == 1
    page.close()
