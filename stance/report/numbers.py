"""Numbers: every number of a report in one tidy table, figures.csv, for those who draw or check for themselves."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from stance.codebook import STANCES
from stance.comparison.estimates import FEW, MEASURES
from stance.comparison.positions import POSITIONS
from stance.comparison.results import Results
from stance.comparison.scores import ERRORS, Score
from stance.comparison.shares import NO_INTERVAL
from stance.report.network_pictures import missing

COLUMNS = ["section", "stakeholder", "target", "year", "measure", "value", "low", "high", "n", "method"]

Number = dict[str, Any]


def numbers(results: Results) -> pd.DataFrame:
    """One row a number: `section` of the report, `stakeholder`, `target` and `year` (empty where it is of all),
    `measure`, `value`, its 95% interval `low` to `high` (empty where there is none), `n` (statements, or labels of the
    classifier) and by which `method` it was made.

    Shares and scores run from 0 to 1, net positions from -1 to 1, and their differences from -2 to 2; in differences
    `stakeholder` (or `year`) says which is subtracted from which.
    """
    parts = (_shares, _positions, _differences, _sensitivity, _networks, _classifier)
    rows = [row for part in parts for row in part(results)]
    table = pd.DataFrame(rows, columns=COLUMNS).dropna(subset="value")  # alpha, where all labels are alike
    # What is beyond the sixth digit may be another on another machine.
    numbers = ["value", "low", "high"]
    table[numbers] = table[numbers].astype(float).round(6)
    return table.astype(dict.fromkeys(numbers, object)).fillna("")


def _number(place: Number, measure: str, value: Any, method: str = "count", *ends: float) -> Number:
    """A row of the table: a place, which has its other columns, and a measure with the ends of its interval, if any."""
    bounds = {} if method == NO_INTERVAL else dict(zip(("low", "high"), ends, strict=False))
    return place | {"measure": measure, "value": value, "method": method} | bounds


def _of(row: Mapping[Any, Any], section: str, n: str) -> Number:
    return {"section": section, "stakeholder": row["stakeholder"], "target": row["target"], "n": row[n]}


def _shares(results: Results) -> Iterator[Number]:
    for section, table in (("stances", results.shares), ("timeline", results.timeline)):
        for row in table.to_dict("records"):
            place = _of(row, section, "statements") | {"year": row.get("year", "")}
            for stance in STANCES:
                yield _number(place, f"{stance} statements", row[stance])
            for measure in MEASURES:
                name = measure if measure == "net" else f"{measure} share"
                ends = row[f"{measure}_low"], row[f"{measure}_high"]
                yield _number(place, name, row[name.replace(" ", "_")], row["method"], *ends)


def _positions(results: Results) -> Iterator[Number]:
    for row in results.position_counts.to_dict("records"):
        for position in POSITIONS:
            yield _number(_of(row, "positions", "articles"), f"{position} articles", row[position])
    for row in results.position_scores.to_dict("records"):
        place = {"section": "positions", "target": row["target"], "n": row["positions"]}
        yield _number(place, "accuracy", row["accuracy"], "bootstrap", row["low"], row["high"])
        yield _number(place, f"always {row['commonest']}", row["always"])


def _differences(results: Results) -> Iterator[Number]:
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
        yield _number(place, "net difference", row["difference"], method, row["low"], row["high"])
        if method != NO_INTERVAL:
            yield _number(place, "p", row["p"], method)
            yield _number(place, "p, Holm-adjusted", row["holm"], method)


def _sensitivity(results: Results) -> Iterator[Number]:
    for row in results.sensitivity.to_dict("records"):
        place = _of(row, "differences", "statements")
        yield _number(place, f"net without {row['left_out']} {row['which']}", row["net"], "left out")


def _networks(results: Results) -> Iterator[Number]:
    if missing(results):
        return
    sides, (agreement, camps) = results.affiliation, results.congruence
    years = {"all": ""} | {name: f"{name} {date}" for date in results.dates[:1] for name in ("before", "since")}
    for network, year in [*((of, years[part]) for part, of in sides.items()), (agreement, "")]:
        for tie in network.ties.to_dict("records"):
            one, other = tie["one"], tie["other"]
            ends = {"stakeholder": one, "target": other}
            if network.way.mode == "one":
                ends = {"stakeholder": f"{one} with {other}"}
            place = {"section": "networks", "year": year, "n": network.statements[one], **ends}
            method = "jackknife" if tie["low"] == tie["low"] else NO_INTERVAL
            yield _number(place, f"tie, {network.way.agreement}", tie["weight"], method, tie["low"], tie["high"])
    place = {"section": "networks", "n": len(agreement.rows)}
    yield _number(place, "modularity", camps.modularity, "left out", camps.low, camps.high)


def _classifier(results: Results) -> Iterator[Number]:
    for row in results.agreement.to_dict("records"):
        place = {"section": "classifier", "target": row["target"], "n": row["statements"]}
        yield _number(place, "agreement of annotators", row["agreement"])
        for measure in ("alpha", "kappa"):
            yield _number(place, measure, row[measure], "bootstrap", row[f"{measure}_low"], row[f"{measure}_high"])
    for test in results.card.get("scores", ()):
        place = {"section": "classifier", "target": f"test: {test['test']}", "n": test["pairs"]}
        yield _number(place, f"accuracy of {test['model']}", test["accuracy"], "card")
        yield _number(place, f"macro-F1 of {test['model']}", test["macro_f1"], "card", test["low"], test["high"])
    for column, scores in (("target", results.scores), ("stakeholder", results.stakeholder_scores)):
        for name, score in scores.items():
            place = {"section": "classifier", column: name, "n": len(score.labels)}
            method = NO_INTERVAL if len(set(score.groups)) < FEW else "bootstrap"
            yield _number(place, "accuracy", score.accuracy, "bootstrap", *score.interval("accuracy"))
            yield _number(place, "macro-F1", score.macro_f1, method, *score.interval("macro_f1"))
            if column == "target":
                yield from _more(place, score, method)


def _more(place: Number, score: Score, method: str) -> Iterator[Number]:
    """What a score of many labels says beyond accuracy and macro-F1."""
    for row in score.f1.to_dict("records"):
        of_stance = place | {"n": row["labels"]}
        yield _number(of_stance, f"F1 of {row['stance']}", row["f1"], method, row["low"], row["high"])
    yield _number(place, "expected calibration error", score.ece, method, *score.interval("ece"))
    for row in score.reliability.to_dict("records"):
        of_bin, measure = place | {"n": row["answers"]}, f"right at probability {row['probability']:.3f}"
        yield _number(of_bin, measure, row["right"], "bootstrap", row["low"], row["high"])
    for error in ERRORS:
        left = score.left_for(error)
        yield _number(place, f"left to a person for an error of {error:g}", left.value, method, left.low, left.high)
