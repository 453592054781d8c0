"""Whatever is missing or wrong in the input, the report says it in words: no NaN, no empty chart, no empty table."""

import base64
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from stance.files import InputError
from stance.report.pages import index_page, write_report
from stance.tables import Skipped

ROOT = Path(__file__).parents[1]
PAGES = {"index.html": "Report"}


def words(page):
    """What a reader sees or hears: the text and the alt texts, without style and pictures."""
    page = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    heard = " ".join(re.findall(r'\b(?:alt|aria-label)="([^"]*)"', page))
    return " ".join(unescape(f"{re.sub(r'<[^>]+>', ' ', page)} {heard}").split())


def drawn(page):
    """The pictures of a page, as SVG."""
    return [base64.b64decode(one).decode() for one in re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', page)]


def kept(comparison, articles=None, targets=None, stakeholders=None):
    """The comparison with only these articles, targets and stakeholders."""
    book = comparison.codebook
    articles = articles or [one.article for one in comparison.articles]
    targets = targets or [one.target for one in book.targets]
    stakeholders = stakeholders or [one.stakeholder for one in book.stakeholders]
    said = [replace(one, stakeholders=tuple(name for name in one.stakeholders if name in stakeholders))
            for one in comparison.statements if one.article in articles]  # fmt: skip
    names = {one.statement for one in said}
    return replace(
        comparison,
        articles=tuple(one for one in comparison.articles if one.article in articles),
        statements=tuple(said),
        annotations=tuple(one for one in comparison.annotations if one.statement in names and one.target in targets),
        predictions=tuple(one for one in comparison.predictions if one.statement in names and one.target in targets),
        codebook=replace(
            book,
            targets=tuple(one for one in book.targets if one.target in targets),
            stakeholders=tuple(one for one in book.stakeholders if one.stakeholder in stakeholders),
        ),
    )


def without_labels(comparison):
    return replace(comparison, annotations=())


def one_class(comparison):
    return replace(comparison, annotations=tuple(replace(one, stance="none") for one in comparison.annotations))


def one_article(comparison):
    return kept(comparison, articles=["a1"])


def one_statement(comparison):
    made = kept(comparison, articles=["a3"])
    return replace(made, statements=made.statements[:1], predictions=made.predictions[:2])


def without_dates(comparison):
    return replace(comparison, articles=tuple(replace(one, published="") for one in comparison.articles))


def strays(comparison):
    labels = (replace(one, statement=f"zz{one.statement}") for one in comparison.annotations)
    return replace(comparison, annotations=tuple(labels))


def one_of_each(comparison):
    return kept(comparison, targets=["buses"], stakeholders=["council"])


def nobody_known(comparison):
    return kept(comparison, stakeholders=["drivers"])


def an_article_of_silence(comparison):
    silent = replace(comparison.articles[0], article="a9", group="a9", title="Rain", path="rain.txt", text="Rain.")
    left = Skipped("rain.txt", "no statement found in it")
    return replace(comparison, articles=(*comparison.articles, silent), skipped=(left,))


@pytest.mark.parametrize(
    "poor, said",
    [
        (without_labels, ["Nobody labelled any of the 16 decisions",
                          "No statement of these articles has an annotator’s label",
                          "There is no interval: nobody has labelled any of the statements"]),
        (one_class, ["none: 100%", "On free buses the model is right in 0% of 4 labels here"]),
        (lambda same: same, ["No statement was found by Drivers Union."]),
        (one_article, ["3 statements in 1 article, published in 2015;", "Fewer than 5 statements: to be read"]),
        (one_statement, ["1 statement in 1 article (1 without a date); 1 stakeholder of the codebook heard"]),
        (without_dates, ["8 statements in 3 articles (3 without a date)"]),
        (strays, ["3 annotator’s labels more belong to statements that are not in these articles",
                  "Nobody labelled any of the 16 decisions"]),
        (one_of_each, ["Who supports, and who opposes, free buses?",
                       "5 statements by speakers who are no stakeholder of the codebook"]),
        (nobody_known, ["there is nothing to draw", "No stakeholder of the codebook says anything in these articles."]),
        (an_article_of_silence, ["rain.txt: no statement found in it", "0 statements; file rain.txt"]),
    ],
)  # fmt: skip
def test_poor_input_is_said_in_words(comparison, poor, said):
    page = index_page(poor(comparison), {"articles": "f" * 64}, PAGES)
    text = words(page)
    assert [one for one in said if one not in text] == []
    assert re.findall(r"\b(?:nan|inf|nat)\b", text, re.IGNORECASE) == []
    for svg in drawn(page):
        assert not re.search(r'"[^"]*\b(?:nan|inf)\b[^"]*"', svg)
    assert len(drawn(page)) == page.count("<figure") == page.count("<img")
    for table in re.findall(r"<table>.*?</table>", page, re.DOTALL):
        assert re.search(r"<tbody>\s*<tr>", table)


def test_where_nothing_is_missing_the_same_page_has_its_pictures(comparison):
    assert len(drawn(index_page(comparison, {}, PAGES))) >= 3
    assert drawn(index_page(nobody_known(without_labels(comparison)), {}, PAGES)) == []


@pytest.mark.parametrize("sums", [0.0, 0.9, float("nan")])
def test_a_model_whose_probabilities_are_none_writes_no_report(cheap, tmp_path, monkeypatch, sums):
    from stance.comparison import results

    answered = results.predicted
    monkeypatch.setattr(
        results,
        "predicted",
        lambda *given: [replace(one, support=sums, oppose=0.0, none=0.0) for one in answered(*given)],
    )
    with pytest.raises(InputError, match="probabilities from 0 up that sum to 1 for statement"):
        write_report(ROOT / "data" / "articles", tmp_path / "out", model=cheap)
    assert not (tmp_path / "out").exists()
