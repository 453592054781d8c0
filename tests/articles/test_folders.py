"""Folders as people have them: reports among articles, saved pages with their parts, tables, corrections."""

import json
from pathlib import Path

import pandas as pd
import pytest

from stance.articles.reading import read_articles
from stance.codebook import read_codebook
from stance.files import InputError
from stance.labels.exchange import exported
from stance.labels.handouts import handout
from stance.report.notebooks import notebook_page
from stance.report.numbers import numbers
from stance.report.pages import index_page, summary_page
from stance.report.transcripts import transcript
from stance.shipped import ANNOTATIONS
from stance.statements.finding import Statement
from stance.steps import find_statements, what_was_read
from stance.tables import Skipped, write, write_csv

STORY = (
    "The ferry board has turned down a plan to sail only on weekdays.\n\n"
    "“The islands would be cut off for two days,” said Ola Brun, who chairs the board."
)
PAGES = {"index.html": "Report", "summary.html": "In brief"}


def put(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


# What the suite wrote itself ----------------------------------------------------------------------------------------


def own_files(folder: Path, comparison) -> None:
    """One of everything that the suite writes."""
    index = index_page(comparison, {}, PAGES)
    put(folder, index_dot_html=index, summary_dot_html=summary_page(comparison, PAGES),
        report_dot_md=transcript(index).text,
        notebook_dot_html=notebook_page(_notebook(), "notebook.html", PAGES),
        codebook_dot_html=handout(read_codebook()))  # fmt: skip
    write_csv(numbers(comparison), folder / "figures.csv")
    write(comparison.statements, folder / "statements.jsonl", Statement)
    write(comparison.statements, folder / "statements.csv", Statement)
    write(comparison.predictions, folder / "predictions.jsonl", type(comparison.predictions[0]))
    asked = pd.DataFrame(
        [{"text": "A.", "target": "b", "stance": "none", "support": 0, "oppose": 0, "none": 1, "model": "m"}]
    )
    asked.to_csv(folder / "answers.csv", index=False)
    for tool, ending in (("csv", "csv"), ("doccano", "jsonl"), ("prodigy", "jsonl"), ("label-studio", "json")):
        text = exported(comparison.annotations, tool, comparison.statements, comparison.codebook)
        put(folder, **{f"{tool}_dot_{ending}": text})
    put(folder, reader_dot_jsonl=(ANNOTATIONS / "reader-1.jsonl").read_bytes())
    what_was_read(comparison.articles, [], comparison.statements).to_csv(folder / "read.csv", index=False)


def _notebook():
    import nbformat

    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Who speaks?\n\nThe board said that it would.")]
    )


def test_what_the_suite_wrote_is_left_aside_in_one_line(tmp_path, labelled):
    put(tmp_path, a_dot_txt=STORY)
    (tmp_path / "reports").mkdir()
    own_files(tmp_path / "reports", labelled)
    put(tmp_path, reports__drawn_dot_svg="<svg/>", reports__inputs_dot_json="{}")
    articles, skipped = read_articles(tmp_path)
    assert [one.path for one in articles] == ["a.txt"]
    assert [one.place for one in skipped] == ["reports"]
    assert skipped[0].reason.startswith("made by stance itself, no article: answers.csv, codebook.html, csv.csv and 1")


def test_an_article_that_speaks_of_the_suite_is_one(tmp_path):
    page = f"<html><body><article><p>{STORY}</p><p>Made with stance.</p></article></body></html>"
    put(tmp_path, a_dot_html=page)
    assert len(read_articles(tmp_path)[0]) == 1


# Corrections --------------------------------------------------------------------------------------------------------


def test_corrections_beside_the_articles_count_and_what_cannot_be_used_is_named(tmp_path):
    rows = "path,title,publisher,published\na.txt,Weekday sailings,Sound Post,25/07/2017\nb.txt,,,\ngone.txt,Gone,,\n"
    put(
        tmp_path,
        a_dot_txt=f"Ferry board says no\n3 May 2016\n{STORY}",
        b_dot_txt=f"{STORY} It meets in May.",
        articles_dot_csv=rows,
    )
    (first, second), skipped = read_articles(tmp_path)
    assert (first.title, first.publisher, first.published) == ("Weekday sailings", "Sound Post", "2017-07-25")
    assert second.title == ""
    assert skipped == [Skipped("articles.csv", "no article 'gone.txt' among these")]


def test_the_table_of_what_was_read_is_a_table_of_corrections(tmp_path, stance):
    put(
        tmp_path,
        a_dot_txt=f"Ferry board says no\n{STORY}",
        b_dot_txt="",
        c_dot_csv=f'text,published\n"{STORY} Twice.",05/04/2016\n',
    )
    shown = stance("articles", tmp_path)[1]
    assert [" ".join(line.split()) for line in shown.splitlines()[1:]] == [
        "a.txt Ferry board says no 29 1 a.txt",
        "c.csv:2 30 1 a.txt its date, '05/04/2016', may be 2016-04-05 or 2016-05-04, and no other tells which: it "
        "stays undated (write one of them)",
        "b.txt 0 0 empty",
    ]
    stance("articles", tmp_path, "-o", tmp_path / "articles.csv")
    table = pd.read_csv(tmp_path / "articles.csv", dtype=str, keep_default_na=False)
    table.loc[table["path"] == "c.csv:2", "published"] = "2016-04-05"
    table.to_csv(tmp_path / "articles.csv", index=False)
    articles, skipped = read_articles(tmp_path)
    assert [one.published for one in articles] == ["", "2016-04-05"]
    assert skipped == [Skipped("b.txt", "empty")]


# Pages saved with their parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page, parts", [
    ("Ferry.html", "Ferry_files"), ("Ferry.htm", "Ferry_files"), ("Ferry", "Ferry_files"), ("Ferry.html",
     "Ferry-Dateien"),
    ("in/Ferry.html", "in/Ferry_files/more"),
])  # fmt: skip
def test_the_parts_of_a_saved_page_are_no_articles(tmp_path, page, parts):
    html = f"<html><body><article><p>{STORY.replace(chr(10) * 2, '</p><p>')}</p></article></body></html>"
    put(tmp_path, **{page: html, f"{parts}/ad.html": html.replace("ferry", "bus"), f"{parts}/x.js": "1"})
    articles, skipped = read_articles(tmp_path)
    assert ([one.path for one in articles], skipped) == ([page], [])


def test_a_folder_of_files_without_a_page_is_a_folder(tmp_path):
    put(tmp_path, press_files__a_dot_txt=STORY)
    assert [one.path for one in read_articles(tmp_path)[0]] == ["press_files/a.txt"]


# Tables from elsewhere ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [
    pytest.param("id,publish_date,title,url,language,media_name,media_url,story_text", id="Media Cloud, old"),
    pytest.param("id,indexed_date,language,media_name,media_url,publish_date,title,url,text", id="Media Cloud, new"),
    pytest.param("url,url_mobile,title,seendate,socialimage,domain,language,sourcecountry,text", id="GDELT"),
    pytest.param("source.id,source.name,author,title,description,url,urlToImage,publishedAt,content", id="NewsAPI"),
    pytest.param(",ID,Source_File,Newspaper,Date,Length,Section,Author,Edition,Headline,Graphic,Article",
             id="LexisNexisTools"),
    pytest.param("Title,Source Domain,Date Publish,Date Modify,Date Download,Maintext", id="news-please"),
    pytest.param("Headline;Paper;Pub Date;Full Text;;", id="by hand"),
])  # fmt: skip
def test_the_columns_that_other_tools_write(tmp_path, columns):
    sign = ";" if ";" in columns else ","
    day = {"seendate": "20160503T091500Z", "publishedAt": "2016-05-03T09:15:00Z", "indexed_date": "2023-01-01",
           "Date Modify": "2019-01-01", "Date Download": "2020-01-01"}  # fmt: skip
    cells = {name: "x" if name else "" for name in columns.split(sign)}
    for name in cells:
        low = name.lower()
        if "date" in low or name in day:
            cells[name] = day.get(name, "2016-05-03")
        elif low in ("title", "headline"):
            cells[name] = "Ferry board says no"
        elif low in ("media_name", "domain", "source.name", "newspaper", "paper", "source domain"):
            cells[name] = "Sound Post"
        elif low in ("story_text", "text", "content", "article", "maintext", "full text"):
            cells[name] = f'"{STORY}"'
    empty = sign.join("" for _ in columns.split(sign))
    put(tmp_path, t_dot_csv=f"{columns}\n{sign.join(cells[name] for name in columns.split(sign))}\n{empty}\n{empty}\n")
    [article], skipped = read_articles(tmp_path)
    assert (article.title, article.publisher, article.published) == ("Ferry board says no", "Sound Post", "2016-05-03")
    assert (article.text, skipped) == (STORY, [])


def test_columns_that_are_not_understood_are_named(tmp_path):
    put(tmp_path, t_dot_csv=f'text,kicker,page\n"{STORY}",Ferries,7\n')
    _, [skipped] = read_articles(tmp_path)
    assert skipped == Skipped("t.csv", "no title, publisher, published found; columns left aside: kicker, page")


def test_an_article_that_newsapi_cut_short_is_none(tmp_path):
    put(
        tmp_path,
        t_dot_json=json.dumps({"articles": [{"content": STORY[:150] + "… [+2114 chars]"}, {"content": STORY}]}),
    )
    [article], [skipped] = read_articles(tmp_path)
    assert (article.path, skipped.place) == ("t.json:2", "t.json:1")
    assert skipped.reason.startswith("cut short")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_as_a_spreadsheet_saves_it(tmp_path, encoding, sign):
    told = STORY.replace("Ola Brun", "Zoë Brûn of l’Île (£5m a year)")
    put(tmp_path, t_dot_csv=f'title{sign}published{sign}text\r\nNo{sign}2016-05-03{sign}"{told}"\r\n'.encode(encoding))
    [article], skipped = read_articles(tmp_path)
    assert (article.text, article.title, skipped) == (told, "No", [])


@pytest.mark.parametrize("dates, expected, named", [
    pytest.param(["05/04/2016", "05/17/2016"], ["2016-05-04", "2016-05-17"], [], id="no 17th month"),
    pytest.param(["05/04/2016", "17/05/2016"], ["2016-04-05", "2016-05-17"], [], id="British"),
    pytest.param(["05/04/2016", "06/07/2016"], ["", ""], [2, 5], id="nothing tells"),
    pytest.param(["05/04/2016", "17/05/2016", "05/17/2016"], ["", "2016-05-17", "2016-05-17"], [2], id="both orders"),
    pytest.param(["05-04-2016", "5.4.2016", "05/17/2016"], ["2016-04-05", "2016-04-05", "2016-05-17"], [],
             id="by sign"),
    pytest.param(["05-04-2016", "05-17-2016"], ["2016-05-04", "2016-05-17"], [], id="hyphens, American"),
    pytest.param(["42494", "20160504", "1462352400", "2016/05/04"], ["2016-05-04"] * 4, [], id="numbers"),
    pytest.param(["May 2016", "last week", "", "31/02/2016"], ["", "", "", ""], [2, 5, 11], id="none"),
    pytest.param(["4/4/16", "4 May 2016, 9.30am BST"], ["2016-04-04", "2016-05-04"], [], id="no doubt"),
])  # fmt: skip
def test_a_column_of_dates_is_read_by_one_rule(tmp_path, dates, expected, named):
    rows = "".join(f'"{day}","{STORY} It was meeting {number}."\n' for number, day in enumerate(dates))
    put(tmp_path, t_dot_csv=f"published,text\n{rows}")
    articles, skipped = read_articles(tmp_path)
    assert [one.published for one in articles] == expected
    assert [one.place for one in skipped] == [f"t.csv:{line}" for line in named]


def test_the_dates_of_a_folder_are_read_by_one_rule_too(tmp_path):
    put(tmp_path, a_dot_txt=f"Ferry board says no\nPublished 05/04/2016\n{STORY}",
        b_dot_md=f"---\npublished: 05/17/2016\n---\n{STORY} Twice.")  # fmt: skip
    assert [one.published for one in read_articles(tmp_path)[0]] == ["2016-05-04", "2016-05-17"]


# Copies -------------------------------------------------------------------------------------------------------------


def test_a_wire_story_that_papers_cut_is_one_group_and_a_reader_sees_which(tmp_path):
    lines = [f"Line {number} of what the {word} board told us about its {word} plans for the coming year." for number,
             word in enumerate("ferry bus tram bridge harbour road rail cycle path".split())]  # fmt: skip
    put(tmp_path, **{"0_dot_txt": "\n\n".join(lines), "1_dot_txt": "\n\n".join(lines[:2]),
                     "2_dot_txt": "\n\n".join(lines[6:]),
                     "3_dot_txt": STORY})  # fmt: skip
    articles, skipped = read_articles(tmp_path)
    assert what_was_read(articles, skipped, find_statements(articles))["group"].tolist() == ["0.txt"] * 3 + [""]


def test_a_folder_of_nothing_but_own_output_is_refused(tmp_path):
    put(tmp_path, s_dot_jsonl='{"statement": "a-1-2", "article": "a", "start": 1, "end": 2, "text": "x"}\n')
    with pytest.raises(InputError, match="made by stance itself"):
        read_articles(tmp_path)
