"""How much is left to label: the numbers are what the report itself would say after so many answers."""

from dataclasses import replace

import pytest

from stance.comparison.effort import effort
from stance.comparison.shares import CORRECTED, NO_INTERVAL
from stance.labels.queues import drawn_order


def first(results, number):
    """The labels of the first statements in the order of the queue."""
    groups = {article.article: article.group for article in results.articles}
    names = [same[0].statement for same in drawn_order(results.statements, groups)[:number]]
    kept = [one for one in results.annotations if one.statement in names]
    return replace(results, annotations=tuple(replace(one, sampling_probability=1.0) for one in kept))


def test_wherever_labelling_stops_the_beginning_of_the_queue_is_a_sample(large):
    for number in (60, 100, 200):
        cell = first(large, number).shares.iloc[0]
        assert (cell["method"], cell["labelled"] < cell["statements"]) == (CORRECTED, True)


def test_labels_out_of_turn_count_but_do_not_correct(large):
    made = first(large, 60)
    last = replace(large.annotations[0], statement=drawn_order(large.statements, {})[-60][0].statement)
    more = replace(made, annotations=(*made.annotations, replace(last, target="buses")))
    assert more.labels_here == made.labels_here + 1
    assert more.shares.iloc[0]["support_share"] == pytest.approx(made.shares.iloc[0]["support_share"], abs=0.02)
    assert int(more.sampled.sum()) == int(made.sampled.sum())


def test_statements_of_nobody_are_no_part_of_the_sample_until_they_are_labelled(large):
    table = first(large, 200).shares
    nobody = table[table["stakeholder"] == "no-stakeholder"]
    assert set(nobody["method"]) == {NO_INTERVAL}
    assert "statements of no stakeholder come last in the queue" in nobody["why"].iloc[0]


@pytest.mark.slow
def test_after_so_many_answers_every_bar_has_an_interval_and_before_not(large):
    labels, made = large.annotations, replace(large, annotations=())
    found = effort(made)
    assert (found.answered, found.bars, found.bounded) == (0, 4, 0)
    statements = -(-found.for_all // 2)  # two targets each
    shares = first(replace(large, annotations=labels), statements + 6).shares
    assert set(shares[shares["stakeholder"] != "no-stakeholder"]["method"]) == {CORRECTED}
    assert found.for_all <= found.for_within or found.wide


def test_what_is_left_is_said_in_words(labelled):
    lines = effort(labelled).lines
    assert lines[0] == "8 statements, 7 of them of a stakeholder; 14 of the 14 questions about these answered."
    assert lines[1] == "4 of 4 bars have an interval."
    assert "even with everything labelled" in lines[2]
