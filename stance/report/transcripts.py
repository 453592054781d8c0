"""Transcripts: a page of a report as Markdown, with its pictures as files beside it.

Read from the page itself, so that the two cannot say different things. Links and their anchors stay what they were.
"""

import base64
import re
from html.parser import HTMLParser
from typing import NamedTuple

BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "summary", "figcaption", "caption", "pre", "table", "ul", "ol",
          "blockquote", "details", "figure", "div", "section", "article", "aside"}  # fmt: skip
MARKS = {"strong": "**", "b": "**", "i": "*", "em": "*"}
KEPT = {"mark", "small"}  # Markdown has no marks for them, but takes HTML
SKIPPED = {"nav", "style", "header", "footer"}
SPECIAL = re.compile(r"[\\`*_\[\]<>|~$&#]")


class Transcript(NamedTuple):
    """A page as Markdown, and the pictures in it: the text of each SVG by the name of its file."""

    text: str
    pictures: dict[str, str]


def transcript(html: str) -> Transcript:
    """What stands in the <main> of a page of a report, but for its contents, as Markdown."""
    reader = _Reader()
    reader.feed(html[html.index(">", html.index("<main")) + 1 : html.index("</main>")])
    return Transcript("\n\n".join(reader.blocks) + "\n", reader.pictures)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.pictures: dict[str, str] = {}
        self._line = ""  # what the next block has so far
        self._anchors = ""
        self._before: list[str] = []  # what goes before each line, outermost first
        self._item = -1  # at what depth the next block opens an item, -1 where it opens none
        self._level = 0
        self._closing: list[str] = []  # what ends each link that is open
        self._skipped = 0
        self._in_pre = self._in_cell = False
        self._rows: list[list[str]] = []
        self._name = ""  # of the table or picture that follows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in SKIPPED or self._skipped:
            self._skipped += tag in SKIPPED
            return
        if tag in BLOCKS:
            self._end_block()
        if "id" in given:
            self._anchors += f'<a id="{given["id"]}"></a>'
        if "aria-label" in given:
            self._name = given["aria-label"]
        self._open_inline(tag, given)
        self._open_block(tag)

    def _open_inline(self, tag: str, given: dict[str, str]) -> None:
        if tag in MARKS:
            self._line += MARKS[tag]
        elif tag in KEPT:
            self._line += f"<{tag}>"
        elif tag == "a":
            self._line += "["
            self._closing.append(f"]({given['href']})")
        elif tag == "span" and not given:  # which a page shows as a line of its own
            self._line = f"{self._line.rstrip()}\\\n"
        elif tag == "br":
            self._line = self._line.rstrip() + ("<br>" if self._in_cell else "\\\n")
        elif tag == "img":
            name = re.sub(r"\W+", "-", self._name.lower()).strip("-") + ".svg"
            self.pictures[name] = base64.b64decode(given["src"].partition(",")[2]).decode()
            self._line += f"![{_escaped(given['alt'])}]({name})"

    def _open_block(self, tag: str) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self._level = int(tag[1])
        elif tag in ("li", "blockquote"):
            self._item = len(self._before) if tag == "li" else self._item
            self._before.append("  " if tag == "li" else "> ")
        elif tag == "pre":
            self._in_pre = True
        elif tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= tag in SKIPPED
            return
        if tag in MARKS:
            self._line += MARKS[tag]
        elif tag in KEPT:
            self._line += f"</{tag}>"
        elif tag == "a":
            self._line += self._closing.pop()
        elif tag in ("th", "td"):
            self._in_cell = False
            self._rows[-1].append(" ".join((self._anchors + self._line).split()))
            self._line = self._anchors = ""
        elif tag == "table":
            self._table()
        elif tag in BLOCKS:
            self._end_block()
            if tag in ("li", "blockquote"):
                self._before.pop()
                self._item = min(self._item, len(self._before) - 1)
        self._in_pre &= tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if self._in_pre:
            self._line += data
            return
        text = _escaped(re.sub(r"\s+", " ", data))
        self._line += text.lstrip() if not self._line or self._line.endswith("\n") else text

    def _end_block(self) -> None:
        """Write what was gathered as a block of its own, after the anchors that lead to it."""
        line = self._line.strip("\n" if self._in_pre else None)
        self._line = ""
        if not line:
            return
        if self._in_pre:
            line = f"```\n{line}\n```"
        elif self._level:
            line = f"{'#' * self._level} {self._anchors}{line}"
        else:
            line = self._anchors + re.sub(r"^(\d+)([.)])|^(?=[-+=])", r"\1\\\2", line)
        self._level, self._anchors = 0, ""
        self._write(line)

    def _write(self, text: str) -> None:
        before = "".join(self._before)
        first = "".join("- " if depth == self._item else part for depth, part in enumerate(self._before))
        self._item = -1
        lines = text.split("\n")
        self.blocks.append("\n".join([first + lines[0], *((before + line).rstrip() for line in lines[1:])]))

    def _table(self) -> None:
        head, *rows = self._rows
        cells = [row if len(row) == len(head) else [f"**{row[0]}**", *[""] * (len(head) - 1)] for row in rows]
        lines = [head, ["---"] * len(head), *cells]
        self._write("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\g<0>", text)
