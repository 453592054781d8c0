"""Pictures of a comparison in one house style, each with the words and the table that say the same.

The colours differ for the colour-blind and, with hatching and direct labels, in grey print. A picture is drawn to the
same bytes each time.
"""

import base64
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib
import pandas as pd
import seaborn as sns
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stance.codebook import STANCES
from stance.comparison import FEW, UNDATED, UNMATCHED, Comparison, counted, percent

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)
COLOURS = {"support": "#0b5c94", "oppose": "#c8500a", "none": "#d5d9dd"}
HATCHES = {"support": "", "oppose": "//////", "none": ""}
VERBS = {"support": "Supports", "oppose": "Opposes", "none": "No position"}
INK, PALE = "#1d252c", "#5c6670"
WIDTH = 6.9  # inches: as wide as the column of text
STYLE = {
    "axes.edgecolor": PALE, "axes.labelcolor": INK, "axes.labelsize": 9, "axes.spines.left": False,
    "axes.spines.right": False, "axes.spines.top": False, "axes.titlecolor": INK, "axes.titlelocation": "left",
    "axes.titlesize": 11, "axes.titleweight": "bold", "font.family": "DejaVu Sans", "font.size": 9,
    "hatch.color": "white", "hatch.linewidth": 0.8, "svg.fonttype": "path", "svg.hashsalt": "stance",
    "text.color": INK, "xtick.color": PALE, "xtick.labelcolor": INK, "ytick.labelcolor": INK, "ytick.left": False,
}


@dataclass(frozen=True)
class Table:
    """A frame with a caption, shown with scoped headers: the first column heads the rows, `Target` groups of them.

    Of a cell of two lines the second is small. Where the index has the levels `cell` and `when`, the counts of a stance
    link to the statements that they count.
    """

    frame: pd.DataFrame
    caption: str

    def _repr_html_(self) -> str:
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
    return f"{value:.2f}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Picture:
    """An SVG with alt text that states its numbers and the table behind it. Without an SVG, `alt` says why."""

    svg: str
    alt: str
    table: pd.DataFrame
    title: str
    note: str = ""

    def _repr_html_(self) -> str:
        size = re.search(r'<svg [^>]*?height="([\d.]+)pt"[^>]*? width="([\d.]+)pt"', self.svg)
        return TEMPLATES.get_template("picture.html").render(
            svg=base64.b64encode(self.svg.encode()).decode(), alt=self.alt, title=self.title, note=self.note,
            height=round(float(size[1])) if size else 0, width=round(float(size[2])) if size else 0,
            table=Markup(Table(self.table, f"{self.title}: the numbers")._repr_html_()),
        )


@contextmanager
def _house_style() -> Iterator[None]:
    """The same look whatever the reader's own matplotlib settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def _svg(figure: Figure) -> str:
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()


def _with_stakeholder(comparison: Comparison, shares: pd.DataFrame) -> pd.DataFrame:
    known = shares[shares["stakeholder"] != UNMATCHED]
    known = known.sort_values("target", kind="stable", key=lambda target: target.map(list(comparison.names).index))
    return known.assign(name=known["stakeholder"].map(comparison.names), topic=known["target"].map(comparison.names))


def stances(comparison: Comparison) -> Picture:
    """A picture of the share of each stakeholder's statements for and against each target, with 95% intervals."""
    title = "Who supports and who opposes"
    shares = _with_stakeholder(comparison, comparison.shares)
    if shares.empty:
        return Picture("", "No statement by a stakeholder of the codebook was found, so there is nothing to draw.", shares, title)
    topics, names = list(shares["topic"].unique()), list(shares["name"].unique())
    with _house_style():
        figure = _figure(len(topics) * (0.4 * len(names) + 1.2))
        grid = figure.subplots(len(topics), 2, squeeze=False, width_ratios=[4, 1.5], sharey=True)
        for (bars, aside), topic in zip(grid, topics, strict=True):
            rows = shares[shares["topic"] == topic]
            bars.set_title(topic, pad=24)
            for stance, sign in (("oppose", -1), ("support", 1)):
                _diverging(bars, rows, stance, sign)
            bars.axvline(0, color=INK, linewidth=0.9)
            bars.set(xlim=(-1.3, 1.3), xticks=[-1, -0.5, 0, 0.5, 1], xlabel="", ylabel="")
            bars.set_xticklabels(["100%", "50%", "0", "50%", "100%"])
            _heading(bars, 0, "◀ opposes  ", "oppose", "right")
            _heading(bars, 0, "  supports ▶", "support", "left")
            sns.barplot(rows, y="name", x="none_share", color=COLOURS["none"], saturation=1, width=0.62, ax=aside)
            aside.set(xlim=(0, 2.6), xticks=[], xlabel="", ylabel="")
            aside.spines["bottom"].set_visible(False)
            _heading(aside, 0, "no position", "", "left")
            _heading(aside, 2.6, "n", "", "right")
            for place, row in enumerate(rows.itertuples()):
                aside.text(row.none_share + 0.06, place, percent(row.none_share), va="center", color=PALE)
                aside.text(2.6, place, f"{'† ' * row.few}{row.statements}", va="center", ha="right")
            bars.set_yticks(range(len(rows)), [fill(name, 26) for name in rows["name"]])
        svg = _svg(figure)
    table = pd.DataFrame({
        "Stakeholder": shares["name"], "Target": shares["topic"],
        **{verb: [_with_interval(row, stance) for row in shares.to_dict("records")] for stance, verb in VERBS.items()},
        "Statements": [f"{row.statements}{' †' * row.few}" for row in shares.itertuples()],
        "Articles": shares["articles"], "Labelled by hand": shares["labelled"],
    })
    table.index = _cells(shares)
    said = [f"{row.name} on {row.topic}: {row.support} of {row.statements} in support ({percent(row.support_share)}), "
            f"{row.oppose} in opposition ({percent(row.oppose_share)}), {row.none} without a position"
            for row in shares.itertuples()]
    note = ("Bars are shares of a stakeholder’s statements, to the right in support and to the left in opposition; thin lines are "
            f"95% intervals; n counts the statements; † and a hollow bar mark fewer than {FEW} statements.")
    return Picture(svg, f"Bars of support against opposition. {'; '.join(said)}.", table, title, note)


def _figure(height: float) -> Figure:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.get_layout_engine().set(hspace=0.06, wspace=0.02)
    return figure


def _heading(axes: Axes, x: float, words: str, stance: str, side: str) -> None:
    axes.annotate(words, (x, 1), xycoords=("data", "axes fraction"), xytext=(0, 5), textcoords="offset points",
                  ha=side, color=COLOURS[stance] if stance else PALE)


def _diverging(axes: Axes, rows: pd.DataFrame, stance: str, sign: int) -> None:
    sns.barplot(
        rows.assign(signed=sign * rows[f"{stance}_share"]), y="name", x="signed", ax=axes,
        color=COLOURS[stance], saturation=1, width=0.62, hatch=HATCHES[stance],
    )
    for place, (bar, row) in enumerate(zip(axes.containers[-1], rows.to_dict("records"), strict=True)):
        if row["few"]:
            bar.set(facecolor="white", edgecolor=COLOURS[stance], hatch="", linewidth=1.1)
        low, high = sign * row[f"{stance}_low"], sign * row[f"{stance}_high"]
        if row[stance]:
            axes.plot([low, high], [place + 0.39] * 2, color=PALE, linewidth=1.2, solid_capstyle="butt")
            axes.text(sign * (row[f"{stance}_share"] + 0.04), place, percent(row[f"{stance}_share"]), va="center",
                      ha="left" if sign > 0 else "right", color=INK)


def _with_interval(row: dict[str, Any], stance: str) -> str:
    share, low, high = (percent(row[f"{stance}_{end}"]) for end in ("share", "low", "high"))
    return f"{row[stance]}\n{share} ({low} to {high})"


def _cells(shares: pd.DataFrame) -> pd.MultiIndex:
    """Where the statements of each row stand in the report: `#s-stakeholder-target-stance`, and the year if there is one."""
    cells = shares["stakeholder"] + "-" + shares["target"]
    years = shares["year"] if "year" in shares else [""] * len(shares)
    return pd.MultiIndex.from_arrays([cells, years], names=["cell", "when"])


def timeline(comparison: Comparison) -> Picture:
    """A picture of how many statements a year each stakeholder made for and against each target."""
    title = "How positions moved"
    shares = _with_stakeholder(comparison, comparison.timeline)
    if shares.empty:
        return Picture("", "No statement by a stakeholder of the codebook was found, so there is no timeline.", shares, title)
    dated = [int(year) for year in shares["year"] if year != UNDATED]
    years = [str(year) for year in range(min(dated), max(dated) + 1)] if dated else []
    years += [UNDATED] * (UNDATED in set(shares["year"]))
    topics, names = list(shares["topic"].unique()), list(shares["name"].unique())
    most = shares[list(STANCES)].to_numpy().max()
    with _house_style():
        figure = _figure(len(topics) * (0.4 * len(names) + 1))
        for axes, topic in zip(figure.subplots(len(topics), 1, squeeze=False)[:, 0], topics, strict=True):
            axes.set_title(topic, pad=24)
            axes.set(xlim=(-0.5, len(years) - 0.5), ylim=(len(names) - 0.5, -0.5))
            axes.set_xticks(range(len(years)), years)
            axes.tick_params(bottom=False)
            axes.set_yticks(range(len(names)), [fill(name, 26) for name in names])
            axes.vlines(range(len(years)), -0.5, len(names) - 0.5, color=COLOURS["none"], linewidth=0.8, zorder=0)
            _heading(axes, 0, "◀ opposes  ", "oppose", "right")
            _heading(axes, 0, "  supports ▶", "support", "left")
            for row in shares[shares["topic"] == topic].to_dict("records"):
                _year(axes, years.index(row["year"]), names.index(row["name"]), row, most)
        svg = _svg(figure)
    table = shares[["name", "topic", "year", *STANCES]].set_axis(_cells(shares))
    table = table.rename(columns={"name": "Stakeholder", "topic": "Target", "year": "Year", **VERBS})
    said = [f"{row.name} on {row.topic}, {row.year}: {row.support} for, {row.oppose} against, {row.none} without a position"
            for row in shares.itertuples() if row.support or row.oppose]
    note = ("Statements by year of publication: solid bars to the right in support, hatched bars to the left in "
            "opposition, pale bars below without a position. An empty year has no statement.")
    alt = f"Statements by year, {years[0]} to {years[-1]}. " + ("; ".join(said) or "None takes a position")
    return Picture(svg, f"{alt}.", table, title, note)


def _year(axes: Axes, x: int, y: int, row: dict[str, Any], most: int) -> None:
    """One year of one stakeholder: opposition to the left, support to the right, no position pale beneath."""
    for stance, sign in (("oppose", -1), ("support", 1), ("none", 0)):
        width = 0.36 * row[stance] / most
        if width:
            axes.barh(y - 0.1 if sign else y + 0.24, width, 0.36 if sign else 0.16, left=x + (sign - 1) * width / 2,
                      color=COLOURS[stance], hatch=HATCHES[stance], edgecolor="white", linewidth=0)
        if width and sign:
            axes.annotate(str(row[stance]), (x + sign * width, y - 0.1), xytext=(sign * 2, 0), textcoords="offset points",
                          fontsize=8, va="center_baseline", ha="left" if sign > 0 else "right")


def confusion(comparison: Comparison) -> Picture:
    """A picture of the model's answers against the hand labels of the same statements, target by target."""
    title = "The model against the hand labels"
    scores = {comparison.names[target]: score for target, score in comparison.scores.items()}
    if not scores:
        words = "No statement of these articles has a hand label, so the model’s answers cannot be checked against a person’s here."
        return Picture("", words, pd.DataFrame(), title)
    with _house_style():
        figure = _figure(2.9)
        for axes, (topic, score) in zip(figure.subplots(1, len(scores), squeeze=False)[0], scores.items(), strict=True):
            sns.heatmap(score.confusion, annot=True, fmt="d", cmap="Blues", cbar=False, square=True, linewidths=1.5, ax=axes)
            axes.set_title(topic, fontsize=9)
            axes.set(xlabel="the model’s answer", ylabel="hand label")
        svg = _svg(figure)
    rows = [{"Hand label": label, "Target": topic, **{f"Model: {stance}": score.confusion.at[label, stance] for stance in STANCES}}
            for topic, score in scores.items() for label in STANCES]
    said = [f"{topic}: of {counted(len(score.labels), 'statement')}, {percent(score.accuracy)} alike, macro-F1 {score.macro_f1:.2f}"
            for topic, score in scores.items()]
    return Picture(svg, f"The model’s answers by hand label. {'; '.join(said)}.", pd.DataFrame(rows), title)
