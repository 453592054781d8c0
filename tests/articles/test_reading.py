import re
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.articles.formats import LARGEST
from stance.articles.reading import LONGEST, Article, read_articles
from stance.articles.stories import paragraphs, story
from stance.files import InputError
from stance.tables import Skipped

REAL = Path(__file__).parents[3] / "shared" / "articles"
STORY = (
    "The leader of Fenland Council has hit out at a target for hospital beds.",
    "“We were never asked,” said Bob Carr. “Nobody rang, nobody wrote.",
    "“It is a number out of a hat.”",
    "The hospital trust said that it would not comment on the row.",
)
TEXT = "\n\n".join(STORY)


def one(folder: Path, content: str | bytes, name: str = "a.txt") -> Article:
    """The only article of a file with `content`."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    [article], skipped = read_articles(folder / name)
    assert skipped == []
    return article


# Saved pages --------------------------------------------------------------------------------------------------------


def saved_pages():
    for page in (Path(__file__).parent / "pages.txt").read_text("utf-8").split("\n==== ")[1:]:
        head, *lines = page.rstrip("\n").split("\n")
        name, day = map(str.strip, head.split("|"))
        headline = next((line[2:] for line in lines if line[:2] == "# "), "")
        told = re.sub(r"\n\+ ", " ", "\n".join(lines))
        text = "\n\n".join(line[2:] for line in told.split("\n") if line[:2] == "| ")
        yield pytest.param("\n".join(re.sub("^[#|+] ", "", line) for line in lines), headline, day, text, id=name)


@pytest.mark.parametrize("page, headline, day, text", list(saved_pages()))
def test_of_a_saved_page_the_story_is_kept_and_the_furniture_dropped(tmp_path, page, headline, day, text):
    article = one(tmp_path, page)
    assert article.text.split("\n\n") == text.split("\n\n")
    assert (article.title, article.published) == (headline, day)


@pytest.mark.parametrize("furniture", [
    pytest.param("Bob Carr outside the town hall, where he has worked since May.", id="caption that is a sentence"),
    pytest.param("FP Daily\nThe news you need, before you need it.\nYour email", id="slogan of a newsletter"),
])  # fmt: skip
@pytest.mark.xfail(strict=True, reason="nothing in a caption or a slogan of whole words tells it from the story")
def test_furniture_that_reads_like_the_story(tmp_path, furniture):
    assert one(tmp_path, f"{STORY[0]}\n{furniture}\n" + "\n".join(STORY[1:])).text == TEXT


REAL_STORIES = [  # title's first words, date, first and last words of the text, number of paragraphs
    ("Council chiefs withdraw support", "2017-07-05", "Council leaders have hit", "collective effort required.’", 9),
    ("Integration fund can be", "", "Councils will be allowed", "it said.", 11),
    ("Collaboration between councils and", "2018-11-28", "Funding to encourage closer", "its entire share.", 13),
    ("Hunt approves nearly all", "2014-10-30", "Health Secretary Jeremy Hunt", "Better Fund requires.’", 18),
    ("NHS and council bosses", "", "Two influential leaders from", "before criticising councils.", 18),
]  # fmt: skip
DROPPED = ["Read More", "newsletter", "£37,000", "Recuriter", "Have your say", "Learn more", "together more closely",
           "Richard Johnstone", "older people\n", "CIPFA", "Conflicting views", "more >", "no comments"]  # fmt: skip


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the five real articles are not at {REAL.parent.name}/{REAL.name}")
def test_the_five_real_articles_come_out_clean():
    articles, skipped = read_articles(REAL)
    assert skipped == []
    for article, (title, day, first, last, count) in zip(articles, REAL_STORIES, strict=True):
        assert (article.title.startswith(title), article.published) == (True, day)
        assert (article.text.startswith(first), article.text.endswith(last)) == (True, True)
        assert len(article.text.split("\n\n")) == count
        assert [words for words in DROPPED if words in article.text] == []
        assert article.group == article.article
    kept = articles[2].text
    assert [words in kept for words in ("“I think we have", '"I thought it was', "“Really, we ought")] == [True] * 3
    assert articles[0].text.count("Community Wellbeing Board,\n\n‘Councils cannot") == 1
    assert articles[3].text.count("ahead of implementation") == 1


# Paragraphs ---------------------------------------------------------------------------------------------------------

WRAPPED = """The council has said that it will go on with the scheme, although
nobody knows who is to pay for it after the end of this year.
Members meet again on Monday, when they will hear from officers
who have been to see how it is done in the next county."""
SENTENCES = "The council met on Monday.\nIt did not agree.\nIt will meet again on Friday, its leader said.\nHe is ill."


@pytest.mark.parametrize("text, expected", [
    ("A b.\n\nC d.", ["A b.", "C d."]),
    ("A b.\r\nC d.\rE\u2028F\u0085G", ["A b.", "C d.", "E", "F", "G"]),
    ("  a\u00a0 b\t\tc \u200b \n \u00a0 \n\n\n d", ["a b c", "d"]),
    ("soft\u00adhyphen \ufeffmark \u202eturned\u202c a\x07bell", ["softhyphen mark turned abell"]),
    ("cafe\u0301 \u2126", ["café Ω"]),
    ("half a pair \ud83d", ["half a pair \ufffd"]),
    (WRAPPED, [" ".join(WRAPPED.split())]),
    (f"{WRAPPED}\n\n“{WRAPPED}”", [" ".join(WRAPPED.split()), f"“{' '.join(WRAPPED.split())}”"]),
    (f"Headline\n{WRAPPED}", ["Headline", " ".join(WRAPPED.split())]),
    (SENTENCES, SENTENCES.split("\n")),
    ("", []),
])  # fmt: skip
def test_paragraphs(text, expected):
    assert paragraphs(text) == expected


@pytest.mark.parametrize("paragraph", [
    "“The mark at the end is missing, and so are others.",
    "The mark at the start is missing, he said.”",
    "“No.”",
    "“No comment”",
    "‘Once more’, said Cllr Ada Nwosu, chair of the Joint Care Board,",
    "She added:",
    "The board was told that “nobody knew how much",
    "Is that a lot?",
    "The case goes on…",
    "Cookies were served, said Bob Carr: “We eat them at every board meeting.”",
    "• a plan that has been agreed by the board;",
    "The board said that it was up to the council, and the council that it was up to the board. " * 9 + "No end",
    "In a quotation the forgotten stop does no harm, and in a long paragraph like this one, which has a good number of"
    " the little words that prose has and menus have not, it does none either",
])  # fmt: skip
def test_paragraphs_that_are_kept_inside_a_story(paragraph):
    assert story([*STORY[:3], paragraph, *STORY[1:2], STORY[3]]).text.split("\n\n")[3] == paragraph


@pytest.mark.parametrize("line", [
    "Conflicting views", "Read More", "READ MORE: Council leader quits over beds", "Advertisement", "312 shares",
    "Image source, Getty Images", "Image caption, The town hall was built in 1911.", "Bob Carr (left) with Ann Teal.",
    "The town hall. Photo: Jon Smythe/FP", "By Ann Teal, Health Correspondent", "Published 3 July 2017", "3 hours ago",
    "Share this article", "Get the latest news straight to your inbox.", "Already a subscriber? Log in here.",
    "Podcast: The Fenland Briefing", "We use cookies on this site to make it better.", "Story continues below",
    "£31,524 - £32,931 per annum", "“We were never asked,”", "Council tax Parking Bins Schools Libraries " * 20,
])  # fmt: skip
def test_lines_that_are_dropped_inside_a_story(line):
    assert story([*STORY[:2], line, *STORY[2:]]).text == TEXT


def test_a_list_at_the_end_of_a_story_is_kept():
    ending = ["The board will:", "• hire ten more carers", "• meet again in May"]
    assert story([*STORY, *ending, "Related", "Bin strike ends"]).text == "\n\n".join([*STORY, *ending])


# What the page says of itself ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines, expected", [
    ("Ann Teal 05 July 2017", "2017-07-05"),
    ("Wednesday, 28th November 2018, 12:14 pm\nUpdated Thursday, 29th November 2018, 9:20 am", "2018-11-28"),
    ("Updated: 9 May 2016 | Published: 3 May 2016", "2016-05-03"),
    ("31 Oct 14\nBy Ann Teal | 30 October 2014", "2014-10-30"),
    ("23/09/2019", "2019-09-23"),
    ("04.03.2016", "2016-03-04"),
    ("2016-03-04T10:00:00Z", "2016-03-04"),
    ("June 6th, 2013", "2013-06-06"),
    ("02-Aug-18 09:15", "2018-08-02"),
    ("Updated 3 May 2016", "2016-05-03"),
    ("31/02/2017", ""),
    ("3 hours ago", ""),
    ("May Day 2017", ""),
])  # fmt: skip
def test_the_date_of_a_byline(tmp_path, lines, expected):
    assert one(tmp_path, f"Leader hits out at bed target\n{lines}\n{TEXT}").published == expected


@pytest.mark.parametrize("after, expected", [
    ("First published on 3 July 2017", "2017-07-03"),
    ("Share this\n3 July 2017", "2017-07-03"),
    ("Bin strike ends\n3 July 2017", ""),
    ("3 July 2017\nBin strike ends", ""),
    ("Have your say\n3 July 2017", ""),
])  # fmt: skip
def test_a_date_below_counts_only_right_below_the_story(tmp_path, after, expected):
    assert one(tmp_path, f"Leader hits out at bed target\n{TEXT}\n{after}").published == expected


@pytest.mark.parametrize("page, title, publisher", [
    (f"Leader hits out at bed target | Fenland Post\n{TEXT}", "Leader hits out at bed target", "Fenland Post"),
    (f"Bed row grows - FenPost\nBed row grows\n{TEXT}", "Bed row grows", "FenPost"),
    (f"Bed row grows - and councils pay\n{TEXT}", "Bed row grows - and councils pay", ""),
    (f"Bed row grows again\n{TEXT}\n© 2017 Fen Post Ltd. All rights reserved.", "Bed row grows again", "Fen Post"),
    (f"Home\nNews\nWhy does nobody want these beds?\nBy Ann Teal\n{TEXT}", "Why does nobody want these beds?", ""),
    (TEXT, "", ""),
])  # fmt: skip
def test_title_and_publisher(tmp_path, page, title, publisher):
    article = one(tmp_path, page)
    assert (article.title, article.publisher, article.text) == (title, publisher, TEXT)


def test_front_matter_goes_before_what_the_page_says(tmp_path):
    front = "title: 'Beds: a row'\nPublisher: FP\npublished: 5 July 2017\nsource: https://fp.example/1\nmood: grim"
    article = one(tmp_path, f"---\n{front}\n---\nLeader hits out at bed target\n3 May 2016\n{TEXT}")
    assert (article.title, article.publisher, article.published) == ("Beds: a row", "FP", "2017-07-05")
    assert (article.url, article.text) == ("https://fp.example/1", TEXT)


@pytest.mark.parametrize("markdown, text", [
    ("# Beds\n\nOne *two* **three** _four_ __five__.", "One two three four five."),
    ("A [link](http://x.example/a_(b)) and [one][1], not [the fund] (BCF).", "A link and one, not [the fund] (BCF)."),
    ("![a picture](x.png)\n\nText of\ntwo lines", "Text of two lines"),
    ("Beds\n====\n\n> “Quoted,” he\n> said\n\n---\n\nEnd", "“Quoted,” he said\n\nEnd"),
    ("Three:\n- one\n- two\n1. three\n***", "Three:\n\n• one\n\n• two\n\n1. three"),
    ("snake_case and 2 * 3 * 4 stay, and #hashtags", "snake_case and 2 * 3 * 4 stay, and #hashtags"),
    ("Share this\n\nas written by its author", "Share this\n\nas written by its author"),
])  # fmt: skip
def test_markdown_is_taken_as_written_without_its_marks(tmp_path, markdown, text):
    article = one(tmp_path, markdown, "a.md")
    assert (article.text, article.title) == (text, "Beds" if "Beds" in markdown else "")


# HTML ---------------------------------------------------------------------------------------------------------------

BODY = f"""<body><nav><a href="/">Home</a><a href="/n">News</a></nav><p>Friday, 1 March 2019</p><article>
<h1>Leader hits out at bed target</h1><p>By Ann Teal, 5 July 2017</p><p>{STORY[0][:30]}
{STORY[0][30:]}</p><aside><h3>Related</h3><a href="/y">Hospital full again</a></aside><p>{STORY[1]}</p><p>{STORY[2]}</p>
<h2>Conflicting views</h2><p>{STORY[3]}</p></article><div class="comments"><h2>Comments</h2><p>FenBoy, 8 July 2017: they
could not run a bath, and they never could in all the years that I have lived in this town.</p></div>
<footer><h4>Most read</h4><p>1 January 2019 Man bites dog on bypass</p></footer></body>"""
META = """<head><title>Leader hits out at bed target | Fenland Post</title>
<meta property="og:site_name" content="Fenland Post"><link rel="canonical" href="https://fp.example/1">
<meta property="article:published_time" content="2017-07-04T23:12:00Z"></head>"""


@pytest.mark.parametrize("name, head, said", [
    ("a.html", META, ("Fenland Post", "2017-07-04", "https://fp.example/1")),
    ("a.htm", "<head></head>", ("", "2017-07-05", "")),
    ("a.txt", "<head><title>Leader hits out at bed target | FP</title></head>", ("FP", "2017-07-05", "")),
])  # fmt: skip
def test_html(tmp_path, name, head, said):
    article = one(tmp_path, f"<!DOCTYPE html><html>{head}{BODY}</html>", name)
    assert (article.text, article.title) == (TEXT, "Leader hits out at bed target")
    assert (article.publisher, article.published, article.url) == said


def test_html_whose_paragraphs_are_parted_by_line_breaks(tmp_path):
    page = f"<html><body><div>{'<br><br>'.join(STORY)}</div><p>1 May 2019<br>Bin strike ends</p></body></html>"
    article = one(tmp_path, page, "a.html")
    assert (article.text, article.published) == (TEXT, "")


# Files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [
    TEXT.encode(),
    TEXT.encode("utf-8-sig"),
    TEXT.encode("utf-16"),
    b"\xfe\xff" + TEXT.encode("utf-16-be"),
    TEXT.encode("cp1252"),
    f"{STORY[0]}\n\n{STORY[1]}".encode() + b"\n\n" + f"{STORY[2]}\n\n{STORY[3]}".encode("cp1252"),
])  # fmt: skip
def test_encodings(tmp_path, content):
    assert one(tmp_path, content).text == TEXT


@pytest.mark.parametrize("name, content, reason", [
    ("a.txt", b"", "empty"),
    ("a.txt", b"\xef\xbb\xbf \n\n", "empty"),
    ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "a binary file, not text"),
    ("a.txt", b"a\x01\x02b\x03 " * 99, "a binary file, not text"),
    ("a.txt", "Совет против целей".encode("cp1251"), r"unreadable encoding \(neither UTF-8 nor Windows-1252\)"),
    ("a.txt", b"\xff\xfea", r"unreadable encoding \(marked as UTF-16"),
    ("a.txt", b"Home\nNews\nSport\nRead more\n", "no article in it, only page furniture"),
    ("a.txt", b"a" * (LONGEST + 1), r"too long for an article \(1,000,001 characters"),
    ("a.txt", b"a" * (LARGEST + 1), r"too large for an article"),
    ("a.md", b"---\ntitle: Beds\n---\n", "no article in it"),
    ("a.html", b"<html><body><nav><a href='/'>Home</a></nav></body></html>", "no article in it"),
    ("a.html", b"no HTML at all", "no article in it"),
    ("a.csv", b"title,gist\nBeds,Text\n", r"text: a column of this name \(found: title, gist\)"),
    ("a.csv", b"text\na,b\n", "2: 1 cells, as in the header, not 2"),
    ("a.jsonl", b"{\n", "1: a JSON object"),
    ("a.parquet", b"PAR0", "a Parquet table"),
    ("a.pdf", b"%PDF", "broken or cut off, get it again"),
    ("a.xyz", b"some text", r"not \.txt, \.text, \.md, \.html, .* or \.parquet"),
])  # fmt: skip
def test_a_bad_file_is_named_with_one_reason_and_stops_no_other(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    (tmp_path / "b.txt").write_text(TEXT)
    articles, skipped = read_articles(tmp_path)
    assert [article.path for article in articles] == ["b.txt"]
    assert [bad.place for bad in skipped] == [name]
    assert re.match(reason, skipped[0].reason)
    with pytest.raises(InputError, match=rf"one article that can be used \({name}: {reason}"):
        read_articles(tmp_path / name)


def test_a_folder_is_read_in_the_order_of_its_paths_without_hidden_files_and_readme(tmp_path):
    for number, name in enumerate(["b/a.txt", "b.txt", "a/z.txt", ".x.txt", ".git/a.txt", "a/README.md"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{TEXT}\n\nIt was meeting number {number}.")
    articles, skipped = read_articles(str(tmp_path))
    assert ([article.path for article in articles], skipped) == (["a/z.txt", "b.txt", "b/a.txt"], [])


def test_of_exact_copies_the_first_is_kept(tmp_path):
    (tmp_path / "a.txt").write_text(f"Leader hits out at bed target\n{TEXT}")
    (tmp_path / "b.txt").write_text(f"Advertisement\n{TEXT}")
    [article], skipped = read_articles(tmp_path)
    assert (article.path, skipped) == ("a.txt", [Skipped("b.txt", "an exact copy of a.txt")])


@pytest.mark.parametrize("name, message", [
    ("missing", "missing: an existing file or folder"),
    (".", "a folder with articles in it"),
])  # fmt: skip
def test_nothing_to_read(tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        read_articles(tmp_path / name)


ROWS = pd.DataFrame({"text": [TEXT, "", "We are against it"], "title": ["Beds", "None", "Against"],
                     "published": ["2017-07-05", "", "5 July 17"]})  # fmt: skip


@pytest.mark.parametrize("ending, lines", [("csv", (2, 9, 10)), ("jsonl", (1, 2, 3)), ("parquet", (1, 2, 3))])
def test_a_table(tmp_path, ending, lines):
    path = tmp_path / f"t.{ending}"
    {"csv": lambda: ROWS.to_csv(path, index=False), "parquet": lambda: ROWS.to_parquet(path),
     "jsonl": lambda: ROWS.to_json(path, orient="records", lines=True)}[ending]()  # fmt: skip
    articles, skipped = read_articles(path)
    assert [(a.path, a.title, a.published, a.text) for a in articles] == [
        (f"t.{ending}:{lines[0]}", "Beds", "2017-07-05", TEXT),
        (f"t.{ending}:{lines[2]}", "Against", "2017-07-05", "We are against it"),
    ]
    assert skipped == [Skipped(f"t.{ending}:{lines[1]}", "empty")]


def test_dates_and_gaps_in_a_parquet_table(tmp_path):
    days = [pd.Timestamp("2017-07-05 10:00"), pd.NaT]
    pd.DataFrame({"text": [TEXT, None], "published": days, "url": [None, None]}).to_parquet(tmp_path / "t.parquet")
    [article], skipped = read_articles(tmp_path / "t.parquet")
    assert (article.published, article.url, skipped) == ("2017-07-05", "", [Skipped("t.parquet:2", "empty")])


def test_a_table_without_rows(tmp_path):
    (tmp_path / "t.csv").write_text("text,title\n")
    with pytest.raises(InputError, match="at least one article"):
        read_articles(tmp_path / "t.csv")


# Near-copies --------------------------------------------------------------------------------------------------------

WIRE = [
    "Councils will be able to dispute how many late discharges are put down to them under rules that start in autumn.",
    "Until now the word of the hospital was final, and mistakes could take months to put right, treasurers have said.",
    "“This is a victory for common sense,” said Ana Brightwell, who speaks on care for the Shires Group of counties.",
    "“My members have paid for beds that nobody lay in, and for people who had gone home a week before the count.”",
    "Hospital leaders were less pleased, and warned that nurses would spend their days on appeals and not on wards.",
    "A spokesman for the ministry said that a panel of three would hear each case, and would do so within ten days.",
]
# Another report of the same day's news, which quotes the same words.
RIVAL = [
    "Ministers have given way to town halls in a long-running argument about who is to blame when wards are full.",
    "New appeal panels, to be set up by September, will decide whose fault it is that somebody could not be sent home.",
    WIRE[2],
    "Pressure for change grew last winter, when five counties refused to pay and threatened to go to the High Court.",
    "But the umbrella body for trusts fears a flood of claims, with lawyers as the only people sure to do well of it.",
    "Each panel will have a doctor, a social worker and a retired judge, and its decisions are published each month.",
]


def groups(folder: Path, *stories: list[str]) -> list[int]:
    """For each story the place of the one whose group it is in."""
    for number, told in enumerate(stories):
        (folder / f"{number}.txt").write_text("\n\n".join(told))
    articles, _ = read_articles(folder)
    ids = [article.article for article in articles]
    return [ids.index(article.group) for article in articles]


EDITED = [text.replace("nurses", "staff").replace("autumn", "fall").replace("ten days", "a fortnight") for text in WIRE]


@pytest.mark.parametrize("stories, expected", [
    pytest.param([WIRE, EDITED], [0, 0], id="a few words changed"),
    pytest.param([WIRE, ["Victory for shires over late discharges", *WIRE]], [0], id="other headline: an exact copy"),
    pytest.param([WIRE, WIRE[:3]], [0, 0], id="cut short"),
    pytest.param([WIRE[:3], WIRE], [0, 0], id="the short one first"),
    pytest.param([WIRE[:3], RIVAL, WIRE[3:], WIRE], [0, 1, 0, 0], id="two halves, joined by the whole"),
    pytest.param([WIRE, RIVAL], [0, 1], id="two reports on one topic that share a quotation"),
])  # fmt: skip
def test_near_copies_share_a_group(tmp_path, stories, expected):
    assert groups(tmp_path, *stories) == expected


# Any text -----------------------------------------------------------------------------------------------------------

PIECES = [*STORY, *WIRE, "Read more", "3 July 2017", "Comments (3)", "• a", "---", "<p>", "text"]
SCRAPS = st.lists(st.one_of(st.text(max_size=60), st.sampled_from(PIECES)))


@given(SCRAPS.map("\n".join))
@settings(deadline=None)
def test_paragraphs_are_the_same_the_second_time(text):
    once = "\n\n".join(paragraphs(text))
    assert "\n\n".join(paragraphs(once)) == once


@given(SCRAPS.map("\n".join), st.sampled_from([".txt", ".md", ".html", ".csv", ".jsonl"]))
@settings(deadline=None, max_examples=200)
def test_any_text_is_read_or_refused(tmp_path_factory, text, ending):
    path = tmp_path_factory.mktemp("any") / f"a{ending}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        articles, _ = read_articles(path)
    except InputError as error:
        assert "\n" not in str(error)
        return
    for article in articles:
        assert article == read_articles(path)[0][articles.index(article)]
        assert "\n\n".join(paragraphs(article.text)) == article.text != ""


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "a.txt"
    path.write_bytes(data)
    try:
        read_articles(path)
    except InputError as error:
        assert str(error).startswith(str(path))


@pytest.mark.parametrize("unit", ["The board will meet. ", "Home news\n", "“No,” he said.\n\n", "**a [b]("])
@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_twice_the_text_takes_twice_the_time(tmp_path, unit, ending):
    def seconds(size: int) -> float:
        (tmp_path / f"a{ending}").write_text("Bob said: “No.”\n\n" + unit * (size // len(unit)))
        start = time.process_time()
        read_articles(tmp_path / f"a{ending}")
        return time.process_time() - start

    seconds(1_000)
    short = min(seconds(100_000) for _ in range(3))
    assert min(seconds(400_000) for _ in range(2)) < 10 * short + 0.05  # 4 if linear, 16 if quadratic
