"""Documents: the statements of a report as a table to take along, and a page of it for a word processor."""

import base64
import io
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from stance.codebook import STANCES
from stance.comparison.results import Results
from stance.files import written_whole
from stance.tables import LIST_SEPARATOR, write_table

COLUMNS = {
    "published": "date", "title": "article", "publisher": "publisher", "speaker": "speaker", "role": "role",
    "organisation": "organisation", "stakeholders": "stakeholders", "target": "target", "stance": "stance",
    "decided_by": "stance_by", "annotators": "annotators", "probability": "probability",
    **{stance: f"{stance}_probability" for stance in STANCES}, "confidence": "speaker_confidence", "kind": "kind",
    "text": "words", "context": "paragraph", "statement": "statement",
}  # fmt: skip
TIME = (2000, 1, 1, 0, 0, 0)  # of all in an archive, so that the same report has the same bytes
LONGEST = 32_000  # characters that a cell of a spreadsheet holds
BLOCKS = {"h1": "Heading 1", "h2": "Heading 2", "h3": "Heading 3", "h4": "Heading 4", "p": "Normal",
          "li": "List Bullet", "blockquote": "Quote", "summary": "Heading 5", "figcaption": "Caption",
          "caption": "Caption", "pre": "Normal"}  # fmt: skip
UNSEEN = {"nav", "style", "header", "footer", "head"}


def statement_table(results: Results) -> pd.DataFrame:
    """Every statement with every target, a row each in order of date: where it was printed, who spoke for whom, the
    stance and who decided on it, what the model gives to each stance, and the words.
    """
    urls = {article.article: article.url for article in results.articles}
    rows = results.table.assign(stakeholders=results.table["stakeholders"].map(LIST_SEPARATOR.join))
    table = rows[[*COLUMNS]].rename(columns=COLUMNS)
    shares = [name for name in COLUMNS.values() if name.endswith(("probability", "confidence"))]
    table[shares] = table[shares].astype(float).round(6)  # what is beyond may be another on another machine
    return table.assign(url=rows["article"].map(urls))


def write_sheet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, Parquet or, where the name ends in .xlsx, for a spreadsheet; no cell is a formula."""
    if path.suffix != ".xlsx":
        write_table(table, path)
        return
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("statements")
    sheet.freeze_panes = "A2"
    for row in [list(table), *table.to_numpy().tolist()]:
        cells = []
        for value in row:
            value = ILLEGAL_CHARACTERS_RE.sub(" ", value)[:LONGEST] if isinstance(value, str) else value
            cells.append(WriteOnlyCell(sheet, value))
            if isinstance(value, str):
                cells[-1].data_type = "s"  # words that begin with = are words
        sheet.append(cells)
    _archive(book, path)


def write_document(page: str, pictures: Mapping[str, bytes], path: Path) -> None:
    """Write what stands in the <main> of a page of a report, but for its contents, as .docx; `pictures` has the PNG of
    each SVG in it.
    """
    from docx import Document

    reader = _Reader(Document(), pictures)
    reader.feed(page[page.index("<main") : page.index("</main>")])
    reader.close()
    _archive(reader.document, path)


def _archive(document: Any, path: Path) -> None:
    """Save a document without the time of day in it."""
    held = io.BytesIO()
    document.save(held)
    with ZipFile(held) as found, written_whole(path) as beside, ZipFile(beside, "w") as archive:
        for name in found.namelist():
            content = found.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(>)\d{4}-\d\d-\d\dT[\d:]+Z(<)", rb"\g<1>2000-01-01T00:00:00Z\2", content)
            archive.writestr(ZipInfo(name, TIME), content, ZIP_DEFLATED)


class _Reader(HTMLParser):
    """What a page says, put into a document of python-docx as it is read."""

    def __init__(self, document: Any, pictures: Mapping[str, bytes]):
        super().__init__()
        self.document, self.pictures = document, pictures
        self.open: list[str] = []
        self.paragraph: Any = None
        self.rows: list[list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph, a row or a cell; put a picture in."""
        if tag == "img":
            self._picture(dict(attrs))
        elif tag == "br" and self.rows is None and self.paragraph is not None:
            self.paragraph.add_run("\n")
        elif tag == "br" and self.rows and self.rows[-1]:
            self.rows[-1][-1] += " "
        elif tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)
            if tag == "table":
                self.rows = []
            elif tag == "tr" and self.rows is not None:
                self.rows.append([])
            elif tag in ("td", "th") and self.rows:
                self.rows[-1].append("")
            elif tag in BLOCKS and not (tag == "p" and {"li", "blockquote"} & set(self.open[:-1])):
                self.paragraph = self.document.add_paragraph(style=BLOCKS[tag]) if not self._unseen else None

    def handle_endtag(self, tag: str) -> None:
        """End what was begun; a table is written when it is whole."""
        while self.open and self.open.pop() != tag:
            pass
        if tag == "table" and self.rows is not None:
            self._table([row for row in self.rows if row])
            self.rows = None

    def handle_data(self, data: str) -> None:
        """Add words, those of a statement marked."""
        words = re.sub(r"\s+", " ", data)
        if self._unseen or (not words.strip() and (self.paragraph is None or not self.paragraph.text)):
            return
        if self.rows and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += words
        elif self.rows is None or "caption" in self.open:
            self.paragraph = self.paragraph or self.document.add_paragraph()
            run = self.paragraph.add_run(words)
            run.bold = bool({"strong", "mark"} & set(self.open)) or None
            run.italic = bool({"i", "em"} & set(self.open)) or None

    @property
    def _unseen(self) -> bool:
        return bool(UNSEEN.intersection(self.open))

    def _picture(self, attrs: Mapping[str, str | None]) -> None:
        from docx.shared import Inches

        svg = base64.b64decode((attrs.get("src") or "").partition(",")[2]).decode()
        picture = self.document.add_picture(io.BytesIO(self.pictures[svg]), width=Inches(6))
        picture._inline.docPr.set("descr", attrs.get("alt") or "")

    def _table(self, rows: list[list[str]]) -> None:
        width = max(map(len, rows), default=0)
        if not width:
            return
        table = self.document.add_table(len(rows), width, style="Light List")
        cells = table._cells  # once: to look each up is slow
        for place, row in enumerate(rows):
            for column, words in enumerate(row):
                cells[place * width + column].text = " ".join(words.split())
        self.paragraph = None
