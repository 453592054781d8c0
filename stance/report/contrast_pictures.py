"""Pictures of contrasts: who differs from whom, what changed, and who stands near whom."""

import math
from collections.abc import Iterator
from typing import cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stance.comparison.comparisons import UNMATCHED
from stance.comparison.contrasts import distances, spelt
from stance.comparison.estimates import FEW
from stance.comparison.results import Results
from stance.comparison.shares import NO_INTERVAL
from stance.comparison.words import ALPHA, counted, interval, p_value, points
from stance.report.exhibits import COLOURS, INK, NOBODY, PALE, Picture, Table, drawn, heading, named

MOST = 8  # differences drawn for each target; the table has all
NET = "difference of net positions in points"
LEADER = {"arrowstyle": "-", "color": PALE, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
HINGES = {
    "Stakeholder": "Stakeholder", "Target": "Target", "net": "Net of all", "article": "Without one article",
    "annotator": "Without one annotator", "speaker": "Surer speakers", "model": "Surer answers", "turns": "Sign turns",
}  # fmt: skip


def differences(results: Results) -> Picture:
    """A picture of how far each two stakeholders differ on each target, with 95% intervals (see `contrasts`)."""
    alone = f"{NOBODY}; there is nothing to compare."
    if results.shares["stakeholder"].ne(UNMATCHED).any():
        alone = "No two stakeholders of the codebook were heard: there is nothing to compare."
    table, names = results.differences, results.names["stakeholder"]
    table = table.assign(First=table["one"].map(names), Second=table["other"].map(names))
    ends = {"Net of first (n)": "one", "Net of second (n)": "other"}
    measured = f"{NET}, the first minus the second"
    return _dots("Who differs from whom", alone, named(results, table), ["First", "Second"], ends, measured)


def changes(results: Results) -> Picture:
    """A picture of how far each stakeholder moved on each target from before a date to since, with 95% intervals."""
    since = spelt(results.since)
    alone = f"No stakeholder of the codebook was heard on both sides of {since}: no change can be shown."
    table, ends = named(results, results.changes), {"Before (n)": "other", "Since (n)": "one"}
    return _dots(f"Before and since {since}", alone, table, ["Stakeholder"], ends, f"{NET}, since {since} minus before")


def _dots(title: str, alone: str, table: pd.DataFrame, who: list[str], ends: dict[str, str], measured: str) -> Picture:
    """A dot with its interval for each row of `contrasts`, in panels by target; filled where Holm's p is under .05.

    `who` are the columns that name the row, `ends` the sides of the difference under the heads of their columns.
    """
    if table.empty:
        return Picture(title, alone)
    known = (table["one_method"] != NO_INTERVAL) & (table["other_method"] != NO_INTERVAL)
    table = table.assign(known=known, label=table[who].agg("\n− ".join, axis=1)).reset_index(drop=True)
    table[["low", "high"]] = table[["low", "high"]].where(table["known"])
    most = [(topic, rows.nsmallest(MOST, "p", keep="first").sort_values("difference"))
            for topic, rows in table.groupby("Target", sort=False)]  # fmt: skip
    seen = {place for _, rows in most for place in rows.index}
    sizes = [(0.24 + 0.13 * (len(who) - 1)) * len(rows) + 0.95 for _, rows in most]
    widest = max(0.5, *table[["low", "high", "difference"]].abs().max().fillna(0)) + 0.05
    panels = [(_dots_of, *of, widest, measured) for of in most]
    listed, said = [], []
    for place, row in enumerate(table.to_dict("records")):
        difference, within = points(row["difference"]), interval(row["low"], row["high"], points, row["known"])
        listed.append({
            **{name: row[name] for name in (*who, "Target")},
            **{head: f"{points(row[f'{side}_value'])}\u00a0({row[f'{side}_statements']})"
               for head, side in ends.items()},
            "Difference": f"{difference}{' †' if row['few'] else ''}\n{within}",
            "p": p_value(row["p"]) if row["known"] else "–",
            "p (Holm)": f"{p_value(row['holm'])}{' *' if row['holm'] < ALPHA else ''}" if row["known"] else "–",
        })  # fmt: skip
        if place in seen:
            on = f"{' minus '.join(row[name] for name in who)} on {row['Target']}"
            p = f"; Holm-adjusted p {p_value(row['holm'])}" if row["known"] else ""
            said.append(f"{on}: {difference} ({within}{p})")
    left = f" Drawn are the {MOST} of a target with the smallest p." if len(said) < len(table) else ""
    note = (
        f"Dots are differences of net positions (support minus opposition, in points of 100), lines their 95% "
        f"intervals. A filled dot and * mark a p under 0.05 after Holm’s adjustment for all "
        f"{counted(len(table), 'difference')}; † fewer than {FEW} statements on a side.{left}"
    )
    svg = drawn(panels, sum(sizes) / len(sizes), height_ratios=sizes)
    return Picture(title, f"{measured.capitalize()}. {'; '.join(said)}.", pd.DataFrame(listed), svg, note)


def _dots_of(axes: Axes, topic: str, rows: pd.DataFrame, widest: float, measured: str) -> None:
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set(xlim=(-widest, widest * 1.35), ylim=(len(rows) - 0.5, -0.5), xlabel=measured)
    axes.set_yticks(range(len(rows)), rows["label"], fontsize=8)
    ticks = [tick / 2 for tick in range(-4, 5) if abs(tick / 2) <= widest]
    axes.set_xticks(ticks, [points(tick) for tick in ticks])
    axes.set_title(topic, pad=16)
    heading(axes, widest * 1.35, "p (Holm)", PALE, "right")
    for place, row in enumerate(rows.to_dict("records")):
        axes.plot([row["low"], row["high"]], [place, place], color=PALE, linewidth=1.6, solid_capstyle="butt")
        filled = INK if row["holm"] < ALPHA else "white"
        axes.plot(row["difference"], place, "o", color=INK, markerfacecolor=filled, markersize=6)
        p = p_value(row["holm"]) if row["known"] else "no interval"
        axes.text(widest * 1.35, place, ("† " if row["few"] else "") + p, va="center", ha="right", fontsize=8)


def nearness(results: Results) -> Picture:
    """A map of who stands near whom: net positions on two targets, or distances on more (see `net_positions`)."""
    title = "Who stands near whom"
    if results.shares["stakeholder"].isin([UNMATCHED]).all():
        return Picture(title, f"{NOBODY}; there is no map.")
    table, targets = results.net_positions, results.names["target"]
    table = table.assign(name=table["stakeholder"].map(results.names["stakeholder"]))
    topics = [] if len(targets) > 2 and len(table) > 2 else list(targets.values())  # many are scaled: no axis means any
    shown = pd.DataFrame({"Stakeholder": table["name"]})
    for target, topic in targets.items():
        nets = table[[target, f"{target}_low", f"{target}_high", f"{target}_method"]].itertuples(index=False)
        shown[topic] = [f"{points(net)}\n{interval(low, high, points, method != NO_INTERVAL)}"
                        for net, low, high, method in nets]  # fmt: skip
    shown["Statements"] = table["statements"].astype(str) + table["few"].map({True: " †", False: ""})
    if len(table) > 1:
        apart = distances(table, *targets).to_numpy() + np.diag(np.full(len(table), np.inf))
        near = [", ".join(table["name"][row <= row.min() + 1e-9]) for row in apart]
        shown["Nearest"] = [
            f"{who}\n{points(row.min()).lstrip('+')} apart" for who, row in zip(near, apart, strict=True)
        ]
    said = []
    for row in shown.to_dict("records"):
        on = ", ".join(f"{row[topic].partition(chr(10))[0]} on {topic}" for topic in targets.values())
        said.append(f"{row['Stakeholder']}: {on}")
    note = (
        "Each dot is a stakeholder, where its net positions (support minus opposition, in points of 100) put it; "
        f"hollow and †: fewer than {FEW} statements."
    )
    if not topics:
        note += (
            " The distances between the dots are as near as can be to how far the positions lie apart (classical "
            "multidimensional scaling); left, right, up and down mean nothing."
        )
    note += " A place is no surer than its intervals in the table."
    svg = drawn([(_map, table, topics)], 5.2 if len(targets) > 1 else 2.4)
    return Picture(title, f"A map of net positions in points of 100. {'; '.join(said)}.", shown, svg, note)


def _map(axes: Axes, table: pd.DataFrame, topics: list[str]) -> None:
    """Dots at the places of `net_positions`; along each of the axes the topic that it measures, if any."""
    reach = max(0.5, math.ceil(10 * table[["x", "y"]].abs().to_numpy().max()) / 10)
    axes.axhline(0, color=COLOURS["none"], zorder=0)
    axes.axvline(0, color=COLOURS["none"], zorder=0)
    axes.set(xlim=(-reach * 1.05, reach * 1.05), ylim=(-reach * 1.05, reach * 1.05))
    axes.set(xticks=[-reach, 0, reach], yticks=[-reach, 0, reach], xticklabels=[], yticklabels=[])
    for axis, topic in zip("xy", topics, strict=False):
        axes.set(**{f"{axis}label": f"opposes  ◀  {topic}  ▶  supports"})
        axes.set(**{f"{axis}ticklabels": [points(-reach), "0", points(reach)]})
    for x, y, few, words, place, side in _labels(table, reach):
        axes.plot(x, y, "o", color=INK, markerfacecolor="white" if few else INK, markersize=6)
        axes.annotate(words, (x, y), (x + side * 0.04 * reach, place), va="center",
                      ha="left" if side > 0 else "right", fontsize=8, arrowprops=LEADER)  # fmt: skip


def _labels(table: pd.DataFrame, reach: float) -> Iterator[tuple[float, float, bool, str, float, int]]:
    """Where each dot lies (one for all at a place), whether few, its names, their free height and side of the dot."""
    taken: list[tuple[float, float, float]] = []  # left and right end, and height
    for place, rows in table.round(9).groupby(["y", "x"]):
        y, x = map(float, cast(tuple[float, float], place))
        words = "; ".join(rows["name"])
        wide, height = reach * (0.022 * len(words) + 0.06), y
        side = -1 if (x < 0 and x - wide > -reach) or x + wide > reach else 1
        left, right = min(x, x + side * wide), max(x, x + side * wide)
        while any(left < end and start < right and abs(height - other) < 0.075 * reach for start, end, other in taken):
            height += 0.02 * reach
        taken.append((left, right, height))
        yield x, y, bool(rows["few"].all()), words, height, side


def hanging(results: Results) -> Table:
    """The net positions when one thing is left out, a row for each stakeholder and target (see `hinges.hinges`)."""
    table = named(results, results.hinges)
    shown = table.assign(net=table["net"].map(points), turns=table["turns"].map(bool).map({True: "yes", False: "no"}))
    caption = "Net positions, lowest to highest, when one thing is left out (–: nothing to leave out)"
    return Table(shown[[*HINGES]].rename(columns=HINGES), caption)
