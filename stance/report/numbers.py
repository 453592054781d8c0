"""Numbers: every number of a report in one tidy table, figures.csv, for those who draw or check for themselves."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from stance.codebook import STANCES
from stance.comparison.estimates import FEW
from stance.comparison.positions import POSITIONS
from stance.comparison.results import Results
from stance.comparison.scores import ERRORS
from stance.comparison.shares import NO_INTERVAL

COLUMNS = ["section", "stakeholder", "target", "year", "measure", "value", "low", "high", "n", "method"]


def numbers(results: Results) -> pd.DataFrame:
    """One row a number: `section` of the report, `stakeholder`, `target` and `year` (empty where it is of all),
    `measure`, `value`, its 95% interval `low` to `high` (empty where there is none), `n` (statements, or labels of the
    classifier) and by which `method` it was made.

    Shares and scores run from 0 to 1, net positions from -1 to 1, and their differences from -2 to 2; in differences
    `stakeholder` (or `year`) says which is subtracted from which.
    """
    parts = (_shares, _positions, _differences, _sensitivity, _classifier)
    rows = [row for part in parts for row in part(results)]
    table = pd.DataFrame(rows, columns=COLUMNS).dropna(subset="value")  # alpha, where all labels are alike
    # What is beyond the sixth digit may be another on another machine.
    numbers = ["value", "low", "high"]
    table[numbers] = table[numbers].astype(float).round(6)
    return table.astype(dict.fromkeys(numbers, object)).fillna("")


def _bounded(low: float, high: float, method: str) -> dict[str, Any]:
    return {"method": method} if method == NO_INTERVAL else {"low": low, "high": high, "method": method}


def _shares(results: Results) -> Iterator[dict[str, Any]]:
    for section, table in (("stances", results.shares), ("timeline", results.timeline)):
        for row in table.to_dict("records"):
            place = {"section": section, **_of(row), "year": row.get("year", ""), "n": row["statements"]}
            for stance in STANCES:
                yield place | {"measure": f"{stance} statements", "value": row[stance], "method": "count"}
            for measure in (*STANCES, "net"):
                value, name = (row["net"], "net") if measure == "net" else (row[f"{measure}_share"], f"{measure} share")
                yield place | {"measure": name, "value": value,
                               **_bounded(row[f"{measure}_low"], row[f"{measure}_high"], row["method"])}  # fmt: skip


def _of(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("stakeholder", "target")}


def _positions(results: Results) -> Iterator[dict[str, Any]]:
    for row in results.position_counts.to_dict("records"):
        place = {"section": "positions", **_of(row), "n": row["articles"], "method": "count"}
        for position in POSITIONS:
            yield place | {"measure": f"{position} articles", "value": row[position]}
    for row in results.position_scores.to_dict("records"):
        place = {"section": "positions", "target": row["target"], "n": row["positions"]}
        yield place | {
            "measure": "accuracy",
            "value": row["accuracy"],
            **_bounded(row["low"], row["high"], "bootstrap"),
        }
        yield place | {"measure": f"always {row['commonest']}", "value": row["always"], "method": "count"}


def _differences(results: Results) -> Iterator[dict[str, Any]]:
    changes = [row | {"since": cut.since} for cut in results.cuts for row in cut.changes.to_dict("records")]
    for row in [*results.differences.to_dict("records"), *changes]:
        number = row["one_statements"] + row["other_statements"]
        place = {"section": "differences", "target": row["target"], "n": number}
        if "stakeholder" in row:
            place |= {"stakeholder": row["stakeholder"], "year": f"since {row['since']} minus before"}
        else:
            place |= {"stakeholder": f"{row['one']} minus {row['other']}"}
        methods = {row["one_method"], row["other_method"]}
        method = NO_INTERVAL if NO_INTERVAL in methods else " and ".join(sorted(methods))
        yield place | {"measure": "net difference", "value": row["difference"],
                       **_bounded(row["low"], row["high"], method)}  # fmt: skip
        if method != NO_INTERVAL:
            yield place | {"measure": "p", "value": row["p"], "method": method}
            yield place | {"measure": "p, Holm-adjusted", "value": row["holm"], "method": method}


def _sensitivity(results: Results) -> Iterator[dict[str, Any]]:
    for row in results.sensitivity.to_dict("records"):
        yield {"section": "differences", **_of(row), "measure": f"net without {row['left_out']} {row['which']}",
               "value": row["net"], "n": row["statements"], "method": "left out"}  # fmt: skip


def _classifier(results: Results) -> Iterator[dict[str, Any]]:
    for row in results.agreement.to_dict("records"):
        place = {"section": "classifier", "target": row["target"], "n": row["statements"]}
        yield place | {"measure": "agreement of annotators", "value": row["agreement"], "method": "count"}
        for measure in ("alpha", "kappa"):
            yield place | {"measure": measure, "value": row[measure], "low": row[f"{measure}_low"],
                           "high": row[f"{measure}_high"], "method": "bootstrap"}  # fmt: skip
    for test in results.card.get("scores", ()):
        place = {"section": "classifier", "target": f"test: {test['test']}", "n": test["pairs"]}
        yield place | {"measure": f"accuracy of {test['model']}", "value": test["accuracy"], "method": "card"}
        yield place | {"measure": f"macro-F1 of {test['model']}", "value": test["macro_f1"], "low": test["low"],
                       "high": test["high"], "method": "card"}  # fmt: skip
    for column, scores in (("target", results.scores), ("stakeholder", results.stakeholder_scores)):
        for name, score in scores.items():
            place = {"section": "classifier", column: name, "n": len(score.labels)}
            method = NO_INTERVAL if len(set(score.groups)) < FEW else "bootstrap"
            yield place | {"measure": "accuracy", "value": score.accuracy,
                           **_bounded(*score.interval("accuracy"), "bootstrap")}  # fmt: skip
            yield place | {"measure": "macro-F1", "value": score.macro_f1,
                           **_bounded(*score.interval("macro_f1"), method)}  # fmt: skip
            if column == "stakeholder":
                continue
            for row in score.f1.to_dict("records"):
                yield place | {"measure": f"F1 of {row['stance']}", "value": row["f1"], "n": row["labels"],
                               **_bounded(row["low"], row["high"], method)}  # fmt: skip
            yield place | {"measure": "expected calibration error", "value": score.ece,
                           **_bounded(*score.interval("ece"), method)}  # fmt: skip
            for row in score.reliability.to_dict("records"):
                yield place | {"measure": f"right at probability {row['probability']:.3f}", "value": row["right"],
                               "n": row["answers"], **_bounded(row["low"], row["high"], "bootstrap")}  # fmt: skip
            for error in ERRORS:
                left = score.left_for(error)
                yield place | {"measure": f"left to a person for an error of {error:g}", "value": left.value,
                               **_bounded(left.low, left.high, method)}  # fmt: skip
