"""Articles: from pages of text, Markdown and HTML and from tables, near-copies grouped."""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from stance.articles.stories import Page, clean, dates, paragraphs, plain, published, story, without_site
from stance.tables import FORMATS, InputError, Skipped, table_parts

ROWS = 200  # of a table in memory at a time
LARGEST = 20_000_000  # bytes of a page: a saved page may carry its pictures inside
LONGEST = 1_000_000  # characters of text: ten times the longest press article, so what is longer is not one article
OTHER_BYTES = re.compile("[\udc80-\udcff]+")  # what is not UTF-8, as `surrogateescape` decodes it


@dataclass(frozen=True)
class Article:
    """One press article; every field is text, and empty where the page does not say.

    `article` is the first 12 hex digits of the sha256 of `text`, whose paragraphs one blank line separates; `published`
    is an ISO date; `path` is as seen from the folder that was read, `file.csv:LINE` for a row of a table; `group` is
    the `article` of the first of its near-copies.
    """

    article: str
    title: str
    publisher: str
    published: str
    url: str
    path: str
    text: str
    group: str


class Source(NamedTuple):
    """What may be an article, as it was found: its place, its characters and the ending that says how to read them,
    what is known of it from elsewhere; or the reason why it cannot be read.
    """

    place: str
    raw: str = ""
    ending: str = ".txt"
    known: tuple[tuple[str, str], ...] = ()
    reason: str = ""


def read_articles(path: str | Path) -> tuple[list[Article], list[Skipped]]:
    """The articles of a folder (in the order of their paths), a file or a table, and what was skipped and why.

    Raises InputError where the path does not exist or holds no article that can be used.

    >>> from stance.shipped import DIGESTS
    >>> articles, skipped = read_articles(DIGESTS)
    >>> articles[0].path, articles[0].published, skipped
    ('2013-08-09-fund-tied-to-nhs-strategy.md', '2013-08-09', [])
    """
    articles, skipped = made_of(sources(path))
    if not articles:
        first = f"{skipped[0].place}: {skipped[0].reason}" if skipped else "the table has no rows"
        raise InputError(f"at least one article that can be used ({first})", path)
    return _grouped(articles), skipped


def made_of(found: Iterable[Source]) -> tuple[list[Article], list[Skipped]]:
    """The articles that sources hold, near-copies not yet grouped, and what was skipped and why."""
    articles: dict[str, Article] = {}
    skipped = []
    for source in found:
        try:
            if source.reason:
                raise InputError(source.reason)
            page = _page(source.raw, source.ending, dict(source.known))
        except InputError as error:
            skipped.append(Skipped(source.place, str(error)))
            continue
        key = hashlib.sha256(page.text.encode()).hexdigest()[:12]
        if key in articles:
            skipped.append(Skipped(source.place, f"an exact copy of {articles[key].path}"))
        else:
            articles[key] = Article(article=key, path=source.place, group=key, **page._asdict())
    return list(articles.values()), skipped


# Files and tables ---------------------------------------------------------------------------------------------------


def sources(path: str | Path) -> Iterator[Source]:
    """What may be an article in a folder (in the order of the paths), a file or a table, one in memory at a time.

    Raises InputError where the path does not exist or holds no file.
    """
    path = Path(path)
    if path.is_dir():
        names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
        files = [(name, path / name) for name in names if "/." not in f"/{name}" and Path(name).name != "README.md"]
        if not files:
            raise InputError(f"a folder with articles in it ({', '.join([*READERS, *FORMATS])})", path)
    elif path.is_file():
        files = [(path.name, path)]
    else:
        raise InputError("an existing file or folder", path)
    for name, file in files:
        ending = file.suffix.lower()
        try:
            if ending in FORMATS:
                for part in table_parts(file, ROWS):
                    yield from _rows(name, part)
            elif ending in READERS:
                yield Source(name, _decoded(file), ending)
            else:
                raise InputError(f"not {', '.join([*READERS, *FORMATS[:-1]])} or {FORMATS[-1]}")
        except InputError as error:
            yield Source(name, reason=str(error).removeprefix(f"{file}:").strip())


def _rows(name: str, table: pd.DataFrame) -> Iterator[Source]:
    if "text" not in table:
        raise InputError(f"a column of this name (found: {', '.join(map(str, table))})", field="text")
    columns = [column for column in Page._fields if column in table]
    for line, *row in table[columns].itertuples():
        # Parquet may hold dates; a cell that is neither text nor a date is a missing one.
        known = {column: str(cell) for column, cell in zip(columns, row, strict=True) if isinstance(cell, (str, date))}
        yield Source(f"{name}:{line}", known.pop("text", ""), ".txt", tuple(known.items()))


def _decoded(file: Path) -> str:
    """The characters of a file: UTF-8, UTF-16 with its mark, or Windows-1252, also where it stands among UTF-8."""
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
    if sum(map(len, OTHER_BYTES.findall(text))) > len(text) / 5 and b"\0" not in data:
        raise InputError("unreadable encoding (neither UTF-8 nor Windows-1252)")
    return OTHER_BYTES.sub(lambda run: run[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace"), text)


def _page(raw: str, ending: str, known: dict[str, str]) -> Page:
    """The page in `raw`, with what is `known` of it from elsewhere. Raises InputError with the reason if it is none."""
    if "\0" in raw or sum(raw.count(chr(code)) for code in (*range(9), *range(14, 32), 127)) > len(raw) / 100:
        raise InputError("a binary file, not text")
    if not clean(raw).strip():
        raise InputError("empty")
    front, body = _front_matter(raw)
    known = front | known
    is_html = body[:200].lstrip().lower().startswith(("<!doctype html", "<html"))
    try:
        page = READERS[".html" if is_html else ending](body, known.get("title", ""))
    except InputError:
        raise
    except Exception as error:  # whatever a broken page does to a parser, the other articles go on
        raise InputError(f"a page that cannot be read ({error})") from error
    if not page.text:
        raise InputError("no article in it, only page furniture")
    known = {field: " ".join(clean(known.get(field, "")).split()) for field in Page._fields}
    known["published"] = next(dates(known["published"]), "")
    return page._replace(**{field: value for field, value in known.items() if value})


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise InputError(f"too long for an article ({len(text):,} characters, more than {LONGEST:,})")


def _front_matter(raw: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between two lines `---` at the top, and what follows them."""
    front = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", raw, re.DOTALL | re.MULTILINE)
    if not front:
        return {}, raw
    pairs = (line.partition(":") for line in front[1].splitlines())
    values = {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}
    values.setdefault("url" if "://" in values.get("source", "") else "publisher", values.get("source", ""))
    return {field: values[field] for field in Page._fields[1:] if field in values}, raw[front.end() :]


def _plain(body: str, title: str) -> Page:
    """The page's story, `title` being known."""
    _check_length(body)
    return story(paragraphs(body), title)


def _markdown(body: str, _: str) -> Page:
    """The page as its writer wrote it, less the marks: the words of links and emphasis stay, headings go."""
    _check_length(body)
    title, blocks = "", [[""]]
    for line in map(str.strip, clean(body).split("\n")):
        line = re.sub(r"^[-*+] +", "• ", line.lstrip("> "))
        if re.match("#{1,6} ", line):
            title = title or line.strip("# ")
            blocks.append([])
        elif re.fullmatch("=+|-{2,}", line):  # the underlining of a heading, or a rule below an empty line
            title = title or " ".join(blocks.pop()).strip()
            blocks.append([])
        elif re.fullmatch("[-*_ ]*", line):  # an empty line, or a rule
            blocks.append([])
        elif re.match(r"• |\d+[.)] ", line):
            blocks.append([line])
        else:
            blocks[-1].append(line)
    title, *texts = (_unmarked(text) for text in (title, *(" ".join(lines) for lines in blocks)))
    return Page("\n\n".join(paragraphs("\n\n".join(texts))), title)


def _unmarked(text: str) -> str:
    """`text` without pictures, the addresses of links, and the marks of emphasis, which stand at the edge of a word."""
    text = re.sub(r"!\[[^\[\]]*\]\([^()]*\)", "", text)
    text = re.sub(r"\[([^\[\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])", r"\1", text)
    text = re.sub(r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])", "", text)
    return re.sub(r"(?<!\w)_{1,3}(?=\S)|(?<=[^\s_])_{1,3}(?!\w)|`", "", text)


def _html(raw: str, _: str) -> Page:
    """The page as trafilatura extracts it; its date stands above the story or in the page's own metadata."""
    import trafilatura  # slow to load, and only HTML needs it

    text = getattr(trafilatura.bare_extraction(raw, include_comments=False, include_tables=False), "text", None)
    tree = trafilatura.load_html(raw)
    if not text or tree is None or (body := tree.find("body")) is None:
        return Page("")
    _check_length(text)
    blocks = paragraphs(text.replace("\n", "\n\n"))
    page = story(blocks)
    # Other stories are announced below, and with dates: blank all from the third paragraph of this one.
    third = page.text.split("\n\n")[:3][-1]
    own = (
        (element, " ".join((words or "").split())[:25])
        for element in body.iter("*")
        for words in (element.text, element.tail)
    )
    first = next((element for element, words in own if len(words) > 5 and third.startswith(words)), body)
    for element in [*(e for e in first.xpath("following::*") if e.tag != "script"), first]:
        element.clear()
    above = paragraphs("\n\n".join(body.xpath(".//text()[not(parent::script or parent::style)]")))[-20:]
    # Without a last day of its own htmldate would take today's, and might read the page otherwise tomorrow.
    days = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
    meta = trafilatura.extract_metadata(tree, date_config=days)
    known = [plain(block) for block in blocks]
    title = without_site(meta.title or "", known)[0] or page.title
    publisher = meta.sitename or without_site(tree.findtext(".//title") or "", known)[1] or page.publisher
    day = meta.date or published(above, 0, len(above), len(above)) or page.published
    return Page(page.text, title, publisher, day, meta.url or "")


# By the ending of a file's name, the function that makes of its characters, and a title known from elsewhere, a page.
READERS = {".txt": _plain, ".md": _markdown, ".html": _html, ".htm": _html}


# Near-copies --------------------------------------------------------------------------------------------------------


def _grouped(articles: list[Article]) -> list[Article]:
    """The articles, near-copies with the `article` of the first of them as their `group`."""
    first = list(range(len(articles)))
    sizes: list[int] = []
    holders: dict[int, list[int]] = {}
    for k, article in enumerate(articles):
        words = plain(article.text).split()
        runs = {zlib.crc32(" ".join(words[at : at + 5]).encode()) for at in range(max(len(words) - 4, 1))}
        sizes.append(len(runs))
        for other, count in sorted(Counter(other for run in runs for other in holders.get(run, ())).items()):
            # Half of the shorter text, in runs of five words, stands in the longer: an abridged copy keeps nearly all,
            # one with a word in ten changed keeps 0.9^5 = 59%; two reports with the same two quotations share a third.
            low, high = sorted((first[k], first[other]))
            if low != high and 2 * count >= min(sizes[k], sizes[other]):
                first = [low if group == high else group for group in first]
        for run in runs:
            # Fifty holders of one run are an agency's standing words or a story already grouped; more cost time only.
            if len(holders.setdefault(run, [])) < 50:
                holders[run].append(k)
    return [replace(article, group=articles[group].article) for article, group in zip(articles, first, strict=True)]
