"""The codebook page in a real browser, on a screen and on paper."""

from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe

PAGE = Path(__file__).parents[2] / "docs" / "codebook.html"


@pytest.fixture
def page(browser):
    context = browser.new_context(offline=True)
    opened = context.new_page()
    opened.goto(PAGE.as_uri())
    yield opened
    context.close()


@pytest.mark.parametrize("width", [400, 1280])
def test_axe_finds_nothing_and_nothing_is_cut(page, tmp_path, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.screenshot(path=tmp_path / f"{width}.png", full_page=True)
    found = Axe().run(page)["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints_and_no_example_is_torn_in_two(page, tmp_path):
    page.emulate_media(media="print")
    inside = page.evaluate(
        "[...document.querySelectorAll('.examples li')].map(item => getComputedStyle(item).breakInside)"
    )
    assert inside == ["avoid"] * 24
    assert page.pdf(path=tmp_path / "codebook.pdf", prefer_css_page_size=True, format="A4").startswith(b"%PDF")
