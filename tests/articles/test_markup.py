"""Markup: what a reader sees on a page is in the text, with the marks that a browser shows; its day is the first."""

import pytest

from stance.articles.reading import read_articles

LEAD = "The ferry towns have turned down a plan for one ticket on all boats of the sound."
END = "The towns will meet again in the autumn to look at the plan once more."


def page(folder, body, head="", lang="en"):
    told = f"<head><meta charset='utf-8'><title>One ticket sinks | Sound Post</title>{head}</head>"
    html = f"<!DOCTYPE html><html lang='{lang}'>{told}"
    text = f"{html}<body><article><h1>One ticket sinks</h1>{body}</article></body></html>"
    (folder / "a.html").write_text(text, encoding="utf-8")
    return read_articles(folder / "a.html")[0][0]


@pytest.mark.parametrize("body, expected", [
    ("<p><q>It is a bad plan,</q> said Jan Orme, a mayor.</p>", "“It is a bad plan,” said Jan Orme, a mayor."),
    ("<p>He said: <q>It is <em>bad</em>, as <q>the boss</q> knows.</q></p>",
     "He said: “It is bad, as ‘the boss’ knows.”"),
    ("<p><q>“It is a bad plan,”</q> said Jan Orme, a mayor.</p>", "“It is a bad plan,” said Jan Orme, a mayor."),
    ("<blockquote>It is a bad plan for us all.</blockquote>", "“It is a bad plan for us all.”"),
    ("<blockquote><p>It is a bad plan.</p><p>We were not asked.</p></blockquote>",
     "“It is a bad plan.”\n\n“We were not asked.”"),
    ("<blockquote><p>“It is a bad plan,” he said.</p></blockquote>", "“It is a bad plan,” he said."),
    ("<blockquote><p>It is a bad plan.</p><cite>Jan Orme, mayor</cite></blockquote>",
     "“It is a bad plan.” — Jan Orme, mayor"),
    ("<p>The plan of <time datetime='2016-05-03'>3 May</time> was <label>dead</label> by noon.</p>",
     "The plan of 3 May was dead by noon."),
    ("<p>Write to us by noon, said the <cite>Post</cite> and the <small>boss</small> on Friday.</p>",
     "Write to us by noon, said the Post and the boss on Friday."),
    ("<p>Care &amp; cost&nbsp;rose by &pound;2m, he said.</p>", "Care & cost rose by £2m, he said."),
])  # fmt: skip
def test_what_the_markup_shows_is_in_the_text(tmp_path, body, expected):
    text = page(tmp_path, f"<p>3 May 2016</p><p>{LEAD}</p>{body}<p>{END}</p>").text
    assert text.split("\n\n") == [LEAD, *expected.split("\n\n"), END]


def test_a_page_that_is_set_in_as_a_whole_is_no_quotation(tmp_path):
    assert "“" not in page(tmp_path, f"<blockquote><p>{LEAD}</p><p>It is so.</p><p>{END}</p></blockquote>").text


def test_markdown_shows_quotations_by_a_bracket(tmp_path):
    (tmp_path / "a.md").write_text(
        f"# One\n\n{LEAD}\n\nJan Orme said:\n\n> It is bad.\n>\n> We\n> were not asked.\n\n{END}\n"
    )
    [article], _ = read_articles(tmp_path)
    assert article.text.split("\n\n")[2:4] == ["“It is bad.”", "“We were not asked.”"]


META = '<meta property="article:modified_time" content="2019-02-01T10:00:00Z">'
DAYS = [
    ("modified in the head, printed by the story", META, "<p>By Ann Teal, 3 July 2017</p>", "2017-07-03"),
    ("modified only", META, "", ""),
    ("updated only", '<meta property="og:updated_time" content="2019-02-01">', "", ""),
    ("crawled", '<meta name="date" content="2023-11-02"><meta name="crawl-date" content="2023-11-02">', "", ""),
    ("published in the head before what is printed", '<meta name="DC.date.issued" content="2017-07-03">',
     "<p>1 January 2020</p>", "2017-07-03"),
    ("JSON-LD",
     '<script type="application/ld+json">{"dateModified":"2019-05-05","datePublished":"2017-07-03"}</script>', "",
     "2017-07-03"),
    ("two printed", "",
     "<p>Last updated <time>1 February 2019</time></p><p>First published <time>3 July 2017</time></p>",
     "2017-07-03"),
    ("an age, with the day behind it", "", "<time datetime='2017-07-03T09:00:00+01:00'>2 years ago</time>",
     "2017-07-03"),
    ("the address", '<link rel="canonical" href="https://s.example/2017/07/03/one-ticket">', "", "2017-07-03"),
    ("in the story", "", "<p>It was agreed on 1 April 2015 by all of the towns, the board said.</p>", ""),
]  # fmt: skip


@pytest.mark.parametrize("head, body, day", [pytest.param(*rest, id=name) for name, *rest in DAYS])
def test_the_day_is_that_of_publication(tmp_path, head, body, day):
    assert (
        page(tmp_path, f"{body}<p>{LEAD}</p><p>It is a plan that nobody likes.</p><p>{END}</p>", head).published == day
    )


@pytest.mark.parametrize("lang, head, day", [
    ("en-GB", "", "2017-05-07"), ("en", '<meta property="og:locale" content="en_US">', "2017-07-05"), ("en", "", ""),
])  # fmt: skip
def test_the_country_of_a_page_tells_the_order_of_its_dates(tmp_path, lang, head, day):
    assert page(tmp_path, f"<p>Published 07/05/2017</p><p>{LEAD}</p><p>{END}</p>", head, lang).published == day


@pytest.mark.parametrize("archive", [
    "https://web.archive.org/web/20190812083015/", "http://web.archive.org/web/20190812083015id_/",
    "https://webarchive.nationalarchives.gov.uk/ukgwa/20140101/", "https://archive.today/20190812083015/", "",
])  # fmt: skip
def test_a_page_from_an_archive_has_its_own_address_paper_and_day(tmp_path, archive):
    own = "http://www.sound-post.example/news/7"
    toolbar = ("<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp'>14 Mar 2016 - 03 Feb 2021 Collection: crawl, 12 "
               "August 2019</div><!-- END WAYBACK TOOLBAR INSERT -->")  # fmt: skip
    head = f'<link rel="canonical" href="{archive}{own}">'
    found = page(
        tmp_path, f"<p>{LEAD}</p><p>It is a plan that nobody likes.</p><p>{END}</p>{toolbar if archive else ''}", head
    )
    assert (found.url, found.publisher if archive else "Sound Post", found.published) == (own, "Sound Post", "")


@pytest.mark.parametrize("text", [
    f"<p>{LEAD}</p><p>&ldquo;It&rsquo;s bad,&rdquo; said <a href='/x'>Zo&euml; Orme</a>.</p>",
    f"{LEAD}&#13;&#10;&ldquo;It&#8217;s bad,&rdquo; said Zo&euml; Orme.",
    f"{LEAD}<br><br>“It’s bad,” said Zoë Orme.",
    f"{LEAD}&lt;br&gt;“It&amp;rsquo;s bad,” said Zoë Orme.",
    f"<div>{LEAD}<ul><li>“It’s bad,” said <b>Zoë</b> Orme.</li></ul></div><script>x()</script>",
])  # fmt: skip
@pytest.mark.parametrize("ending", ["txt", "csv"])
def test_no_tag_or_entity_is_left_in_a_text(tmp_path, text, ending):
    quoted = text.replace('"', '""')
    (tmp_path / f"a.{ending}").write_text(text if ending == "txt" else f'text,title\n"{quoted}",Fire &amp; more\n')
    [article], _ = read_articles(tmp_path)
    assert article.text.split("\n\n") == [LEAD, "“It’s bad,” said Zoë Orme."]
    assert article.title == ("" if ending == "txt" else "Fire & more")
