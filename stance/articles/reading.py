"""Articles: from pages of text, Markdown and HTML and from tables, near-copies grouped."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from stance.articles import bundles, formats, markup
from stance.articles.copies import first_copies
from stance.articles.dates import UNKNOWN, day_of, orders
from stance.articles.stories import Page, clean, paragraphs, story
from stance.files import InputError, parsed, printable
from stance.tables import FORMATS, Skipped, read_table, table_parts

ROWS = 200  # of a table in memory at a time

LONGEST = 1_000_000  # characters of text: ten times the longest press article, so what is longer is not one article
CORRECTIONS = "articles.csv"  # beside the articles: what people have put right of title, paper and date
CORRECTED = ("title", "publisher", "published", "url", "byline", "section")
PARTS = re.compile(r"(.+)[ _-](?:files|dateien|fichiers|archivos|bestanden|file|pliki|arquivos)", re.IGNORECASE)
OWN_PAGE = re.compile(r"<footer>\s*<p>(?:Made with stance |[^<]*Made from the folder [^<]*<code>stance codebook)")
OWN_MARKDOWN = re.compile(r'(?:<a id="(?:stances|timeline|findings|articles|method|again)"></a>[\s\S]*){3}')
COLUMNS = tomllib.loads((Path(__file__).parent / "columns.toml").read_text(encoding="utf-8"))


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
    byline: str = ""
    section: str = ""


class Source(NamedTuple):
    """What may hold articles, as it was found: the name of its file, and the file's text or some rows of its table; or
    the reason why it cannot be read.
    """

    name: str
    held: formats.Content | pd.DataFrame | None = None
    reason: str = ""
    own: bool = False  # whether the suite wrote it itself: no article

    @property
    def size(self) -> int:
        """How many characters it holds, or for rows of a table some number like it."""
        return self.held.size * 500 if isinstance(self.held, pd.DataFrame) else len(self.held.text) if self.held else 0


def read_articles(path: str | Path) -> tuple[list[Article], list[Skipped]]:
    """The articles of a folder (in the order of their paths), a file, bundle or table; what was left aside, and why.

    A table `articles.csv` beside them, with the column path and any of title, publisher, published, url, byline and
    section, puts right what they say of themselves. Raises InputError where the path does not exist or holds no article
    that can be used.

    >>> from stance.shipped import DIGESTS
    >>> articles, skipped = read_articles(DIGESTS)
    >>> articles[0].path, articles[0].published, skipped
    ('2013-08-09-fund-tied-to-nhs-strategy.md', '2013-08-09', [])
    """
    path = Path(path)
    corrections, skipped = _corrections(path)
    found, unread = made_of(sources(path, but=CORRECTIONS if corrections else ""), corrections)
    skipped += unread
    if path.is_dir():
        skipped += [Skipped(CORRECTIONS, f"no article {place!r} among these") for place in corrections]
    if not found:
        why = f"{skipped[0].place}: {skipped[0].reason}" if skipped else "the table has no rows"
        raise InputError(f"at least one article that can be used ({why})", path)
    firsts = first_copies([article.text for article in found])
    return [replace(one, group=found[k].article) for one, k in zip(found, firsts, strict=True)], skipped


def made_of(
    found: Iterable[Source], corrections: dict[str, dict[str, str]] | None = None
) -> tuple[list[Article], list[Skipped]]:
    """The articles that sources hold, near-copies not yet grouped, and what was left aside and why.

    Dates are read by one rule for each file or folder, found from all of its values here. What is used of `corrections`
    (by the path of an article) is taken from it.
    """
    corrections = {} if corrections is None else corrections
    pages, skipped = _all_pages(found)
    values: dict[str, list[str]] = {}
    for _, among, page in pages:
        values.setdefault(among, []).append(page.published)
    first = {among: orders(dates) for among, dates in values.items()}
    articles: dict[str, Article] = {}
    for place, among, page in pages:
        page = page._replace(**corrections.pop(place, {}))
        day, wrong = day_of(page.published, first[among])
        key = hashlib.sha256(page.text.encode()).hexdigest()[:12]
        if key in articles:
            skipped.append(Skipped(place, f"an exact copy of {articles[key].path}"))
            continue
        if wrong:
            skipped.append(Skipped(place, wrong))
        articles[key] = Article(article=key, path=place, group=key, **page._replace(published=day)._asdict())
    return list(articles.values()), skipped


# Files and tables ---------------------------------------------------------------------------------------------------


class OwnError(InputError):
    """What the suite wrote itself: no article."""


def sources(path: str | Path, but: str = "", whole: bool = True) -> Iterator[Source]:
    """What may hold articles in a folder (in the order of the paths), a file or a table, a part of a table at a time.

    `but` is the name of a file that holds none. Unless all is held in memory as a `whole`, a table may be of any size.
    Raises InputError where the path does not exist or holds no file.
    """
    for name, file in _files(Path(path)):
        try:
            if name == but:
                continue
            if not whole and file.suffix.lower() in FORMATS and file.stat().st_size > formats.LARGEST:  # as it is
                yield from (Source(name, part) for part in table_parts(file, ROWS))
                continue
            held = formats.content(file)
            if held.kind in formats.TABLES:
                table = _table(file, held)
                yield from (Source(name, table[start : start + ROWS]) for start in range(0, len(table) or 1, ROWS))
            else:
                yield Source(name, held)
            yield from (Source(name, reason=note) for note in held.notes)
        except (InputError, OSError) as error:
            yield Source(name, reason=str(error).removeprefix(f"{file}:").strip(), own=isinstance(error, OwnError))


def _all_pages(found: Iterable[Source]) -> tuple[list[tuple[str, str, Page]], list[Skipped]]:
    """The pages of sources, each with its place and the file or folder whose dates are like its own; the rest."""
    pages: list[tuple[str, str, Page]] = []
    skipped: list[Skipped] = []
    own: dict[str, list[str]] = {}
    for source in found:
        for place, page in _pages(source):
            if isinstance(page, OwnError):
                names = own.setdefault(Path(source.name).parent.as_posix(), [])
                names += [Path(source.name).name] * (Path(source.name).name not in names)
            elif isinstance(page, Page):
                pages.append((place, source.name if place != source.name else "", page))
            elif (why := Skipped(place, str(page))) not in skipped:
                skipped.append(why)
    return pages, skipped + _own_named(own, skipped)


def _pages(source: Source) -> Iterator[tuple[str, Page | InputError]]:
    """What is in a source, each with its place; an error in the stead of what cannot be used."""
    try:
        if source.reason:
            raise OwnError(source.reason) if source.own else InputError(source.reason)
        if isinstance(source.held, pd.DataFrame):
            yield from _rows(source.name, source.held)
        elif source.held:
            yield from _told(source.name, source.held)
    except InputError as error:
        yield source.name, error


def _files(path: Path) -> list[tuple[str, Path]]:
    """The files to read, each with its name as seen from the folder: none that is hidden, no part of a saved page."""
    if path.is_file():
        return [(printable(path.name), path)]
    if not path.is_dir():
        raise InputError("an existing file or folder", path)
    names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    stems = {re.sub(r"\.(?:[sx]?html?|mht(?:ml)?|php|aspx?)$", "", name, flags=re.IGNORECASE) for name in names}
    files = []
    for name in names:
        folders = [parent.as_posix() for parent in Path(name).parents]
        part = any((match := PARTS.fullmatch(folder)) and match[1] in stems for folder in folders)
        if "/." not in f"/{name}" and Path(name).name != "README.md" and not part:
            files.append((printable(name), path / name))
    if not files:
        raise InputError(f"a folder with articles in it ({', '.join(formats.READ)})", path)
    return files


def _own_named(own: dict[str, list[str]], skipped: list[Skipped]) -> list[Skipped]:
    """One line for each folder with files that the suite wrote; its pictures and records there are of them."""
    texts = {*formats.READ} - {".json"}
    lines = []
    for folder, names in own.items():
        for one in [one for one in skipped if Path(one.place).parent.as_posix() == folder != "."]:
            if Path(re.split("[#:]", one.place)[0]).suffix.lower() not in texts:
                skipped.remove(one)
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        lines.append(Skipped(folder if folder != "." else names[0], f"made by stance itself, no article: {shown}"))
    return lines


def _corrections(path: Path) -> tuple[dict[str, dict[str, str]], list[Skipped]]:
    """For the path of an article what people have put right, and what of it cannot be used."""
    file = (path if path.is_dir() else path.parent) / CORRECTIONS
    table = read_table(file, formats.content(file).text) if file.is_file() else pd.DataFrame()
    if "text" in table or "path" not in table:
        return {}, []
    columns = [name for name in CORRECTED if name in table]
    first = orders(table["published"].astype(str)) if "published" in table else UNKNOWN
    corrections, skipped = {}, []
    for line, row in table.iterrows():
        values = {name: str(row[name]).strip() for name in columns if str(row[name]).strip()}
        if "published" in values:
            values["published"], wrong = day_of(values["published"], first)
            if wrong:
                skipped.append(Skipped(f"{file.name}:{line}", wrong))
                del values["published"]
        if values:
            corrections[str(row["path"])] = values
    return corrections, skipped


def _told(name: str, held: formats.Content) -> Iterator[tuple[str, Page | InputError]]:
    """The article, or the articles of a bundle, that are in a text."""
    own = OWN_PAGE if held.kind == formats.HTML else OWN_MARKDOWN
    if own.search(held.text):
        raise OwnError("a page of a report")
    front, body = _front_matter(held.text)
    text = markup.plain_text(body) if held.kind == formats.HTML else body
    found = bundles.bundled(text) if held.kind != formats.MARKDOWN else None
    if found is None:
        yield name, _page(body, held.kind, held.known | front)
    for number, page in found or []:
        yield f"{name}#{number}", page


def _table(file: Path, held: formats.Content) -> pd.DataFrame:
    """The table in a file: rows of text, or the list in a JSON file."""
    if held.kind == ".csv":
        table = read_table(file, held.text)
        return table[(table != "").any(axis=1)] if len(table.columns) > 1 else table  # a spreadsheet adds empty rows
    if held.kind != ".json":
        return read_table(file, held.text if held.kind == ".jsonl" else None)
    rows = parsed(held.text)
    if isinstance(rows, dict):  # NewsAPI's answer, GDELT's, and others that hold a list
        rows = next((value for value in rows.values() if isinstance(value, list) and value), [])
    if not (isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)):
        raise InputError("a list of articles in JSON, or JSON lines")
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1))


def _rows(name: str, table: pd.DataFrame) -> Iterator[tuple[str, Page | InputError]]:
    names = {re.sub(r"[^a-z0-9]+", "_", str(column).lower()).strip("_"): column for column in reversed(list(table))}
    for what, columns in COLUMNS["own"].items():
        if set(columns.split()) <= set(names):
            raise OwnError(what)
    known_as = {
        field: [names[one] for one in told.split() if one in names] for field, told in COLUMNS["fields"].items()
    }
    columns = {field: found[0] for field, found in known_as.items() if found}
    if "text" not in columns:
        raise InputError(f"a column of this name (found: {', '.join(map(str, table))})", field="text")
    used = {column for found in known_as.values() for column in found}
    missing = [field for field in ("title", "publisher", "published") if field not in columns]
    if missing and (aside := [str(column) for column in table if column not in used]):
        yield name, InputError(f"no {', '.join(missing)} found; columns left aside: {', '.join(aside)}")
    for line, *row in table[list(columns.values())].itertuples():
        known = {field: _cell(cell) for field, cell in zip(columns, row, strict=True)}
        try:
            if not clean(known["text"]).strip():
                raise InputError("empty")
            yield f"{name}:{line}", _page(known.pop("text"), formats.PLAIN, known)
        except InputError as error:
            yield f"{name}:{line}", error


def _cell(cell: object) -> str:
    """A cell as text: Parquet may hold dates, JSON numbers and sources with a name; what is missing is empty."""
    if isinstance(cell, dict):
        cell = cell.get("name")
    text = str(cell) if isinstance(cell, (str, date, int, float)) and cell == cell else ""
    return markup.plain_text(text) if markup.has_markup(text) else text


def _page(raw: str, kind: str, known: dict[str, str]) -> Page:
    """The page in `raw`, with what is `known` of it from elsewhere. Raises InputError with the reason if it is none."""
    if re.search(r"\[\+\d+ chars\]\s*$", raw):
        raise InputError("cut short, as NewsAPI gives it: get the whole text")
    try:
        page = READERS[kind](raw, known.get("title", ""))
    except InputError:
        raise
    except Exception as error:  # whatever a broken page does to a parser, the other articles go on
        raise InputError(f"a page that cannot be read ({error})") from error
    if not page.text:
        raise InputError("no article in it, only page furniture")
    known = {field: " ".join(clean(known.get(field, "")).split()) for field in Page._fields}
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
    body = markup.plain_text(body) if markup.has_markup(body) else body
    return story(paragraphs(formats.without_running_heads(body)), title)


def _markdown(body: str, _: str) -> Page:
    """The page as its writer wrote it, less the marks: the words of links and emphasis stay, headings go."""
    _check_length(body)
    title, blocks = "", [[""]]
    lines = clean(body).split("\n")
    quoting = 2 * sum(line.lstrip().startswith(">") for line in lines) <= sum(map(bool, lines))  # else all is set in
    for line in map(str.strip, lines):
        quoted = quoting and line[:1] == ">"
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
            blocks[-1].append(f">{line}" if quoted else line)
    title, *texts = (_unmarked(text) for text in (title, *map(_joined, blocks)))
    return Page("\n\n".join(paragraphs("\n\n".join(texts))), title)


def _joined(lines: list[str]) -> str:
    """The lines of a paragraph; between marks if all are quoted and it has none."""
    text = " ".join(line.removeprefix(">") for line in lines)
    bare = text and all(line[:1] == ">" for line in lines) and not re.search('[“”"]', text)
    return f"“{text}”" if bare else text


def _unmarked(text: str) -> str:
    """`text` without pictures, the addresses of links, and the marks of emphasis, which stand at the edge of a word."""
    text = re.sub(r"!\[[^\[\]]*\]\([^()]*\)", "", text)
    text = re.sub(r"\[([^\[\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])", r"\1", text)
    text = re.sub(r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])", "", text)
    return re.sub(r"(?<!\w)_{1,3}(?=\S)|(?<=[^\s_])_{1,3}(?!\w)|`", "", text)


def _html(raw: str, title: str) -> Page:
    """The story of a page, or of what was cut from one."""
    page = markup.page(raw)
    if not page.text and markup.TAG.search(raw) and "<html" not in raw[:5000].lower():
        return _plain(raw, title)
    _check_length(page.text)
    return page


# By its kind, the function that makes a page of a file's characters and a title known from elsewhere.
READERS = {formats.PLAIN: _plain, formats.MARKDOWN: _markdown, formats.HTML: _html}
