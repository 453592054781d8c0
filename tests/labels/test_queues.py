"""The order of the questions: by hash, so that any stretch from the beginning is a random sample."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from stance.classifiers.predictions import Prediction
from stance.files import InputError
from stance.labels.annotations import Annotation
from stance.labels.queues import ORDERS, disputed, drawn_order, queue
from stance.statements.finding import Statement


def said(name, words="", bodies=("council",)):
    words, article = words or f"free buses, says {name}", name.split("-")[0]
    return Statement(
        name, article, 0, len(words), words, "direct", words, 0, words, "said", "Ada", "Ada", "", "", bodies, 1.0
    )


def label(statement, stance, annotator, target="buses", probability=0.0):
    return Annotation(statement, target, stance, annotator, "2026-03-01T12:00:00Z", sampling_probability=probability)


def guess(statement, likeliest, target="buses"):
    return Prediction(statement, target, "support", likeliest, 1 - likeliest, 0.0, "toy")


HUNDRED = [said(f"a{number}-0-9") for number in range(100)]


def order_of(items):
    return list(dict.fromkeys(item.statement for item in items))


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_is_the_same_whatever_the_order_of_the_statements(order):
    guesses = [guess("a4-0-9", 0.5)]
    first = queue(HUNDRED, ["buses"], {}, order, guesses)
    assert first == queue(HUNDRED[::-1], ["buses"], {}, order, guesses)
    assert len(set(order_of(first))) == 100


def test_a_statement_that_comes_in_later_leaves_the_order_of_the_others_as_it_was():
    before = order_of(queue(HUNDRED[:99], ["buses"]))
    assert [name for name in order_of(queue(HUNDRED, ["buses"])) if name != "a99-0-9"] == before


def test_each_statement_is_asked_with_every_target_in_turn():
    items = queue(HUNDRED[:2], ["buses", "trams"])
    assert [item.target for item in items] == ["buses", "trams"] * 2
    assert items[0].statement == items[1].statement != items[2].statement


def test_statements_of_no_stakeholder_come_last():
    mixed = [replace(one, stakeholders=()) if place % 2 else one for place, one in enumerate(HUNDRED)]
    known = [bool(same[0].stakeholders) for same in drawn_order(mixed, {})]
    assert known == [True] * 50 + [False] * 50


def test_near_copies_are_asked_about_once_and_the_same_words_elsewhere_are_not_copies():
    three = [said("a1-0-9", "Free buses!"), said("a2-0-9", "free  BUSES!"), said("a3-0-9", "Free buses!")]
    items = queue(three, ["buses"], {"a1": "a1", "a2": "a1", "a3": "a3"})
    assert sorted((item.statement, item.copies) for item in items) == [("a1-0-9", ("a2-0-9",)), ("a3-0-9", ())]


def test_any_stretch_from_the_beginning_is_a_random_sample():
    """In 400 sets of 100 the first 20 hold each place 80 times on average; 4.5 standard deviations are 36."""
    drawn = Counter()
    for number in range(400):
        statements = [said(f"a{place}-{number}-9") for place in range(100)]
        drawn.update(name.split("-")[0] for name in order_of(queue(statements, ["buses"]))[:20])
    assert len(drawn) == 100
    assert np.abs(np.array(list(drawn.values())) - 80).max() < 36


def test_the_least_certain_come_first_and_those_without_an_answer_before_them():
    guesses = [guess("a1-0-9", 0.9), guess("a2-0-9", 0.6), guess("a3-0-9", 0.7)]
    asked = queue([said(f"a{number}-0-9") for number in range(1, 5)], ["buses"], {}, "uncertain", guesses)
    assert order_of(asked) == ["a4-0-9", "a2-0-9", "a3-0-9", "a1-0-9"]
    assert {item.sampling_probability for item in asked} == {0.0}  # no sample


def test_a_dispute_keeps_the_probability_with_which_it_was_drawn_and_is_over_when_it_is_settled():
    labels = [
        label("a1-0-9", "support", "ada", probability=0.4),
        label("a1-0-9", "none", "ben"),
        label("a2-0-9", "support", "ada"),
        label("a2-0-9", "none", "ben"),
        label("a2-0-9", "none", "adjudicated"),
    ]
    assert disputed(labels) == [("a1-0-9", "buses", 0.4, ())]


def test_no_statement_is_no_question():
    assert queue([], ["buses"]) == []


@pytest.mark.parametrize(
    "given, message",
    [
        ({"order": "hardest"}, "order: one of random, uncertain, not 'hardest'"),
        ({"order": "uncertain"}, "predictions: predictions, to ask about the least certain first"),
    ],
)
def test_what_cannot_be_drawn_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        queue(HUNDRED, ["buses"], **given)
