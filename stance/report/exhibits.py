"""Exhibits: a table, and a picture with the words and the table that say the same, in one house style.

The colours differ for the colour-blind and, with hatching and direct labels, in grey print. A picture is drawn to the
same bytes each time.
"""

import base64
import io
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib.style
import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

import stance
from stance.comparison.comparisons import UNMATCHED
from stance.comparison.contrasts import spelt
from stance.labels.handouts import TEMPLATES
from stance.shipped import TEMPLATES as TEMPLATE_FILES
from stance.tables import guarded

if TYPE_CHECKING:
    from stance.comparison.results import Results  # which loads what answers, and a class needs none of it

COLOURS = {"support": "#0b5c94", "oppose": "#c8500a", "none": "#d5d9dd", "mixed": "#7a6a9e"}
HATCHES = {"support": "", "oppose": "//////", "none": "", "mixed": "xxxx"}
VERBS = {"support": "Supports", "oppose": "Opposes", "none": "No position"}
NOBODY = "No statement by a stakeholder of the codebook was found"
INK, PALE = "#1d252c", "#5c6670"
WIDTH = 6.9  # inches: as wide as the column of text


class Link(NamedTuple):
    """A cell of a table that leads to a place in the report."""

    words: str
    to: str


@dataclass(frozen=True)
class Table:
    """A frame with a caption, shown with scoped headers: the first column heads the rows, `Target` groups of them.

    Of a cell of two lines the second is small. Where the index has the levels `cell` and `when`, the counts of a stance
    link to the statements that they count. A frame without rows is said in words.
    """

    frame: pd.DataFrame
    caption: str

    def _repr_html_(self) -> str:
        if self.frame.empty:
            return Markup("<p>{}: none.</p>").format(self.caption)
        columns = [column for column in self.frame.columns if column != "Target"]
        groups: dict[str, list[list[tuple[str, str, str]]]] = {}
        for key, row in zip(self.frame.index, self.frame.to_dict("records"), strict=True):
            cells = []
            for column in columns:
                first, _, second = guarded(_shown(row[column])).partition("\n")
                stance = next((stance for stance, verb in VERBS.items() if verb == column), "")
                anchor = row[column].to if isinstance(row[column], Link) else ""
                if isinstance(key, tuple) and stance and first != "0":
                    anchor = "-".join(filter(None, ["s", key[0], stance, key[1]]))
                cells.append((first, second, anchor))
            groups.setdefault(row.get("Target", ""), []).append(cells)
        return TEMPLATES.get_template("table.html").render(columns=columns, groups=groups, caption=self.caption)

    __html__ = _repr_html_


def _shown(value: Any) -> str:
    if isinstance(value, Link):
        return value.words
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return "not known" if math.isnan(value) else f"{value:.2f}"
    return str(value)


@dataclass(frozen=True)
class Picture:
    """An SVG with alt text that states its numbers and the table behind it, shown beneath unless it is None. Without an
    SVG, `alt` says why.
    """

    title: str
    alt: str
    table: pd.DataFrame | None = None
    svg: str = ""
    note: str = ""

    def _repr_html_(self) -> str:
        size = re.search(r'<svg [^>]*?height="([\d.]+)pt"[^>]*? width="([\d.]+)pt"', self.svg)
        return TEMPLATES.get_template("picture.html").render(
            svg=base64.b64encode(self.svg.encode()).decode(),
            alt=self.alt,
            title=self.title,
            note=self.note,
            height=round(float(size[1])) if size else 0,
            width=round(float(size[2])) if size else 0,
            table="" if self.table is None else Table(self.table, f"{self.title}: the numbers"),
        )

    __html__ = _repr_html_


@contextmanager
def rasters(wanted: bool) -> Iterator[dict[str, bytes]]:
    """The PNG of each picture that is drawn meanwhile, if wanted, by its SVG, for what can show no SVG."""
    kept: dict[str, bytes] = {}
    _kept.extend([kept] if wanted else [])
    try:
        yield kept
    finally:
        _kept.clear()


_kept: list[dict[str, bytes]] = []  # where pictures are kept while somebody wants them


def drawn(panels: Sequence[tuple[Any, ...]], height: float, columns: int = 1, **options: Any) -> str:
    """A figure as SVG: a panel for each function in `panels`, called with its axes and with what stands behind it;
    `columns` of them in a row, which is `height` inches high. Further options are those of matplotlib's `subplots`.

    The same bytes each time, whatever the reader's own matplotlib settings are.
    """
    rows, written = math.ceil(len(panels) / columns), io.StringIO()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.style.use(TEMPLATE_FILES / "pictures.mplstyle")
        figure = Figure(figsize=(WIDTH, rows * height), layout=ConstrainedLayoutEngine(hspace=0.06, wspace=0.02))
        grid = figure.subplots(rows, columns, squeeze=False, **options).flat
        for axes in grid[len(panels) :]:
            axes.remove()
        for axes, (draw, *behind) in zip(grid, panels, strict=False):
            draw(axes, *behind)
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
        for kept in _kept:
            raster = io.BytesIO()
            figure.savefig(raster, format="png", dpi=160, metadata={"Software": None})
            kept[written.getvalue()] = raster.getvalue()
    return written.getvalue()


def named(results: "Results", table: pd.DataFrame) -> pd.DataFrame:
    """The rows of known stakeholders, by target and stakeholder in the order of the codebook, with the columns
    Stakeholder and Target (what there is of them) in words.
    """
    for column, names in results.names.items():
        if column in table:
            table = table[table[column] != UNMATCHED]
            table = table.iloc[np.argsort(table[column].map(list(names).index), kind="stable")]
            table = table.assign(**{column.capitalize(): table[column].map(names)})
    return table


def heading(axes: Axes, x: float, words: str, colour: str, side: str) -> None:
    """Write words above the axes, from x to one side."""
    above: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "xytext": (0, 5), "textcoords": "offset points"}
    axes.annotate(words, (x, 1), ha=side, color=colour, **above)


def page(template: str, here: str, pages: dict[str, str], title: str, **parts: Any) -> str:
    """The HTML of a page from its template: `here` is its name among `pages`, which has the words for each."""
    return TEMPLATES.get_template(template).render(
        title=title, here=here, pages=pages, site="Stakeholder stance: a report", version=stance.__version__, **parts
    )


def in_words(published: str) -> str:
    """An ISO date in words, as far as it goes (see `spelt`); 'undated' where it is empty, and no date as it is."""
    try:
        return spelt(published) if published else "undated"
    except ValueError:
        return published


TEMPLATES.filters["day"] = in_words
