"""Articles from files and tables: their text without page furniture, what the page says of them, near-copies grouped.

A page is cut into paragraphs, each is scored as prose or as furniture, and the story is the run of paragraphs with the
highest total: the idea of Finn, Kushmerick and Smyth (2001), with shallow text features as in Kohlschütter et al. (2010).
"""

import hashlib
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from stance.records import FORMATS, InputError, Skipped, read_table

PAGES = (".txt", ".md", ".html", ".htm")
LARGEST = 20_000_000  # bytes of a page: a saved page may carry its pictures inside
LONGEST = 1_000_000  # characters of text: ten times the longest press article, so what is longer is not one article


@dataclass(frozen=True)
class Article:
    """One press article; every field is text, and empty where the page does not say.

    `article` is the first 12 hex digits of the sha256 of `text`, whose paragraphs one blank line separates; `published`
    is an ISO date; `path` is as seen from the folder that was read, `file.csv:LINE` for a row of a table; `group` is the
    `article` of the first of its near-copies.
    """

    article: str
    title: str
    publisher: str
    published: str
    url: str
    path: str
    text: str
    group: str


class _Page(NamedTuple):
    """What one page or row gives."""

    text: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    url: str = ""


def read_articles(path: str | Path) -> tuple[list[Article], list[Skipped]]:
    """The articles of a folder (in the order of their paths), a file or a table, and what was skipped and why.

    Raises InputError where the path does not exist or holds no article that can be used.
    """
    path = Path(path)
    if path.is_dir():
        names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
        files = [(name, path / name) for name in names if "/." not in f"/{name}" and Path(name).name != "README.md"]
        if not files:
            raise InputError(f"a folder with articles in it ({', '.join(PAGES + FORMATS)})", path)
    elif path.is_file():
        files = [(path.name, path)]
    else:
        raise InputError("an existing file or folder", path)
    articles: dict[str, Article] = {}
    skipped = []
    for place, page in (found for name, file in files for found in _pages(name, file)):
        if isinstance(page, InputError):
            skipped.append(Skipped(place, str(page)))
            continue
        key = hashlib.sha256(page.text.encode()).hexdigest()[:12]
        if key in articles:
            skipped.append(Skipped(place, f"an exact copy of {articles[key].path}"))
        else:
            articles[key] = Article(article=key, path=place, group=key, **page._asdict())
    if not articles:
        first = f"{skipped[0].place}: {skipped[0].reason}" if skipped else "the table has no rows"
        raise InputError(f"at least one article that can be used ({first})", path)
    return _grouped(list(articles.values())), skipped


# Files and tables ---------------------------------------------------------------------------------------------------


def _pages(name: str, file: Path) -> Iterator[tuple[str, _Page | InputError]]:
    """The pages in a file, each with its place; an error in the stead of one that cannot be used."""
    ending = file.suffix.lower()
    try:
        if ending in FORMATS:
            yield from _rows(name, read_table(file))
        elif ending in PAGES:
            yield name, _page(_decoded(file), ending, {})
        else:
            raise InputError(f"not {', '.join((PAGES + FORMATS)[:-1])} or {FORMATS[-1]}")
    except InputError as error:
        yield name, InputError(str(error).removeprefix(f"{file}:"))


def _rows(name: str, table: Any) -> Iterator[tuple[str, _Page | InputError]]:
    if "text" not in table:
        raise InputError(f"a column of this name (found: {', '.join(map(str, table))})", field="text")
    known = [column for column in _Page._fields if column in table]
    for line, *row in table[known].itertuples():
        # Parquet may hold dates; what is missing is None or else not a number, which alone differs from itself.
        cells = {column: str(cell) for column, cell in zip(known, row, strict=True) if cell is not None and cell == cell}
        try:
            yield f"{name}:{line}", _page(cells.pop("text", ""), ".txt", cells)
        except InputError as error:
            yield f"{name}:{line}", error


def _decoded(file: Path) -> str:
    """The characters of a file: UTF-8, UTF-16 with its mark, or Windows-1252, whose bytes may also stand inside UTF-8."""
    try:
        if file.stat().st_size > LARGEST:
            raise InputError(f"too large for an article (more than {LARGEST:,} bytes)")
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"not readable ({error.strerror})") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise InputError("unreadable encoding (marked as UTF-16, which it is not)") from error
    text = data.decode("utf-8-sig", "surrogateescape")
    # English in Windows-1252 has a few such bytes in a hundred (quotation marks, pounds); other alphabets have most.
    if sum(map(len, re.findall("[\udc80-\udcff]+", text))) > len(text) / 5:
        raise InputError("unreadable encoding (neither UTF-8 nor Windows-1252)")
    return re.sub("[\udc80-\udcff]+", lambda odd: odd[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace"), text)


def _page(raw: str, ending: str, known: dict[str, str]) -> _Page:
    """The page in `raw`, with what is `known` of it from elsewhere. Raises InputError: the reason why it has no article."""
    if sum(raw.count(chr(code)) for code in (*range(9), *range(14, 32), 127)) > len(raw) / 100:
        raise InputError("a binary file, not text")
    if not _clean(raw).strip():
        raise InputError("empty")
    if ending in (".html", ".htm") or raw[:200].lstrip().lower().startswith(("<!doctype html", "<html")):
        page = _html(raw)
    else:
        front, body = _front_matter(raw)
        known = front | known
        if len(body) > LONGEST:
            raise InputError(f"too long for an article ({len(body):,} characters, more than {LONGEST:,})")
        page = _markdown(body) if ending == ".md" else _story(_paragraphs(body), known.get("title", ""))
    if not page.text:
        raise InputError("no article in it, nothing but page furniture")
    said = {field: " ".join(_clean(known.get(field, "")).split()) for field in _Page._fields}
    if said["published"]:
        said["published"] = next(_dates(said["published"]), "")
    return page._replace(**{field: value for field, value in said.items() if value})


def _front_matter(raw: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between two lines `---` at the top, and what follows them."""
    found = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", raw, re.DOTALL | re.MULTILINE)
    if not found:
        return {}, raw
    pairs = (line.partition(":") for line in found[1].splitlines())
    said = {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}
    said.setdefault("url" if "://" in said.get("source", "") else "publisher", said.get("source", ""))
    return {field: said[field] for field in _Page._fields[1:] if field in said}, raw[found.end():]


def _markdown(body: str) -> _Page:
    """The page as its writer wrote it, less the marks: the words of links and emphasis stay, headings and pictures go."""
    title, paragraphs = "", [[""]]
    for line in map(str.strip, _clean(body).split("\n")):
        line = re.sub(r"^[-*+] +", "• ", line.lstrip("> "))
        if line.startswith("#"):
            title = title or line.strip("# ")
            paragraphs.append([])
        elif re.fullmatch(r"=+|-+|[*_ ]{3,}", line):  # a heading's underlining, or a rule
            heading = paragraphs.pop() if line[0] in "=-" else []
            title = title or " ".join(heading).strip()
            paragraphs.append([])
        elif not line or re.match(r"• |\d+[.)] ", line):
            paragraphs.append([line])
        else:
            paragraphs[-1].append(line)
    text = "\n\n".join(" ".join(lines) for lines in paragraphs)
    text = re.sub(r"!\[[^\[\]]*\]\([^()]*\)", "", text)
    text = re.sub(r"\[([^\[\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])", r"\1", text)
    text = re.sub(r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|(?<!\w)_{1,3}(?=\S)|(?<=[^\s_])_{1,3}(?!\w)|`", "", text)
    return _Page(normalised(text), title.strip("*_ "))


def _html(raw: str) -> _Page:
    """The page as trafilatura extracts it; its date stands above the story or in the page's own metadata."""
    import trafilatura  # slow to load, and only HTML needs it

    try:
        found = trafilatura.bare_extraction(raw, include_comments=False, include_tables=False)
        tree = trafilatura.load_html(raw)
        if found is None or tree is None or len(found.text) > LONGEST:
            return _Page("")
        blocks = _paragraphs(found.text.replace("\n", "\n\n"))
        # Stories that are only linked to stand below and bear dates too, so all from the first words on is blanked.
        opening = next((block[:25] for block in blocks if _kind(block) == PROSE), "no story")
        body = tree.find("body")
        start = next((e for e in body.iter("*") if " ".join((e.text or "").split()).startswith(opening)), body)
        for element in [e for e in start.xpath("following::*") if e.tag != "script"]:
            element.clear()
        start.clear()
        above = _paragraphs("\n\n".join(body.xpath(".//text()[not(parent::script or parent::style)]")))[-30:]
        # Without a fixed last date htmldate would read a page otherwise tomorrow.
        dates = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
        meta = trafilatura.extract_metadata(tree, date_config=dates)
    except Exception as error:  # whatever broken HTML does to the parser, the other articles go on
        raise InputError(f"HTML that cannot be read ({error})") from error
    title, publisher = _named(meta.title or "", blocks)
    page = _story(blocks, title, whole=True)
    published = meta.date or _published([*above, "", *blocks], len(above), 0) or page.published
    return _Page(page.text, title or page.title, meta.sitename or publisher, published, meta.url or "")


# Text ---------------------------------------------------------------------------------------------------------------

# Other line ends become \n, a tab a space; other control characters and characters without width or of direction go.
CHARACTERS: dict[int, str | None] = {code: None for code in (
    *range(32), *range(127, 160), 0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)}
CHARACTERS |= {ord("\t"): " "} | {ord(end): "\n" for end in "\n\v\f\r\x85\u2028\u2029"}


def _clean(text: str) -> str:
    whole = text.replace("\r\n", "\n").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole.translate(CHARACTERS))


def normalised(text: str) -> str:
    """`text` as an article holds it: NFC, single spaces, one blank line between paragraphs, no invisible characters."""
    return "\n\n".join(_paragraphs(text))


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`: lines, but lines that were broken at a fixed width are joined again."""
    lines = [" ".join(line.split()) for line in _clean(text).split("\n")]
    inner = sorted(len(a) for a, b in pairwise(lines) if a and b and len(a) <= 100)
    width = inner[len(inner) * 9 // 10] if inner else 0
    # A line is full where the next word would not have fitted. Full lines seldom end a sentence where a width was set,
    # and nearly always where each line is a paragraph.
    full = [bool(a and b) and len(a) <= 100 and len(a) + 1 + len(b[:100].split(" ")[0]) > width for a, b in pairwise(lines)]
    inside = sum(not ENDED.search(line[-8:]) for line, is_full in zip(lines, full) if is_full)
    wrapped = (width >= 50 and inside >= 3 and 2 * inside >= sum(full) and 3 * sum(full) >= len(inner)
               and 20 * sum(len(line) > 100 for line in lines) <= len(lines))
    paragraphs: list[list[str]] = []
    joins = False
    for line, is_full in zip(lines, [*full, False], strict=True):
        if joins:
            paragraphs[-1].append(line)
        elif line:
            paragraphs.append([line])
        joins = wrapped and is_full
    return [" ".join(paragraph) for paragraph in paragraphs]


# The story ----------------------------------------------------------------------------------------------------------

PROSE, QUESTION, LINE, INSERT, DATE, COMMENTS = "prose", "question", "line", "insert", "date", "comments"

OPENING = "“\"‘'"
ENDED = re.compile(r"[.!?;…][\"'”’)\]]*$")
CUT = re.compile(r"(?:\.\.\.|…|>)\)?$")  # as teasers end
BULLETS = "•·▪◦‣*–-"
CAPTION = re.compile(r"\W*(?:(?:image|media|video|photo|picture) )?captions?\W*", re.IGNORECASE)
OWNER = re.compile(r"(?:copyright )?©\s*(?:copyright )?\d{4}(?:\s*[-–]\s*\d{4})?[\s,]+([A-Z][\w&’' ]{2,40}?)(?: (?:Ltd|Limited|plc))?\b\.?(?: All rights reserved.*)?$",
                   re.IGNORECASE)
SAYING = re.compile(r"\b(?:said|says?|told|tells|add(?:s|ed)|argue[sd]|warn(?:s|ed)|claim(?:s|ed)|continued|commented|wrote|"
                    r"explain(?:s|ed)|insist(?:s|ed)|stress(?:es|ed)|conclude[sd])\b")
MARK = re.compile(r"(?:^|[\s(\[])[“\"‘']\w|[”\"’'](?:[\s.,;:]|$)")
COMMON = frozenset("""a an and are as at be been but by for from had has have he her his i in is it its not of on or our
    she that the their there they this to was we were which who will with would you your""".split())

# A line all of whose words are these is a menu, a button or a heading of the page.
CHROME = frozenset("""a about accept accessibility account ad ads advert advertisement advertise adverts agree all and app
    archive articles audio back blog blogs bookmark business by careers categories category channels click close comment
    comments community contact continue cookie cookies copy courses culture deals digital directory email entertainment
    events expand explore facebook feature features feed finance follow food football for forum galleries gallery google
    help hide home in info instagram it jobs join latest learn library lifestyle like likes link linkedin listen live load
    loading local log login logo magazine mail main manage media membership menu messenger more most motors my national
    navigation news newsletter newsletters next no now obituaries of off ok on open opinion our out page partners pinterest
    play podcast podcasts policy politics popular post previous print privacy profile promoted property puzzles read
    recommended reddit register regional related reply report reports resources rss save search section see settings share
    shares shop show sign site skip sponsored sport sports stories story subscribe subscriber subscribers subscription tags
    terms the this to today top topic topics travel trending tv tweet twitter uk up us video videos view views watch weather
    webinars whatsapp what’s whats world x you your youtube""".split())

# What stands between the paragraphs of a story without belonging to it, by how it begins ...
INSERTS = re.compile(r"""\W*(?:
    read\ (?:more|also|next|the\ full|our)|see\ (?:also|more|all)|(?:view|show|load|browse)\ (?:all|more)|find\ out\ (?:more|how)
    |learn\ more|click\ (?:here|on|to)|listen\ (?:to|now|on|again)|watch(?:\ (?:now|more|live|again|below)|:)
    |also\ (?:in\ the\ news|read|on\ )|more\ (?:from|on\ this|like\ this|stories|news|videos)\b
    |related(?:\ (?:articles?|stories|topics?|content|links?|news|posts?|internet\ links|reading|items)\b|:)
    |most\ (?:read|popular|viewed|commented|shared|watched|recent)\b|top\ stories|latest\ (?:\w+\ ){0,3}(?:news|jobs|stories|articles)$
    |you\ (?:may|might)(?:\ also)?\ (?:be\ interested|like)|recommended\ (?:for|reading|stories|by)|trending\b|don['’]t\ miss
    |editor['’]?s['’]?\ (?:picks?|choice)|in\ other\ news|elsewhere\ on|promoted\b|sponsored\b|paid\ (?:content|post)|advert
    |(?:story|article|post)\ continues|continues?\ (?:reading|below)|sign(?:ing)?\ up\ (?:to|for|now|here|today)|sign\ up$|subscribe\b
    |register\ (?:now|here|for|to)|log\ ?in\b|already\ (?:a|have|registered)\b|(?:follow|like|join|find)\ (?:us|@)|share\ (?:this|on|via|with)\b
    |filed\ under|tag(?:s|ged)?\b\s*:?\ |(?:topics?|tags|categor(?:y|ies)|share|comment|source|credits?|caption|keywords)\s*:
    |(?:image|picture|photo(?:graph)?|pic|video|media|figure|illustration)s?(?:\ (?:source|captions?|credits?|copyright|by|courtesy)\b|\s*:)
    |(?:getty|shutterstock|istock|alamy|reuters|pa\ (?:wire|images|media|archive)|lnp|swns|rex\ features)\b
    |skip\ (?:to|past)|back\ to\ top|jump\ to|thank(?:s|\ you)\ for\ (?:reading|subscribing|signing|your)|something\ went\ wrong
    |(?:video|audio)\ (?:unavailable|player|loading)|this\ (?:video|page|content|article)\ (?:is|can|has|was)\b|please\ (?:enable|log|sign|enter|try|note)
    |enter\ (?:your|a)\b|invalid\ e-?mail|free\ (?:newsletter|trial)|download\ (?:the|our|now)|did\ you\ (?:enjoy|like|find)|was\ this
    |catch\ up|tune\ in|discover|get\ (?:all|the|our|your|more)\b|stay\ (?:up|in|informed)|keep\ up|be\ the\ first|never\ miss|check\ out|want\ (?:to|more)
    |(?:podcasts?|video|gallery|in\ pictures|live|quiz|poll|webinar)\s*[:|]|(?:job|recruiter|salary|location|closing\ date)\b.{0,20}:
    |©|\(c\)|copyright\b|https?://\S+$|@\w+$|\S+@\S+\.\w+$)""", re.IGNORECASE | re.VERBOSE)
# ... and by what it says anywhere, as long as nobody is quoted: notices, offers, captions, job adverts.
NOTICES = re.compile(r"""\bcookies?\b.*\b(?:we|our|you|your|site|website|browser|accept|settings|consent)\b
    |\b(?:we|our|you|your|site|website|browser|accept)\b.*\bcookies?\b|\bjavascript\b
    |\byour\ (?:browser|inbox|e-?mail|data\ |subscription|consent|account|free\ (?:daily|weekly|trial|article|copy)|comments?\b|ad\ )
    |\bour\ (?:\w+\ ){0,2}(?:newsletters?|bulletins?|e-?mails?|website|site|app|podcasts?|facebook|twitter|whatsapp|instagram|youtube
        |subscribers|advertisers|journalism|community\ guidelines|house\ rules|(?:privacy|cookie)\ (?:policy|notice))\b
    |\bterms\ (?:and|&|of)\ (?:conditions|use|service)\b|\bprivacy\ (?:policy|notice)|\ball\ rights\ reserved|\bregistered\ (?:in\ england|office)
    |\b(?:log|sign|signed|logged)\ ?in\ (?:to|or|here)\b|\bsubscri(?:be|bers?|ptions?)\b.*\b(?:today|now|here|unlimited|only|already|access|digital)\b
    |\bunlimited\ (?:access|digital|articles)|\b(?:free|remaining|more)\ articles\b|\bexclusive\ to\ (?:our\ )?subscribers
    |\b(?:click|tap|register|sign\ up|apply|subscribe)\ (?:here|now|online|below|today)\b|\b(?:follow|like|find)\ (?:us|me|him|her)\ on\b|\be-?mail\ us\b
    |\b(?:got|have)\ a\ (?:news\ )?(?:story|tip)\b|\bnews\ ?desk\b.*(?:@|\d{4})|\bnewsletters?\b.*\b(?:straight|delivered|every\ (?:day|week|morning)|sign)
    |\bcomments?\ (?:is|are|will\ be|must|may|have\ been)\ (?:now\ )?(?:closed|moderated|published|disabled|open)|\bhtml\ is\ not\b
    |\bsubmission\ of\ any\ material|\bpress\ standards\ organisation.*\b(?:complain|adher|regulat|member)|\bcomplaint\ about\ (?:the\ )?editorial
    |\bthis\ (?:website|site)\b.*\b(?:uses?|owned|operated|adheres)\b|\b(?:affiliate|commission\ on)\b.*\blinks?\b|\bbest\ (?:possible\ )?experience
    |\b(?:join\ our\ (?:\w+\ )?team|join\ the\ team\b|we(?:['’]|\ a)re\ (?:looking\ for|recruiting|seeking|hiring)|exciting\ opportunity|the\ (?:successful|ideal)\ candidate)
    |£[\d,.]+k?\s*(?:-|–|to)\s*£[\d,.]+k?\b.*(?:per\ (?:annum|hour)|pro\ rata|p\.?a\.?\b|salary|grade)|\bmaternity\ (?:cover|leave)\ within
    |\b(?:photo(?:graph|s)?|pictures?|image|pic|credit)(?:\ credit|\ by|\ courtesy\ of)?\s*[:©].{0,80}$|\((?:photo|picture|image|pic|credit)\b[^)]{0,80}\)
    |\((?:left|right|cent(?:re|er)|pictured|above|below|far\ (?:left|right)|inset|from\ left)\)|^[^.]*\bpictured\b[^.]*\.?$
    |\bmore\ ?>|\b(?:is|was)\ funded\ by\ the\ bbc|\bwritten\ by\ the\ local\ democracy""", re.IGNORECASE | re.VERBOSE)
# What ends a page's story: from here readers write, or a press office.
AFTER = re.compile(r"""\W*(?:(?:(?:view|show|read|see|load|reader|readers['’]|your|user|latest|top|all)\ )*(?:\d[\d,]*\ )?comments\W*\d*\W*|\d+\ comment
    |have\ your\ say\b.*|(?:add|leave|post|write|submit|make)\ (?:a|your)\ (?:comment|reply|response)\b.*|join\ the\ (?:conversation|discussion|debate)\b.*
    |(?:there\ are\ )?(?:no|\d+)\ comments\b.*|be\ the\ first\ to\ comment.*|comments\ (?:are|have\ been)\b.*|what\ do\ you\ think\?.*
    |(?:you\ must\ )?(?:be\ )?(?:log(?:ged)?|sign(?:ed)?)[\ -]?in\ .*\bcomment.*|(?:\d+\ )?(?:thoughts?|responses?|replies)\ (?:on|to)\ .*
    |about\ the\ authors?|notes\ (?:to|for)\ editors?\W*|-*\s*ends?\s*-*)""", re.IGNORECASE | re.VERBOSE)


def _kind(block: str) -> str:
    """What a paragraph is, by itself."""
    if len(block) > 800:
        return PROSE
    words = re.findall(r"[\w’'&-]+", block)
    if len(block) <= 150 and AFTER.fullmatch(block):
        return COMMENTS
    if _is_dateline(block, words):
        return DATE
    quoting = block[0] in OPENING or (SAYING.search(block) and MARK.search(block))
    ended = ENDED.search(block[-8:]) and not (CUT.search(block) and block[0] not in OPENING)
    if not quoting:
        if len(words) <= 15 and all(word.lower() in CHROME or word.isdigit() for word in words):
            return INSERT
        if (len(words) <= 30 and INSERTS.match(block)) or NOTICES.search(block):
            return INSERT
    if len(words) <= 12 and block[-1] in "?!":
        return QUESTION
    # Captions, headlines and names have no stop at the end. A colon or comma stands before a quotation; a quotation may
    # lack a mark; the stop of a long paragraph may be forgotten; and there are initials that end in one.
    common = sum(word.lower() in COMMON for word in words)
    stands = (
        (ended and (len(words) >= 3 or block[0] in OPENING))
        or (block[-1] in ",:–—-" and (len(words) >= 6 or SAYING.search(block)) and common)
        or (block[-1] == ":" and len(words) >= 3)
        or (block[0] in OPENING and block[-1] in "”\"’'" and not re.search(r"\w[”\"’'](?!\w)", block[1:-1]))
        or (len(words) >= 12 and re.search(r"[a-z)][.!?][”’\"']? [“‘\"']?[A-Z]", block) and 5 * common >= len(words) and not CUT.search(block))
        or (len(words) >= 25 and 4 * common >= len(words) and not CUT.search(block))
    )
    return PROSE if stands else LINE


def _kinds(blocks: list[str]) -> list[str]:
    """What each paragraph is, where it stands: between two of the story, a subheading, or a sentence that trails off..."""
    kinds = [_kind(block) for block in blocks]
    for k in range(1, len(kinds) - 1):
        if kinds[k] == LINE and kinds[k - 1] == kinds[k + 1] == PROSE:
            if blocks[k][-1] in ".…":
                kinds[k] = PROSE
            elif blocks[k].count(" ") < 5:
                kinds[k] = INSERT
    return kinds


def _run(blocks: list[str], kinds: list[str]) -> tuple[int, int]:
    """Start and end of the story: the first run of paragraphs with a high total before readers' comments begin.

    Two average paragraphs are enough, for a thread of comments may be longer than the story above it.
    """
    best, total, start, gap, last, runs = 0.0, 0.0, 0, 0, LINE, []
    run = (0, 0)
    for place, (block, kind) in enumerate(zip([*blocks, ""], [*kinds, COMMENTS], strict=True)):
        if kind == COMMENTS:
            runs.append((best, run))
            best, total, start, gap, run = 0.0, 0.0, place + 1, 0, (place + 1, place + 1)
            continue
        if kind == PROSE:
            # A story quotes, a teaser is one or two sentences: with the headline above it, it must not pay.
            score = min(0.5 + block.count(" ") / 25, 2) + 0.75 * (last == PROSE) + (
                block[0] in OPENING or bool(SAYING.search(block[:800]) and MARK.search(block[:800])))
            gap = 0
        elif kind == INSERT:
            score = -0.5 * 0.5**gap
        else:
            # A box in the middle of a story has many lines and must not cut off what follows, so each costs less.
            free = kind == QUESTION or block[0] in BULLETS
            score = 0 if free else -2 * 0.25**gap
            gap += not free
        last = kind
        if total <= 0:
            total, start = 0.0, place
        total += score
        if total > best:
            best, run = total, (start, place + 1)
    return next((run for score, run in runs if score >= 2.5), max(runs, key=lambda found: found[0])[1])


def _story(blocks: list[str], title: str = "", whole: bool = False) -> _Page:
    """The page whose story is in `blocks`: the best run of them, or all as far as the comments where they are `whole`."""
    kinds = _kinds(blocks)
    plain = [_plain(block) for block in blocks]
    start, end = _run(blocks, kinds)
    if whole and PROSE in kinds:
        start, end = kinds.index(PROSE), next((k for k in range(end, len(kinds)) if kinds[k] == COMMENTS), len(kinds))
    head = _headline(blocks, kinds, plain, start, _plain(title))
    named, publisher = _named(blocks[head] if head is not None else "", plain)
    titles = {_plain(title), _plain(named), plain[head] if head is not None else ""}
    kept: list[str] = []
    seen: set[str] = set()
    for k in range(start if head is None else head + 1, end):
        before = kinds[k - 1] if k else LINE
        deck = k - 1 == head and kinds[k] == LINE and plain[k].count(" ") >= 9
        listed = kept and kinds[k] == LINE and blocks[k][0] in BULLETS and (kept[-1][-1] == ":" or kept[-1][0] in BULLETS)
        linked = before == INSERT and (kinds[k] == QUESTION or (CAPTION.fullmatch(blocks[k - 1]) and len(blocks[k]) < 250))
        if (kinds[k] in (PROSE, QUESTION) or deck or listed) and not linked and plain[k] not in titles | seen:
            kept.append(blocks[k])
            seen |= {plain[k]} if plain[k].count(" ") > 3 else set()
    rest = [k for k in range(len(blocks)) if plain[k] != _plain(title)]
    if not kept and len(rest) == 1 and kinds[rest[0]] in (LINE, QUESTION):  # with nothing round it, it needs no full stop
        kept = [blocks[rest[0]]]
    owner = next((found[1] for found in map(OWNER.match, blocks) if found), "")
    return _Page("\n\n".join(kept), title or named, publisher or owner, _published(blocks, kinds, head, start, end))


def _headline(blocks: list[str], kinds: list[str], plain: list[str], start: int, title: str) -> int | None:
    """The place of the story's headline: `title` itself, or a line above the story in the words that the story opens with."""
    above = [k for k in range(start) if kinds[k] in (LINE, QUESTION) and 2 <= plain[k].count(" ") < 30 and blocks[k][0] not in BULLETS][-12:]
    opening = {word for text in plain[start:start + 3] for word in text.split()} - COMMON
    shared = {k: len(opening.intersection(plain[k].split())) for k in above}
    # A caption or a standfirst may share as many words, but stands below; a menu stands above, but shares few.
    likely = [k for k in above if plain[k] == title] or [k for k in above if 2 * shared[k] >= max(shared.values(), default=0)]
    if not above:
        return None
    return likely[0] if max(shared.values()) else max(likely, key=lambda k: plain[k].count(" "))


def _named(title: str, plain: list[str]) -> tuple[str, str]:
    """A title without the name of the site, and that name; after a dash only where the title also stands without it."""
    named = re.fullmatch(r"(.{12,}\S)\s+([|–—-])\s+([^|–—]{2,40})", title)
    if not named or (named[2] != "|" and _plain(named[1]) not in plain):
        return title, ""
    return _named(named[1], plain)[0], named[3]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


# Dates --------------------------------------------------------------------------------------------------------------

MONTH = (r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
         r"|nov(?:ember)?|dec(?:ember)?)\b\.?")
DATED = re.compile(rf"(?<!\d)(?:(\d{{4}})-(\d\d)-(\d\d)(?:T[\d:.]+Z?)?|(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {MONTH},? ?(\d{{4}}|['’]?\d\d)"
                   rf"|{MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})|(\d{{1,2}})[/.](\d{{1,2}})[/.](\d{{4}}|\d\d))(?!\d)", re.IGNORECASE)
CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?|\b\d{1,2} ?[ap]m\b|\b(?:\d+|an?) ?(?:[smhdwy]|mins?|(?:second|minute|hour|day|week|"
                   r"month|year)s?) ago\b|\b\d+[ -]min(?:ute)?s? read\b", re.IGNORECASE)
BYLINE = re.compile(r"(?:by|words|reported by|written by):? +[A-Z][\w’'.-]+ .*|(?:[\w’'&,-]+ ){0,6}(?:[Cc]orrespondent|[Rr]eporter|[Ee]ditor)"
                    r"(?:,? (?:in|at|for) .*)?", re.IGNORECASE)
ABOUT_DATES = frozenset("""am at bst by correspondent created date date: edited editor first for from gmt in last min modified of on
    originally posted published read reporter th the time to uk updated was""".split())


def _dates(text: str) -> Iterator[str]:
    """The dates in `text`, as ISO, in order: the British order of day and month, years of two digits after 2000."""
    for found in DATED.finditer(text):
        year, month, day = next((parts for parts in (found.group(1, 2, 3), found.group(6, 5, 4), found.group(9, 7, 8),
                                                     found.group(12, 11, 10)) if parts[0]), ("", "", ""))
        number = int(month) if month.isdigit() else "janfebmaraprmayjunjulaugsepoctnovdec".index(month[:3].lower()) // 3 + 1
        try:
            yield date(int(year.strip("'’")) + (0 if len(year) == 4 else 2000), number, int(day)).isoformat()
        except ValueError:
            continue


def _is_dateline(block: str, words: list[str]) -> bool:
    """Whether a short line holds a date, a time or a byline, and besides that only names and the words that go with them."""
    if len(words) > 18 or block[0] in OPENING:
        return False
    rest = CLOCK.sub(" ", DATED.sub(" ", block))
    names = [word for word in re.findall(r"[^\W\d]+", rest) if word.lower() not in ABOUT_DATES]
    if rest != block:
        return len(names) <= 8 and all(name[0].isupper() for name in names)
    return len(words) <= 12 and not ENDED.search(block) and bool(BYLINE.fullmatch(block))


def _published(blocks: list[str], kinds: list[str], head: int | None, start: int, end: int) -> str:
    """The date above the story, among its first paragraphs or right below it; empty where none stands there.

    What says published or stands in a byline counts more than a bare date, and that more than what says updated.
    """
    top = start if head is None else head
    near = [k for k in range(max(top - 4, 0), min(start + 6, end)) if kinds[k] == DATE]
    below = next((k for k in range(end, len(blocks)) if kinds[k] not in (DATE, INSERT)), len(blocks))
    near += [k for k in range(end, below) if kinds[k] == DATE]
    found = []
    for k in near:
        line = blocks[k]
        label = re.search(r"publish|posted|created", line, re.IGNORECASE)
        dates = list(_dates(line[label.end():] if label else line)) or list(_dates(line))
        if dates:
            names = re.findall(r"\b[A-Z]\w+ [A-Z]\w+", DATED.sub(" ", line))
            updated = re.match(r"\W*(?:last )?(?:updat|modif|edit)", line, re.IGNORECASE) and not label
            found.append((3 if updated else 0 if label or names or line[:3].lower() == "by " else 1 if k > top else 2, k, dates[0]))
    return min(found)[2] if found else ""


# Near-copies --------------------------------------------------------------------------------------------------------


def _grouped(articles: list[Article]) -> list[Article]:
    """The articles, near-copies with the `article` of the first of them as their `group`."""
    first = list(range(len(articles)))
    sizes: list[int] = []
    holders: dict[int, list[int]] = {}
    for k, article in enumerate(articles):
        words = _plain(article.text).split()
        runs = {zlib.crc32(" ".join(words[at:at + 5]).encode()) for at in range(max(len(words) - 4, 1))}
        sizes.append(len(runs))
        for other, count in sorted(Counter(other for run in runs for other in holders.get(run, ())).items()):
            # Half of the shorter text, in runs of five words, stands in the longer: an abridged copy keeps nearly all,
            # one with a word in ten changed keeps 0.9^5 = 59%; two reports with the same two quotations share a third.
            if 2 * count >= min(sizes[k], sizes[other]):
                low, high = sorted((first[k], first[other]))
                first = [low if group == high else group for group in first]
        for run in runs:
            # Fifty holders of one run are an agency's standing words or a story already grouped; more cost time only.
            if len(holders.setdefault(run, [])) < 50:
                holders[run].append(k)
    return [replace(article, group=articles[group].article) for article, group in zip(articles, first, strict=True)]
