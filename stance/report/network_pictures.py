"""Pictures of networks: who takes which side on what, and who sides with whom, each tie as sure as it is drawn."""

from textwrap import fill
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from stance.comparison.contrasts import spelt
from stance.comparison.estimates import SEED
from stance.comparison.networks import Network
from stance.comparison.results import Results
from stance.comparison.words import counted, percent
from stance.report.exhibits import COLOURS, INK, PALE, VERBS, WIDTH, Link, Picture, drawn

STAKEHOLDERS, TARGETS = 3, 2  # fewer make no network
LINES: dict[str, Any] = {"support": "solid", "oppose": (0, (3, 1.2))}
LEADER = {"arrowstyle": "-", "color": PALE, "linewidth": 0.6}
FILLS = ["white", INK, COLOURS["none"], PALE]  # of camps, the largest first; the others as the last
SURE = (
    "The broad pale line of a tie is its weight, the dark one within it what is left of that at the nearer end of its "
    "95% interval; where there is no dark line, it may as well not be there, or nobody knows how sure it is."
)


def missing(results: Results) -> str:
    """Why there is no network, in a sentence; empty where there is one."""
    heard = results.affiliation.get("all")
    found = (len(heard.rows), len(heard.columns)) if heard else (0, 0)
    if found[0] >= STAKEHOLDERS and found[1] >= TARGETS:
        return ""
    return (
        f"No network is drawn: it takes {counted(STAKEHOLDERS, 'stakeholder')} and {counted(TARGETS, 'target')} on "
        f"which they take a position, and here are {found[0]} and {found[1]}."
    )


def affiliation(results: Results) -> Picture:
    """A picture of who supports and who opposes which target, of all years and side by side before and since a date."""
    title = "Who takes which side on what"
    if alone := missing(results):
        return Picture(title, alone)
    whole, slices = results.affiliation["all"], {name: of for name, of in results.affiliation.items() if name != "all"}
    places = _places(whole)
    headings = {
        name: f"{name.capitalize()} {spelt(date)}" for date in results.dates[:1] for name in ("before", "since")
    }
    foot = 2.7 if headings else 0.0
    numbers = {name: str(number) for number, name in enumerate(whole.rows, start=1)}
    scale = max(float(np.abs(of.weights).max()) for of in results.affiliation.values())
    parts: list[tuple[Any, ...]] = [((0, foot, WIDTH, 3.9), whole, places, numbers, None, "", scale)]
    for left, (part, words) in zip((0, WIDTH / 2), headings.items(), strict=False):
        absent = "" if part in slices else ": nobody takes a side"
        parts.append(((left, 0, WIDTH / 2, 2.3), slices.get(part), places, numbers, None, words + absent, scale))
    svg = drawn([(_panels, *parts)], 3.9 + foot)
    names = {words: name for which in results.names.values() for name, words in which.items()}
    counts = {(of["stakeholder"], of["target"]): of for of in results.shares.to_dict("records")}
    rows, said, keys = [], [], []
    for tie in whole.ties.to_dict("records"):
        key = names[tie["one"]], names[tie["other"]]
        of = counts[key]
        row = {"Stakeholder": f"{numbers[tie['one']]} {tie['one']}", "Target": tie["other"],
               **{VERBS[stance]: int(of[stance]) for stance in LINES}, "Balance": _weighed(tie)}  # fmt: skip
        for part, words in headings.items():
            ties = slices[part].ties if part in slices else whole.ties[:0]
            same = ties[(ties["one"] == tie["one"]) & (ties["other"] == tie["other"])]
            row[words] = _weighed(same.iloc[0].to_dict()) if len(same) else "0"
        rows.append(row)
        keys.append((f"{key[0]}-{key[1]}", ""))
        said.append(f"{tie['one']} on {tie['other']}: {row['Balance'].replace(chr(10), ' (')})")
    table = pd.DataFrame(rows, index=pd.MultiIndex.from_tuples(keys, names=["cell", "when"]))
    table = table.sort_values("Target", kind="stable")
    note = (
        "Circles are stakeholders, squares targets. A solid line is more support than opposition, a broken one more "
        "opposition, and the balance of the two is the weight; who is as often for as against has no line. "
        + ("Beneath, all lie where they lie above, under their numbers in the table. " if headings else "")
        + SURE
    )
    return Picture(title, f"A network of support minus opposition. {'; '.join(said)}.", table, svg, note)


def congruence(results: Results) -> Picture:
    """A picture of who sides with whom on the targets, and of the camps in it, with how they hold without articles."""
    title = "Who sides with whom"
    if alone := missing(results):
        return Picture(title, alone)
    whole, camps = results.congruence
    numbers = {name: str(number) for number, name in enumerate(results.affiliation["all"].rows, start=1)}
    camp = {name: number for number, names in enumerate(camps.camps, start=1) for name in names}
    svg = drawn([(_panels, ((0, 0, WIDTH, 3.9), whole, _places(whole), numbers, camp))], 3.9)
    names = {words: name for name, words in results.names["stakeholder"].items()}
    ties = whole.ties.sort_values("weight", ascending=False, kind="stable").to_dict("records")
    rows = [
        {"First": Link(tie["one"], f"s-{names[tie['one']]}"), "Second": Link(tie["other"], f"s-{names[tie['other']]}"),
         "Agreement": _weighed(tie), "Camps": f"{camp[tie['one']]} and {camp[tie['other']]}"}
        for tie in ties
    ]  # fmt: skip
    said = [f"{tie['one']} with {tie['other']}: {_weighed(tie).replace(chr(10), ' (')})" for tie in ties]
    listed = "; ".join(f"{number}: {', '.join(of)}" for number, of in enumerate(camps.camps, start=1))
    stay = [percent(share) for share in (min(camps.stays.values()), max(camps.stays.values()))]
    found = (
        f"Camps, by the fill of their circles: {listed}. Modularity, 0 where nothing parts them, is "
        f"{camps.modularity:.2f}, and {camps.low:.2f} to {camps.high:.2f} as one part of the articles after another is "
        f"left out. Then {' to '.join(dict.fromkeys(stay))} of the others stay in a stakeholder’s camp, or out of it."
    )
    note = (
        "A tie counts the pairs of their statements in which two stakeholders take the same side on a target, less "
        "those in which they take opposite ones, for each statement that they make on average (Leifeld 2017): a solid "
        f"line where they agree more, a broken one where they differ more. {SURE} {found}"
    )
    alt = f"A network of agreement minus conflict. {'; '.join(said)}. {found}"
    return Picture(title, alt, pd.DataFrame(rows), svg, note)


def _weighed(tie: dict[Any, Any]) -> str:
    """A weight with its interval beneath."""
    ends = f"{tie['low']:.1f} to {tie['high']:.1f}" if tie["low"] == tie["low"] else "no interval"
    weight = f"{tie['weight']:.2f}".removesuffix(".00")
    return f"{weight}\n{ends}".replace("-", "−")


def _places(whole: Network) -> dict[str, np.ndarray]:
    """Where each node lies, the same in each run: near to whom it sides with; targets on a circle."""
    graph = whole.graph.copy()
    for *_, tie in graph.edges(data=True):
        tie["pull"] = max(tie["weight"], 0.1) ** 0.5
    targets = [node for node, known in graph.nodes(data=True) if known["mode"] == "target"]
    turns = np.arange(len(targets)) * 2 * np.pi / max(len(targets), 1)
    fixed = dict(zip(targets, np.column_stack([np.cos(turns), np.sin(turns)]), strict=True))
    start = np.random.default_rng(SEED).uniform(-1, 1, (len(graph), 2))
    found = nx.spring_layout(
        graph, k=2 / len(graph) ** 0.5, pos=dict(zip(graph, start, strict=True)) | fixed, fixed=targets or None,
        weight="pull", iterations=300, seed=SEED,
    )  # fmt: skip
    return {node: np.round(place, 2) for node, place in found.items()}


def _panels(axes: Axes, *parts: tuple[Any, ...]) -> None:
    axes.set_axis_off()
    for part in parts:
        _drawn(axes.get_figure(root=True), *part)


def _drawn(
    figure: Any, box: tuple[float, float, float, float], whole: Network | None, places: dict[str, np.ndarray],
    numbers: dict[str, str], camp: dict[str, int] | None = None, words: str = "", scale: float = 0,
) -> None:  # fmt: skip
    """Draw a network in a box of the figure (left, bottom, width and height, in inches), nodes with their names, or,
    with `words` above it, by their numbers alone; ties in the colour and line of their side, `scale` the broadest.
    """
    size = np.array(figure.get_size_inches())
    axes = figure.add_axes((box[0] / size[0], box[1] / size[1], box[2] / size[0], box[3] / size[1]))
    axes.set_axis_off()
    axes.set_title(words)
    points = np.array([*places.values()])
    low, high = points.min(0), points.max(0)
    room = np.array([0.25 if words else 1.75, 0.25])  # inches for names to left and right
    stretch = (np.array(box[2:]) - 2 * room) / np.maximum(high - low, 0.1)
    at = {node: room + (place - low) * stretch for node, place in places.items()}  # in inches from now on
    axes.set(xlim=(0, box[2]), ylim=(0, box[3]))
    edges = [*whole.graph.edges(data=True)] if whole else []
    widest = scale or max((abs(tie["weight"]) for *_, tie in edges), default=1)
    for one, other, tie in edges:
        side = "support" if tie["weight"] > 0 else "oppose"
        ends = [tie[end] for end in ("low", "high") if end in tie] or [0]
        inner = min(map(abs, ends)) if min(ends) * max(ends) > 0 else 0
        for weight, alpha in ((abs(tie["weight"]), 0.3), (inner, 1)):
            if weight:
                axes.add_line(Line2D(
                    *zip(at[one], at[other], strict=True), color=COLOURS[side], linestyle=LINES[side],
                    linewidth=0.7 + 6 * weight / widest, alpha=alpha, zorder=1,
                ))  # fmt: skip
    tied = {node for one, other, _ in edges for node in (one, other)}
    taken = [(x - 0.1, x + 0.1, y, 0.2) for x, y in at.values()]
    for node, (x, y) in sorted(at.items(), key=lambda one: -abs(one[1][1] - box[3] / 2)):
        mode, _, name = node.partition(" ")
        filled = FILLS[min((camp or {}).get(name, 1), len(FILLS)) - 1] if mode == "actor" else PALE
        outline = INK if node in tied else COLOURS["none"]
        axes.plot(x, y, "o" if mode == "actor" else "s", color=outline, markerfacecolor=filled, markersize=12, zorder=2)
        if mode == "actor":
            ink = "white" if filled in (INK, PALE) else outline
            axes.text(x, y, numbers[name], ha="center", va="center_baseline", fontsize=7, color=ink, zorder=3)
        if not words:
            label = fill(name, 24)
            way, height = (1 if x >= box[2] / 2 else -1), y
            tall, wide = 0.14 * (label.count("\n") + 1), 0.068 * max(map(len, label.split("\n"))) + 0.1
            left, right = sorted((x + way * 0.12, x + way * wide))
            while any(left < b and a < right and abs(height - at_y) < (tall + of) / 2 for a, b, at_y, of in taken):
                height += 0.03 if y >= box[3] / 2 else -0.03
            taken.append((left, right, height, tall))
            axes.annotate(label, (x, y), (x + way * 0.14, height), fontsize=8, va="center", zorder=4,
                          ha="left" if way > 0 else "right", arrowprops=LEADER if height != y else None,
                          bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.5})  # fmt: skip
