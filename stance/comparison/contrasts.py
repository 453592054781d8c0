"""Contrasts: who differs from whom, what changed over time, who stands near whom, and what a finding hangs on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from stance.codebook import STANCES
from stance.comparison.estimates import FEW, holm
from stance.comparison.results import CORRECTED, NO_INTERVAL, UNDATED, UNMATCHED, Cell, Comparison, counted
from stance.labels.annotations import ADJUDICATED
from stance.tables import InputError

SINCE = "2017-07"  # when the national targets came, in the worked case
MEASURES = (*STANCES, "net")
USED = ["article", "group", "stance", "label", "confidence", "probability", "sampling_probability", *STANCES]
LEFT_OUT = ("article", "annotator", "speaker", "model")
ALPHA = 0.05
ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def contrasts(
    comparison: Comparison,
    column: str = "stakeholder",
    pairs: Sequence[tuple[str, str]] | None = None,
    within: Sequence[str] = ("target",),
    measure: str = "net",
    since: str = SINCE,
) -> pd.DataFrame:
    """The differences between pairs of values of a column of `spoken`, one row for each pair in each cell of `within`.

    Two stakeholders on each target, as it stands; two years of each stakeholder on each target with `column="year"` and
    `within=("stakeholder", "target")`; before and after a date with `column="period"`, whose values are 'before' and
    'since' the ISO date `since`. `pairs` are by default all there are, of stakeholders of the codebook and known dates.
    `measure` is the share of a stance or `net`, support minus oppose.

    Columns: those of `within`, `one` and `other`, the `_value`, number of `_statements` and `_method` of each,
    `difference` (one minus other) with its 95% interval `low` to `high`, its p-value `p`, `holm` (p, adjusted for all
    rows of this table together; Holm 1979), and `few`, where either has under five statements. Where either share has
    no interval, the difference has none: it is all there is, -2 to 2 for `net` and -1 to 1 for a share, and p is 1.

    Raises InputError for an unknown column or measure, a date that is none, and a value in `pairs` without statements.
    """
    if measure not in MEASURES:
        raise InputError(f"one of {', '.join(MEASURES)}, not {measure!r}", field="measure")
    rows = comparison.spoken
    if column == "period":
        rows = rows.assign(period=[_period(published, since) for published in rows["published"]])
    for name in (column, *within):
        if name not in rows:
            raise InputError(f"a column of the statements ({', '.join(map(str, rows))} or period)", field=str(name))
    rows = rows[~rows[column].isin([UNMATCHED, UNDATED])]
    found = sorted(rows[column].unique())
    values = [name for name in comparison.names.get(column, found) if name in found]
    for value in dict.fromkeys(value for pair in pairs or () for value in pair):
        if value not in values:
            raise InputError(f"a {column} with statements ({', '.join(values) or 'none has any'}), not {value!r}")
    made: list[dict[str, Any]] = []
    for key, part in rows.groupby(list(within)):
        cells = {value: (comparison.estimated(of), len(of)) for value, of in part.groupby(column)}
        for one, other in pairs or combinations(values, 2):
            if one in cells and other in cells:
                named = {**dict(zip(within, key, strict=True)), "one": one, "other": other}
                made.append(named | _difference(cells[one], cells[other], measure))
    ends = [f"{side}_{what}" for what in ("value", "statements", "method") for side in ("one", "other")]
    table = pd.DataFrame(made, columns=[*within, "one", "other", *ends, "difference", "low", "high", "p", "few"])
    return table.assign(holm=holm(table["p"]))


def _difference(one: tuple[Cell, int], other: tuple[Cell, int], measure: str) -> dict[str, Any]:
    """The columns of `contrasts` that two cells with their numbers of statements give."""
    row: dict[str, Any] = {}
    for side, (cell, size) in (("one", one), ("other", other)):
        row |= {f"{side}_value": cell.shares[measure].value, f"{side}_statements": size, f"{side}_method": cell.method}
    difference = one[0].shares[measure] - other[0].shares[measure]
    p = difference.p
    if NO_INTERVAL in (one[0].method, other[0].method):
        furthest, p = 2.0 if measure == "net" else 1.0, 1.0
        difference = replace(difference, low=-furthest, high=furthest)
    few = min(one[1], other[1]) < FEW
    return {**row, "difference": difference.value, "low": difference.low, "high": difference.high, "p": p, "few": few}


def _period(published: str, since: str) -> str:
    """Before or since a date, or undated where the date of publication does not tell."""
    if not ISO.fullmatch(since):
        raise InputError(f"an ISO date such as 2017-07 or 2017-07-01, not {since!r}", field="since")
    common = min(len(published), len(since))
    if not ISO.fullmatch(published) or (published[:common] == since[:common] and len(published) < len(since)):
        return UNDATED  # a bare year may lie on either side of a month within it; no date at all tells nothing
    return "before" if published[:common] < since[:common] else "since"


def positions(comparison: Comparison, *targets: str) -> pd.DataFrame:
    """Who stands where: a row for each stakeholder of the codebook with statements, in its order.

    `stakeholder`, `statements`, `few`; for each target (by default all) the net position `TARGET` (support minus
    oppose, -1 to 1) with its 95% interval `TARGET_low` to `TARGET_high`, and `TARGET_method`; and the place `x` and `y`
    on a map. With one target or two these are the net positions (y is 0 for one); with more, classical multidimensional
    scaling (Torgerson 1952) lays the points so that their distances are as near as can be to those of `distances`, and
    the axes have no meaning of their own. Raises InputError for an unknown target.
    """
    targets = targets or tuple(comparison.names["target"])
    if unknown := [target for target in targets if target not in comparison.names["target"]]:
        raise InputError(f"a target of the codebook, not {unknown[0]!r}", field="target")
    shares = comparison.shares[comparison.shares["stakeholder"] != UNMATCHED]
    table = pd.DataFrame({"stakeholder": shares["stakeholder"].unique()})
    for target in targets:
        of = shares[shares["target"] == target].set_index("stakeholder").loc[table["stakeholder"]].reset_index()
        table[["statements", "few"]] = of[["statements", "few"]]
        names = {"net": target, "net_low": f"{target}_low", "net_high": f"{target}_high", "method": f"{target}_method"}
        table = table.join(of[list(names)].rename(columns=names))
    places = np.column_stack([table[[*targets]].to_numpy(float), np.zeros((len(table), 1))])
    if len(targets) > 2 and len(table) > 2:
        from sklearn.manifold import ClassicalMDS  # takes a second to load

        places = ClassicalMDS(n_components=2, metric="precomputed").fit_transform(distances(table, *targets))
        # An eigenvector may point either way; one that leans to the positive makes the same map on every machine.
        places = places * np.where(places[np.abs(places).argmax(0), [0, 1]] < 0, -1, 1)
    return table.assign(x=places[:, 0], y=places[:, 1])


def distances(positions: pd.DataFrame, *targets: str) -> pd.DataFrame:
    """How far stakeholders stand apart, 0 to 2: the root of the mean squared difference of their net positions.

    A row and a column for each stakeholder of a frame as `positions` gives it.
    """
    places = positions[[*targets]].to_numpy(float)
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).mean(-1))
    return pd.DataFrame(apart, index=positions["stakeholder"].tolist(), columns=positions["stakeholder"].tolist())


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
    for stakeholder in comparison.names["stakeholder"]:
        for target in comparison.names["target"]:
            if (cell := cells.get((stakeholder, target))) is None:
                continue
            whole = comparison.estimated(cell)
            net = whole.shares["net"].value
            changed = [("article", str(name), comparison, part) for name, part in _without_groups(cell)]
            changed += [
                ("annotator", person, other, parts[stakeholder, target])
                for person, (other, parts) in without.items()
                if not parts[stakeholder, target]["label"].equals(cell["label"])
            ]
            for least in thresholds:
                changed.append(("speaker", f"{least:g}", comparison, cell[cell["confidence"] >= least]))
                if whole.method != CORRECTED:
                    sure = cell[(cell["label"] != "") | (cell["probability"] >= least)]
                    changed.append(("model", f"{least:g}", comparison, sure))
            for left_out, which, of, part in changed:
                if len(part) and (left_out == "annotator" or len(part) < len(cell)):
                    shares = _values(of, part, whole.method == CORRECTED or left_out == "annotator")
                    change = shares["net"] - net
                    made.append({
                        "stakeholder": stakeholder, "target": target, "left_out": left_out, "which": which,
                        "statements": len(part), **shares, "change": change,
                        "turned": bool(np.sign(round(shares["net"], 9)) != np.sign(round(net, 9))),
                    })  # fmt: skip
    columns = ["stakeholder", "target", "left_out", "which", "statements", *STANCES, "net", "change", "turned"]
    return pd.DataFrame(made, columns=columns)


def _values(comparison: Comparison, part: pd.DataFrame, corrected: bool) -> dict[str, float]:
    """The shares of some rows without their intervals, which take long: counted where no sample corrects them."""
    if corrected:
        return {name: share.value for name, share in comparison.estimated(part).shares.items()}
    shares = {name: float((part["stance"] == name).mean()) for name in STANCES}
    return shares | {"net": shares["support"] - shares["oppose"]}


def _without_groups(cell: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows without each article group in turn, named by its first article."""
    for group, gone in cell.groupby("group", sort=False):
        yield gone["article"].iloc[0], cell[cell["group"] != group]


# In words ------------------------------------------------------------------------------------------------------------


def points(share: float) -> str:
    """A net position or a difference in points of 100, with its sign; what is not 0 is not shown as 0."""
    digits = next((digits for digits in (0, 1, 2) if round(100 * share, digits)), 0)
    return f"{100 * share:+.{digits}f}".replace("-", "−") if round(100 * share, 2) else "0"


def worded(row: Mapping[Any, Any], family: int) -> str:
    """What a row of `contrasts` by net lets one say, with its interval, as one of a `family` of so many differences."""
    said = f"Net {points(row['one_value'])} and {points(row['other_value'])} points"
    if not round(row["difference"], 9):
        said = f"Both at net {points(row['one_value'])} points"
    if NO_INTERVAL in (row["one_method"], row["other_method"]):
        return f"{said}. There is no interval, so that nothing can be said of a difference."
    interval = f"95% interval {points(row['low'])} to {points(row['high'])}"
    said += f", a difference of {points(row['difference'])} ({interval}; p {p_value(row['p'])}, "
    said += f"Holm-adjusted {p_value(row['holm'])})."
    if row["holm"] < ALPHA:
        said += f" Chance would hardly give this, even among {counted(family, 'difference')}."
    elif row["p"] < ALPHA:
        said += f" Alone it would be hard to put down to chance; among {counted(family, 'difference')} it may be."
    else:
        said += " It may be chance."
    return said + (f" Fewer than {FEW} statements on one side or both." if row["few"] else "")


def p_value(p: float) -> str:
    """A p in three digits, on the right side of 0.05."""
    if p < 0.001:
        return "below 0.001"
    return "just below 0.05" if p < ALPHA <= round(p, 3) else f"{p:.3f}"


def summed_up(table: pd.DataFrame) -> str:
    """How many differences of a table of `contrasts` stand out, in a sentence."""
    bounded = table[(table["one_method"] != NO_INTERVAL) & (table["other_method"] != NO_INTERVAL)]
    stand, alone = (bounded["holm"] < ALPHA).sum(), (bounded["p"] < ALPHA).sum()
    if bounded.empty:
        return f"{counted(len(table), 'difference')}, none with an interval, so that nothing can be said of them."
    said = [f"{stand or 'none'} that chance would hardly give, having looked at so many"]
    if alone > stand:
        said.append(f"{alone - stand} that would stand out alone, but not among so many")
    if len(bounded) > alone:
        said.append(f"{len(bounded) - alone} that may be chance")
    if len(table) > len(bounded):
        said.append(f"{len(table) - len(bounded)} without an interval, of which nothing can be said")
    return f"{counted(len(table), 'difference')}: {'; '.join(said)}."


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
