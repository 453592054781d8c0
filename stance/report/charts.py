"""Charts of what may be concluded: differences with their intervals, who stands near whom, how far to trust the rest.

In the house style of `pictures`, each with its words and its table.
"""

import math
from collections.abc import Iterator
from datetime import date
from typing import cast

import numpy as np
import pandas as pd
import seaborn as sns

from stance.codebook import STANCES
from stance.comparison.contrasts import ALPHA, SINCE, contrasts, distances, p_value, points, positions
from stance.comparison.estimates import FEW
from stance.comparison.results import NO_INTERVAL, UNMATCHED, Comparison, counted, percent
from stance.report.pictures import COLOURS, INK, NOBODY, PALE, VERBS, Picture, heading, house_style, panels_of, svg_of

MOST = 8  # differences drawn for each target; the table has all
NET = "difference of net positions in points"
ONE_OTHER = {"Net of first": "one", "Net of second": "other"}
LEADER = {"arrowstyle": "-", "color": PALE, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
PERIODS = {"Before": "other", "Since": "one"}

# Dots with intervals ------------------------------------------------------------------------------------------------


def differences(comparison: Comparison) -> Picture:
    """A picture of how far each two stakeholders differ on each target, with 95% intervals (see `contrasts`)."""
    title = "Who differs from whom"
    table = contrasts(comparison)
    names = comparison.names["stakeholder"]
    labels = [f"{names[one]}\n− {names[other]}" for one, other in zip(table["one"], table["other"], strict=True)]
    alone = f"{NOBODY}; there is nothing to compare."
    if comparison.shares["stakeholder"].ne(UNMATCHED).any():
        alone = "No two stakeholders of the codebook were heard: there is nothing to compare."
    sides = {"one": "First", "other": "Second"}
    return _dots(comparison, table, labels, title, alone, sides, f"{NET}, the first minus the second")


def changes(comparison: Comparison, since: str = SINCE) -> Picture:
    """A picture of how far each stakeholder moved on each target from before a date to since, with 95% intervals."""
    title = f"Before and since {spelt(since)}"
    table = contrasts(comparison, "period", within=("stakeholder", "target"), since=since)
    order = list(comparison.names["stakeholder"]).index
    table = table.sort_values("stakeholder", kind="stable", key=lambda of: of.map(order))
    table = forwards(table)
    alone = f"No stakeholder of the codebook was heard on both sides of {spelt(since)}: no change can be shown."
    labels = [comparison.names["stakeholder"][one] for one in table["stakeholder"]]
    return _dots(
        comparison,
        table,
        labels,
        title,
        alone,
        {"stakeholder": "Stakeholder"},
        f"{NET}, since {spelt(since)} minus before",
    )


def forwards(changes: pd.DataFrame) -> pd.DataFrame:
    """The `contrasts` of a period as changes are read, since minus before: `one` is since, `other` before."""
    ends = {f"{one}_{end}": f"{other}_{end}" for one, other in (("one", "other"), ("other", "one"))
            for end in ("value", "statements", "method")}  # fmt: skip
    turned = changes.assign(difference=-changes["difference"], low=-changes["high"], high=-changes["low"])
    return turned.rename(columns={**ends, "one": "other", "other": "one"})


def spelt(day: str) -> str:
    """An ISO date in words, as far as it goes: '2017', 'July 2017' or '5 July 2017'."""
    parts = day.split("-")
    whole = date.fromisoformat("-".join([*parts, "01", "01"][:3]))
    return f"{whole.day if len(parts) > 2 else ''} {whole:%B %Y}".strip() if len(parts) > 1 else day


def _dots(
    comparison: Comparison, table: pd.DataFrame, labels: list[str], title: str, alone: str,
    sides: dict[str, str], measured: str,
) -> Picture:  # fmt: skip
    """A dot with its interval for each row of `contrasts`, in panels by target; filled where Holm's p is under .05."""
    if table.empty:
        return Picture("", alone, table, title)
    bounded = (table["one_method"] != NO_INTERVAL) & (table["other_method"] != NO_INTERVAL)
    table = table.assign(label=labels, low=table["low"].where(bounded), high=table["high"].where(bounded))
    order = list(comparison.names["target"])
    table = table.sort_values("target", kind="stable", key=lambda of: of.map(order.index))
    panels = [(comparison.names["target"][str(name)], part) for name, part in table.groupby("target", sort=False)]
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
        interval = f"{points(row['low'])} to {points(row['high'])}" if row["low"] == row["low"] else "no interval"
        who = {heads: comparison.names["stakeholder"][row[side]] for side, heads in sides.items()}
        topic = comparison.names["target"][row["target"]]
        listed.append({
            **who, "Target": topic,
            **{f"{end} (n)": f"{points(row[f'{side}_value'])}\u00a0({row[f'{side}_statements']})"
               for end, side in (ONE_OTHER if "one" in sides else PERIODS).items()},
            "Difference": f"{points(row['difference'])}{' †' if row['few'] else ''}\n{interval}",
            "p": p_value(row["p"]), "p (Holm)": f"{p_value(row['holm'])}{' *' if row['holm'] < ALPHA else ''}",
        })  # fmt: skip
        if any(row["label"] in part["label"].tolist() and topic == name for name, part in drawn):
            said.append(
                f"{' minus '.join(who.values())} on {topic}: {points(row['difference'])} ({interval}; "
                f"Holm-adjusted p {p_value(row['holm'])})"
            )
    left = f" Drawn are the {MOST} of a target with the smallest p." if len(said) < len(table) else ""
    note = (
        f"Dots are differences of net positions (support minus opposition, in points of 100), lines their 95% "
        f"intervals. A filled dot and * mark a p under 0.05 after Holm’s adjustment for all "
        f"{counted(len(table), 'difference')}; † fewer than {FEW} statements on a side.{left}"
    )
    alt = f"{measured.capitalize()}. {'; '.join(said)}."
    return Picture(svg, alt, pd.DataFrame(listed), title, note)


def nearness(comparison: Comparison) -> Picture:
    """A map of who stands near whom: the net positions on two targets, or distances on more (see `positions`)."""
    title = "Who stands near whom"
    if comparison.shares["stakeholder"].isin([UNMATCHED]).all():
        return Picture("", f"{NOBODY}; there is no map.", pd.DataFrame(), title)
    table = positions(comparison)
    targets, names = comparison.names["target"], comparison.names["stakeholder"]
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
        shown[topic] = [
            points(row[target])
            + "\n"
            + (
                "no interval"
                if row[f"{target}_method"] == NO_INTERVAL
                else f"{points(row[f'{target}_low'])} to {points(row[f'{target}_high'])}"
            )
            for row in table.to_dict("records")
        ]
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


# How sure -----------------------------------------------------------------------------------------------------------


def calibration(comparison: Comparison) -> Picture:
    """The calibration curve: how often the model is right by how sure it was, target by target, with 95% intervals."""
    title = "How sure the model was, and how often it was right"
    scores = {comparison.names["target"][target]: score for target, score in comparison.scores.items()}
    if not scores:
        words = "No statement of these articles has an annotator’s label: how sure the model may be cannot be checked."
        return Picture("", words, pd.DataFrame(), title)
    rows, said = [], []
    with house_style():
        figure, grid = panels_of((len(scores) + 1) // 2, 3.3)
        for axes in grid.flat[len(scores) :]:
            axes.remove()
        for axes, (topic, score) in zip(grid.flat, scores.items(), strict=False):
            curve, bounded = score.reliability, len(set(score.groups)) >= FEW
            axes.plot([0, 1], [0, 1], color=PALE, linewidth=0.8, linestyle=(0, (4, 3)))
            axes.vlines(curve["probability"], curve["low"], curve["high"], color=PALE, linewidth=1.2)
            sns.lineplot(curve, x="probability", y="right", ax=axes, color=COLOURS["support"], marker="o", markersize=6)
            axes.set_title(topic, fontsize=9)
            axes.set(xlim=(0.3, 1.02), ylim=(-0.02, 1.03), xlabel="the model’s probability", ylabel="share right")
            axes.set_xticks(ticks := [0.4, 0.6, 0.8, 1], [percent(tick) for tick in ticks])
            axes.set_yticks(ticks := [0, 0.5, 1], [percent(tick) for tick in ticks])
            ends = " to ".join(f"{end:.2f}" for end in score.interval("ece")) if bounded else "no interval"
            points_said = []
            for row in curve.to_dict("records"):
                rows.append({"Model’s probability": percent(row["probability"]), "Target": topic,
                             "Answers": int(row["answers"]), "Right": percent(row["right"]),
                             "95% interval": f"{percent(row['low'])} to {percent(row['high'])}"})  # fmt: skip
                points_said.append(f"{percent(row['probability'])} sure, {percent(row['right'])} right")
            said.append(f"{topic}: {', '.join(points_said)}; expected calibration error {score.ece:.2f} ({ends})")
        svg = svg_of(figure)
    note = (
        "Each dot is a tenth of the answers (more where labels are few), each line a 95% interval. On the broken "
        "line a model is right as often as it is sure; below it, it is too sure of itself."
    )
    alt = f"How often the model was right by how sure it was. {'; '.join(said)}."
    return Picture(svg, alt, pd.DataFrame(rows), title, note)


def draws(drawn: pd.DataFrame) -> Picture:
    """The intervals of each draw of `estimates.sampling_draws` beside the truth, stance by stance."""
    title = "The same truth, estimated again and again"
    number = drawn["draw"].nunique()
    rows = []
    with house_style():
        figure, grid = panels_of(1, 4.2, columns=len(STANCES), sharey=True)
        for axes, stance in zip(grid[0], STANCES, strict=True):
            of = drawn[drawn["stance"] == stance]
            naive = of[of["method"] == "counted predictions"].iloc[0]
            corrected = of[of["method"] == "corrected"].sort_values("share", kind="stable").reset_index(drop=True)
            for held, colour, width in ((True, PALE, 0.7), (False, COLOURS["oppose"], 1.6)):
                some = corrected[corrected["holds"] == held]
                axes.hlines(some.index + 1, some["low"], some["high"], color=colour, linewidth=width)
            axes.plot(corrected["share"], corrected.index + 1, ".", color=INK, markersize=2)
            above = -0.06 * number
            axes.plot([naive["low"], naive["high"]], [above, above], color=COLOURS["support"], linewidth=2)
            axes.plot(naive["share"], above, "D", color=COLOURS["support"], markersize=6)
            axes.axvline(naive["truth"], color=INK, linewidth=1.3)
            axes.set(title=VERBS[stance], ylim=(number + 1, -0.12 * number), xlabel="share")
            axes.set_yticks([above, number / 2], ["counted", f"corrected,\n{number} draws"])
            axes.xaxis.set_major_formatter(lambda share, _: percent(share))
            for method in ("counted predictions", "labels alone", "corrected"):
                one = of[of["method"] == method]
                rows.append({
                    "Method": method, "Target": VERBS[stance], "Truth": _tenths(naive["truth"]),
                    "Mean share": _tenths(one["share"].mean()), "Mean interval":
                    f"{_tenths(one['low'].mean())} to {_tenths(one['high'].mean())}",
                    "Intervals that hold the truth": f"{one['holds'].sum()} of {number}",
                })  # fmt: skip
        svg = svg_of(figure)
    said = [
        f"{row['Target']}, {row['Method']}: mean {row['Mean share']}, mean interval {row['Mean interval']}, "
        f"holds the truth of {row['Truth']} in {row['Intervals that hold the truth']}"
        for row in rows
    ]
    note = (
        f"The upright line is the truth. The diamond is the count of the predictions, the same each time; each "
        f"thin line is the 95% interval from one of {number} samples of labels, thick and orange where it misses."
    )
    return Picture(svg, f"Estimates of known shares. {'; '.join(said)}.", pd.DataFrame(rows), title, note)


def _tenths(share: float) -> str:
    return f"{share:.1%}"
