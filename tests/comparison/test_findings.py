"""Findings: the words follow the numbers."""

from dataclasses import replace

import pytest

from stance.comparison.findings import summed_up, worded
from stance.comparison.results import Results
from stance.comparison.shares import NO_INTERVAL
from stance.report.score_pictures import on_tests

NO_BETTER = " (it does no better than the commonest answer)"


def test_findings_say_what_the_table_says(comparison):
    assert {one.headline for one in comparison.findings} == {
        f"Fenbridge Council on free buses: labels and the model’s guesses together say for{NO_BETTER}",
        "Fenbridge Council on planning together: the model guesses mostly no position; otherwise for",
        f"Bus Operators Forum on free buses: labels and the model’s guesses together say against{NO_BETTER}",
        "Bus Operators Forum on planning together: the model guesses no position",
    }
    forum = next(one for one in comparison.findings if (one.stakeholder, one.target) == ("operators", "buses"))
    assert forum.evidence == (
        "Of 4 statements in 3 articles, 3 (75%) against, 0 for, 1 without a position; "
        "1 labelled by annotators, 3 judged by the model alone. "
        "There is no interval: how the labelled statements were chosen is not known. "
        "The model is right in 67% of 3 labels here; always answering “support” would be right in 67%. "
        "Fewer than 5 statements: to be read rather than counted."
    )


@pytest.mark.parametrize(
    "answers, leaning",
    [
        (("support", "oppose", "oppose"), "more often against than for"),
        (("support", "support", "oppose"), "more often for than against"),
        (("support", "oppose", "none"), "as often for as against"),
        (("support", "none", "none"), "mostly no position; otherwise for"),
        (("none", "oppose", "none"), "mostly no position; otherwise against"),
        (("none", "none", "none"), "no position"),
    ],
)
def test_headlines(comparison, answers, leaning):
    said = [replace(comparison.statements[0], statement=f"a1-{number}") for number in range(3)]
    predictions = [
        replace(comparison.predictions[0], statement=one.statement, target=target, stance=answer)
        for one, answer in zip(said, answers, strict=True)
        for target in ("buses", "planning")
    ]
    made = Results(comparison.articles, tuple(said), (), tuple(predictions), comparison.codebook)
    assert made.findings[0].headline == f"Fenbridge Council on free buses: the model guesses {leaning}"


# What it rests on --------------------------------------------------------------------------------------------------


def test_what_the_numbers_rest_on_is_said(comparison):
    assert comparison.basis == (
        "Annotators labelled 3 of the 16 decisions (one for each statement and target); "
        "the model toy made the other 13. "
        "On free buses the model is right in 67% of 3 labels here; always answering “support” would be right in 67%. "
        "On planning together the model is of unknown worth: it has no card that says how often it errs. "
        "On free buses it does no better than that: nothing should rest on its answers. "
        "On free buses, shares that rest on the model have no interval: how the labelled statements were chosen is not "
        "known. On planning together, shares that rest on the model have no interval: nobody has labelled any of the "
        "statements."
    )
    assert replace(comparison, annotations=()).basis.startswith("Nobody labelled any of the 16 decisions")


def test_the_card_of_the_model_is_quoted(comparison):
    card = {
        "scores": [
            {
                "test": "far topics",
                "model": name,
                "stances": 3,
                "pairs": 1000,
                "accuracy": 0.4,
                "macro_f1": 0.31,
                "low": 0.28,
                "high": 0.35,
            }
            for name in ("toy", "majority")
        ]
    }
    quoted = replace(comparison, card=card)
    assert "the model is right in 40% of 1,000 cases in a test of its card, far topics." in quoted.basis
    assert on_tests(quoted).frame.to_numpy().tolist()[0] == ["far topics", "toy", 1000, "40%", "0.31 (0.28 to 0.35)"]


def test_when_people_decided_everything_no_warning_of_the_model_is_given(comparison):
    label = comparison.annotations[0]
    labels = [replace(label, statement=one.statement, target=one.target) for one in comparison.predictions]
    whole = replace(comparison, annotations=tuple(labels))
    assert whole.basis.startswith("Annotators labelled all 16 decisions") and "No interval" not in whole.basis
    assert {one.evidence.rpartition("; ")[2].split(".")[0] for one in whole.findings} == {"all labelled by annotators"}


# Differences -------------------------------------------------------------------------------------------------------


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
    assert summed_up(large.differences).startswith("2 differences: ")
    assert summed_up(comparison.differences) == (
        "2 differences, none with an interval, so that nothing can be said of them."
    )
    assert summed_up(comparison.differences.head(0)).startswith("0 differences")
