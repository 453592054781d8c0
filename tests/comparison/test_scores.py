"""Scores: worked by hand on a handful of answers."""

from dataclasses import replace

import numpy as np
import pytest

from stance.comparison.estimates import share_interval
from stance.comparison.scores import Score
from stance.files import InputError


def apart(number):
    return tuple(f"g{place}" for place in range(number))


@pytest.fixture
def sure():
    """Twenty answers of `support`, one a group, from .4 sure to .97; of the eight least sure every other is wrong, the
    first too: with none left to a person 4 of 20 are, with 3 left (.15) 2 of 17, with 7 left (.35) none."""
    probability = 0.4 + 0.03 * np.arange(20)
    labels = tuple("none" if place < 8 and place % 2 == 0 else "support" for place in range(20))
    return Score(labels, ("support",) * 20, apart(20), np.column_stack([probability, 0 * probability, 1 - probability]))


def test_score_intervals_are_of_groups_and_the_same_each_time():
    labels, answers = ("support", "oppose", "none") * 20, ("support", "oppose", "oppose") * 20
    score = Score(labels, answers, tuple(f"g{number // 3}" for number in range(60)))
    assert score.interval("accuracy") == share_interval([2] * 20, [3] * 20)
    mixed = replace(score, predicted=answers[:30] + labels[30:])
    low, high = mixed.interval("macro_f1")
    assert 0 < low < mixed.macro_f1 < high < 1
    assert mixed.interval("macro_f1") == (low, high)


def test_a_stance_that_few_groups_have_is_not_forgotten_in_draws_without_them():
    labels = ("none",) * 19 + ("oppose",)  # and the only opposition, in a group of its own, is overlooked
    score = Score(labels, ("none",) * 20, apart(20))
    assert score.macro_f1 == pytest.approx((38 / 39 + 0) / 2)
    assert score.interval("macro_f1")[1] <= 0.5


def test_labels_of_one_stance_have_a_score():
    score = Score(("none", "none"), ("none", "support"), ("a", "b"))
    assert score.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
    assert score.f1.to_numpy().tolist() == [["support", 0, 0.0, 0.0, 1.0], ["none", 2, pytest.approx(2 / 3), 0.0, 1.0]]


def test_f1_of_each_stance_lies_in_its_interval():
    labels, answers = ("support", "oppose", "none", "none") * 5, ("support", "oppose", "oppose", "none") * 5
    f1 = Score(labels, answers, apart(20)).f1
    assert f1["f1"].tolist() == pytest.approx([1, 2 / 3, 2 / 3])
    assert ((f1["low"] <= f1["f1"]) & (f1["f1"] <= f1["high"])).all()
    assert f1["labels"].tolist() == [5, 5, 10]


def test_the_calibration_curve_holds_equal_numbers(sure):
    curve = sure.reliability  # twenty answers are four bins of five
    assert curve["answers"].tolist() == [5, 5, 5, 5]
    assert curve["probability"].tolist() == pytest.approx([0.46, 0.61, 0.76, 0.91])
    assert curve["right"].tolist() == pytest.approx([2 / 5, 4 / 5, 1, 1])
    assert ((curve["low"] <= curve["right"]) & (curve["right"] <= curve["high"])).all()
    assert sure.ece == pytest.approx((0.06 + 0.19 + 0.24 + 0.09) / 4)
    low, high = sure.interval("ece")
    assert 0 <= low < sure.ece < high < 1


def test_a_classifier_that_is_as_sure_as_it_should_be_has_a_small_error():
    random = np.random.default_rng(0)
    probability = random.uniform(0.4, 1, 5000)
    labels = tuple(np.where(random.random(5000) < probability, "support", "none"))
    probabilities = np.column_stack([probability, 0 * probability, 1 - probability])
    score = Score(labels, ("support",) * 5000, apart(5000), probabilities)
    assert len(score.reliability) == 10 and score.ece < 0.025
    too_sure = replace(score, probabilities=np.tile([1.0, 0, 0], (5000, 1)))
    assert too_sure.ece == pytest.approx(0.3, abs=0.02)


def test_the_error_falls_as_more_is_left_to_a_person(sure):
    curve = sure.abstention.set_index("left")
    assert curve.loc[0.0, "error"] == 4 / 20
    assert curve.loc[0.2, ["threshold", "error"]].tolist() == pytest.approx([0.52, 2 / 16])
    assert curve.loc[0.5, "error"] == 0 and curve.loc[0.5, "high"] > 0.2  # ten of ten right are not all that will come
    assert 1.0 not in curve.index


@pytest.mark.parametrize("error, left", [(1, 0.0), (0.2, 0.0), (0.13, 0.15), (0.0, 0.35)])
def test_the_share_to_leave_for_an_error(sure, error, left):
    share = sure.left_for(error)
    assert share.value == pytest.approx(left) and 0 <= share.low <= left <= share.high <= 1


def test_a_classifier_that_is_always_wrong_leaves_all_to_a_person(sure):
    assert replace(sure, labels=("none",) * 20).left_for(0.1).value == 1


@pytest.mark.parametrize(
    "attempt, expected",
    [
        (lambda score: Score((), (), ()), "at least one label"),
        (lambda score: replace(score, probabilities=np.full((20, 3), 0.5)), "probabilities that sum to 1"),
        (lambda score: Score(score.labels, score.predicted, score.groups).ece, "the probabilities of the answers"),
        (lambda score: score.left_for(1.5), "an error from 0 to 1, not 1.5"),
    ],
)
def test_what_cannot_be_measured_is_said(sure, attempt, expected):
    with pytest.raises(InputError, match=expected):
        attempt(sure)
