"""Charts: differences, nearness and calibration of an invented newspaper, and samples drawn again and again."""

from dataclasses import replace

import numpy as np
import pytest

from stance.classifiers.predictions import Prediction
from stance.codebook import Target
from stance.comparison.contrasts import contrasts
from stance.comparison.estimates import sampling_draws
from stance.report.charts import calibration, changes, differences, draws, nearness, spelt

CHARTS = [differences, lambda comparison: changes(comparison, "2016-01"), nearness, calibration]


@pytest.fixture(scope="module")
def drawn():
    truth = np.array(["support", "oppose", "none", "none"] * 50)
    return sampling_draws(truth, np.tile([0.1, 0.1, 0.8], (200, 1)), np.arange(200), draws=8, labels=40)


@pytest.mark.parametrize("draw", CHARTS)
def test_a_chart_has_words_and_a_table_and_the_same_bytes_each_time(labelled, draw):
    chart = draw(labelled)
    assert chart.svg == draw(labelled).svg and chart.svg.startswith("<?xml")
    assert chart.alt.endswith(".") and "nan" not in chart.alt.lower()
    assert len(chart.table) and not chart.table.isna().any(axis=None)


@pytest.mark.parametrize(
    "draw, words",
    [
        (differences, "No statement by a stakeholder of the codebook was found; there is nothing to compare."),
        (changes, "No stakeholder of the codebook was heard on both sides of July 2017: no change can be shown."),
        (nearness, "No statement by a stakeholder of the codebook was found; there is no map."),
        (calibration, "No statement of these articles has an annotator’s label"),
    ],
)
def test_nothing_to_draw_is_said_in_words(comparison, draw, words):
    said = tuple(replace(one, stakeholders=()) for one in comparison.statements)
    chart = draw(replace(comparison, statements=said, annotations=()))
    assert chart.svg == "" and chart.alt.startswith(words)
    assert chart._repr_html_().strip() == f"<p>{chart.alt}</p>"


def test_one_stakeholder_alone_differs_from_nobody(labelled):
    said = tuple(replace(one, stakeholders=tuple(set(one.stakeholders) & {"council"})) for one in labelled.statements)
    alone = replace(labelled, statements=said)
    assert differences(alone).alt == "No two stakeholders of the codebook were heard: there is nothing to compare."
    assert nearness(alone).table["Stakeholder"].tolist() == ["Fenbridge Council"]


def test_a_difference_is_stated_as_it_was_measured(large):
    chart = differences(large)
    row = contrasts(large).query("target == 'buses'").iloc[0]
    assert f"Fenbridge Council minus Bus Operators Forum on Free buses: {100 * row['difference']:+.0f} (" in chart.alt
    shown = chart.table.set_index("Target").loc["Free buses"]
    assert shown["Difference"].startswith(f"{100 * row['difference']:+.0f}\n")
    assert shown["p (Holm)"] == "below 0.001 *"


def test_what_has_no_interval_is_said_to_have_none(comparison):
    chart = differences(comparison)
    assert "(no interval; " in chart.alt and "no interval" in chart.table["Difference"].iloc[0]


def test_a_change_is_read_forwards(labelled):
    """The council says two things on buses in 2015, both in support, and one in 2016 that takes no position."""
    table = changes(labelled, "2016-01").table.set_index(["Stakeholder", "Target"])
    row = table.loc[("Fenbridge Council", "Free buses")]
    assert (row["Before (n)"], row["Since (n)"]) == ("+100\xa0(2)", "0\xa0(1)")
    assert row["Difference"].startswith("−100")


@pytest.mark.parametrize("since, words", [("2017", "2017"), ("2017-07", "July 2017"), ("2017-07-05", "5 July 2017")])
def test_a_date_in_words(since, words):
    assert spelt(since) == words


def test_the_map_names_the_nearest(labelled):
    table = nearness(labelled).table.set_index("Stakeholder")
    assert table.loc["Fenbridge Council", "Nearest"].startswith("Bus Operators Forum\n")


def test_more_than_two_targets_make_a_map_without_axes(labelled):
    third = Target("trams", "Trams", "trams in town")
    book = replace(labelled.codebook, targets=(*labelled.codebook.targets, third))
    more = tuple(Prediction(one.statement, "trams", "none", 0.1, 0.1, 0.8, "toy") for one in labelled.statements)
    said = tuple(replace(one, stakeholders=one.stakeholders or ("drivers",)) for one in labelled.statements)
    chart = nearness(replace(labelled, codebook=book, predictions=labelled.predictions + more, statements=said))
    assert "left, right, up and down mean nothing" in chart.note and "Trams" in chart.table


def test_the_curve_states_each_bin_and_its_error(labelled):
    chart = calibration(labelled)
    score = labelled.scores["buses"]
    first = score.reliability.iloc[0]
    assert f"Free buses: {first['probability']:.0%} sure, {first['right']:.0%} right" in chart.alt
    assert f"expected calibration error {score.ece:.2f} (no interval)" in chart.alt
    assert chart.table["Answers"].sum() == sum(len(one.labels) for one in labelled.scores.values())


def test_samples_drawn_again_are_counted_against_the_truth(drawn):
    chart = draws(drawn)
    rows = chart.table.set_index(["Target", "Method"])
    held = drawn.query("method == 'corrected' and stance == 'support'")["holds"].sum()
    assert rows.loc[("Supports", "corrected"), "Intervals that hold the truth"] == f"{held} of 8"
    assert rows.loc[("Supports", "counted predictions"), "Mean share"] == "0.0%"
    assert "holds the truth of 25.0% in 0 of 8" in chart.alt
    assert chart.svg == draws(drawn).svg
