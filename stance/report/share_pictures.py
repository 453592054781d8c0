"""Pictures of shares: who supports and who opposes, over the years, and in how many articles."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from stance.codebook import STANCES
from stance.comparison.comparisons import UNDATED, UNMATCHED
from stance.comparison.estimates import FEW
from stance.comparison.results import Results
from stance.comparison.shares import CORRECTED, NO_INTERVAL
from stance.comparison.words import counted, percent
from stance.report.exhibits import (
    COLOURS,
    HATCHES,
    INK,
    NOBODY,
    PALE,
    VERBS,
    Picture,
    heading,
    house_style,
    panels_of,
    svg_of,
)

BARS: dict[str, Any] = {"saturation": 1, "width": 0.62}
POSITION_WORDS = {"support": VERBS["support"], "mixed": "Mixed", "none": VERBS["none"], "oppose": VERBS["oppose"]}
IN_WORDS = {"support": "in support", "oppose": "in opposition", "none": "without a position"}


def _drawn(results: Results, shares: pd.DataFrame) -> pd.DataFrame:
    """The shares of known stakeholders, target by target, with the columns Stakeholder and Target in words.

    The index says where the statements of a row stand in the report: `cell` stakeholder and target, `when` the year.
    """
    known = shares[shares["stakeholder"] != UNMATCHED]
    for column, names in results.names.items():
        known = known.assign(**{column.capitalize(): known[column].map(names)})
    cells = known["stakeholder"] + "-" + known["target"]
    known.index = pd.MultiIndex.from_arrays([cells, known.get("year", [""] * len(known))], names=["cell", "when"])
    order = list(results.names["target"]).index
    return known.sort_values("target", kind="stable", key=lambda target: target.map(order))


def stances(results: Results) -> Picture:
    """A picture of the share of each stakeholder's statements for and against each target, with 95% intervals."""
    title = "Who supports and who opposes"
    shares = _drawn(results, results.shares)
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
        parts = [
            f"{row[stance]} {words} ({how}{percent(row[f'{stance}_share'])})" for stance, words in IN_WORDS.items()
        ]
        said.append(f"{row['Stakeholder']} on {row['Target']}: of {row['statements']}, {', '.join(parts)}")
    note = (
        "Bars are shares of a stakeholder’s statements, to the right in support and to the left in opposition; thin "
        f"lines are 95% intervals; n counts the statements; † and a hollow bar mark fewer than {FEW} of them."
    )
    return Picture(svg, f"Bars of support against opposition. {'; '.join(said)}.", table, title, note)


def _headed(axes: Axes, topic: str) -> None:
    axes.set_title(topic, pad=24)
    heading(axes, 0, "◀ opposes  ", COLOURS["oppose"], "right")
    heading(axes, 0, "  supports ▶", COLOURS["support"], "left")


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
            share, side = row[f"{stance}_share"], "left" if sign > 0 else "right"
            axes.text(sign * (share + 0.04), place, percent(share), va="center", ha=side)


def _with_interval(row: Mapping[Any, Any], stance: str) -> str:
    share, low, high = (percent(row[f"{stance}_{end}"]) for end in ("share", "low", "high"))
    share = f"corrected {share}" if row["method"] == CORRECTED else share
    return f"{row[stance]}\n{share} ({'no interval' if row['method'] == NO_INTERVAL else f'{low} to {high}'})"


def timeline(results: Results) -> Picture:
    """A picture of how many statements a year each stakeholder made for and against each target."""
    title = "Statements over the years"
    shares = _drawn(results, results.timeline)
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
            beside: dict[str, Any] = {
                "xytext": (2 * side, 0),
                "textcoords": "offset points",
                "ha": "left" if side > 0 else "right",
            }
            axes.annotate(str(row[stance]), (x + width, y - 0.1), fontsize=8, va="center_baseline", **beside)
    width = 0.36 * row["none"] / most
    axes.barh(y + 0.24, width, 0.16, left=x - width / 2, color=COLOURS["none"])


def positions(results: Results) -> Picture:
    """A picture of in how many articles each stakeholder supports or opposes each target (see `positions.position`)."""
    title = "Positions by article"
    counts = _drawn(results, results.position_counts)
    if counts.empty:
        return Picture("", f"{NOBODY}; there is no position.", counts, title)
    panels = list(counts.groupby("Target", sort=False))
    with house_style():
        figure, grid = panels_of(len(panels), 0.36 * len(panels[0][1]) + 0.9, columns=1)
        for axes, (topic, rows) in zip(grid[:, 0], panels, strict=True):
            axes.set(xlim=(0, counts["articles"].max() + 0.5), ylim=(len(rows) - 0.5, -0.5), xlabel="articles")
            axes.set_yticks(range(len(rows)), [fill(name, 26) for name in rows["Stakeholder"]])
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.set_title(str(topic), pad=24)
            left = pd.Series(0, rows.index)
            for position, words in POSITION_WORDS.items():
                axes.barh(range(len(rows)), rows[position], 0.6, left=left, color=COLOURS[position], ec="white", lw=0.8,
                          hatch=HATCHES[position], label=words)  # fmt: skip
                left = left + rows[position]
            axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1), ncols=len(POSITION_WORDS), frameon=False,
                        fontsize=8, borderpad=0)  # fmt: skip
        svg = svg_of(figure)
    table = counts[["Stakeholder", "Target", *POSITION_WORDS, "articles"]]
    table = table.rename(columns=POSITION_WORDS | {"articles": "Articles"})
    said = []
    for row in counts.to_dict("records"):
        parts = [f"{words.lower()} in {row[name]}" for name, words in POSITION_WORDS.items() if row[name]]
        said.append(
            f"{row['Stakeholder']} on {row['Target']}: of {counted(row['articles'], 'article')}, {', '.join(parts)}"
        )
    note = (
        "Articles in which a stakeholder says anything, by where it stands in them as a whole: statements that take no "
        "side leave the position to those that do; mixed is where a third or more of their weight lies on the other."
    )
    return Picture(svg, f"Articles by position. {'; '.join(said)}.", table, title, note)
