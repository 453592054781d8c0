"""Pictures of contrasts and of scores: of an invented newspaper, and samples drawn again and again."""

from dataclasses import replace

import numpy as np
import pytest

from stance.classifiers.predictions import Prediction
from stance.codebook import Target
from stance.comparison.contrasts import spelt
from stance.comparison.estimates import sampling_draws
from stance.report.contrast_pictures import changes, differences, nearness
from stance.report.score_pictures import against_labels, against_positions, calibration, draws

PICTURES = [differences, changes, nearness, calibration]


@pytest.fixture
def turned(labelled):
    """The labelled newspaper, before and since 2016."""
    return replace(labelled, since="2016-01")


@pytest.fixture(scope="module")
def drawn():
    truth = np.array(["support", "oppose", "none", "none"] * 50)
    return sampling_draws(truth, np.tile([0.1, 0.1, 0.8], (200, 1)), np.arange(200), draws=8, labels=40)


@pytest.mark.parametrize("draw", PICTURES)
def test_a_picture_has_words_and_a_table_and_the_same_bytes_each_time(turned, draw):
    picture = draw(turned)
    assert picture.svg == draw(turned).svg and picture.svg.startswith("<?xml")
    assert picture.alt.endswith(".") and "nan" not in picture.alt.lower()
    assert len(picture.table) and not picture.table.isna().any(axis=None)


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
    picture = draw(replace(comparison, statements=said, annotations=(), since="2017-07"))
    assert picture.svg == "" and picture.alt.startswith(words)
    assert picture._repr_html_().strip() == f"<p>{picture.alt}</p>"


def test_one_stakeholder_alone_differs_from_nobody(labelled):
    said = tuple(replace(one, stakeholders=tuple(set(one.stakeholders) & {"council"})) for one in labelled.statements)
    alone = replace(labelled, statements=said)
    assert differences(alone).alt == "No two stakeholders of the codebook were heard: there is nothing to compare."
    assert nearness(alone).table["Stakeholder"].tolist() == ["Fenbridge Council"]


def test_a_difference_is_stated_as_it_was_measured(large):
    picture = differences(large)
    row = large.differences.query("target == 'buses'").iloc[0]
    assert f"Fenbridge Council minus Bus Operators Forum on Free buses: {100 * row['difference']:+.0f} (" in picture.alt
    shown = picture.table.set_index("Target").loc["Free buses"]
    assert shown["Difference"].startswith(f"{100 * row['difference']:+.0f}\n")
    assert shown["p (Holm)"] == "below 0.001 *"


def test_what_has_no_interval_is_said_to_have_none(comparison):
    picture = differences(comparison)
    assert "(no interval)" in picture.alt and "no interval" in picture.table["Difference"].iloc[0]
    assert picture.table["p"].iloc[0] == picture.table["p (Holm)"].iloc[0] == "–"


def test_a_change_is_read_forwards(turned):
    """The council says two things on buses in 2015, both in support, and one in 2016 that takes no position."""
    table = changes(turned).table.set_index(["Stakeholder", "Target"])
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
    picture = nearness(replace(labelled, codebook=book, predictions=labelled.predictions + more, statements=said))
    assert "left, right, up and down mean nothing" in picture.note and "Trams" in picture.table


def test_the_curve_states_each_bin_and_its_error(labelled):
    picture = calibration(labelled)
    score = labelled.scores["buses"]
    first = score.reliability.iloc[0]
    assert f"Free buses: {first['probability']:.0%} sure, {first['right']:.0%} right" in picture.alt
    assert f"expected calibration error {score.ece:.2f} (no interval)" in picture.alt
    assert picture.table["Answers"].sum() == sum(len(one.labels) for one in labelled.scores.values())


def test_bins_that_are_equally_sure_make_the_same_bytes_each_time(large):
    assert large.scores["buses"].reliability["probability"].round(9).duplicated().any()
    assert calibration(large).svg == calibration(large).svg


def test_samples_drawn_again_are_counted_against_the_truth(drawn):
    picture = draws(drawn)
    rows = picture.table.set_index(["Target", "Method"])
    held = drawn.query("method == 'corrected' and stance == 'support'")["holds"].sum()
    assert rows.loc[("Supports", "corrected"), "Intervals that hold the truth"] == f"{held} of 8"
    assert rows.loc[("Supports", "counted predictions"), "Mean share"] == "0.0%"
    assert "holds the truth of 25.0% in 0 of 8" in picture.alt
    assert picture.svg == draws(drawn).svg


def test_the_scores_stand_beside_the_commonest_label(comparison):
    assert against_labels(comparison).frame.to_numpy().tolist() == [
        ["Free buses", 3, 1, "support: 67%", "67% (9% to 97%)", "0.67 (0.00 to 1.00)"]
    ]


def test_positions_by_the_model_stand_beside_those_of_the_labels(labelled):
    """All are labelled; the model errs in the second of the two things that the council says first."""
    table = against_positions(labelled).frame.set_index("target")
    assert table.loc["Free buses", ["positions", "articles"]].tolist() == [5, 3]
    assert table.loc["Free buses", "accuracy"].startswith("80% (")
    assert table.loc["All targets", "positions"] == 10
