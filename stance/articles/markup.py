"""Markup: what a page of HTML shows its reader, as a story with title, paper and date, or as plain text."""

import re
from html import unescape
from typing import Any

from stance.articles.dates import DAY_FIRST, MONTH_FIRST, dates, day_of
from stance.articles.stories import OPENING, Page, paragraphs, plain, published, story, without_site

TAG = re.compile(r"</?(?:p|br|div|span|a|em|strong|b|i|u|ul|ol|li|blockquote|q|cite|h[1-6]|img|figure)\b[^<>]*>", re.I)
ENTITY = re.compile(r"&(?:#\d{1,6}|#x[\da-f]{1,5}|[a-z]{2,8}\d?);", re.IGNORECASE)
BLOCKS = frozenset(
    "p div li tr table ul ol dl dt dd h1 h2 h3 h4 h5 h6 blockquote article section header footer aside main figure "
    "figcaption pre form hr body address doc docfull".split()
)
NOT_SHOWN = ("script", "style", "noscript", "template", "title", "head")
IN_LINE = ("time", "label", "address", "cite", "small", "data")  # trafilatura drops them with their words
# An archive's own address, before that of the page.
ARCHIVED = re.compile(r"^https?:/+[^/]*archive[^/]*/(?:[^/]+/)*?\d{4,14}\w*/(?=https?:/)", re.IGNORECASE)
TOOLBAR = re.compile("<!-- BEGIN WAYBACK TOOLBAR INSERT -->.*?<!-- END WAYBACK TOOLBAR INSERT -->", re.DOTALL)
FIRST = re.compile(r"publi(?:sh|c)|issued|pub-?date|first|displaydate|article[._]date|dc\.date$", re.IGNORECASE)
LATER = re.compile(r"modif|updat|last|revis|crawl|captur|archiv|^date$|pubdate.*mod", re.IGNORECASE)


def has_markup(text: str) -> bool:
    """Whether a text that should be plain holds tags or entities."""
    return bool(TAG.search(text) or ENTITY.search(text))


def plain_text(html: str) -> str:
    r"""The text that a fragment or page of HTML shows: an empty line between blocks, a tab between cells.

    >>> plain_text("<p>It is a <b>raid</b> on councils&rsquo; money.<p><q>No,</q> she said.")
    'It is a raid on councils’ money.\n\n“No,” she said.'
    """
    from lxml import etree
    from lxml import html as parser

    if not TAG.search(html) and "<html" not in html[:2000].lower():
        shown = unescape(html)
        return plain_text(shown) if shown != html and has_markup(shown) else shown
    try:
        tree = parser.fromstring(f"<div>{html}</div>" if "<html" not in html[:2000].lower() else html)
    except etree.ParserError:
        return ""
    _show_quotations(tree)
    return _shown(tree)


def _shown(tree: Any) -> str:
    """What an element shows, without recursion: pages nest deeply."""
    parts: list[str] = []
    todo: list[tuple[Any, bool]] = [(tree, False)]
    while todo:
        element, ended = todo.pop()
        block = "\n\n" if element.tag in BLOCKS else "\t" if element.tag in ("td", "th") else ""
        if ended:
            parts += [block if block != "\t" else "", re.sub(r"\s+", " ", element.tail or "")]
        elif isinstance(element.tag, str) and element.tag not in NOT_SHOWN:
            text = element.text or ""
            parts += [
                block,
                "\n" if element.tag == "br" else "",
                text if element.tag == "pre" else " ".join(re.split(r"\s+", text)),
            ]
            todo += [(element, True), *((child, False) for child in reversed(element))]
        else:
            parts.append(re.sub(r"\s+", " ", element.tail or ""))
    lines = (" ".join(line.split(" ")).strip(" ") for line in "".join(parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _show_quotations(tree: Any) -> None:
    """Put the marks that a browser shows for <q>, and marks for <blockquote>, with whom its <cite> names behind it."""
    for quoted, inner in [(one, any(True for _ in one.iterancestors("q"))) for one in tree.iter("q")]:
        if _words(quoted)[:1] not in OPENING:
            _wrap(quoted, *("‘’" if inner else "“”"))
        quoted.drop_tag()
    whole = len(_words(tree))
    for quoted in list(tree.iter("blockquote")):
        named = [one for one in quoted.iter("footer", "cite", "figcaption") if len(_words(one)) < 150]
        source = _words(named[0]).lstrip("–—―- ") if named else ""
        for one in named[:1]:
            one.drop_tree()
        parts = [
            one for one in quoted.iter("p", "li", "div") if _words(one) and not len(one.xpath(".//p|.//li|.//div"))
        ]
        parts = parts or [quoted]
        if not _words(quoted) or 2 * len(_words(quoted)) > whole:
            continue  # a page set in by its maker
        marked = any(mark in _words(quoted) for mark in '“”"')
        for part in parts:
            if not marked:
                _wrap(part, "“", "”")
        if source:
            _wrap(parts[-1], "", f" — {source}")


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def _wrap(element: Any, before: str, after: str) -> None:
    """Put `before` and `after` around the words of an element."""
    element.text = before + (element.text or "").lstrip()
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip() + after
    else:
        element.text = element.text.rstrip() + after


# Pages --------------------------------------------------------------------------------------------------------------


def page(raw: str) -> Page:
    """The page as trafilatura extracts it; text is empty where there is none.

    Its date is the first of: what the page calls published; what is printed by the story; any other in its metadata or
    address. One that is modified, crawled or captured is none. A page from an archive has its own address.
    """
    import trafilatura  # slow to load, and only HTML needs it

    raw = TOOLBAR.sub("", raw)
    shown, tree = trafilatura.load_html(raw), trafilatura.load_html(raw)
    if shown is None or tree is None or (body := tree.find("body")) is None:
        return Page("")
    _show_quotations(shown)
    for element in list(shown.iter(*IN_LINE)):
        if any(True for _ in element.iterancestors("p", "li", "blockquote", "td", "h1", "h2", "h3")):
            element.drop_tag()
    text = getattr(trafilatura.bare_extraction(shown, include_comments=False, include_tables=False), "text", None)
    if not text:
        return Page("")
    if "\n" not in text and len(body.findall(".//p")) > 2:
        text = _shown(shown)  # of a short page trafilatura takes all words as one line
    blocks = paragraphs(text.replace("\n", "\n\n"))
    told = story(blocks)
    _keep_own(body, told)
    above = paragraphs(_shown(body))[-20:]
    printed = published(above, 0, len(above), len(above)) or told.published
    says = [(_name(meta), meta.get("content", "")) for meta in tree.iter("meta")]
    first = re.search(r'"datePublished"\s*:\s*"([^"]+)"', raw)
    stated = [first[1]] if first else []
    stated += [value for name, value in says if FIRST.search(name) and not LATER.search(name)]
    for meta in [meta for meta in tree.iter("meta") if LATER.search(_name(meta))]:
        meta.getparent().remove(meta)
    # Without a last day of its own htmldate would take today's, and might read the page otherwise tomorrow.
    days = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
    meta = trafilatura.extract_metadata(tree, date_config=days)
    day = next((day for value in stated for day in dates(value)), "") or printed or meta.date or ""
    known = [plain(block) for block in blocks]
    url = (
        next((link.get("href", "") for link in tree.iter("link") if link.get("rel") == "canonical"), "")
        or meta.url
        or ""
    )
    archived = bool(ARCHIVED.match(url))
    title = without_site(meta.title or "", known)[0] or told.title
    site = without_site(tree.findtext(".//title") or "", known)[1]
    publisher = (site if archived else meta.sitename or site) or told.publisher
    return Page(told.text, title, publisher, day_of(day, _habit(tree, says))[0] or day, ARCHIVED.sub("", url))


def _name(meta: Any) -> str:
    """What a <meta> is about."""
    return meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""


def _habit(tree: Any, says: list[tuple[str, str]]) -> dict[str, str]:
    """Which comes first in a date, day or month, where the page names the country of its English."""
    country = next((value for name, value in says if name == "og:locale"), tree.get("lang") or "")[-3:].upper()
    return {"/": MONTH_FIRST if country[1:] == "US" else DAY_FIRST} if country[1:] in ("US", "GB") else {}


def _keep_own(body: Any, told: Page) -> None:
    """Blank all from the third paragraph of the story: other stories are announced below, and with dates."""
    third = told.text.split("\n\n")[:3][-1].lstrip("“‘")
    own = (
        (element, " ".join((words or "").split()).lstrip("“‘")[:25])
        for element in body.iter("*")
        for words in (element.text, element.tail)
    )
    first = next((element for element, words in own if len(words) > 5 and third.startswith(words)), body)
    for element in [*(e for e in first.xpath("following::*") if e.tag != "script"), first]:
        element.clear()
