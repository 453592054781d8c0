"""Bundles: in every format that an archive exports, each article comes out with its own words, title, paper and day."""

import random
import re
import subprocess
import sys
from html import escape
from pathlib import Path

import pytest
from docx import Document

from stance.articles.reading import read_articles
from stance.files import InputError

STORIES = [
    ("Ferry towns turn down single ticket", "The Sound Courier", (2016, 9, 3), "Ada Moss", "NEWS; Pg. 6", [
        "The towns along the sound have turned down a single ticket for ferries, on 1 April 2015 still their own plan.",
        "“A ticket that nobody can pay for is no ticket,” said Jan Orme, mayor of Stowhaven.",
        "He added: CO2 was not the point. In the end, the boats would stay half empty.",
    ]),
    ("Harbour board backs night sailings", "Firth Evening Star (London)", (2019, 1, 21), "Lev Trott",
     "BUSINESS; Pg. 2", [
        "Night sailings will begin in spring, the harbour board decided yesterday.",
        "“We have waited ten years for this,” said Mina Falk, who chairs the board.",
    ]),
    ("Minister keeps ferry grant", "The Wednesday Post", (2014, 12, 10), "Staff Reporter", "NEWS; Pg. 2", [
        "The transport minister has kept the grant for small ferries.",
        "“It is money well spent,” he said.",
        "Otto Brill was speaking in Largs.",
    ]),
]  # fmt: skip
MONTHS = "January February March April May June July August September October November December".split()
EXPECTED = [(title, paper, "-".join(f"{part:02}" for part in day)) for title, paper, day, *_ in STORIES]


def us(day):
    return f"{MONTHS[day[1] - 1]} {day[2]}, {day[0]}"


def uk(day):
    return f"{day[2]} {MONTHS[day[1] - 1]} {day[0]}"


def wrapped(lines, width=75):
    """Lines of a set width, as Nexis writes them."""
    return [re.sub(rf"(.{{1,{width}}})(?: |$)", r"\1\n", line).strip("\n") for line in lines]


def nexis_text(copyright_first=False):
    parts = ["                  Nexis search: ferry AND (grant OR ticket)\n"]
    for number, (title, paper, day, byline, section, lines) in enumerate(STORIES, start=1):
        owner = (
            f"                    Copyright {day[0]} Sound Newspapers Ltd\n                       All Rights Reserved"
        )
        head = [f"{paper:^75}", f"{us(day) + ' Saturday 4:15 PM GMT':^75}\n{'First Edition':^75}"]
        tail = [
            f"LOAD-DATE: {us((2021, 1, number))}",
            "LANGUAGE: ENGLISH",
            "GRAPHIC: A ferry",
            "PUBLICATION-TYPE: Newspaper",
        ]
        parts += [
            f"                               {number} of {len(STORIES)} DOCUMENTS\n",
            *([owner, *head] if copyright_first else head),
            title, f"BYLINE: {byline}", f"SECTION: {section}", "LENGTH: 88 words", "DATELINE: STOWHAVEN",
            *wrapped(lines), *tail, *([] if copyright_first else [owner]),
        ]  # fmt: skip
    return "\n\n".join(parts)


def nexis_html():
    rows = "".join(f'<DIV CLASS="c0"><P CLASS="c1"><SPAN CLASS="c2">{escape(line.strip())}</SPAN></P></DIV>\n'
                   for line in re.split(r"\n\n+", nexis_text()))  # fmt: skip
    return f"<!DOCTYPE html><HTML><HEAD><TITLE>Nexis</TITLE></HEAD><BODY>{rows}</BODY></HTML>"


def nexis_uni():
    """The paragraphs of an export of Nexis Uni, its cover page first."""
    cover = ["User Name: = Reader", "Date and Time: = Monday, 6 January 2020 10:00:00 AM GMT", "Job Number: = 106",
             "Documents (3)", *(f"{number}. {story[0]}" for number, story in enumerate(STORIES, start=1)),
             "Client/Matter: -None-", "Search Terms: ferry", "Search Type: Terms and Connectors"]  # fmt: skip
    for number, (title, paper, day, byline, section, lines) in enumerate(STORIES, start=1):
        cover += [title, paper, f"{us(day)} Saturday", *(["Scotland Edition"] if number == 2 else []),
                  f"Copyright {day[0]} Sound Newspapers Ltd All Rights Reserved", f"Section: {section}",
                  "Length: 88 words",
                  f"Byline: {byline}", "Body", "", *lines, f"Load-Date: {us((2021, 1, number))}", "", "End of Document",
                  f"Page {number} of 9"]  # fmt: skip
    return cover


def factiva_rows():
    for number, (title, paper, day, byline, section, lines) in enumerate(STORIES, start=1):
        yield [("SE", section), ("HD", title), ("BY", f"By {byline}"), ("WC", "88 words"), ("PD", uk(day)), ("ET",
               "02:00"),
               ("SN", paper), ("SC", "SOUCOU"), ("ED", "First"), ("PG", "6"), ("LA", "English"),
               ("CY", f"Copyright {day[0]}, Sound Newspapers Ltd"), ("LP", lines[0]), ("TD", "\n".join(lines[1:])),
               ("CO", "ferco : Ferries Ltd"), ("IN", "i72 : Shipping | ifer : Ferries"), ("NS", "gtour : Travel"),
               ("RE", "uk : United Kingdom"), ("PUB", "Sound Newspapers"),
               ("AN", f"Document SOUCOU0020160903ec930000{number}")]  # fmt: skip


def factiva_text(alone=False):
    return "\n\n".join("\n".join(f"{code}\n{value}\n" if alone else f"{code} {value}" for code, value in rows)
                       for rows in factiva_rows())  # fmt: skip


def factiva_html():
    parts = []
    for rows in factiva_rows():
        cells = "".join(f'<tr><td class="index" align="right"><b>{code}</b>&nbsp;</td><td>'
                        + "".join(f'<p class="articleParagraph">{escape(line)}</p>' for line in value.split("\n"))
                        + "</td></tr>" for code, value in rows)  # fmt: skip
        parts.append(f'<div class="article enArticle"><table>{cells}</table></div><br/>')
    return f"<html><head><title>Factiva</title></head><body>{''.join(parts)}</body></html>"


def factiva_uncoded():
    parts = []
    for number, (title, paper, day, byline, section, lines) in enumerate(STORIES, start=1):
        parts.append("\n".join([
            section, title, f"By {byline}", "88 words", uk(day), "02:00", paper, "SOUCOU", "First", "6", "English",
            f"Copyright {day[0]}, Sound Newspapers Ltd", "", *(f"{line}\n" for line in lines),
            f"Document SOUCOU0020160903ec930000{number}",
        ]))  # fmt: skip
    return "\n\n".join(parts) + "\n\nSearch Summary\nText ferry\n"


def proquest(numbered=True):
    parts = []
    for number, (title, paper, day, byline, _, lines) in enumerate(STORIES, start=1):
        head = [f"Document {number} of {len(STORIES)}"] if numbered else []
        parts += ["_" * 60, *head, title, f"Author: {byline}",
                  f"Publication info: {paper} ; Stowhaven (UK) [Stowhaven (UK)] {uk(day)}: 6.",
                  "Abstract: Ferries, in short.",
                  "Links: http://link.example/1", f"Full text: {lines[0]}", *lines[1:], "Subject: Ferries; Grants",
                  f"Publication title: {paper}", "Publication year: 2013",
                  f"Publication date: {us(day).replace(MONTHS[day[1] - 1], MONTHS[day[1] - 1][:3])}",
                  f"ProQuest document ID: 19000{number}", "Last updated: 2022-03-01",
                  "Database: Newsstream"]  # fmt: skip
    return "\n\n".join([*parts, "_" * 60, "Contact us at: http://example/help"])


def rtf(lines):
    marks = {"“": r"\ldblquote ", "”": r"\rdblquote ", "’": r"\rquote ", "\\": r"\\", "{": r"\{", "}": r"\}"}
    told = (("".join(marks.get(sign, sign) for sign in line)) for line in lines)
    return (
        r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}"
        + "\n"
        + "\n".join(rf"\pard {one}\par" for one in told)
        + "}"
    )


def rtf_table(rows):
    row = r"\trowd\cellx900\cellx9000\intbl {}\cell {}\cell\row"
    cells = "\n".join(row.format(code, value.replace("\n", r"\par ")) for code, value in rows)
    return rtf(["x"]).replace(r"\pard x\par", cells.replace("“", r"\ldblquote ").replace("”", r"\rdblquote "))


EXPORTS = {
    "nexis.txt": nexis_text(),
    "nexis-copyright-first.txt": nexis_text(copyright_first=True),
    "nexis-mac.txt": nexis_text().replace("\n", "\r"),
    "nexis.html": nexis_html(),
    "nexis.rtf": rtf(nexis_text().split("\n")),
    "uni.txt": "\n".join(nexis_uni()),
    "uni-apart.txt": "\n\n".join(nexis_uni()),
    "uni.rtf": rtf(nexis_uni()),
    "uni.html": "<html><body>" + "".join(f"<p>{escape(line)}</p>" for line in nexis_uni()) + "</body></html>",
    "factiva.txt": factiva_text(),
    "factiva-alone.txt": factiva_text(alone=True),
    "factiva.html": factiva_html(),
    "factiva.rtf": rtf_table(row for rows in factiva_rows() for row in rows),
    "factiva-uncoded.txt": factiva_uncoded(),
    "factiva-uncoded.rtf": rtf(factiva_uncoded().split("\n")),
    "proquest.txt": proquest(),
    "proquest-unnumbered.txt": proquest(numbered=False),
}


def written(folder: Path, name: str) -> Path:
    if name.endswith(".docx"):
        document = Document()
        for line in nexis_uni() if name == "uni.docx" else nexis_text().split("\n"):
            document.add_paragraph(line)
        document.save(folder / name)
    else:
        (folder / name).write_text(EXPORTS[name], encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("name", [*EXPORTS, "uni.docx", "nexis.docx"])
def test_each_article_of_an_export_is_one(tmp_path, name):
    articles, skipped = read_articles(written(tmp_path, name))
    assert [(one.title, one.publisher, one.published) for one in articles] == EXPECTED
    assert [one.text.split("\n\n") for one in articles] == [story[-1] for story in STORIES]
    assert [one.path for one in articles] == [f"{name}#{number}" for number in (1, 2, 3)]
    assert (skipped, {one.byline for one in articles}) == ([], {"Ada Moss", "Lev Trott", "Staff Reporter"})


@pytest.mark.parametrize("name, cut, reason", [
    ("nexis.txt", "LOAD-DATE: January 3", ""),
    ("nexis.txt", "                               3 of 3 DOCUMENTS", "only 2 of 3 articles: the file is cut off"),
    ("uni.txt", "Load-Date: January 3", "an article without its end: the file is cut off"),
    ("factiva.txt", "CO ferco : Ferries Ltd\nIN i72 : Shipping | ifer : Ferries\nNS gtour : Travel\nRE uk : United "
     "Kingdom\nPUB "
     "Sound Newspapers\nAN Document SOUCOU0020160903ec9300003", "an article without its end: the file is cut off"),
    ("proquest.txt", "Document 3 of 3", "only 2 of 3 articles: the file is cut off"),
])  # fmt: skip
def test_an_export_that_is_cut_off_says_so_and_the_whole_articles_are_read(tmp_path, name, cut, reason):
    text = EXPORTS[name]
    (tmp_path / name).write_text(text[: text.rindex(cut)], encoding="utf-8")
    articles, skipped = read_articles(tmp_path)
    assert [one.title for one in articles][:2] == [title for title, *_ in EXPECTED[:2]]
    assert [one.reason for one in skipped] == ([f"{reason}, export it again"] if reason else [])


def test_an_article_alone_is_read_as_the_archive_writes_it(tmp_path):
    alone = nexis_text().split("2 of 3 DOCUMENTS")[1].split("3 of 3 DOCUMENTS")[0]
    (tmp_path / "a.txt").write_text(alone, encoding="utf-8")
    [article], _ = read_articles(tmp_path)
    assert (article.title, article.publisher, article.published) == EXPECTED[1]


PARTS = [f"{title}\n{uk(day)}\n\n" + "\n\n".join(lines) for title, _, day, _, _, lines in STORIES]


@pytest.mark.parametrize("text", [
    pytest.param("\n\n".join(f"Article {k} of 3\n{part}" for k, part in enumerate(PARTS, start=1)), id="numbered"),
    pytest.param("\n\n".join(f"Title: {title}\nSource: {paper}\nDate: {uk(day)}\n\n{lines[0]}"
                             for title, paper, day, _, _, lines in STORIES), id="fields that come again"),
    pytest.param("\n\n".join(f"[{k}/3]\n{part}" for k, part in enumerate(PARTS, start=1)), id="numbered in brackets"),
    pytest.param("\n=====\n".join(f"{part}\nCopyright 2016 Sound Newspapers" for part in PARTS), id="rules and rights"),
])  # fmt: skip
def test_a_bundle_of_an_unknown_kind_is_refused_with_that_reason(tmp_path, text):
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="several articles in one file, of an archive that is not known"):
        read_articles(tmp_path)


@pytest.mark.slow
def test_two_thousand_articles_in_one_file_in_linear_time_under_a_gigabyte(tmp_path):
    """Prints seconds and megabytes: pytest -s -m slow tests/articles/test_bundles.py."""
    code = (
        "import re, sys, time; from stance.articles.reading import read_articles; start = time.process_time()\n"
        "articles, _ = read_articles(sys.argv[1])\n"
        "print(len(articles), time.process_time() - start, "
        "int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) / 1024)"
    )
    words, told = random.Random(1), []
    vocabulary = [
        f"{a}{b}" for a in "ba ce di fo gu la me ni po ru sa te vi wo zu".split() for b in "ds rt ne st ll m".split()
    ]
    for number in range(1, 2001):
        lines = [" ".join(words.choices(vocabulary, k=40)).capitalize() + ", he said." for _ in range(10)]
        head = f"{number} of %d DOCUMENTS\n\nThe Post\n\nJuly {1 + number % 28}, 2017\n\nHeadline {number} on care"
        told.append("\n\n".join([head, "LENGTH: 400 words", *lines, "LOAD-DATE: July 6, 2018\n"]))
    figures = {}
    for count in (500, 2000):
        (tmp_path / "a.txt").write_text("\n\n".join(told[:count]).replace("%d", str(count)))
        run = subprocess.run(
            [sys.executable, "-c", code, tmp_path / "a.txt"], capture_output=True, text=True, check=True
        )
        number, figures[count], megabytes = map(float, run.stdout.split())
        print(f"{count} articles: {figures[count]:.1f} s, {megabytes:.0f} MB")
        assert number == count
        assert megabytes < 1000
    assert figures[2000] < 6 * figures[500]  # 4 if linear, 16 if quadratic
