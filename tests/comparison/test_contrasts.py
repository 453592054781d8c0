"""Contrasts: of an invented newspaper, whose every statement is labelled or whose sample is."""

from dataclasses import replace

import numpy as np
import pytest

from stance.comparison.contrasts import changes_since, contrasts, distances, net_positions, period_of
from stance.comparison.shares import CORRECTED, NO_INTERVAL
from stance.files import InputError

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


def test_a_change_is_read_forwards(labelled):
    period = contrasts(labelled, "period", within=("stakeholder", "target"), since="2016-01")
    change = changes_since(labelled, "2016-01")
    assert change["difference"].tolist() == (-period["difference"]).tolist()
    assert change["one_statements"].tolist() == period["other_statements"].tolist()


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
    assert period_of(published, since) == period


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
    assert contrasts(empty).empty and empty.net_positions.empty and empty.sensitivity.empty


# Who stands near whom ------------------------------------------------------------------------------------------------


def test_with_two_targets_the_places_are_the_net_positions(large):
    table = large.net_positions.set_index("stakeholder")
    assert table.index.tolist() == ["council", "operators"]
    assert table.loc["council", ["x", "y"]].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert table.loc["operators", ["x", "y"]].tolist() == pytest.approx([-3 / 4, 0])
    for target in ("buses", "planning"):
        assert (table[f"{target}_low"] <= table[target]).all() and (table[target] <= table[f"{target}_high"]).all()
    assert net_positions(large.shares, "planning")["y"].tolist() == [0, 0]


def test_distances_are_of_net_positions(large):
    apart = distances(large.net_positions, "buses", "planning")
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
    table = made.net_positions
    places = table[["x", "y"]].to_numpy()
    drawn = np.sqrt(((places[:, None] - places[None]) ** 2).sum(-1))  # three points always lie in a plane
    assert drawn == pytest.approx(distances(table, "buses", "planning", "fares").to_numpy())


def test_an_unknown_target_has_no_position(comparison):
    with pytest.raises(InputError, match="target: a target of the codebook, not 'mood'"):
        net_positions(comparison.shares, "mood")
