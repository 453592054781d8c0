"""Positions by article: the rule as a table, and of the invented newspaper."""

from dataclasses import replace

import pytest

from stance.comparison.positions import position

FOR, AGAINST, SILENT = "support", "oppose", "none"


@pytest.mark.parametrize(
    "statements, expected",
    [
        ([(SILENT, 1)], "none"),
        ([(FOR, 1)], "support"),
        ([(FOR, 0.4)], "support"),  # as the statement itself is counted
        ([(AGAINST, 0.9), *[(SILENT, 1)] * 20], "oppose"),  # not lost among silent ones
        ([(SILENT, 0.5)] * 20, "none"),  # whatever little the model gave to the sides, twenty times over
        ([(FOR, 1), (AGAINST, 1)], "mixed"),
        ([(FOR, 1), (FOR, 1), (AGAINST, 1)], "mixed"),
        ([(FOR, 1), (FOR, 1), (FOR, 1), (AGAINST, 1)], "support"),
        ([(AGAINST, 1), (AGAINST, 0.9), (FOR, 0.5)], "oppose"),  # a doubtful one does not undo two clear ones
        ([(AGAINST, 0.9), (FOR, 0.5)], "mixed"),
        ([], "none"),
    ],
)
def test_the_rule(statements, expected):
    assert (
        position(*(sum(weight for stance, weight in statements if stance == side) for side in (FOR, AGAINST)))
        == expected
    )


def test_of_each_stakeholder_in_each_article(comparison):
    table = comparison.positions.set_index(["stakeholder", "target", "article"])["position"].to_dict()
    assert table == {
        ("council", "buses", "a1"): "support", ("council", "buses", "a2"): "none",
        ("operators", "buses", "a1"): "oppose", ("operators", "buses", "a2"): "oppose",
        ("operators", "buses", "a3"): "oppose",
        ("council", "planning", "a1"): "none", ("council", "planning", "a2"): "support",
        ("operators", "planning", "a1"): "none", ("operators", "planning", "a2"): "none",
        ("operators", "planning", "a3"): "none",
    }  # fmt: skip
    counts = comparison.position_counts.set_index(["stakeholder", "target"])
    assert counts.loc[("operators", "buses"), ["articles", "oppose", "none"]].tolist() == [3, 3, 0]


def test_only_where_all_is_labelled_do_the_labels_tell_a_position(comparison, labelled):
    rows = comparison.positions.set_index(["stakeholder", "target", "article"])
    assert rows.loc[("council", "buses", "a1"), ["label", "predicted"]].tolist() == ["support", "mixed"]
    assert rows.loc[("operators", "buses", "a2"), "label"] == ""
    assert (labelled.positions["label"] != "").all()


def test_the_model_is_scored_by_article(comparison, labelled):
    assert comparison.position_scores["target"].tolist() == ["buses", "all"]
    scores = labelled.position_scores.set_index("target")
    assert scores.loc["buses", ["positions", "articles", "accuracy"]].tolist() == [5, 3, 0.8]
    assert scores.loc["planning", ["accuracy", "commonest", "always"]].tolist() == [1, "none", 0.8]
    assert (scores["low"] <= scores["accuracy"]).all() and (scores["accuracy"] <= scores["high"]).all()
    assert replace(comparison, annotations=()).position_scores.empty


def test_nothing_said_is_no_position(comparison):
    empty = replace(comparison, statements=(), annotations=(), predictions=())
    assert empty.positions.empty and empty.position_counts.empty and empty.position_scores.empty
