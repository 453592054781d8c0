from collections import Counter

import numpy as np
import pytest

from stance.classifiers.predictions import Prediction
from stance.files import InputError
from stance.labels.annotations import Annotation
from stance.labels.queues import ORDERS, disputed, queue
from stance.statements.finding import Statement

WORDS = [
    "free buses for all",
    "free buses for everybody",
    "a raid on our members",
    "no drivers for the depot",
    "fares must rise",
]


def said(name, words="free buses"):
    return Statement(
        name, name.split("-")[0], 0, len(words), words, "direct", words, 0, words, "said", "Ada", "Ada", "", "", (), 1.0
    )


def label(statement, stance, annotator, target="buses", probability=0.0):
    return Annotation(statement, target, stance, annotator, "2026-03-01T12:00:00Z", sampling_probability=probability)


def guess(statement, likeliest, target="buses"):
    return Prediction(statement, target, "support", likeliest, 1 - likeliest, 0.0, "toy")


HUNDRED = [said(f"a{number}-0-9") for number in range(100)]


def order_of(items):
    return list(dict.fromkeys(item.statement for item in items))


# The order ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS)
def test_a_seed_gives_the_same_order_again_whatever_the_order_of_the_statements(order):
    more = {
        "annotations": [label("a3-0-9", "support", "ben"), label("a3-0-9", "none", "cy")],
        "predictions": [guess("a4-0-9", 0.5)],
    }
    first = queue(HUNDRED, ["buses"], "ada", order, 20, 5, 7, **more)
    assert first == queue(HUNDRED[::-1], ["buses"], "ada", order, 20, 5, 7, **more)
    assert len(set(order_of(first))) == 20


def test_another_seed_gives_another_order():
    assert order_of(queue(HUNDRED, ["buses"], "ada", seed=1)) != order_of(queue(HUNDRED, ["buses"], "ada", seed=2))


def test_the_core_comes_first_and_is_the_same_for_everybody_and_the_rest_is_not():
    ada, ben = (order_of(queue(HUNDRED, ["buses"], name, size=40, core=10)) for name in ("ada", "ben"))
    assert ada[:10] == ben[:10]
    assert set(ada[10:]) != set(ben[10:])


def test_a_statement_that_comes_in_later_leaves_the_order_of_the_others_as_it_was():
    before = order_of(queue(HUNDRED[:99], ["buses"], "ada"))
    assert [name for name in order_of(queue(HUNDRED, ["buses"], "ada")) if name != "a99-0-9"] == before


def test_a_larger_size_goes_on_where_the_smaller_one_ends():
    assert order_of(queue(HUNDRED, ["buses"], "ada", size=50))[:20] == order_of(
        queue(HUNDRED, ["buses"], "ada", size=20)
    )


def test_each_statement_is_asked_with_every_target_in_turn():
    items = queue(HUNDRED, ["buses", "trams"], "ada", size=2)
    assert [item.target for item in items] == ["buses", "trams"] * 2
    assert items[0].statement == items[1].statement != items[2].statement


def test_the_least_certain_come_first_and_those_without_an_answer_before_them():
    guesses = [guess("a1-0-9", 0.9), guess("a2-0-9", 0.6), guess("a3-0-9", 0.7)]
    asked = queue(
        [said(f"a{number}-0-9") for number in range(1, 5)], ["buses"], "ada", "uncertain", predictions=guesses
    )
    assert order_of(asked) == ["a4-0-9", "a2-0-9", "a3-0-9", "a1-0-9"]


def test_the_most_diverse_leave_near_copies_to_the_end():
    statements = [said(f"a{number}-0-9", words) for number, words in enumerate(WORDS)]
    first = [order_of(queue(statements, ["buses"], "ada", "diverse", seed=seed)) for seed in range(20)]
    assert all({"a0-0-9", "a1-0-9"} - set(order[:4]) for order in first)  # one of the two alike is always the last
    assert all(len(set(order)) == 5 for order in first)


def test_the_core_is_what_the_diverse_are_unlike():
    statements = [said("a0-0-9", "free buses"), said("a1-0-9", "free buses"), said("a2-0-9", "a raid")]
    for seed in range(10):
        core, second, _ = order_of(queue(statements, ["buses"], "ada", "diverse", core=1, seed=seed))
        assert core == "a2-0-9" or second == "a2-0-9"


def test_disagreements_of_others_come_first_and_what_is_settled_last():
    labels = [
        label("a1-0-9", "support", "ben"), label("a1-0-9", "support", "cy"),                    # alike
        label("a2-0-9", "support", "ben"), label("a2-0-9", "oppose", "cy"),                     # half and half
        label("a3-0-9", "support", "ben"), label("a3-0-9", "none", "cy"), label("a3-0-9", "support", "di"),
        label("a4-0-9", "support", "ben"), label("a4-0-9", "none", "cy"), label("a4-0-9", "none", "adjudicated"),
        label("a1-0-9", "none", "ada"),                                       # her own does not count
    ]  # fmt: skip
    asked = queue(
        [said(f"a{number}-0-9") for number in range(1, 5)], ["buses"], "ada", "disagreements", annotations=labels
    )
    assert order_of(asked) == ["a2-0-9", "a3-0-9", "a1-0-9", "a4-0-9"]


# The probabilities --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order, size, core, expected", [
    ("random", 20, 0, {0.2: 20}),
    ("random", 20, 5, {0.2: 20}),          # a core drawn at random and a rest drawn at random are a random draw
    ("random", None, 0, {1.0: 100}),
    ("random", 500, 0, {1.0: 100}),        # there are not more than all
    ("diverse", 20, 0, {0.0: 20}),
    ("diverse", 20, 5, {0.05: 5, 0.0: 15}),
    ("disagreements", 20, 5, {0.05: 5, 0.0: 15}),
])  # fmt: skip
def test_the_probability_is_that_of_the_draw(order, size, core, expected):
    items = queue(HUNDRED, ["buses"], "ada", order, size, core)
    assert Counter(item.sampling_probability for item in items) == expected


@pytest.mark.parametrize("core", [0, 10])
def test_a_random_queue_does_draw_each_statement_with_its_probability(core):
    """Of 400 seeds each of 100 statements is drawn by 80 on average; 4.5 standard deviations (of 8) are 36."""
    drawn = Counter(
        name
        for seed in range(400)
        for name in order_of(queue(HUNDRED, ["buses"], "ada", size=20, core=core, seed=seed))
    )
    assert len(drawn) == 100
    assert np.abs(np.array(list(drawn.values())) - 80).max() < 36


def test_a_dispute_keeps_the_probability_with_which_it_was_drawn_and_is_over_when_it_is_settled():
    labels = [
        label("a1-0-9", "support", "ada", probability=0.4),
        label("a1-0-9", "none", "ben"),
        label("a2-0-9", "support", "ada"),
        label("a2-0-9", "none", "ben"),
        label("a2-0-9", "none", "adjudicated"),
    ]
    assert disputed(labels) == [("a1-0-9", "buses", 0.4)]


# What cannot be drawn -----------------------------------------------------------------------------------------------


def test_no_statement_is_no_question():
    assert [queue([], ["buses"], "ada", order) for order in ("random", "diverse", "disagreements")] == [[], [], []]


@pytest.mark.parametrize(
    "given, message",
    [
        ({"order": "hardest"}, "order: one of random, uncertain, diverse, disagreements, not 'hardest'"),
        ({"order": "uncertain"}, "predictions: predictions, to ask about the least certain first"),
        ({"size": 3, "core": 4}, "size: a size of at least the core, which is at least 0, not 3 and 4"),
        ({"core": -1}, "size: a size of at least the core"),
    ],
)
def test_what_cannot_be_drawn_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        queue(HUNDRED, ["buses"], "ada", **given)
