"""Handouts: the codebook as one page that can be printed, and as the leaf that the annotator opens.

What somebody else wrote (a codebook, a notebook's prose) is text on a page: no markup of its own, no picture from
elsewhere, links to http and https only, `$` a sign for money, and no mark that turns the direction of words.
"""

import re
from typing import Any

import mistune
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from stance.codebook import STANCES, Codebook
from stance.shipped import TEMPLATES as TEMPLATE_FILES

PLUGINS = ("strikethrough", "table", "url", "task_lists", "def_list")
LINKS = re.compile(r"(?i:https?://|#|[\w./-]+\.html(?:#|$))")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # an override without an end reaches into the words of others


def straight(value: Any) -> Any:
    """A value for a page, where it is text without what turns the direction of words."""
    return value if not isinstance(value, str) or value.isascii() else type(value)(TURNING.sub("", value))


TEMPLATES = Environment(loader=FileSystemLoader(TEMPLATE_FILES), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True, finalize=straight)  # fmt: skip
# What a page may do, should anything in it get past all this: show its own style and the pictures in it.
TEMPLATES.globals["policy"] = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)


def handout(codebook: Codebook) -> str:
    """The codebook as HTML in one file, the rules first, then each target with what its labels mean and examples."""
    style = Markup((TEMPLATE_FILES / "style.css").read_text(encoding="utf-8"))
    return TEMPLATES.get_template("codebook.html").render(leaf=leaf(codebook), version=codebook.version, style=style)


def leaf(codebook: Codebook, deeper: int = 0) -> Markup:
    """The same without a page around it, headings `deeper` levels down."""
    return Markup(TEMPLATES.get_template("leaf.html").render(
        rules=rendered(codebook.rules, deeper), codebook=codebook, stances=STANCES, heading=2 + deeper))  # fmt: skip


def rendered(text: str, deeper: int = 0) -> Markup:
    """Markdown as HTML, any HTML in it as text, its headings `deeper` levels down and its table heads scoped."""
    html = str(mistune.create_markdown(renderer=_Renderer(deeper), plugins=PLUGINS)(straight(text)))
    return Markup(html.replace("<th", '<th scope="col"').replace('<th scope="col"ead', "<thead"))


class _Renderer(mistune.HTMLRenderer):
    """HTML of Markdown by somebody else."""

    def __init__(self, deeper: int) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False)
        self.deeper = deeper

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """A heading, so many levels down."""
        return super().heading(text, min(level + self.deeper, 6))

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link to the web or within the report; the words alone of any other."""
        return super().link(text, url, title) if LINKS.match(url) else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """The words for a picture: it would have to be loaded from elsewhere."""
        return mistune.escape(text)
