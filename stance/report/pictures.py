"""Pictures of a comparison in one house style, each with the words and the table that say the same.

The colours differ for the colour-blind and, with hatching and direct labels, in grey print. A picture is drawn to the
same bytes each time.
"""

import base64
import io
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import fill
from typing import Any, cast

import matplotlib
import pandas as pd
import seaborn as sns
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from stance.codebook import STANCES
from stance.comparison.estimates import FEW
from stance.comparison.results import CORRECTED, NO_INTERVAL, UNDATED, UNMATCHED, Comparison, counted, percent
from stance.shipped import TEMPLATES as TEMPLATE_FILES

TEMPLATES = Environment(
    loader=FileSystemLoader(TEMPLATE_FILES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
COLOURS = {"support": "#0b5c94", "oppose": "#c8500a", "none": "#d5d9dd"}
BARS: dict[str, Any] = {"saturation": 1, "width": 0.62}
HATCHES = {"support": "", "oppose": "//////", "none": ""}
VERBS = {"support": "Supports", "oppose": "Opposes", "none": "No position"}
NOBODY = "No statement by a stakeholder of the codebook was found"
SAID = {"support": "in support", "oppose": "in opposition", "none": "without a position"}
INK, PALE = "#1d252c", "#5c6670"
WIDTH = 6.9  # inches: as wide as the column of text
STYLE: dict[str, Any] = {
    "axes.edgecolor": PALE,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "hatch.color": "white",
    "hatch.linewidth": 0.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "stance",
    "text.color": INK,
    "xtick.color": PALE,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "ytick.left": False,
}


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
                first, _, second = _shown(row[column]).partition("\n")
                stance = next((stance for stance, verb in VERBS.items() if verb == column), "")
                linked = isinstance(key, tuple) and stance and first != "0"
                cells.append((first, second, "-".join(filter(None, ["s", key[0], stance, key[1]])) if linked else ""))
            groups.setdefault(row.get("Target", ""), []).append(cells)
        return TEMPLATES.get_template("table.html").render(columns=columns, groups=groups, caption=self.caption)


def _shown(value: Any) -> str:
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

    svg: str
    alt: str
    table: pd.DataFrame | None
    title: str
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
            table=Markup("")
            if self.table is None
            else Markup(Table(self.table, f"{self.title}: the numbers")._repr_html_()),
        )


@contextmanager
def house_style() -> Iterator[None]:
    """The same look whatever the reader's own matplotlib settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(cast(Any, STYLE))
        yield


def svg_of(figure: Figure) -> str:
    """The figure as SVG, the same bytes each time."""
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()


def _drawn(comparison: Comparison, shares: pd.DataFrame) -> pd.DataFrame:
    """The shares of known stakeholders, target by target, with the columns Stakeholder and Target in words.

    The index says where the statements of a row stand in the report: `cell` stakeholder and target, `when` the year.
    """
    known = shares[shares["stakeholder"] != UNMATCHED]
    for column, names in comparison.names.items():
        known = known.assign(**{column.capitalize(): known[column].map(names)})
    cells = known["stakeholder"] + "-" + known["target"]
    known.index = pd.MultiIndex.from_arrays([cells, known.get("year", [""] * len(known))], names=["cell", "when"])
    order = list(comparison.names["target"]).index
    return known.sort_values("target", kind="stable", key=lambda target: target.map(order))


def stances(comparison: Comparison) -> Picture:
    """A picture of the share of each stakeholder's statements for and against each target, with 95% intervals."""
    title = "Who supports and who opposes"
    shares = _drawn(comparison, comparison.shares)
    if shares.empty:
        return Picture("", f"{NOBODY}; there is nothing to draw.", shares, title)
    panels = list(shares.groupby("Target", sort=False))
    with house_style():
        figure, grid = panels_of(len(panels), 0.4 * len(panels[0][1]) + 1.2, width_ratios=[4, 1.5], sharey=True)
        for (bars, aside), (topic, rows) in zip(grid, panels, strict=True):
            _diverging(bars, rows, "oppose", -1)
            _diverging(bars, rows, "support", 1)
            bars.axvline(0, color=INK, linewidth=0.9)
            bars.set(xlim=(-1.3, 1.3), xlabel="", ylabel="")
            bars.set_xticks([-1, -0.5, 0, 0.5, 1], ["100%", "50%", "0", "50%", "100%"])
            bars.set_yticks(range(len(rows)), [fill(name, 26) for name in rows["Stakeholder"]])
            _headed(bars, str(topic))
            sns.barplot(rows, y="Stakeholder", x="none_share", ax=aside, color=COLOURS["none"], **BARS)
            aside.set(xlim=(0, 2.6), xticks=[], xlabel="", ylabel="")
            aside.spines["bottom"].set_visible(False)
            heading(aside, 0, "no position", PALE, "left")
            heading(aside, 2.6, "n", PALE, "right")
            for place, row in enumerate(rows.to_dict("records")):
                aside.text(row["none_share"] + 0.06, place, percent(row["none_share"]), va="center", color=PALE)
                aside.text(2.6, place, ("† " if row["few"] else "") + str(row["statements"]), va="center", ha="right")
        svg = svg_of(figure)
    table, said = shares[["Stakeholder", "Target"]].copy(), []
    for stance, verb in VERBS.items():
        table[verb] = [_with_interval(row, stance) for row in shares.to_dict("records")]
    table["Statements"] = shares["statements"].astype(str) + shares["few"].map({True: " †", False: ""})
    table[["Articles", "Labelled"]] = shares[["articles", "labelled"]]
    for row in shares.to_dict("records"):
        how = "corrected " if row["method"] == CORRECTED else ""
        parts = [f"{row[stance]} {words} ({how}{percent(row[f'{stance}_share'])})" for stance, words in SAID.items()]
        said.append(f"{row['Stakeholder']} on {row['Target']}: of {row['statements']}, {', '.join(parts)}")
    note = (
        "Bars are shares of a stakeholder’s statements, to the right in support and to the left in opposition; thin "
        f"lines are 95% intervals; n counts the statements; † and a hollow bar mark fewer than {FEW} of them."
    )
    return Picture(svg, f"Bars of support against opposition. {'; '.join(said)}.", table, title, note)


def panels_of(rows: int, height: float, columns: int = 2, **options: Any) -> tuple[Figure, Any]:
    """A figure and its axes, shape (rows, columns); `height` of a row in inches."""
    figure = Figure(figsize=(WIDTH, rows * height), layout=ConstrainedLayoutEngine(hspace=0.06, wspace=0.02))
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def _headed(axes: Axes, topic: str) -> None:
    axes.set_title(topic, pad=24)
    heading(axes, 0, "◀ opposes  ", COLOURS["oppose"], "right")
    heading(axes, 0, "  supports ▶", COLOURS["support"], "left")


def heading(axes: Axes, x: float, words: str, colour: str, side: str) -> None:
    """Write words above the axes, from x to one side."""
    axes.annotate(
        words,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 5),
        textcoords="offset points",
        ha=side,
        color=colour,
    )


def _diverging(axes: Axes, rows: pd.DataFrame, stance: str, sign: int) -> None:
    """Bars of the share of a stance to one side, hollow where few, each with its number and its interval beneath."""
    signed = rows.assign(signed=sign * rows[f"{stance}_share"])
    sns.barplot(signed, y="Stakeholder", x="signed", ax=axes, color=COLOURS[stance], hatch=HATCHES[stance], **BARS)
    for place, (bar, row) in enumerate(zip(axes.containers[-1], rows.to_dict("records"), strict=True)):
        if row["few"]:
            bar.set(facecolor="white", edgecolor=COLOURS[stance], hatch="", linewidth=1.1)
        if row[stance] and row["method"] != NO_INTERVAL:
            ends = [sign * row[f"{stance}_low"], sign * row[f"{stance}_high"]]
            axes.plot(ends, [place + 0.39] * 2, color=PALE, linewidth=1.2, solid_capstyle="butt")
        if row[stance]:
            axes.text(
                sign * (row[f"{stance}_share"] + 0.04),
                place,
                percent(row[f"{stance}_share"]),
                va="center",
                ha="left" if sign > 0 else "right",
            )


def _with_interval(row: Mapping[Any, Any], stance: str) -> str:
    share, low, high = (percent(row[f"{stance}_{end}"]) for end in ("share", "low", "high"))
    share = f"corrected {share}" if row["method"] == CORRECTED else share
    return f"{row[stance]}\n{share} ({'no interval' if row['method'] == NO_INTERVAL else f'{low} to {high}'})"


def timeline(comparison: Comparison) -> Picture:
    """A picture of how many statements a year each stakeholder made for and against each target."""
    title = "Positions over the years"
    shares = _drawn(comparison, comparison.timeline)
    if shares.empty:
        return Picture("", f"{NOBODY}; there is no timeline.", shares, title)
    dated = [int(year) for year in shares["year"] if year != UNDATED]
    years = [str(year) for year in range(min(dated), max(dated) + 1)] if dated else []
    years += [UNDATED] * (len(dated) < len(shares))
    names, most = list(shares["Stakeholder"].unique()), shares[[*STANCES]].to_numpy().max()
    panels = list(shares.groupby("Target", sort=False))
    with house_style():
        figure, grid = panels_of(len(panels), 0.4 * len(names) + 1, columns=1)
        for axes, (topic, rows) in zip(grid[:, 0], panels, strict=True):
            axes.set(xlim=(-0.5, len(years) - 0.5), ylim=(len(names) - 0.5, -0.5))
            axes.set_xticks(range(len(years)), years)
            axes.set_yticks(range(len(names)), [fill(name, 26) for name in names])
            axes.tick_params(bottom=False)
            axes.vlines(range(len(years)), -0.5, len(names) - 0.5, color=COLOURS["none"], linewidth=0.8, zorder=0)
            _headed(axes, str(topic))
            for row in rows.to_dict("records"):
                _year(axes, years.index(row["year"]), names.index(row["Stakeholder"]), row, most)
        svg = svg_of(figure)
    table = shares[["Stakeholder", "Target", "year", *STANCES]].rename(columns={"year": "Year", **VERBS})
    said = [
        f"{row['Stakeholder']} on {row['Target']}, {row['year']}: {row['support']} for, {row['oppose']} against"
        for row in shares.to_dict("records")
        if row["support"] or row["oppose"]
    ]
    note = (
        "Statements by year of publication: solid bars to the right in support, hatched bars to the left in "
        "opposition, pale bars beneath without a position. In an empty place no statement was found."
    )
    alt = f"Statements by year, {years[0]} to {years[-1]}. {'; '.join(said) or 'None takes a position'}."
    return Picture(svg, alt, table, title, note)


def _year(axes: Axes, x: int, y: int, row: Mapping[Any, Any], most: int) -> None:
    """One year of one stakeholder: opposition to the left, support to the right, no position pale beneath."""
    for stance, side in (("oppose", -1), ("support", 1)):
        width = side * 0.36 * row[stance] / most
        axes.barh(y - 0.1, width, 0.36, left=x, color=COLOURS[stance], hatch=HATCHES[stance], ec="white", lw=0)
        if width:
            axes.annotate(
                str(row[stance]),
                (x + width, y - 0.1),
                xytext=(2 * side, 0),
                textcoords="offset points",
                fontsize=8,
                va="center_baseline",
                ha="left" if side > 0 else "right",
            )
    width = 0.36 * row["none"] / most
    axes.barh(y + 0.24, width, 0.16, left=x - width / 2, color=COLOURS["none"])


def confusion(comparison: Comparison) -> Picture:
    """A picture of the model's answers against the annotators’ labels of the same statements, target by target."""
    title = "The model against the annotators’ labels"
    scores = {comparison.names["target"][target]: score for target, score in comparison.scores.items()}
    if not scores:
        words = "No statement of these articles has an annotator’s label: the model’s answers cannot be checked here."
        return Picture("", words, pd.DataFrame(), title)
    rows, said = [], []
    with house_style():
        figure, grid = panels_of((len(scores) + 1) // 2, 2.9)
        for axes in grid.flat[len(scores) :]:
            axes.remove()
        for axes, (topic, score) in zip(grid.flat, scores.items(), strict=False):
            counts = score.confusion
            sns.heatmap(counts, ax=axes, annot=True, fmt="d", cmap="Blues", cbar=False, square=True, linewidths=1.5)
            axes.set_title(topic, fontsize=9)
            axes.set(xlabel="the model’s answer", ylabel="annotator’s label")
            for label in STANCES:
                answers = {f"Model: {stance}": counts.at[label, stance] for stance in STANCES}
                rows.append({"Hand label": label, "Target": topic, **answers})
            said.append(
                f"{topic}: of {counted(len(score.labels), 'statement')}, {percent(score.accuracy)} alike, "
                f"macro-F1 {score.macro_f1:.2f}"
            )
        svg = svg_of(figure)
    note = "A row for each annotator’s label, a column for each answer: what is alike lies on the diagonal."
    alt = f"The model’s answers by annotator’s label. {'; '.join(said)}."
    return Picture(svg, alt, pd.DataFrame(rows), title, note)
