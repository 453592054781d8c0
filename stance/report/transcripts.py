"""Transcripts: a page of a report as Markdown, with its pictures as files beside it.

Read from the page itself, so that the two cannot say different things. Links and their anchors stay what they were.
"""

import base64
import re
from typing import Any, NamedTuple

from markdownify import ATX, MarkdownConverter

SPECIAL = re.compile(r"[\\`*_\[\]<>|~$&#]")
LISTED = re.compile(r"^\s*(?:\d+(?=[.)]\s)|(?=[-+=]\s))")  # what would begin a list, or underline a heading
LEFT_OUT = ("nav", "style", "header", "footer")  # which are of the page and not of what it says


class Transcript(NamedTuple):
    """A page as Markdown, and the pictures in it: the text of each SVG by the name of its file."""

    text: str
    pictures: dict[str, str]


def transcript(html: str) -> Transcript:
    """What stands in the <main> of a page of a report, but for its contents, as Markdown."""
    converter = _Converter(heading_style=ATX, bullets="-", wrap=True, wrap_width=None)
    main = html[html.index(">", html.index("<main")) + 1 : html.index("</main>")]
    text = re.sub(r"\n[ \n]*\n", "\n\n", converter.convert(main).strip())
    return Transcript(text + "\n", converter.pictures)


class _Converter(MarkdownConverter):
    """HTML to Markdown, with what the pages of a report have beyond the ordinary."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.pictures: dict[str, str] = {}

    def convert_soup(self, soup: Any) -> str:
        """The Markdown of a parsed page, each anchor put where the words begin to which it leads."""
        for tag in soup.find_all(LEFT_OUT):
            tag.decompose()
        for tag in soup.find_all(id=True):
            if words := tag.find(string=re.compile(r"\S")):
                words.insert_before(soup.new_tag("anchor", attrs={"name": tag["id"]}))
        for tag in soup.find_all(scope="rowgroup"):
            tag.name = "td"  # a head to markdownify is the head of a table
            tag.string.wrap(soup.new_tag("strong"))
        return super().convert_soup(soup)

    def escape(self, text: str, parent_tags: Any) -> str:
        """The text, in which no mark means anything, nor begins a formula."""
        return LISTED.sub(r"\g<0>\\", SPECIAL.sub(r"\\\g<0>", text))

    def convert_anchor(self, tag: Any, text: str, parent_tags: Any) -> str:
        """A place that links lead to."""
        return f'<a id="{tag["name"]}"></a>'

    def convert_mark(self, tag: Any, text: str, parent_tags: Any) -> str:
        """What Markdown has no mark for, but takes as HTML."""
        return f"<{tag.name}>{text}</{tag.name}>"

    convert_small = convert_mark

    def convert_span(self, tag: Any, text: str, parent_tags: Any) -> str:
        """Words that a page shows as a line of their own, where nothing says otherwise."""
        return text if tag.attrs else f"\\\n{text}"

    def convert_br(self, tag: Any, text: str, parent_tags: Any) -> str:
        """The end of a line, in a cell too."""
        return "<br>" if {"td", "th"} & set(parent_tags) else "\\\n"

    def convert_img(self, tag: Any, text: str, parent_tags: Any) -> str:
        """A picture, written to a file that is named for its title."""
        title = tag.find_parent(attrs={"aria-label": True})["aria-label"]
        name = re.sub(r"\W+", "-", title.lower()).strip("-") + ".svg"
        self.pictures[name] = base64.b64decode(tag["src"].partition(",")[2]).decode()
        return f"![{self.escape(tag['alt'], set())}]({name})"
