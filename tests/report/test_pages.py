import hashlib
import re
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from stance.codebook import read_codebook
from stance.files import InputError
from stance.labels.handouts import rendered
from stance.report import pages as report
from stance.report.exhibits import in_words
from stance.report.notebooks import NotebookError, executed, notebook_page
from stance.report.pages import index_page, stakeholder_pages, summary_page, write_report
from stance.study import new_study
from stance.tables import Skipped

PAGES = {"index.html": "Report", "4_comparison.html": "Comparison"}
SHEETS = ["statements.csv", "statements.parquet", "statements.xlsx"]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def page(comparison):
    return index_page(comparison, {"articles": "f" * 64}, PAGES)


def notebook(tmp_path, *cells):
    kinds = {True: nbformat.v4.new_markdown_cell, False: nbformat.v4.new_code_cell}
    made = nbformat.v4.new_notebook(cells=[kinds[cell.startswith("md:")](cell.removeprefix("md:")) for cell in cells])
    path = tmp_path / "1_made.ipynb"
    nbformat.write(made, path)
    return path


# The page of the comparison ------------------------------------------------------------------------------------------


def test_every_link_leads_somewhere(page):
    anchors = set(re.findall(r'id="([^"]+)"', page))
    linked = set(re.findall(r'href="#([^"]+)"', page))
    assert linked <= anchors
    assert {"s-council-buses-support", "s-operators-buses-oppose-undated", "s-operators-planning", "a-a2"} <= linked


def test_under_each_link_stand_the_statements_that_were_counted(comparison, page):
    for row in comparison.shares.to_dict("records"):
        for stance in ("support", "oppose", "none"):
            found = re.search(rf'id="s-{row["stakeholder"]}-{row["target"]}-{stance}".*?</details>', page, re.DOTALL)
            assert (found[0].count("<mark>") if found else 0) == row[stance]


def test_a_statement_stands_with_its_source_its_speaker_and_who_decided(page):
    found = re.search(r'id="s-council-buses-support-2015".*?</ul>', page, re.DOTALL)[0]
    said = re.sub(r"<[^>]+>|\s+", " ", found.split("<li>")[2])
    for words in (
        "She added: “ We cannot wait another year for them. ”",
        "Ada Nwosu",
        "Fenland Argus, 2 March 2015",
        "High street first",
        "labelled by annotators (ann, ben)",
        "The model toy gives this 15% (support 15%, oppose 70%, none 15%)",
    ):
        assert words in " ".join(said.split())


def test_what_came_from_an_article_is_text(comparison):
    articles, said = comparison.articles, comparison.statements[0]
    hostile = replace(articles[0], title=SCRIPT, publisher=SCRIPT, url="javascript:alert(1)", path=SCRIPT)
    said = replace(said, text=SCRIPT, context=SCRIPT, speaker=SCRIPT, role=SCRIPT, organisation=SCRIPT)
    statements = (said, *comparison.statements[1:])
    page = index_page(replace(comparison, articles=(hostile, *articles[1:]), statements=statements), {}, PAGES)
    assert "<script" not in page and 'href="javascript' not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 5


def test_what_was_left_out_is_named(comparison, page):
    assert "Nothing: every file could be read" in page
    skipped = replace(comparison, skipped=(Skipped("torn.txt", "no text in it"),))
    assert "<li>torn.txt: no text in it</li>" in index_page(skipped, {}, PAGES)


def test_answers_that_mean_little_are_named(comparison, page):
    assert "Answers of the model that mean little" not in page
    doubtful = replace(comparison, doubtful=(Skipped("fr.txt: 0-40", "text: not in English"),))
    assert "<li>fr.txt: 0-40: text: not in English</li>" in index_page(doubtful, {}, PAGES)


def test_silence_is_said(page):
    assert "No statement was found by Drivers Union." in page
    assert "1 statement by speakers who are no stakeholder of the codebook" in page
    assert 'id="s-no-stakeholder-buses-none"' in page


def test_a_comparison_without_statements_of_stakeholders_is_said_in_words(comparison):
    said = tuple(replace(one, stakeholders=()) for one in comparison.statements)
    page = index_page(replace(comparison, statements=said, annotations=()), {}, PAGES)
    assert "there is nothing to draw" in page and "No statement of these articles has an annotator’s label" in page
    assert "nan" not in re.sub(r"<[^>]+>", " ", page).lower().split()


def test_the_page_is_a_whole_document(page):
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert page.count("<h1") == 1
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert re.findall(r"<(header|nav|main|footer)\b", page) == ["header", "nav", "main", "nav", "footer"]
    assert all(re.search(r'\balt="[^"]', image) for image in re.findall(r"<img[^>]*>", page))


@pytest.mark.parametrize("published, day", [("2017-07-05", "5 July 2017"), ("2017", "2017"), ("", "undated")])
def test_dates_in_words(published, day):
    assert in_words(published) == day


def test_each_difference_that_stands_out_is_a_sentence_that_leads_to_both_sides(large):
    page = index_page(large, {}, PAGES)
    standing = large.differences.query("p < 0.05")
    section = page[page.index('<h3 id="between">') : page.index('<h3 id="nearness">')]
    sentences = re.findall(r"<li>.*?</li>", section, re.DOTALL)
    assert len(sentences) == len(standing) > 0
    for row in standing.to_dict("records"):
        said = next(one for one in sentences if f'href="#s-{row["one"]}-{row["target"]}"' in one)
        assert f'href="#s-{row["other"]}-{row["target"]}"' in said
        assert ("Chance would hardly give this" in said) == (row["holm"] < 0.05)


def test_a_finding_that_turns_without_one_article_leads_to_it(labelled):
    page = index_page(labelled, {}, PAGES)
    section = page[page.index('<h3 id="hinges">') : page.index('<section aria-labelledby="statements">')]
    said = next(one for one in re.findall(r"<li>.*?</li>", section, re.DOTALL) if "#s-council-buses" in one)
    assert '<a href="#a-a1">the article “High street first”</a>' in said


def test_without_labels_the_classifier_is_not_scored_and_nothing_is_said_of_differences(comparison):
    page = index_page(replace(comparison, annotations=()), {}, PAGES)
    assert "so that nothing can be said of them" in page and "how sure the model may be cannot be checked" in page
    assert 'id="abstention"' not in page


def test_the_page_to_print_says_what_the_report_says(large):
    page, index = summary_page(large, PAGES), index_page(large, {}, PAGES)
    for one in large.findings:
        assert page.count(one.headline) == 1 and one.evidence in page
    assert large.basis in page and "<table" not in page and page.count("<img") == 1
    assert all(f'id="{anchor}"' in index for anchor in re.findall(r'href="index.html#([^"]+)"', page))


# As Markdown ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def markdown(odd_articles, cheap, tmp_path_factory):
    folder = tmp_path_factory.mktemp("markdown")
    write_report(odd_articles, folder / "out", model=cheap, to="markdown", why=True)
    return folder / "out"


def test_the_same_report_is_one_markdown_file_with_its_pictures_beside_it(markdown):
    text = (markdown / "report.md").read_text(encoding="utf-8")
    pictures = set(re.findall(r"\]\(([\w-]+\.svg)\)", text))
    names = {file.name for file in markdown.iterdir()}
    assert names == {"report.md", "figures.csv", "inputs.json", *SHEETS, *pictures} and len(pictures) >= 6
    assert all((markdown / name).read_text(encoding="utf-8").startswith("<?xml") for name in pictures)
    assert all(f'id="{anchor}"' in text for anchor in re.findall(r"\]\(#([^)]+)\)", text))
    assert text.startswith("# Who supports") and '\n## <a id="differences"></a>' in text
    assert "<script" not in text.replace("\\<", "") and r"\<script\>alert" in text


def test_what_moved_each_answer_is_said_where_asked_for(markdown):
    text = (markdown / "report.md").read_text(encoding="utf-8")
    judged = len(re.findall(r"\(support \d+%, oppose \d+%", text))
    assert text.count("The model answers “") == judged > 200
    assert "No word alone moves that by five points of 100." in text


def test_the_words_that_moved_an_answer_are_named_with_their_weight(comparison):
    why = {(row.statement, row.target): [("unfair", 0.31), ("late", 0.06)] for row in comparison.table.itertuples()}
    page = " ".join(index_page(comparison, {}, PAGES, why).split())
    assert "less likely, by so many points of 100: “unfair” 31; “late” 6.</p>" in page


def test_an_unknown_format_is_one_line(tmp_path):
    with pytest.raises(InputError, match=r"^to: one of html, markdown, docx, not 'pdf'$"):
        write_report(tmp_path, tmp_path / "out", to="pdf")
    assert not (tmp_path / "out").exists()


# Notebooks -----------------------------------------------------------------------------------------------------------


def test_a_notebook_becomes_a_page_without_noise(tmp_path):
    path = notebook(
        tmp_path,
        "md:# One question\n\nA line.",
        "import warnings, sys\nwarnings.warn('old')\nprint('progress', file=sys.stderr)",
        "print('1 < 2')",
        f"{SCRIPT!r}",
        "from IPython.display import Markdown\nMarkdown('# Rules\\n\\n<b>bold</b>\\n\\n|a|\\n|-|\\n|1|')",
    )
    page = notebook_page(executed(path, tmp_path), "4_comparison.html", PAGES)
    assert "<title>One question</title>" in page and page.count("<h1") == 1
    assert "progress" not in re.sub(r'<span class="s1">.*?</span>', "", page) and "UserWarning" not in page
    assert "<pre>1 &lt; 2</pre>" in page and "<script" not in page
    assert "<h3>Rules</h3>" in page and "&lt;b&gt;bold" in page
    assert "<thead>" in page and '<th scope="col">a</th>' in page
    assert "highlight hl-python3" in page and "In [" not in page


def test_a_failing_cell_is_one_line_with_notebook_and_cell(tmp_path):
    path = notebook(tmp_path, "md:# A", "x = 1", "raise ValueError('no\\nsuch thing')")
    with pytest.raises(NotebookError, match=r"^1_made.ipynb, cell 3: ValueError: no such thing$"):
        executed(path, tmp_path)


def test_a_notebook_reads_the_study_that_it_is_run_in(tmp_path):
    new_study(tmp_path / "mine")
    path = notebook(tmp_path, "from stance.study import read_study\nread_study().articles.parts[-2:]")
    shown = executed(path, tmp_path / "mine").cells[0].outputs[0]
    assert shown.data["text/plain"] == "('mine', 'articles')"


@pytest.mark.parametrize(
    "written, html",
    [
        ("## A", "<h4>A</h4>"),
        ("###### A", "<h6>A</h6>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("[a](javascript:x)", "<p>a</p>"),
    ],
)
def test_markdown_of_others_is_tame(written, html):
    assert rendered(written, 2).strip() == html


# The whole report ----------------------------------------------------------------------------------------------------


def test_the_report_has_a_page_for_each_notebook_and_loads_nothing(made_report):
    pages = sorted(page.name for page in made_report.iterdir())
    names = ["1_statements.html", "2_annotation.html", "3_training.html", "4_comparison.html", "figures.csv"]
    assert pages == [*names, "index.html", "inputs.json", "report.html", *SHEETS, "summary.html"]
    index = (made_report / "index.html").read_text(encoding="utf-8")
    assert "The model answers “" not in index  # why, where it was not asked for
    for page in made_report.glob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert not re.search(r"<(script|link|iframe|object|embed|base)\b|@import|url\(|<[^>]+\son\w+=", html)
        assert all(source.startswith("data:image/svg+xml;base64,") for source in re.findall(r'src="([^"]*)"', html))
        assert html.count("<h1") == 1 and str(Path.cwd()) not in html and str(Path.home()) not in html
        assert not re.search(r"0x[0-9a-f]{8,}|Warning:|Traceback", html)
        assert all(f'id="{anchor}"' in html for anchor in re.findall(r'href="#([^"]+)"', html))
        assert all(f'id="{anchor}"' in index for anchor in re.findall(r'href="index.html#([^"]+)"', html))


def test_what_is_wrong_in_a_folder_is_named_and_the_rest_goes_on(made_report):
    html = (made_report / "index.html").read_text(encoding="utf-8")
    left_out = html[html.index('<h3 id="left-out">Left out</h3>') :]
    for place in ("binary.txt", "nobody.txt"):
        assert f"<li>{place}: " in left_out
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "=HYPERLINK(" in html


def test_the_same_articles_give_the_same_bytes_in_another_folder(made_report, odd_articles, tmp_path):
    elsewhere = shutil.copytree(odd_articles, tmp_path / "an other place")
    write_report(elsewhere, tmp_path / "out")
    first, second = (
        {page.name: hashlib.sha256(page.read_bytes()).hexdigest() for page in folder.iterdir()}
        for folder in (made_report, tmp_path / "out")
    )
    assert first == second


def test_a_failing_notebook_leaves_the_old_report_alone(odd_articles, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "NOTEBOOKS", [notebook(tmp_path, "1 / 0")])
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("old")
    with pytest.raises(NotebookError, match=r"^1_made.ipynb, cell 1: ZeroDivisionError: division by zero$"):
        write_report(odd_articles, out)
    assert [(file.name, file.read_text()) for file in out.iterdir()] == [("index.html", "old")]


@pytest.mark.parametrize(
    "text, reason",
    [(None, "an existing file or folder"), ("Rain fell on the town.\n\nIt was wet.", "somebody says something")],
)
def test_nothing_usable_is_one_line(tmp_path, text, reason):
    folder = tmp_path / "articles"
    if text:
        folder.mkdir()
        (folder / "rain.txt").write_text(text)
    with pytest.raises(InputError, match=reason):
        write_report(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_question_is_that_of_the_codebook(comparison):
    book = read_codebook()
    assert "targets for delayed transfers and integration of" in index_page(
        replace(comparison, statements=(), annotations=(), predictions=(), codebook=book), {}, PAGES
    )


# A report of more statements than a page holds -----------------------------------------------------------------------


@pytest.fixture
def crowded(comparison, monkeypatch):
    monkeypatch.setattr(report, "MANY", 5)
    monkeypatch.setattr(report, "SHOWN", 1)
    monkeypatch.setattr(report, "FULL", 3)
    return comparison


def test_of_many_statements_the_page_shows_some_of_each_cell_and_leads_to_all(crowded):
    html = index_page(crowded, {}, {"index.html": "Report"})
    cells = crowded.spoken.groupby(["stakeholder", "target", "stance", "year"]).size()
    assert html.count("<blockquote>") == len(cells) < len(crowded.spoken)
    assert 'href="statements.parquet"' in html and ", of which 1 here" in html
    made = dict(stakeholder_pages(crowded, {"index.html": "Report"}))
    assert set(re.findall(r'href="(statements-[^"]+)"', html)) == set(made)
    assert sum(one.count("<blockquote>") for one in made.values()) == len(crowded.spoken)
    assert max(one.count("<blockquote>") for one in made.values()) == 3


def test_every_link_of_many_leads_somewhere(crowded):
    html = index_page(crowded, {}, {"index.html": "Report"})
    anchors = set(re.findall(r'id="([^"]+)"', html))
    assert [link for link in re.findall(r'href="#([^"]+)"', html) if link not in anchors] == []
    for one in dict(stakeholder_pages(crowded, {"index.html": "Report"})).values():
        assert not re.search(r'href="#', one.split("<main", 1)[1])


def test_a_small_report_has_no_pages_by_stakeholder(comparison):
    assert dict(stakeholder_pages(comparison, {})) == {}
