"""Estimates: worked by hand where they can be, and held against a known truth where they cannot."""

import numpy as np
import pytest

from stance.codebook import STANCES
from stance.comparison.estimates import (
    RESAMPLES,
    Estimate,
    corrected_shares,
    counted_shares,
    holm,
    levels,
    resamples,
    sampling_draws,
    share_interval,
    without_each,
)
from stance.files import InputError

from recipes.bench import simulated

SURE = {"support": [1, 0, 0], "oppose": [0, 1, 0], "none": [0, 0, 1]}


def answers(*stances):
    return np.array([SURE[stance] for stance in stances], float)


def apart(number):
    return [f"a{place}" for place in range(number)]


# Counted -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hits, sizes, expected",
    [
        ([1], [1], (0.21, 1.0)),  # one article bounds little: Wilson's interval of 1 in 1
        ([5, 4, 3], [5, 4, 3], (0.44, 1.0)),  # all alike: Wilson's of 3 in 3, not the bootstrap's 1 to 1
        ([0, 0], [2, 3], (0.0, 0.66)),
        ([4, 1], [7, 2], (0.11, 0.92)),  # two articles are too few to draw again: Wilson's of 5/9 in 2
        ([5, 0] * 50, [5, 5] * 50, (0.4, 0.6)),  # the normal approximation: .5 +- 1.96 * .5 / sqrt(100)
    ],
)
def test_intervals_of_a_share(hits, sizes, expected):
    assert share_interval(hits, sizes) == pytest.approx(expected, abs=0.01)


def test_the_bootstrap_draws_articles_not_statements():
    scattered = share_interval([1, 0] * 50, [1, 1] * 50)
    clustered = share_interval([10, 0] * 5, [10, 10] * 5)
    assert np.diff(clustered) > 2 * np.diff(scattered)


@pytest.mark.parametrize("groups, low", [(5, 0.001), (10, 0.009), (1000, 0.025)])
def test_few_groups_widen_the_bootstrap(groups, low):  # low is the normal's at t (of .025) * sqrt(G / (G - 1))
    assert levels(groups) == pytest.approx((low, 1 - low), abs=0.0005)


def test_draws_are_the_same_each_time_and_cannot_be_written_to():
    assert resamples(7).shape == (RESAMPLES, 7) and (resamples(7).sum(1) == 7).all()
    with pytest.raises(ValueError, match="read-only"):
        resamples(7)[0, 0] = 1


def test_counted_shares_add_up_and_lean():
    shares = counted_shares(["support", "support", "oppose", "none"] * 5, [name for name in apart(5) for _ in range(4)])
    values = {name: one.value for name, one in shares.items()}
    assert values == {"support": 0.5, "oppose": 0.25, "none": 0.25, "net": 0.25}
    mixed = counted_shares(["support", "oppose", "none", "oppose", "support", "support"], apart(6))
    for one in mixed.values():
        assert one.low < one.value < one.high and one.influence.sum() == pytest.approx(0)
    assert mixed["net"].low >= -1


@pytest.mark.parametrize("stance, net", [("support", 1), ("none", 0)])
def test_one_article_bounds_little(stance, net):
    shares = counted_shares([stance] * 9, ["a"] * 9)
    assert shares[stance].low < 0.25 and shares["net"].value == net
    assert shares["net"].high - shares["net"].low > 0.75


# Corrected -----------------------------------------------------------------------------------------------------------


def test_with_all_labelled_the_share_is_the_labels():
    labels = ["support", "oppose", "none", "none", "support", "none", "none"]
    wrong = answers(*["oppose"] * 7)
    for finite in (False, True):
        shares = corrected_shares(labels, wrong, apart(7), 1, finite)
        assert [shares[stance].value for stance in STANCES] == pytest.approx([2 / 7, 1 / 7, 4 / 7])
    assert shares["support"].low == shares["support"].high  # nothing is unknown of these statements


def test_a_perfect_classifier_counts_for_all_but_its_error_is_allowed_for():
    truth = (["support"] * 3 + ["none"] * 7) * 30
    labels = [stance if place % 5 == 0 else "" for place, stance in enumerate(truth)]
    share = corrected_shares(labels, answers(*truth), apart(300), 0.2)["support"]
    assert share.value == pytest.approx(0.3)
    # 300 draws of a share of .3 vary by .0265; one error among 60 labels, though none was seen, by .0167; t is 2.00.
    assert (share.high - share.low) / 2 == pytest.approx(2.0 * np.hypot(0.0265, 0.0167), rel=0.04)


def test_a_blind_classifier_is_left_aside():
    labels = ["support", "", "oppose", "", "support", "", "none", "", "none", ""]
    shares = corrected_shares(labels, np.full((10, 3), 1 / 3), apart(10), 0.5)
    assert [shares[stance].value for stance in STANCES] == pytest.approx([2 / 5, 1 / 5, 2 / 5])


def test_unequal_probabilities_weigh_the_labels():
    # Supporters were drawn with 1, others with 1/4: 4 supporters stand for 4 and 2 others for 8.
    labels = ["support"] * 4 + ["none"] * 2 + [""] * 6
    known = [1] * 4 + [1 / 4] * 8
    assert corrected_shares(labels, np.full((12, 3), 1 / 3), apart(12), known)["support"].value == pytest.approx(1 / 3)


def test_only_proportions_of_probabilities_matter():
    labels, predicted = ["support", "none", "", "oppose", "none", "support", "", ""], answers(*["support", "none"] * 4)
    one, other = (corrected_shares(labels, predicted, apart(8), known) for known in (0.4, 0.8))
    assert one == other


def test_shares_add_up_to_one_within_their_bounds():
    labels = ["none", "", "none", "none", "", "none", "", "support", ""]
    shares = corrected_shares(labels, answers(*["support", "oppose", "none"] * 3), apart(9), 5 / 9)
    assert sum(shares[stance].value for stance in STANCES) == pytest.approx(1)
    assert shares["net"].value == pytest.approx(shares["support"].value - shares["oppose"].value)
    for stance in STANCES:
        assert 0 <= shares[stance].low <= shares[stance].value <= shares[stance].high <= 1
    assert -1 <= shares["net"].low < shares["net"].high <= 1


@pytest.mark.parametrize("stance", STANCES)
def test_labels_of_one_class_leave_room_for_another(stance):
    share = corrected_shares([stance] * 10 + [""] * 10, answers(*[stance] * 20), apart(20), 0.5)[stance]
    assert share.value == 1 and share.low < 0.85  # no error in 10 does not promise none


@pytest.mark.parametrize(
    "changed, expected",
    [
        ({"labels": [""] * 6}, "labels in at least 5 article groups, not 0"),
        ({"groups": ["a", "a", "a", "b", "b", "b"]}, "labels in at least 5 article groups, not 2"),
        ({"probability": 0}, "a sampling probability over 0 and up to 1"),
        ({"probability": [1, 1, 1, 1, 1, 1.5]}, "a sampling probability over 0 and up to 1"),
        ({"probability": [1]}, "as many predictions, groups and probabilities as statements, which are 6"),
        ({"predictions": np.full((6, 3), 0.5)}, "predictions that sum to 1"),
        ({"predictions": np.full((6, 3), np.nan)}, "predictions that sum to 1"),
        ({"predictions": answers("none")}, "as many predictions"),
    ],
)
def test_what_cannot_be_corrected_is_said(changed, expected):
    usual = {"labels": ["none"] * 6, "predictions": answers(*["none"] * 6), "groups": apart(6), "probability": 0.5}
    with pytest.raises(InputError, match=expected):
        corrected_shares(**(usual | changed))


def test_nothing_cannot_be_counted():
    with pytest.raises(InputError, match="at least one statement"):
        counted_shares([], [])


# Differences ---------------------------------------------------------------------------------------------------------


def test_a_difference_is_bounded_by_the_distances_to_the_limits():
    # Newcombe (1998), table II, example (a): 56/70 and 48/80, Wilson's limits, method 10: .2, .0524 to .3339.
    difference = Estimate(0.8, 0.6918, 0.8769) - Estimate(0.6, 0.4904, 0.7003)
    assert (difference.value, difference.low, difference.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=0.0005)


@pytest.mark.parametrize("value, low, high, below", [(0.3, 0.01, 0.5, True), (0.3, -0.01, 0.5, False),
                                                    (-0.3, -0.5, -0.01, True), (-0.3, -0.5, 0.01, False)])  # fmt: skip
def test_p_is_below_a_twentieth_just_where_the_interval_does_not_hold_nothing(value, low, high, below):
    assert (Estimate(value, low, high).p < 0.05) == below


def test_no_difference_has_a_p_of_one():
    assert Estimate(0.0, -0.2, 0.3).p == 1 and Estimate(0.0, 0.0, 0.0).p == 1


def test_what_two_shares_have_in_common_cancels():
    stances = ["support", "none", "none", "support", "none", "support", "none", "none"] * 3
    one, same = counted_shares(stances, apart(24)), counted_shares(stances, apart(24))
    other = counted_shares(stances, [f"b{place}" for place in range(24)])
    assert (one["support"] - same["support"]).high < 0.02 < (one["support"] - other["support"]).high


def test_two_articles_that_both_share_narrow_nothing():
    one = counted_shares(["support", "none", "support"], ["a", "b", "b"])["support"]
    alone = Estimate(one.value, one.low, one.high)
    assert (one - one).high == (alone - alone).high


@pytest.mark.parametrize(
    "p, adjusted",
    [
        ([], []),
        ([0.04], [0.04]),
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),  # 3 x .01, 2 x .03, and .04 not below the one before
        ([0.5, 0.9], [1.0, 1.0]),
    ],
)
def test_holm(p, adjusted):
    assert holm(p) == pytest.approx(adjusted)


# Against the truth: the classifier finds .75 of the support and sees it in .10 of the rest ----------------------------


def coverage(made, method):
    return made.loc[made["method"] == method, "holds"].mean()


def error(made, method):
    """The mean error, in standard errors."""
    errors = (made["share"] - made["truth"])[made["method"] == method]
    return errors.mean() / errors.std() * len(errors) ** 0.5


def width(made, method):
    return (made["high"] - made["low"])[made["method"] == method].mean()


@pytest.mark.parametrize(
    "setting",
    [
        {"labels": 100}, {"labels": 300}, {"labels": 1000},
        {"labels": 100, "unequal": True}, {"labels": 300, "unequal": True}, {"labels": 1000, "unequal": True},
        {"labels": 100, "finite": True}, {"labels": 1000, "finite": True},
        {"labels": 300, "support": 0.2}, {"labels": 1000, "articles": 250},
    ],
    ids=lambda setting: " ".join(f"{name}={value}" for name, value in setting.items()),
)  # fmt: skip
def test_intervals_hold_the_truth_and_estimates_are_unbiased(setting):
    made = simulated(**setting, runs=600)
    assert 0.93 <= coverage(made, "corrected") <= 0.97
    assert abs(error(made, "corrected")) < 3
    assert width(made, "corrected") < width(made, "labels alone")


def test_counting_predictions_does_not():
    made = simulated(300, runs=40)
    assert coverage(made, "counted predictions") < 0.1 and abs(error(made, "counted predictions")) > 20


def test_the_width_shrinks_as_the_classifier_improves_and_is_never_much_worse_than_labels_alone():
    kinds = [(0.5, 0.5), (0.75, 0.9), (0.9, 0.95), (0.97, 0.99)]  # the first is no better than a coin
    made = [simulated(150, 60, sensitivity, specificity) for sensitivity, specificity in kinds]
    widths = [width(one, "corrected") for one in made]
    assert widths == sorted(widths, reverse=True) and widths[-1] < 0.5 * widths[0]
    assert widths[0] < 1.02 * width(made[0], "labels alone")


def test_a_population_is_sampled_again_and_again():
    random = np.random.default_rng(1)
    truth = random.choice(STANCES, 600, p=[0.5, 0.1, 0.4])
    seen = np.where((truth == "support") & (random.random(600) < 0.3), "none", truth)
    made = sampling_draws(truth, answers(*seen), apart(600), draws=200, labels=150)
    assert len(made) == 200 * 3 * 3
    support = made[made["stance"] == "support"]
    assert support["truth"].unique() == pytest.approx([(truth == "support").mean()])
    assert coverage(support, "counted predictions") == 0
    assert 0.92 <= coverage(support, "corrected") <= 0.985
    assert width(support, "corrected") < 0.9 * width(support, "labels alone")
    assert made.equals(sampling_draws(truth, answers(*seen), apart(600), draws=200, labels=150))


def test_more_labels_than_statements_are_refused():
    with pytest.raises(InputError, match="from 1 to 2 labels, as many as there are statements, not 3"):
        sampling_draws(["none"] * 2, answers("none", "none"), ["a", "b"], labels=3)


def test_without_each_group_the_shares_are_those_of_the_others():
    random = np.random.default_rng(7)
    groups, truth = random.integers(0, 9, 200), random.choice(STANCES, 200)
    predictions, drawn = random.dirichlet((1, 1, 1), 200), random.choice((0.2, 0.5, 1.0), 200)
    labels = np.where((random.random(200) < drawn) & (groups < 6), truth, "")  # groups 6 to 8 have no label
    names, shares = without_each(labels, predictions, groups, drawn)
    for name, found in zip(names, shares, strict=True):
        rest = groups != name
        of = corrected_shares(labels[rest], predictions[rest], groups[rest], drawn[rest])
        assert found.tolist() == pytest.approx([of[stance].value for stance in STANCES], abs=1e-12)
    few = without_each(np.where(groups < 5, labels, ""), predictions, groups, drawn)
    assert [int(name) for name, found in zip(*few, strict=True) if np.isnan(found).any()] == [
        name for name in names if name < 5
    ]
