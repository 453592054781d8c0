"""Contrasts: who differs from whom, what changed over time, and who stands near whom."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from stance.comparison.comparisons import UNDATED, UNMATCHED, Comparison
from stance.comparison.estimates import FEW, MEASURES, holm
from stance.comparison.shares import NO_INTERVAL, Cell, estimated
from stance.files import InputError

ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def contrasts(
    comparison: Comparison,
    column: str = "stakeholder",
    pairs: Sequence[tuple[str, str]] | None = None,
    within: Sequence[str] = ("target",),
    measure: str = "net",
    since: str = "",
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
        rows = rows.assign(period=[period_of(published, since) for published in rows["published"]])
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
        cells = {value: (estimated(comparison, of), len(of)) for value, of in part.groupby(column)}
        for one, other in pairs or combinations(values, 2):
            if one in cells and other in cells:
                named = {**dict(zip(within, key, strict=True)), "one": one, "other": other}
                made.append(named | _difference(cells[one], cells[other], measure))
    ends = [f"{side}_{what}" for what in ("value", "statements", "method") for side in ("one", "other")]
    table = pd.DataFrame(made, columns=[*within, "one", "other", *ends, "difference", "low", "high", "p", "few"])
    return table.assign(holm=holm(table["p"]))


def changes_since(comparison: Comparison, since: str) -> pd.DataFrame:
    """The `contrasts` of each stakeholder on each target from before a date to since, read forwards: `one` is 'since',
    `other` 'before', and the difference since minus before.
    """
    table = contrasts(comparison, "period", within=("stakeholder", "target"), since=since)
    turned = table.assign(difference=-table["difference"], low=-table["high"], high=-table["low"])
    other = {"one": "other", "other": "one"}
    return turned.rename(columns=lambda name: re.sub(r"^(one|other)(?=_|$)", lambda side: other[side[0]], name))


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


def period_of(published: str, since: str) -> str:
    """Before or since a date, or undated where the date of publication does not tell."""
    if not ISO.fullmatch(since):
        raise InputError(f"an ISO date such as 2017-07 or 2017-07-01, not {since!r}", field="since")
    common = min(len(published), len(since))
    if not ISO.fullmatch(published) or (published[:common] == since[:common] and len(published) < len(since)):
        return UNDATED  # a bare year may lie on either side of a month within it; no date at all tells nothing
    return "before" if published[:common] < since[:common] else "since"


def spelt(day: str) -> str:
    """An ISO date in words, as far as it goes: '2017', 'July 2017' or '5 July 2017'."""
    parts = day.split("-")
    whole = date.fromisoformat("-".join([*parts, "01", "01"][:3]))
    return f"{whole.day if len(parts) > 2 else ''} {whole:%B %Y}".strip() if len(parts) > 1 else day


def net_positions(shares: pd.DataFrame, *targets: str) -> pd.DataFrame:
    """Who stands where: a row for each stakeholder of the codebook in a table of shares by stakeholder and target.

    `stakeholder`, `statements`, `few`; for each of the targets the net position `TARGET` (support minus
    oppose, -1 to 1) with its 95% interval `TARGET_low` to `TARGET_high`, and `TARGET_method`; and the place `x` and `y`
    on a map. With one target or two these are the net positions (y is 0 for one); with more, classical multidimensional
    scaling (Torgerson 1952) lays the points so that their distances are as near as can be to those of `distances`, and
    the axes have no meaning of their own. Raises InputError for an unknown target.
    """
    if len(shares) and (unknown := [target for target in targets if target not in set(shares["target"])]):
        raise InputError(f"a target of the codebook, not {unknown[0]!r}", field="target")
    shares = shares[shares["stakeholder"] != UNMATCHED]
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

    A row and a column for each stakeholder of a frame as `net_positions` gives it.
    """
    places = positions[[*targets]].to_numpy(float)
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).mean(-1))
    return pd.DataFrame(apart, index=positions["stakeholder"].tolist(), columns=positions["stakeholder"].tolist())
