"""Shares: of the statements of a stakeholder, or of any group, how many take which stance, with 95% intervals."""

from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from stance.codebook import STANCES
from stance.comparison.comparisons import Comparison
from stance.comparison.estimates import FEW, Estimate, corrected_shares, counted_shares

BOOTSTRAP, CORRECTED, NO_INTERVAL = "bootstrap", "prediction-powered", "none"  # where an interval comes from


class Cell(NamedTuple):
    """What a group of statements lets one claim: the share of each stance and `net`, support minus oppose (-1 to 1),
    and by which `method` the intervals were made.

    bootstrap: all are labelled; prediction-powered: a random sample is; none: the share counts a model's answers, `why`
    says in words what is missing, and the interval is all there is, 0 to 1 (-1 to 1 for `net`).
    """

    method: str
    shares: dict[str, Estimate]
    why: str = ""


def estimated(comparison: Comparison, rows: pd.DataFrame) -> Cell:
    """What some rows of `spoken` let one claim (see Cell). Labels of unknown probability correct nothing.

    The same rows are estimated once, however many tables hold them. Raises InputError for no rows.
    """
    key = rows.index.to_numpy().tobytes()
    if key not in comparison.cells:
        comparison.cells[key] = _estimated(comparison, rows)
    return comparison.cells[key]


def _estimated(comparison: Comparison, rows: pd.DataFrame) -> Cell:
    labelled = rows["label"] != ""
    if labelled.all():
        return Cell(BOOTSTRAP, counted_shares(rows["label"], rows["group"]))
    sample = labelled & comparison.sampled.loc[rows.index]
    why = comparison.unsampled(rows)
    if not why and (number := rows.loc[sample, "group"].nunique()) < FEW:
        why = f"labels drawn at random stand in {number or 'none'} of the articles; to correct a share takes {FEW}"
    if why:
        shares = {
            name: replace(one, low=-1.0 if name == "net" else 0.0, high=1.0)
            for name, one in counted_shares(rows["stance"], rows["group"]).items()
        }
        return Cell(NO_INTERVAL, shares, why)
    shares = corrected_shares(
        rows["label"].where(sample, ""),
        rows[list(STANCES)].to_numpy(),
        rows["group"],
        rows["sampling_probability"].to_numpy(),
    )
    return Cell(CORRECTED, shares)


def shares_by(comparison: Comparison, *columns: str) -> pd.DataFrame:
    """One row for each group of `columns` that has statements, in the order of the codebook and of time.

    For each stance the count of decisions, its share (0 to 1) and the share's 95% interval from `_low` to `_high`;
    `net`, support minus oppose (-1 to 1), likewise; by which `method` they were made, and `why` not by another (see
    `Cell`: a prediction-powered share is not the count's). `labelled` counts statements with an annotator’s label;
    `few` marks fewer than five statements.
    """
    rows: list[dict[str, Any]] = []
    for key, cell in comparison.spoken.groupby(list(columns)):
        row: dict[str, Any] = dict(zip(columns, key, strict=True))
        row |= {"statements": len(cell), "articles": cell["article"].nunique()}
        made = estimated(comparison, cell)
        for name, one in made.shares.items():
            value = {"net": one.value} if name == "net" else {
                name: (cell["stance"] == name).sum(), f"{name}_share": one.value}  # fmt: skip
            row |= {**value, f"{name}_low": one.low, f"{name}_high": one.high}
        row |= {"labelled": (cell["label"] != "").sum(), "few": len(cell) < FEW}
        rows.append(row | {"method": made.method, "why": made.why})
    measures = [f"{stance}{end}" for stance in STANCES for end in ("", "_share", "_low", "_high")]
    measures += ["net", "net_low", "net_high", "labelled", "few", "method", "why"]
    order = {column: list(names) for column, names in comparison.names.items()}
    rows.sort(key=lambda row: [order[name].index(row[name]) if name in order else row[name] for name in columns])
    return pd.DataFrame(rows, columns=[*columns, "statements", "articles", *measures])
