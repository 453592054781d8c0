"""Hinges: what a finding hangs on, when one article, one annotator or one doubtful answer is left out."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from stance.codebook import STANCES
from stance.comparison.comparisons import UNMATCHED, Comparison
from stance.comparison.estimates import MEASURES, without_each
from stance.comparison.shares import CORRECTED, estimated
from stance.comparison.words import points
from stance.labels.annotations import ADJUDICATED

USED = ["article", "group", "stance", "label", "confidence", "probability", "sampling_probability", *STANCES]
LEFT_OUT = ("article", "annotator", "speaker", "model")


def sensitivity(comparison: Comparison, thresholds: Sequence[float] = (0.5, 0.7, 0.9)) -> pd.DataFrame:
    """What each finding hangs on: a row for each stakeholder and target and each thing that is left out.

    `left_out` is `article` (with its near-copies; `which` is its identifier), `annotator` (all labels by one; what the
    annotator 'adjudicated' settled stays), `speaker` (statements whose speaker is less than `which` certain) or `model`
    (those that the model decided, giving less than `which`; not where a sample corrects its answers). `statements` are
    left, with their `support`, `oppose` and `none` shares and their `net`; `change` is how much that is above the net
    of all; `turned` says whether the sign of `net` is another, 0 being one. What would leave no statement, or change
    nothing about which statements and labels count, has no row; nor has a thing of which there is but one.
    """
    columns = ["stakeholder", "target", *USED]  # each leaving out copies the rows
    rows = comparison.spoken.loc[comparison.spoken["stakeholder"] != UNMATCHED, columns]
    people = sorted({one.annotator for one in comparison.annotations} - {ADJUDICATED})
    without = {}
    for person in people if len(people) > 1 else ():
        kept = tuple(one for one in comparison.annotations if one.annotator != person)
        other = replace(comparison, annotations=kept)
        without[person] = other, dict(iter(other.spoken[columns].groupby(["stakeholder", "target"])))
    made: list[dict[str, Any]] = []
    cells = dict(iter(rows.groupby(["stakeholder", "target"])))
    for key in product(*comparison.names.values()):
        if (cell := cells.get(key)) is None:
            continue
        whole = estimated(comparison, cell)
        net, rest = whole.shares["net"].value, _without_articles(comparison, cell, whole.method == CORRECTED)
        changed: list[tuple[str, str, Comparison, pd.DataFrame]] = []
        changed += [
            ("annotator", person, other, parts[key])
            for person, (other, parts) in without.items()
            if not parts[key]["label"].equals(cell["label"])
        ]
        for least in thresholds:
            changed.append(("speaker", f"{least:g}", comparison, cell[cell["confidence"] >= least]))
            if whole.method != CORRECTED:
                sure = cell[(cell["label"] != "") | (cell["probability"] >= least)]
                changed.append(("model", f"{least:g}", comparison, sure))
        rest += [
            (left_out, which, len(part), _shares(of, part, whole.method == CORRECTED or left_out == "annotator"))
            for left_out, which, of, part in changed
            if len(part) and (left_out == "annotator" or len(part) < len(cell))
        ]
        for left_out, which, statements, (support, oppose, none) in rest:
            left = support - oppose
            made.append({
                **dict(zip(comparison.names, key, strict=True)), "left_out": left_out, "which": which,
                "statements": statements, "support": support, "oppose": oppose, "none": none, "net": left,
                "change": left - net, "turned": bool(np.sign(round(left, 9)) != np.sign(round(net, 9))),
            })  # fmt: skip
    columns = ["stakeholder", "target", "left_out", "which", "statements", *MEASURES, "change", "turned"]
    return pd.DataFrame(made, columns=columns)


def _shares(comparison: Comparison, part: pd.DataFrame, corrected: bool) -> list[float]:
    """The shares of some rows without their intervals, which take long: counted where no sample corrects them."""
    if corrected:
        return [estimated(comparison, part).shares[name].value for name in STANCES]
    return [float((part["stance"] == name).mean()) for name in STANCES]


def _without_articles(
    comparison: Comparison, cell: pd.DataFrame, corrected: bool
) -> list[tuple[str, str, int, list[float]]]:
    """For each article of a cell, with its near-copies, a row of `sensitivity` without it: what is left out, which it
    is, how many statements are left and their shares. Reckoned from sums, since there may be thousands of articles.
    """
    group, names = pd.factorize(cell["group"])
    if len(names) < 2:
        return []
    first, sizes = cell["article"].to_numpy()[np.unique(group, return_index=True)[1]], np.bincount(group)
    if corrected:
        sample = comparison.sampled.loc[cell.index] & (cell["label"] != "")
        labels, drawn = cell["label"].where(sample, ""), cell["sampling_probability"]
        shares = without_each(labels, cell[list(STANCES)], cell["group"], drawn)[1]
    else:
        hits = np.column_stack([np.bincount(group, cell["stance"] == stance) for stance in STANCES])
        shares = (hits.sum(0) - hits) / (len(cell) - sizes)[:, None]
    return [
        ("article", str(which), len(cell) - int(size),
         values.tolist() if not np.isnan(values).any() else _shares(comparison, cell[group != number], corrected))
        for number, (which, size, values) in enumerate(zip(first, sizes, shares, strict=True))
    ]  # fmt: skip


def hinges(sensitivity: pd.DataFrame) -> pd.DataFrame:
    """What a table of `sensitivity` comes to: a row for each stakeholder and target in it.

    `net` of all; for each thing left out (`article`, `annotator`, `speaker`, `model`) the lowest and the highest net
    without it, in words, – where nothing could be left out; `turns`, what turns the sign of `net` when it is left
    out, as pairs of `left_out` and `which`.
    """
    rows = []
    for (stakeholder, target), part in sensitivity.groupby(["stakeholder", "target"], sort=False):
        row: dict[str, Any] = {"stakeholder": stakeholder, "target": target}
        row["net"] = part["net"].iloc[0] - part["change"].iloc[0]
        for left_out in LEFT_OUT:
            nets = part.loc[part["left_out"] == left_out, "net"]
            ends = list(dict.fromkeys([points(nets.min()), points(nets.max())])) if len(nets) else []
            row[left_out] = " to ".join(ends) or "–"
        turned = part[part["turned"]]
        rows.append(row | {"turns": tuple(zip(turned["left_out"], turned["which"], strict=True))})
    return pd.DataFrame(rows, columns=["stakeholder", "target", "net", *LEFT_OUT, "turns"])
