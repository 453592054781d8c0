"""Pictures of contrasts: who differs from whom, what changed, and who stands near whom."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, cast

import numpy as np
import pandas as pd

from stance.comparison.comparisons import UNMATCHED
from stance.comparison.contrasts import distances, spelt
from stance.comparison.estimates import FEW
from stance.comparison.hinges import LEFT_OUT
from stance.comparison.results import Results
from stance.comparison.shares import NO_INTERVAL
from stance.comparison.words import ALPHA, counted, p_value, points
from stance.report.exhibits import COLOURS, INK, NOBODY, PALE, Picture, Table, heading, house_style, panels_of, svg_of

MOST = 8  # differences drawn for each target; the table has all
NET = "difference of net positions in points"
ONE_OTHER = {"Net of first": "one", "Net of second": "other"}
LEADER = {"arrowstyle": "-", "color": PALE, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
WITHOUT = ["Without one article", "Without one annotator", "Surer speakers", "Surer answers"]
PERIODS = {"Before": "other", "Since": "one"}


def differences(results: Results) -> Picture:
    """A picture of how far each two stakeholders differ on each target, with 95% intervals (see `contrasts`)."""
    title = "Who differs from whom"
    table = results.differences
    names = results.names["stakeholder"]
    labels = [f"{names[one]}\n− {names[other]}" for one, other in zip(table["one"], table["other"], strict=True)]
    alone = f"{NOBODY}; there is nothing to compare."
    if results.shares["stakeholder"].ne(UNMATCHED).any():
        alone = "No two stakeholders of the codebook were heard: there is nothing to compare."
    sides = {"one": "First", "other": "Second"}
    return _dots(results, table, labels, title, alone, sides, f"{NET}, the first minus the second")


def changes(results: Results) -> Picture:
    """A picture of how far each stakeholder moved on each target from before a date to since, with 95% intervals."""
    since = spelt(results.since)
    order = list(results.names["stakeholder"]).index
    table = results.changes.sort_values("stakeholder", kind="stable", key=lambda of: of.map(order))
    alone = f"No stakeholder of the codebook was heard on both sides of {since}: no change can be shown."
    labels = [results.names["stakeholder"][one] for one in table["stakeholder"]]
    sides, measured = {"stakeholder": "Stakeholder"}, f"{NET}, since {since} minus before"
    return _dots(results, table, labels, f"Before and since {since}", alone, sides, measured)


def _dots(
    results: Results, table: pd.DataFrame, labels: list[str], title: str, alone: str,
    sides: dict[str, str], measured: str,
) -> Picture:  # fmt: skip
    """A dot with its interval for each row of `contrasts`, in panels by target; filled where Holm's p is under .05."""
    if table.empty:
        return Picture("", alone, table, title)
    bounded = (table["one_method"] != NO_INTERVAL) & (table["other_method"] != NO_INTERVAL)
    table = table.assign(label=labels, low=table["low"].where(bounded), high=table["high"].where(bounded))
    order = list(results.names["target"])
    table = table.sort_values("target", kind="stable", key=lambda of: of.map(order.index))
    panels = [(results.names["target"][str(name)], part) for name, part in table.groupby("target", sort=False)]
    drawn = [(topic, rows.nsmallest(MOST, "p", keep="first").sort_values("difference")) for topic, rows in panels]
    height = 0.24 + 0.13 * max(label.count("\n") for label in labels)
    widest = max(0.5, *table[["low", "high", "difference"]].abs().max().fillna(0)) + 0.05
    with house_style():
        sizes = [height * len(rows) + 0.95 for _, rows in drawn]
        figure, grid = panels_of(len(drawn), sum(sizes) / len(sizes), columns=1, height_ratios=sizes)
        for axes, (topic, rows) in zip(grid[:, 0], drawn, strict=True):
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
                p = p_value(row["holm"]) if row["low"] == row["low"] else "no interval"
                axes.text(widest * 1.35, place, ("† " if row["few"] else "") + p, va="center", ha="right", fontsize=8)
        svg = svg_of(figure)
    listed, said = [], []
    for row in table.to_dict("records"):
        known = row["low"] == row["low"]  # not NaN
        interval = f"{points(row['low'])} to {points(row['high'])}" if known else "no interval"
        who = {heads: results.names["stakeholder"][row[side]] for side, heads in sides.items()}
        topic = results.names["target"][row["target"]]
        listed.append({
            **who, "Target": topic,
            **{f"{end} (n)": f"{points(row[f'{side}_value'])}\u00a0({row[f'{side}_statements']})"
               for end, side in (ONE_OTHER if "one" in sides else PERIODS).items()},
            "Difference": f"{points(row['difference'])}{' †' if row['few'] else ''}\n{interval}",
            "p": p_value(row["p"]) if known else "–",
            "p (Holm)": f"{p_value(row['holm'])}{' *' if row['holm'] < ALPHA else ''}" if known else "–",
        })  # fmt: skip
        if any(row["label"] in part["label"].tolist() and topic == name for name, part in drawn):
            said.append(
                f"{' minus '.join(who.values())} on {topic}: {points(row['difference'])} ({interval}"
                + (f"; Holm-adjusted p {p_value(row['holm'])})" if known else ")")
            )
    left = f" Drawn are the {MOST} of a target with the smallest p." if len(said) < len(table) else ""
    note = (
        f"Dots are differences of net positions (support minus opposition, in points of 100), lines their 95% "
        f"intervals. A filled dot and * mark a p under 0.05 after Holm’s adjustment for all "
        f"{counted(len(table), 'difference')}; † fewer than {FEW} statements on a side.{left}"
    )
    alt = f"{measured.capitalize()}. {'; '.join(said)}."
    return Picture(svg, alt, pd.DataFrame(listed), title, note)


def nearness(results: Results) -> Picture:
    """A map of who stands near whom: net positions on two targets, or distances on more (see `net_positions`)."""
    title = "Who stands near whom"
    if results.shares["stakeholder"].isin([UNMATCHED]).all():
        return Picture("", f"{NOBODY}; there is no map.", pd.DataFrame(), title)
    table = results.net_positions.copy()
    targets, names = results.names["target"], results.names["stakeholder"]
    scaled = len(targets) > 2 and len(table) > 2
    table["name"] = table["stakeholder"].map(names)
    reach = max(0.5, math.ceil(10 * table[["x", "y"]].abs().to_numpy().max()) / 10)
    with house_style():
        figure, grid = panels_of(1, 5.2 if len(targets) > 1 else 2.4, columns=1)
        axes = grid[0, 0]
        axes.axhline(0, color=COLOURS["none"], zorder=0)
        axes.axvline(0, color=COLOURS["none"], zorder=0)
        axes.set(xlim=(-reach * 1.05, reach * 1.05), ylim=(-reach * 1.05, reach * 1.05))
        ticks = [points(-reach), "0", points(reach)]
        axes.set_xticks([-reach, 0, reach], ticks if not scaled else [])
        axes.set_yticks([-reach, 0, reach], ticks if not scaled and len(targets) > 1 else [])
        if not scaled:
            axes.set(**{f"{axis}label": f"opposes  ◀  {topic}  ▶  supports"
                        for axis, topic in zip("xy", targets.values(), strict=False)})  # fmt: skip
        for x, y, few, words, place, side in _labels(table, reach):
            axes.plot(x, y, "o", color=INK, markerfacecolor="white" if few else INK, markersize=6)
            axes.annotate(words, (x, y), (x + side * 0.04 * reach, place), va="center",
                          ha="left" if side > 0 else "right", fontsize=8, arrowprops=LEADER)  # fmt: skip
        svg = svg_of(figure)
    shown = pd.DataFrame({"Stakeholder": table["name"]})
    said = []
    for target, topic in targets.items():
        shown[topic] = [_net(row, target) for row in table.to_dict("records")]
    shown["Statements"] = table["statements"].astype(str) + table["few"].map({True: " †", False: ""})
    apart = distances(table, *targets).to_numpy() + np.diag(np.full(len(table), np.inf))
    if len(table) > 1:
        near = [[table["name"][place] for place in np.flatnonzero(row <= row.min() + 1e-9)] for row in apart]
        shown["Nearest"] = [
            f"{', '.join(who)}\n{points(row.min()).lstrip('+')} apart" for who, row in zip(near, apart, strict=True)
        ]
    for row in shown.to_dict("records"):
        on = ", ".join(f"{row[topic].partition(chr(10))[0]} on {topic}" for topic in targets.values())
        said.append(f"{row['Stakeholder']}: {on}")
    note = (
        "Each dot is a stakeholder, where its net positions (support minus opposition, in points of 100) put it; "
        f"hollow and †: fewer than {FEW} statements."
    )
    if scaled:
        note += (
            " The distances between the dots are as near as can be to how far the positions lie apart (classical "
            "multidimensional scaling); left, right, up and down mean nothing."
        )
    note += " A place is no surer than its intervals in the table."
    return Picture(svg, f"A map of net positions in points of 100. {'; '.join(said)}.", shown, title, note)


def _net(row: Mapping[Any, Any], target: str) -> str:
    """A net position with its interval beneath, in points."""
    ends = f"{points(row[f'{target}_low'])} to {points(row[f'{target}_high'])}"
    return f"{points(row[target])}\n{'no interval' if row[f'{target}_method'] == NO_INTERVAL else ends}"


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
    rows = results.hinges.to_dict("records")
    shown = pd.DataFrame(
        {
            "Stakeholder": [results.names["stakeholder"][row["stakeholder"]] for row in rows],
            "Target": [results.names["target"][row["target"]] for row in rows],
            "Net of all": [points(row["net"]) for row in rows],
            **{heads: [row[name] for row in rows] for name, heads in zip(LEFT_OUT, WITHOUT, strict=True)},
            "Sign turns": ["yes" if row["turns"] else "no" for row in rows],
        }
    ).sort_values("Target", kind="stable", key=lambda of: of.map([*results.names["target"].values()].index))
    return Table(shown, "Net positions, lowest to highest, when one thing is left out (–: nothing to leave out)")
