"""Pictures of shares: who supports and who opposes, over the years, and in how many articles."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from stance.codebook import STANCES
from stance.comparison.comparisons import UNDATED
from stance.comparison.estimates import FEW
from stance.comparison.results import Results
from stance.comparison.shares import CORRECTED, NO_INTERVAL
from stance.comparison.words import counted, interval, percent
from stance.report.exhibits import COLOURS, HATCHES, INK, NOBODY, PALE, VERBS, Picture, drawn, heading, named

BARS: dict[str, Any] = {"saturation": 1, "width": 0.62}
SIDES = {"oppose": (-1, "right"), "support": (1, "left")}  # to which side of 0 a bar goes, and where words begin
POSITION_WORDS = {"support": VERBS["support"], "mixed": "Mixed", "none": VERBS["none"], "oppose": VERBS["oppose"]}
IN_WORDS = {"support": "in support", "oppose": "in opposition", "none": "without a position"}


def _linked(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    """The table `named`, with `on`, stakeholder and target in words. The index says where the statements of a row stand
    in the report: `cell` stakeholder and target, `when` the year.
    """
    table = named(results, table)
    cells = table["stakeholder"] + "-" + table["target"]
    table.index = pd.MultiIndex.from_arrays([cells, table.get("year", [""] * len(table))], names=["cell", "when"])
    return table.assign(on=table["Stakeholder"] + " on " + table["Target"])


def _name_rows(axes: Axes, names: pd.Series) -> None:
    axes.set_yticks(range(len(names)), [fill(name, 26) for name in names])


def _head_sides(axes: Axes, topic: str) -> None:
    axes.set_title(topic, pad=24)
    heading(axes, 0, "◀ opposes  ", COLOURS["oppose"], "right")
    heading(axes, 0, "  supports ▶", COLOURS["support"], "left")


# Shares --------------------------------------------------------------------------------------------------------------


def stances(results: Results) -> Picture:
    """A picture of the share of each stakeholder's statements for and against each target, with 95% intervals."""
    title, shares = "Who supports and who opposes", _linked(results, results.shares)
    if shares.empty:
        return Picture(title, f"{NOBODY}; there is nothing to draw.")
    topics = list(shares.groupby("Target", sort=False))
    panels = [(draw, *topic) for topic in topics for draw in (_diverging, _beside)]
    height = 0.4 * len(topics[0][1]) + 1.2
    rows, said = shares.to_dict("records"), []
    for row in rows:
        how = "corrected " if row["method"] == CORRECTED else ""
        parts = [
            f"{row[stance]} {words} ({how}{percent(row[f'{stance}_share'])})" for stance, words in IN_WORDS.items()
        ]
        said.append(f"{row['on']}: of {row['statements']}, {', '.join(parts)}")
    table = shares[["Stakeholder", "Target"]].assign(
        **{verb: [_with_interval(row, stance) for row in rows] for stance, verb in VERBS.items()},
        Statements=shares["statements"].astype(str) + shares["few"].map({True: " †", False: ""}),
        Articles=shares["articles"],
        Labelled=shares["labelled"],
    )
    note = (
        "Bars are shares of a stakeholder’s statements, to the right in support and to the left in opposition; thin "
        f"lines are 95% intervals; n counts the statements; † and a hollow bar mark fewer than {FEW} of them."
    )
    svg = drawn(panels, height, columns=2, width_ratios=[4, 1.5], sharey=True)
    return Picture(title, f"Bars of support against opposition. {'; '.join(said)}.", table, svg, note)


def _diverging(axes: Axes, topic: str, rows: pd.DataFrame) -> None:
    """Bars of the shares for and against, hollow where few, each with its number and its interval beneath."""
    for stance, (sign, side) in SIDES.items():
        signed = rows.assign(signed=sign * rows[f"{stance}_share"])
        sns.barplot(signed, y="Stakeholder", x="signed", ax=axes, color=COLOURS[stance], hatch=HATCHES[stance], **BARS)
        for place, (bar, row) in enumerate(zip(axes.containers[-1], rows.to_dict("records"), strict=True)):
            if row["few"]:
                bar.set(facecolor="white", edgecolor=COLOURS[stance], hatch="", linewidth=1.1)
            if row[stance] and row["method"] != NO_INTERVAL:
                ends = [sign * row[f"{stance}_low"], sign * row[f"{stance}_high"]]
                axes.plot(ends, [place + 0.39] * 2, color=PALE, linewidth=1.2, solid_capstyle="butt")
            if row[stance]:
                share = row[f"{stance}_share"]
                axes.text(sign * (share + 0.04), place, percent(share), va="center", ha=side)
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set(xlim=(-1.3, 1.3), xlabel="", ylabel="")
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["100%", "50%", "0", "50%", "100%"])
    _name_rows(axes, rows["Stakeholder"])
    _head_sides(axes, topic)


def _beside(axes: Axes, topic: str, rows: pd.DataFrame) -> None:
    """Bars of the shares without a position, and how many statements there are."""
    sns.barplot(rows, y="Stakeholder", x="none_share", ax=axes, color=COLOURS["none"], **BARS)
    axes.set(xlim=(0, 2.6), xticks=[], xlabel="", ylabel="")
    axes.spines["bottom"].set_visible(False)
    heading(axes, 0, "no position", PALE, "left")
    heading(axes, 2.6, "n", PALE, "right")
    for place, row in enumerate(rows.to_dict("records")):
        axes.text(row["none_share"] + 0.06, place, percent(row["none_share"]), va="center", color=PALE)
        axes.text(2.6, place, ("† " if row["few"] else "") + str(row["statements"]), va="center", ha="right")


def _with_interval(row: Mapping[Any, Any], stance: str) -> str:
    how = "corrected " if row["method"] == CORRECTED else ""
    ends = interval(row[f"{stance}_low"], row[f"{stance}_high"], known=row["method"] != NO_INTERVAL)
    return f"{row[stance]}\n{how}{percent(row[f'{stance}_share'])} ({ends})"


# Years ---------------------------------------------------------------------------------------------------------------


def timeline(results: Results) -> Picture:
    """A picture of how many statements a year each stakeholder made for and against each target."""
    title, shares = "Statements over the years", _linked(results, results.timeline)
    if shares.empty:
        return Picture(title, f"{NOBODY}; there is no timeline.")
    dated = [int(year) for year in shares["year"] if year != UNDATED]
    years = [str(year) for year in range(min(dated), max(dated) + 1)] if dated else []
    years += [UNDATED] * (len(dated) < len(shares))
    names, most = shares["Stakeholder"].drop_duplicates(), shares[[*STANCES]].to_numpy().max()
    panels = [(_years, *topic, years, names, most) for topic in shares.groupby("Target", sort=False)]
    said = [
        f"{row['on']}, {row['year']}: {row['support']} for, {row['oppose']} against"
        for row in shares.to_dict("records")
        if row["support"] or row["oppose"]
    ]
    table = shares[["Stakeholder", "Target", "year", *STANCES]].rename(columns={"year": "Year", **VERBS})
    note = (
        "Statements by year of publication: solid bars to the right in support, hatched bars to the left in "
        "opposition, pale bars beneath without a position. In an empty place no statement was found."
    )
    alt = f"Statements by year, {years[0]} to {years[-1]}. {'; '.join(said) or 'None takes a position'}."
    return Picture(title, alt, table, drawn(panels, 0.4 * len(names) + 1), note)


def _years(axes: Axes, topic: str, rows: pd.DataFrame, years: list[str], names: pd.Series, most: int) -> None:
    """For each stakeholder and year opposition to the left, support to the right, no position pale beneath."""
    axes.set(xlim=(-0.5, len(years) - 0.5), ylim=(len(names) - 0.5, -0.5))
    axes.set_xticks(range(len(years)), years)
    _name_rows(axes, names)
    axes.tick_params(bottom=False)
    axes.vlines(range(len(years)), -0.5, len(names) - 0.5, color=COLOURS["none"], linewidth=0.8, zorder=0)
    _head_sides(axes, topic)
    for row in rows.to_dict("records"):
        x, y = years.index(row["year"]), names.tolist().index(row["Stakeholder"])
        for stance, (sign, side) in SIDES.items():
            width = sign * 0.36 * row[stance] / most
            axes.barh(y - 0.1, width, 0.36, left=x, color=COLOURS[stance], hatch=HATCHES[stance], ec="white", lw=0)
            if width:
                axes.annotate(str(row[stance]), (x + width, y - 0.1), (2 * sign, 0), textcoords="offset points",
                              ha=side, va="center_baseline", fontsize=8)  # fmt: skip
        width = 0.36 * row["none"] / most
        axes.barh(y + 0.24, width, 0.16, left=x - width / 2, color=COLOURS["none"])


# Positions -----------------------------------------------------------------------------------------------------------


def positions(results: Results) -> Picture:
    """A picture of in how many articles each stakeholder supports or opposes each target (see `positions.position`)."""
    title, counts = "Positions by article", _linked(results, results.position_counts)
    if counts.empty:
        return Picture(title, f"{NOBODY}; there is no position.")
    topics = list(counts.groupby("Target", sort=False))
    said = []
    for row in counts.to_dict("records"):
        parts = [f"{words.lower()} in {row[name]}" for name, words in POSITION_WORDS.items() if row[name]]
        said.append(f"{row['on']}: of {counted(row['articles'], 'article')}, {', '.join(parts)}")
    table = counts[["Stakeholder", "Target", *POSITION_WORDS, "articles"]]
    table = table.rename(columns=POSITION_WORDS | {"articles": "Articles"})
    note = (
        "Articles in which a stakeholder says anything, by where it stands in them as a whole: statements that take no "
        "side leave the position to those that do; mixed is where a third or more of their weight lies on the other."
    )
    svg = drawn([(_stacked, *topic, counts["articles"].max()) for topic in topics], 0.36 * len(topics[0][1]) + 0.9)
    return Picture(title, f"Articles by position. {'; '.join(said)}.", table, svg, note)


def _stacked(axes: Axes, topic: str, rows: pd.DataFrame, most: int) -> None:
    """A bar for each stakeholder with a part for each position."""
    axes.set(xlim=(0, most + 0.5), ylim=(len(rows) - 0.5, -0.5), xlabel="articles")
    _name_rows(axes, rows["Stakeholder"])
    axes.locator_params("x", integer=True)
    axes.set_title(topic, pad=24)
    left = pd.Series(0, rows.index)
    for position, words in POSITION_WORDS.items():
        axes.barh(range(len(rows)), rows[position], 0.6, left=left, color=COLOURS[position], ec="white", lw=0.8,
                  hatch=HATCHES[position], label=words)  # fmt: skip
        left = left + rows[position]
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1), ncols=len(POSITION_WORDS), frameon=False,
                fontsize=8, borderpad=0)  # fmt: skip
