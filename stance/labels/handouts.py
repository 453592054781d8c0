"""Handouts: the codebook as one page that can be printed, and as the leaf that the annotator opens."""

import re

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from stance.codebook import STANCES, Codebook
from stance.shipped import TEMPLATES as TEMPLATE_FILES

TEMPLATES = Environment(loader=FileSystemLoader(TEMPLATE_FILES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def handout(codebook: Codebook) -> str:
    """The codebook as HTML in one file, the rules first, then each target with what its labels mean and examples."""
    style = Markup((TEMPLATE_FILES / "style.css").read_text(encoding="utf-8"))
    return TEMPLATES.get_template("codebook.html").render(leaf=leaf(codebook), version=codebook.version, style=style)


def leaf(codebook: Codebook, deeper: int = 0) -> Markup:
    """The same without a page around it, headings `deeper` levels down."""
    html = MarkdownWithMath(IPythonRenderer(escape=True, exclude_anchor_links=True)).render(codebook.rules)
    rules = re.sub(r"(</?h)([1-6])", lambda tag: f"{tag[1]}{min(int(tag[2]) + deeper, 6)}", html)
    return Markup(TEMPLATES.get_template("leaf.html").render(
        rules=Markup(rules), codebook=codebook, stances=STANCES, heading=2 + deeper))  # fmt: skip
