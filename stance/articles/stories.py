"""Stories: what stands on a page besides menus, notices, teasers and comments, with its headline and its date.

A page is cut into paragraphs, each is told from furniture by shallow features of its words, and the story is the run of
paragraphs with the highest total: Finn, Kushmerick and Smyth (2001); Kohlschütter, Fankhauser and Nejdl (2010).
"""

import re
import tomllib
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from stance.articles.dates import DATED, dates


class Page(NamedTuple):
    """What a page gives: `text` with a blank line between paragraphs, `published` as it says it; else empty."""

    text: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    url: str = ""
    byline: str = ""
    section: str = ""


# Paragraphs ---------------------------------------------------------------------------------------------------------

LINE_END = re.compile("\r\n|[\v\f\r\x85\u2028\u2029]")
# Control characters, and those that have no width or turn the direction of writing.
INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def clean(text: str) -> str:
    """`text` in NFC, with one kind of line end, no invisible characters and no halves of surrogate pairs.

    A word that a soft hyphen parts at the end of a line is one again.
    """
    whole = LINE_END.sub("\n", text.replace("\t", " ")).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", INVISIBLE.sub("", re.sub("\xad *\n *(?=[^\\W\\d_])", "", whole)))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`, clean and with single spaces: its lines, those joined again that a set width broke."""
    printed = clean(text.replace("\t", "    ")).split("\n")
    lines = [" ".join(line.split()) for line in printed]
    inset = [line[:2].isspace() and bool(line.strip()) for line in printed]
    marked = 0 < 2 * sum(inset) < sum(map(bool, lines))  # where most are inset, a line that is begins no paragraph
    inner = sorted(len(a) for a, b in pairwise(lines) if a and b and len(a) <= 100)
    width = inner[len(inner) * 9 // 10] if inner else 0
    # A line is full if the next word did not fit. Where a width was set many are, and the next goes on in small type.
    full = [bool(a and b) and width - len(b[:100].split(" ")[0]) <= len(a) <= 100 for a, b in pairwise(lines)]
    goes_on = sum(is_full and line[0].islower() for is_full, line in zip(full, lines[1:], strict=True))
    wrapped = (
        width >= 25
        and goes_on >= 2
        and 2 * goes_on >= sum(full)
        and 3 * sum(full) >= len(inner)
        and 20 * sum(len(line) > 100 for line in lines) <= len(lines)
    )
    known = set(re.findall(r"\w+(?:-\w+)*", text.casefold())) if any(map(BROKEN.search, lines)) else set()
    blocks: list[str] = []
    joins = False
    for line, is_full, begins in zip(lines, [*full, False], inset, strict=True):
        if line and blocks and ((joins and not (begins and marked)) or _goes_on(blocks[-1], line)):
            blocks[-1] = _joined(blocks[-1], line, known)
        elif line:
            blocks.append(line)
        joins = wrapped and is_full
    return blocks


BROKEN = re.compile(r"[^\W\d_]-$")  # a word parted at the end of a line, or a compound


def _goes_on(before: str, line: str) -> bool:
    """Whether the line goes on with the one before though an empty line, or the end of a page, is between them."""
    if re.match("[–—―] ?[A-Z]", line) and QUOTED.fullmatch(before):
        return True  # whose words they are
    if not line[0].islower():
        return False
    unfinished = len(before) >= 45 and re.search("[a-z,]$", before) and before[0] not in BULLETS
    return bool(BROKEN.search(before) or (unfinished and (len(line) >= 40 or ENDED.search(line[-8:]))))


def _joined(before: str, line: str, known: set[str]) -> str:
    """The two lines as one; a word that was parted is one again unless it is a compound, as `known` words may tell."""
    first, rest = re.search(r"\w*(?=-$)", before), re.match(r"\w+", line)
    if not (BROKEN.search(before) and first and rest) or rest[0] in ("and", "or", "to"):
        return f"{before} {line}"
    first_word, rest_word = first[0].casefold(), rest[0].casefold()
    compound = not line[0].islower() or f"{first_word}-{rest_word}" in known or first_word in COMPOUNDS
    return f"{before if compound and first_word + rest_word not in known else before[:-1]}{line}"


def plain(text: str) -> str:
    """The words of `text` in lower case, with single spaces."""
    return " ".join(re.findall(r"\w+", text.casefold()))


# Kinds of paragraph -------------------------------------------------------------------------------------------------

PROSE, QUESTION, LINE, INSERT, DATE, COMMENTS = "prose", "question", "line", "insert", "date", "comments"
FURNITURE = tomllib.loads((Path(__file__).parent / "furniture.toml").read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(FURNITURE[name].split())


def _patterns(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in FURNITURE[name].splitlines()), re.IGNORECASE)


OPENING, BULLETS = "“\"‘'", "•·▪◦‣*–-"
ENDED = re.compile(r"[.!?;…][\"'”’)\]]*$")
CUT = re.compile(r"(?:\.\.\.|…|>)\)?$")  # as teasers end
INSIDE = re.compile(r"[a-z)][.!?][”’\"']? [“‘\"']?[A-Z]")  # one sentence ends and the next begins
MARK = re.compile(r"(?:^|[\s(\[])[“\"‘']\w|[”\"’'](?:[\s.,;:]|$)")
SAYING = re.compile(
    r"[:,] [“\"‘']\w|\b(?:said|says?|told|tells|argue[sd]|conclude[sd]|continued|wrote"
    r"|(?:add|claim|comment|explain|insist|warn)(?:s|ed)|stress(?:es|ed))\b"
)
SIGNED = re.compile(r"[”\"’']\s*(?:[–—―-]+\s*[A-Z][^.!?]*|\([A-Z][^()]*\))$")  # a quotation, and whose it is
SIGNATURE = re.compile(r"(?:[A-Z][\w’'.-]+ ){1,4}[A-Z][\w’'-]+,? [^.!?:]{3,90}:?")  # Ann Teal, chair of the board
QUOTED = re.compile(r"[“\"‘'].*[”\"’']", re.DOTALL)  # a paragraph of nothing else
COMMON, CHROME, ABOUT_DATES, COMPOUNDS = map(_words, ("common", "chrome", "about_dates", "compounds"))
INSERTS, NOTICES, AFTER, CLOCK = map(_patterns, ("inserts", "notices", "after", "clock"))
CAPTION = re.compile(r"\W*(?:(?:image|media|video|photo|picture) )?captions?\W*", re.IGNORECASE)


def _speaks(block: str) -> bool:
    """Whether the paragraph quotes: it opens with a mark, or has a verb of saying and a mark near its beginning."""
    return block[0] in OPENING or bool(SAYING.search(block[:800]) and MARK.search(block[:800]))


def _kind(block: str) -> str:
    """What a paragraph is, by itself."""
    words = re.findall(r"[\w’'&-]+", block[:800])
    common = sum(word.lower() in COMMON for word in words)
    if len(block) > 800:
        return PROSE if 6 * common >= len(words) else LINE  # a long menu is no sentence
    if len(block) <= 150 and AFTER.fullmatch(block):
        return COMMENTS
    if _is_dateline(block, words):
        return DATE
    chrome = len(words) <= 15 and all(word.lower() in CHROME or word.isdigit() for word in words)
    insert = len(words) <= 30 and INSERTS.match(block.lstrip(BULLETS + " "))
    if not _speaks(block) and (chrome or insert or NOTICES.search(block)):
        return INSERT
    if len(words) <= 20 and block[-1] in "?!":
        return QUESTION
    if CUT.search(block) and block[0] not in OPENING:
        return LINE
    # Captions, headlines and names have no stop. A colon or a comma stands before a quotation, a quotation may lack a
    # mark, and the stop of a long paragraph may be forgotten.
    stands = (
        (ENDED.search(block[-8:]) and (len(words) >= 3 or block[0] in OPENING))
        or (block[-1] == ":" and len(words) >= 3)
        or (block[-1] in ":,–—-" and common and (len(words) >= 6 or SAYING.search(block)))
        or (block[0] in OPENING and block[-1] in "”\"’'" and not re.search(r"\w[”\"’'](?!\w)", block[1:-1]))
        or (block[0] in OPENING and SIGNED.search(block))
        or (len(words) >= 8 and any(block.count(mark) > block.count(end) for mark, end in ("“”", "‘’")))
        or (len(words) >= 12 and 5 * common >= len(words) and INSIDE.search(block))
        or (len(words) >= 25 and 4 * common >= len(words))
    )
    return PROSE if stands else LINE


def _kinds(blocks: list[str]) -> list[str]:
    """What each paragraph is where it stands: alone between two of prose, a short line is a subheading.

    In a round-up of what several said, the lines with their names stand all above, or all below, what is quoted.
    """
    kinds = [_kind(block) for block in blocks]
    names = [k for k, block in enumerate(blocks) if "," in block and len(block) < 120 and SIGNATURE.fullmatch(block)]
    for side in (1, -1):
        beside = [k for k in names if 0 <= k + side < len(blocks) and QUOTED.fullmatch(blocks[k + side])]
        if len(beside) > 1:
            kinds = [PROSE if k in beside else kind for k, kind in enumerate(kinds)]
    for k in range(1, len(kinds) - 1):
        if kinds[k] == LINE and kinds[k - 1] == kinds[k + 1] == PROSE:
            if CUT.search(blocks[k]) and blocks[k][-1] != ">":  # a teaser has its headline above it
                kinds[k] = PROSE
            elif blocks[k].count(" ") < 5:
                kinds[k] = INSERT
    return kinds


# Stories ------------------------------------------------------------------------------------------------------------


def story(blocks: list[str], title: str = "") -> Page:
    """The page whose paragraphs are `blocks`: what is prose in their best run, and what else the page says of it.

    `title` is the title where it is known from elsewhere; neither it nor a headline on the page is part of the text.
    """
    kinds, words = _kinds(blocks), [plain(block) for block in blocks]
    start, end = _run(blocks, kinds)
    while end > start and end < len(blocks) and kinds[end] == LINE and _continues(blocks[end - 1], blocks[end]):
        end += 1  # a list at the very end
    head = _headline(blocks, kinds, words, start, end, plain(title))
    named, publisher = without_site(blocks[head] if head is not None else "", words)
    seen = {"", plain(title), plain(named), words[head] if head is not None else ""}
    kept: list[str] = []
    for k in range(start if head is None else head + 1, end):
        block, before = blocks[k], kinds[k - 1] if k else LINE
        standfirst = kinds[k] == LINE and k - 1 == head and words[k].count(" ") >= 7
        listed = kinds[k] == LINE and kept and _continues(kept[-1], block)
        asked = kinds[k] == QUESTION and block[0] not in OPENING and not (k - 1 == head or kept[-1:] == [blocks[k - 1]])
        caption = before == INSERT and CAPTION.fullmatch(blocks[k - 1]) and len(block) < 250
        nearby = (f" {other} " for other in words[max(k - 6, 0) : k + 7] if other != words[k])
        pulled = block[0] in OPENING and words[k].count(" ") > 1 and any(f" {words[k]} " in other for other in nearby)
        told = kinds[k] in (PROSE, QUESTION) or standfirst or listed
        if told and not asked and not caption and not pulled and words[k] not in seen:
            kept.append(block)
            if words[k].count(" ") > 3:  # what is longer and comes again is a teaser, a caption, a copied standfirst
                seen.add(words[k])
    while kept and kept[-1][-1] == ":":
        kept.pop()  # what it announced was furniture
    rest = [k for k, text in enumerate(words) if text not in ("", plain(title))]
    if not kept and len(rest) == 1 and kinds[rest[0]] in (LINE, QUESTION):  # alone, it needs no full stop
        kept = [blocks[rest[0]]]
    owner = next((match[1] for match in map(OWNER.match, blocks) if match), "")
    day = published(blocks, start if head is None else head, start, end)
    return Page("\n\n".join(kept), title or named, publisher or owner, day)


def _continues(before: str, block: str) -> bool:
    """Whether `block` is an item of the list that `before` announces or belongs to."""
    return block[0] in BULLETS and (before[-1] == ":" or before[0] in BULLETS)


def _run(blocks: list[str], kinds: list[str]) -> tuple[int, int]:
    """Start and end of the story: of the parts between headings of comments the first with a run that scores enough.

    Enough is two average paragraphs: the best run may be in a thread of comments that is longer than the story.
    """
    runs, start, total, gap = [(0.0, 0, 0)], 0, 0.0, 0
    for k, (block, kind) in enumerate(zip(blocks, kinds, strict=True)):
        if kind == COMMENTS:
            if runs[-1][0] >= 2.5:
                break
            runs.append((0.0, k + 1, k + 1))
            total = score = 0.0
        elif kind == PROSE:
            # Teasers are a headline and a sentence or two, so that these must not pay; stories go on, and quote.
            score = min(0.5 + block.count(" ") / 25, 2) + 1.25 * (k > 0 and kinds[k - 1] == PROSE) + _speaks(block)
            gap = 0
        elif kind == QUESTION or (kind == LINE and block[0] in BULLETS):
            score = 0
        else:
            # A box inside a story may have many lines and must not cut off what follows, so each costs less.
            score = (-0.3 if kind == INSERT else -2) * 0.2**gap
            gap += kind != INSERT
        if total <= 0:
            start, total = k, 0.0
        total += score
        if total > runs[-1][0]:
            runs[-1] = total, start, k + 1
    return max(runs, key=lambda run: run[0])[1:]


def _headline(blocks: list[str], kinds: list[str], words: list[str], start: int, end: int, title: str) -> int | None:
    """The place of the headline among the last lines above the story: `title`, or the first that is most like one.

    A headline is a sentence in small letters, shares words with the story, and often stands on the page again. A
    caption or a standfirst may be as much like one, but stands below it.
    """
    above = [
        k
        for k in range(start)
        if kinds[k] in (LINE, QUESTION)
        and 2 <= words[k].count(" ") < 30
        and blocks[k][0] not in BULLETS
        and blocks[k].count("|") < 2
    ][-12:]
    if title in (same := [words[k] for k in above]):
        return above[same.index(title)]
    stems = {word[:5].rstrip("s") for text in words[start:end] for word in text.split() if word not in COMMON}
    short = [(k, text) for k, text in enumerate(words) if text.count(" ") > 1 and len(text) < 250]

    def likeness(k: int) -> int:
        own = words[k].split()
        again = any(other != k and (text in words[k] or words[k] in text) for other, text in short)
        small = sum(word[0].islower() for word in blocks[k].split())
        sentence = small and small >= sum(word.istitle() for word in blocks[k].split())
        shared = len(stems.intersection(word[:5].rstrip("s") for word in own))
        return min(shared, 2) + (len(own) >= 4) + (len(own) >= 6) + 2 * bool(sentence) + 4 * again

    return max(above, key=likeness, default=None)


OWNER = re.compile(
    r"(?:copyright )?©\s*(?:copyright )?\d{4}(?:\s*[-–]\s*\d{4})?[\s,]+([A-Z][\w&’' ]{2,40}?)"
    r"(?: (?:Ltd|Limited|plc))?\b\.?(?: All rights reserved.*)?$",
    re.IGNORECASE,
)


def without_site(title: str, words: list[str]) -> tuple[str, str]:
    """A title less the name of the site, and that name; after a dash, if the title is also among `words` without it."""
    named = re.fullmatch(r"(.{12,}\S)\s+([|–—-])\s+([^|–—]{2,40})", title)
    if not named or (named[2] != "|" and plain(named[1]) not in words):
        return title, ""
    return without_site(named[1], words)[0], named[3]


# Datelines ----------------------------------------------------------------------------------------------------------

BYLINE = re.compile(
    r"(?:[Bb]y|BY|[Ww]ords|[Rr]eported by|[Ww]ritten by):? +[A-Z][\w’'.-]+ .*"
    r"|(?:[\w’'&,-]+ ){0,6}(?:[Cc]orrespondent|[Rr]eporter|[Ee]ditor)(?:,? (?:in|at|for) .*)?"
)


def _is_dateline(block: str, words: list[str]) -> bool:
    """Whether a line holds a date, a time or a byline, and besides that only names and the words that go with them."""
    if len(words) > 18 or block[0] in OPENING:
        return False
    rest = CLOCK.sub(" ", DATED.sub(" ", block))
    names = [word for word in re.findall(r"[^\W\d]+", rest) if word.lower() not in ABOUT_DATES]
    if rest != block:
        return len(names) <= 8 and all(name[0].isupper() for name in names)
    return len(words) <= 12 and not ENDED.search(block) and bool(BYLINE.fullmatch(block))


def published(blocks: list[str], top: int, start: int, end: int) -> str:
    """The date (see `dates`) near the headline at `top`, in the first paragraphs or right below the story; else empty.

    What says published or stands in a byline comes before a bare date, and what says updated last. A bare date below
    may be that of the next story, so it counts only if no headline follows.
    """
    kinds = {k: _kind(blocks[k]) for k in (*range(max(top - 4, 0), min(start + 6, end)), *range(end, len(blocks)))}
    rest = next((k for k in range(end, len(blocks)) if kinds[k] not in (DATE, INSERT)), len(blocks))
    candidates = []
    for k in (k for k in kinds if k < rest and kinds[k] == DATE):
        label = re.search(r"publish|posted|created", blocks[k], re.IGNORECASE)
        days = list(dates(blocks[k][label.end() :] if label else blocks[k])) or list(dates(blocks[k]))
        names = re.search(r"\b[A-Z]\w+ [A-Z]\w+", DATED.sub(" ", blocks[k])) or blocks[k][:3].lower() == "by "
        updated = not label and re.match(r"\W*(?:last )?(?:updat|modif|edit)", blocks[k], re.IGNORECASE)
        rank = 3 if updated else 0 if label or names else 1 if k > top else 2
        if days and (k < end or rank == 0 or rest == len(blocks) or kinds[rest] == COMMENTS):
            candidates.append((rank, k, days[0]))
    return min(candidates)[2] if candidates else ""
