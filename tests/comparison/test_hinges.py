"""Hinges: of an invented newspaper, from which one thing at a time is left out."""

from dataclasses import replace

import pytest

from stance.labels.annotations import ADJUDICATED, Annotation


def test_each_article_is_left_out_in_turn(labelled):
    table = labelled.sensitivity.query("left_out == 'article' and target == 'buses'")
    table = table.set_index(["stakeholder", "which"])
    council = table.loc["council"]  # two statements in support in a1, one of no position in a2
    assert council["net"].to_dict() == {"a1": 0.0, "a2": 1.0}
    assert council["turned"].to_dict() == {"a1": True, "a2": False}
    assert council["change"].to_dict() == pytest.approx({"a1": -2 / 3, "a2": 1 / 3})
    assert table.loc[("operators", "a2"), ["statements", "oppose"]].tolist() == [2, 1.0]


def test_each_annotator_is_left_out_where_there_are_two(comparison, labelled):
    assert labelled.sensitivity.query("left_out == 'annotator'").empty
    table = comparison.sensitivity.query("left_out == 'annotator'").set_index(["stakeholder", "which"])
    # Without Ben, Ann's label of the fourth statement stands; it is what the model said, so no share changes.
    assert table.loc[("operators", "ben"), "change"] == 0
    settled = Annotation(comparison.statements[3].statement, "buses", "none", ADJUDICATED, "2024-01-06T10:00:00Z")
    table = replace(comparison, annotations=(*comparison.annotations, settled)).sensitivity
    assert ADJUDICATED not in set(table["which"])


def test_each_threshold_leaves_out_what_is_less_certain(comparison):
    doubted = replace(comparison.statements[0], confidence=0.6)
    table = replace(comparison, statements=(doubted, *comparison.statements[1:])).sensitivity
    council = table.query("stakeholder == 'council' and target == 'buses'").set_index(["left_out", "which"])
    assert council.loc[("speaker", "0.7"), "statements"] == 2 and ("speaker", "0.5") not in council.index
    assert council.loc[("model", "0.9"), "statements"] == 2  # what people labelled stays


def test_a_finding_that_hangs_on_one_article_is_named(labelled):
    table = labelled.hinges.set_index(["stakeholder", "target"])
    net = labelled.shares.set_index(["stakeholder", "target"])["net"]
    assert table["net"].to_dict() == pytest.approx(net.loc[table.index].to_dict())
    assert table.loc[("council", "buses"), "turns"] == (("article", "a1"),)
    assert (table["annotator"] == "–").all()
