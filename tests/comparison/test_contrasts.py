"""Contrasts: of an invented newspaper, whose every statement is labelled or whose sample is."""

from dataclasses import replace

import numpy as np
import pytest

from stance.comparison.contrasts import (
    _period,
    contrasts,
    distances,
    hinges,
    points,
    positions,
    sensitivity,
    summed_up,
    worded,
)
from stance.comparison.results import CORRECTED, NO_INTERVAL
from stance.labels.annotations import ADJUDICATED, Annotation
from stance.tables import InputError

# Contrasts -----------------------------------------------------------------------------------------------------------


def test_two_stakeholders_differ_on_a_target(large):
    table = contrasts(large).set_index(["target", "one", "other"])
    row = table.loc[("buses", "council", "operators")]
    assert (row["one_value"], row["other_value"], row["difference"]) == pytest.approx((2 / 3, -3 / 4, 17 / 12))
    assert 1.2 < row["low"] < row["high"] < 1.7 and row["p"] < 0.001 and not row["few"]
    assert len(table) == 2 and (table["holm"] >= table["p"]).all()


@pytest.mark.parametrize("measure, difference", [("support", 2 / 3), ("oppose", -3 / 4), ("net", 17 / 12)])
def test_any_share_can_be_compared(large, measure, difference):
    row = contrasts(large, measure=measure).query("target == 'buses'").iloc[0]
    assert row["difference"] == pytest.approx(difference)


def test_two_years_and_before_and_after_a_date(labelled):
    years = contrasts(labelled, "year", within=("stakeholder", "target")).set_index(["stakeholder", "target"])
    assert years.loc[("council", "buses"), ["one", "other"]].tolist() == ["2015", "2016"]
    period = contrasts(labelled, "period", within=("stakeholder", "target"), since="2016-01")
    assert period.drop(columns=["one", "other"]).equals(years.reset_index().drop(columns=["one", "other"]))
    assert period["one"].unique().tolist() == ["before"]


@pytest.mark.parametrize(
    "published, since, period",
    [
        ("2017-06-30", "2017-07", "before"), ("2017-07-01", "2017-07", "since"), ("2017-07", "2017-07", "since"),
        ("2016", "2017-07", "before"), ("2018", "2017-07", "since"), ("2017", "2017-07", "undated"),
        ("", "2017-07", "undated"), ("in May", "2017-07", "undated"),
        ("2017-07", "2017-07-15", "undated"), ("2017-01-01", "2017", "since"),
    ],
)  # fmt: skip
def test_what_lies_before_a_date(published, since, period):
    assert _period(published, since) == period


def test_few_statements_are_marked_and_bound_nothing(labelled):
    table = contrasts(labelled)
    assert table["few"].all() and (table["p"] > 0.05).all()


def test_a_share_without_an_interval_lends_none_to_a_difference(comparison):
    table = contrasts(comparison)
    assert set(table["one_method"]) == {NO_INTERVAL}
    assert (table["low"] == -2).all() and (table["high"] == 2).all() and (table["p"] == 1).all()
    assert (contrasts(comparison, measure="support")["low"] == -1).all()


def test_shares_corrected_by_a_sample_are_compared(large):
    kept = [
        one
        for place, one in enumerate(large.annotations)
        if one.target == "planning" or (place // 2 + place // 16) % 2 == 0
    ]  # every other statement of every copy
    kept = [replace(one, sampling_probability=0.5 if one.target == "buses" else 1.0) for one in kept]
    sampled = replace(large, annotations=tuple(kept))
    row = contrasts(sampled).query("target == 'buses'").iloc[0]
    assert (row["one_method"], row["other_method"]) == (CORRECTED, CORRECTED)
    assert row["low"] < 17 / 12 < row["high"] and row["p"] < 0.05


@pytest.mark.parametrize(
    "wrong, expected",
    [
        ({"measure": "mood"}, "measure: one of support, oppose, none, net, not 'mood'"),
        ({"column": "mood"}, "mood: a column of the statements"),
        ({"within": ("mood",)}, "mood: a column of the statements"),
        ({"pairs": [("council", "drivers")]}, r"a stakeholder with statements \(council, operators\), not 'drivers'"),
        ({"column": "year", "pairs": [("2015", "2019")]}, r"a year with statements \(2015, 2016\), not '2019'"),
        ({"column": "period", "since": "July 2017"}, "since: an ISO date such as 2017-07 or 2017-07-01, not 'July 201"),
    ],
)
def test_what_cannot_be_compared_is_said(comparison, wrong, expected):
    with pytest.raises(InputError, match=expected):
        contrasts(comparison, **wrong)


def test_nothing_to_compare_is_an_empty_table(comparison):
    empty = replace(comparison, statements=(), annotations=(), predictions=())
    assert contrasts(empty).empty and positions(empty).empty and sensitivity(empty).empty


# Who stands near whom ------------------------------------------------------------------------------------------------


def test_with_two_targets_the_places_are_the_net_positions(large):
    table = positions(large).set_index("stakeholder")
    assert table.index.tolist() == ["council", "operators"]
    assert table.loc["council", ["x", "y"]].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert table.loc["operators", ["x", "y"]].tolist() == pytest.approx([-3 / 4, 0])
    for target in ("buses", "planning"):
        assert (table[f"{target}_low"] <= table[target]).all() and (table[target] <= table[f"{target}_high"]).all()
    assert positions(large, "planning")["y"].tolist() == [0, 0]


def test_distances_are_of_net_positions(large):
    apart = distances(positions(large), "buses", "planning")
    assert apart.loc["council", "operators"] == pytest.approx(np.sqrt(((17 / 12) ** 2 + (1 / 3) ** 2) / 2))
    assert apart.loc["council", "council"] == 0


def test_with_more_targets_the_map_keeps_the_distances(comparison):
    targets = (*comparison.codebook.targets, replace(comparison.codebook.targets[0], target="fares"))
    said = [replace(comparison.statements[place], stakeholders=(name,), statement=f"{name}-{place}")
            for name in ("council", "operators", "drivers") for place in range(4)]  # fmt: skip
    stances = {"council": "support support none", "operators": "oppose none oppose", "drivers": "none support oppose"}
    answers = [
        replace(comparison.predictions[0], statement=one.statement, target=target.target, stance=stance)
        for one in said
        for target, stance in zip(targets, stances[one.stakeholders[0]].split(), strict=True)
    ]
    book = replace(comparison.codebook, targets=targets)
    made = replace(comparison, statements=tuple(said), predictions=tuple(answers), annotations=(), codebook=book)
    table = positions(made)
    places = table[["x", "y"]].to_numpy()
    drawn = np.sqrt(((places[:, None] - places[None]) ** 2).sum(-1))  # three points always lie in a plane
    assert drawn == pytest.approx(distances(table, "buses", "planning", "fares").to_numpy())


def test_an_unknown_target_has_no_position(comparison):
    with pytest.raises(InputError, match="target: a target of the codebook, not 'mood'"):
        positions(comparison, "mood")


# What a finding hangs on ---------------------------------------------------------------------------------------------


def test_each_article_is_left_out_in_turn(labelled):
    table = sensitivity(labelled).query("left_out == 'article' and target == 'buses'")
    table = table.set_index(["stakeholder", "which"])
    council = table.loc["council"]  # two statements in support in a1, one of no position in a2
    assert council["net"].to_dict() == {"a1": 0.0, "a2": 1.0}
    assert council["turned"].to_dict() == {"a1": True, "a2": False}
    assert council["change"].to_dict() == pytest.approx({"a1": -2 / 3, "a2": 1 / 3})
    assert table.loc[("operators", "a2"), ["statements", "oppose"]].tolist() == [2, 1.0]


def test_each_annotator_is_left_out_where_there_are_two(comparison, labelled):
    assert sensitivity(labelled).query("left_out == 'annotator'").empty
    table = sensitivity(comparison).query("left_out == 'annotator'").set_index(["stakeholder", "which"])
    # Without Ben, Ann's label of the fourth statement stands; it is what the model said, so no share changes.
    assert table.loc[("operators", "ben"), "change"] == 0
    settled = Annotation(comparison.statements[3].statement, "buses", "none", ADJUDICATED, "2024-01-06T10:00:00Z")
    table = sensitivity(replace(comparison, annotations=(*comparison.annotations, settled)))
    assert ADJUDICATED not in set(table["which"])


def test_each_threshold_leaves_out_what_is_less_certain(comparison):
    doubted = replace(comparison.statements[0], confidence=0.6)
    table = sensitivity(replace(comparison, statements=(doubted, *comparison.statements[1:])))
    council = table.query("stakeholder == 'council' and target == 'buses'").set_index(["left_out", "which"])
    assert council.loc[("speaker", "0.7"), "statements"] == 2 and ("speaker", "0.5") not in council.index
    assert council.loc[("model", "0.9"), "statements"] == 2  # what people labelled stays


# In words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "share, said",
    [(0.3696, "+37"), (-0.3696, "−37"), (0, "0"), (1, "+100"), (0.004, "+0.4"), (-0.0004, "−0.04"), (1e-6, "0")],
)
def test_points_never_show_nothing_where_there_is_something(share, said):
    assert points(share) == said


def row(p, holm, low, high, few=False, method="bootstrap"):
    return {"one_value": -0.4, "other_value": 0.2, "difference": -0.6, "low": low, "high": high, "p": p, "holm": holm,
            "few": few, "one_method": method, "other_method": "bootstrap"}  # fmt: skip


@pytest.mark.parametrize(
    "difference, words, not_words",
    [
        (row(0.0001, 0.004, -0.9, -0.3), "p below 0.001, Holm-adjusted 0.004). Chance would hardly give", "may be"),
        (row(0.006, 0.237, -0.9, -0.2), "hard to put down to chance; among 42 differences it may be.", "hardly"),
        (row(0.04996, 1.0, -1.2, -0.001), "to −0.1; p just below 0.05", "hardly"),
        (row(0.3, 1.0, -1.2, 0.1), "Net −40 and +20 points, a difference of −60 (95% interval −120 to +10;", "Alone"),
        (row(0.3, 1.0, -1.2, 0.1, few=True), "It may be chance. Fewer than 5 statements on one side or both.", "Alone"),
        (row(1.0, 1.0, -2, 2, method=NO_INTERVAL), "nothing can be said of a difference", "95%"),
    ],
)  # fmt: skip
def test_the_words_follow_the_numbers(difference, words, not_words):
    said = worded(difference, 42)
    assert words in said and not_words not in said


def test_how_many_differences_stand_out(large, comparison):
    assert summed_up(contrasts(large)).startswith("2 differences: ")
    assert summed_up(contrasts(comparison)) == (
        "2 differences, none with an interval, so that nothing can be said of them."
    )
    assert summed_up(contrasts(comparison).head(0)).startswith("0 differences")


def test_a_finding_that_hangs_on_one_article_is_named(labelled):
    table = hinges(sensitivity(labelled)).set_index(["stakeholder", "target"])
    net = labelled.shares.set_index(["stakeholder", "target"])["net"]
    assert table["net"].to_dict() == pytest.approx(net.loc[table.index].to_dict())
    assert table.loc[("council", "buses"), "turns"] == (("article", "a1"),)
    assert (table["annotator"] == "–").all()
