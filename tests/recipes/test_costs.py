"""What the suite costs beside others: the figures are what was timed, and the picture and the tables hold them."""

import time
from types import SimpleNamespace

import pandas as pd
import pytest

from recipes import costs


def test_of_turns_the_best_counts_and_they_are_taken_by_turns(monkeypatch):
    monkeypatch.setattr(costs, "TURNS", 2)
    taken = []

    def turn(name, *seconds):
        left = list(seconds)
        return lambda: taken.append(name) or time.sleep(left.pop(0))

    quick, slow = costs.best(turn("a", 0.2, 0.01), turn("b", 0.3, 0.25))
    assert taken == ["a", "b", "a", "b"]
    assert quick < 0.2 <= 0.25 <= slow < 10


def test_the_questions_are_all_different():
    asked = costs.questions(300)
    assert len(asked) == 300 == asked["text"].nunique() and asked["target"].nunique() == 1


def test_a_cost_an_item_is_the_seconds_by_the_items(monkeypatch):
    monkeypatch.setattr(costs, "FOLDS", (1, 3))
    model = SimpleNamespace(predict_proba=lambda asked: time.sleep(0.02 * len(asked)))
    curve = costs.growth(model, 1, 2)
    assert curve[["what", "times", "items"]].to_numpy().tolist() == [
        ["statements", 1, 1], ["answers", 1, 2], ["statements", 3, 3], ["answers", 3, 6]]  # fmt: skip
    assert (curve["seconds_per_item"] * curve["items"] - curve["seconds"]).abs().max() < 1e-9
    assert curve.query("what == 'answers'")["seconds_per_item"].between(0.02, 0.5).all()


def test_without_textacy_extraction_is_left_out_and_its_installation_named(monkeypatch, capsys):
    monkeypatch.setattr(costs, "throughput", lambda texts: ("pip install textacy", pd.DataFrame([1])))
    assert costs.extraction() == []
    assert capsys.readouterr().err == "pip install textacy\n"


@pytest.mark.slow
def test_answers_stand_beside_those_of_a_pipeline_and_the_bare_products(monkeypatch, tmp_path):
    from stance.classifiers.saved import load

    monkeypatch.setattr(costs, "TURNS", 1)
    model, asked = load("fast"), costs.questions(8)
    (beside, _), [bare] = costs.answering(model, asked), costs.limit(model, asked)
    assert beside.times == pytest.approx(beside.ours / beside.other)
    assert 0 < bare.times < 1.2
    curve = pd.DataFrame({"what": ["answers"] * 2, "items": [1, 10], "seconds_per_item": [0.1, 0.1]})
    svg = costs.drawn([beside, bare], curve, "a machine").decode()
    assert "<svg" in svg
