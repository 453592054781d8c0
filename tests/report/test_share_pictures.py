import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import matplotlib
import pandas as pd
import pytest

from stance.report.exhibits import COLOURS, Table
from stance.report.score_pictures import confusion
from stance.report.share_pictures import positions, stances, timeline

PICTURES = [stances, positions, timeline, confusion]


class Reader(HTMLParser):
    """The tags of a piece of HTML with their attributes, in order."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.mark.parametrize("draw", PICTURES)
def test_the_same_comparison_gives_the_same_bytes_whatever_the_reader_prefers(comparison, draw):
    first = draw(comparison).svg
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": None, "svg.fonttype": "none", "axes.grid": True}):
        assert draw(comparison).svg == first
    assert "<date" not in first and first.startswith("<?xml")


@pytest.mark.parametrize("draw", PICTURES)
def test_a_picture_is_a_figure_with_words_and_a_table(comparison, draw):
    picture = draw(comparison)
    html = Reader(picture._repr_html_())
    assert [tag for tag, _ in html.tags if tag in ("figure", "img", "figcaption", "table", "caption")] == [
        "figure",
        "img",
        "figcaption",
        "table",
        "caption",
    ]
    (image,) = html.all("img")
    assert image["alt"] == picture.alt
    assert base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,")).decode() == picture.svg
    assert {attributes.get("scope") for attributes in html.all("th")} <= {"col", "row", "rowgroup"}


def test_the_words_state_the_numbers(comparison):
    forum = "Bus Operators Forum on Free buses"
    assert f"{forum}: of 4, 0 in support (0%), 3 in opposition (75%), 1 without a position" in stances(comparison).alt
    assert f"{forum}: of 3 articles, opposes in 3" in positions(comparison).alt
    assert f"{forum}, undated: 0 for, 1 against" in timeline(comparison).alt
    assert confusion(comparison).alt == (
        "The model’s answers by annotator’s label. Free buses: of 3 statements, 67% alike, macro-F1 0.67."
    )


def test_the_table_says_what_the_comparison_says(comparison):
    table = stances(comparison).table.set_index(["Stakeholder", "Target"])
    assert table.loc[("Bus Operators Forum", "Free buses"), "Opposes"] == "3\n75% (no interval)"
    assert table.loc[("Bus Operators Forum", "Free buses"), "Statements"] == "4 †"
    assert "No stakeholder of the codebook" not in table.index.get_level_values(0)


def test_a_corrected_share_is_called_so_beside_its_count(large):
    labels = [replace(one, sampling_probability=0.5) for place, one in enumerate(large.annotations)
              if (place // 2 + place // 16) % 2 == 0]  # fmt: skip
    picture = stances(replace(large, annotations=tuple(labels)))
    table = picture.table.set_index(["Stakeholder", "Target"])
    assert table.loc[("Fenbridge Council", "Free buses"), "Supports"].startswith("60\ncorrected 6")
    assert "Fenbridge Council on Free buses: of 120, 60 in support (corrected 6" in picture.alt


def test_counts_link_to_their_statements_and_zero_to_nothing(comparison):
    links = [link["href"] for link in Reader(stances(comparison)._repr_html_()).all("a")]
    assert links == [
        "#s-council-buses-support",
        "#s-council-buses-none",
        "#s-operators-buses-oppose",
        "#s-operators-buses-none",
        "#s-council-planning-support",
        "#s-council-planning-none",
        "#s-operators-planning-none",
    ]
    assert "#s-operators-buses-oppose-undated" in timeline(comparison)._repr_html_()


def test_years_without_statements_keep_their_place(comparison):
    articles = comparison.articles
    later = replace(comparison, articles=(articles[0], replace(articles[1], published="2018-01-01"), articles[2]))
    assert timeline(later).alt.startswith("Statements by year, 2015 to undated.")
    assert timeline(later).table["Year"].unique().tolist() == ["2015", "2018", "undated"]


@pytest.mark.parametrize(
    "draw, words",
    [
        (stances, "No statement by a stakeholder of the codebook was found; there is nothing to draw."),
        (timeline, "No statement by a stakeholder of the codebook was found; there is no timeline."),
        (confusion, "No statement of these articles has an annotator’s label"),
    ],
)
def test_nothing_to_draw_is_said_in_words(comparison, draw, words):
    said = tuple(replace(one, stakeholders=()) for one in comparison.statements)
    picture = draw(replace(comparison, statements=said, annotations=()))
    assert picture.svg == "" and picture.alt.startswith(words)
    assert picture._repr_html_().strip() == f"<p>{picture.alt}</p>"


def test_what_came_from_an_article_is_text():
    html = Table(pd.DataFrame({"text": ["<script>alert(1)</script>"]}), "<b>")._repr_html_()
    assert "<script" not in html and "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize("value, shown", [(0.123, "0.12"), (3, "3"), (("lga", "adass"), "lga, adass"), ("", "")])
def test_how_a_cell_is_shown(value, shown):
    html = Table(pd.DataFrame({"name": ["x"], "value": [value]}), "values")._repr_html_()
    assert f">{shown}</td>" in html


def luminance(colour):
    """Relative luminance, 0 to 1. Source: WCAG 2.2."""
    parts = [int(part, 16) / 255 for part in re.findall("..", colour[1:])]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_bars_stand_out_from_paper_and_from_one_another_in_grey():
    support, oppose = luminance(COLOURS["support"]), luminance(COLOURS["oppose"])
    assert 1.05 / (support + 0.05) > 4.5 and 1.05 / (oppose + 0.05) > 3
    assert (oppose + 0.05) / (support + 0.05) > 1.4  # hatching and side tell them apart as well
