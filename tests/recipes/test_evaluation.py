import numpy as np
import pandas as pd
import pytest

from stance.classifiers.estimators import Majority
from stance.classifiers.reasons import occlusion, reasons
from stance.comparison.scores import evaluate

from recipes.evaluation import baselines, robustness, trial


class Answers:
    """A stand-in that gives each text the stance that it names."""

    classes_ = np.array(["none", "oppose", "support"])

    def predict_proba(self, held):
        return np.array([[(0.9 if text == name else 0.05) for name in self.classes_] for text in held["text"]])


def held(*rows, test="a test"):
    return pd.DataFrame(rows, columns=["text", "target", "stance"]).assign(test=test)


def test_scores_worked_out_by_hand():
    # support: 2 of 2 found, 1 more called so: F1 4/5; oppose: 1 of 2 found: 2/3; none: 1 of 1: 1.
    table = evaluate(
        Answers(),
        held(
            ("support", "a", "support"),
            ("support", "b", "support"),
            ("support", "c", "oppose"),
            ("oppose", "d", "oppose"),
            ("none", "e", "none"),
        ),
    )
    row = table.iloc[0]
    assert (row.test, row.stances, row.pairs, row.targets) == ("a test", 3, 5, 5)
    assert row.accuracy == pytest.approx(4 / 5)
    assert row.macro_f1 == pytest.approx((4 / 5 + 2 / 3 + 1) / 3)
    assert row.low < row.macro_f1 < row.high


def test_without_none_the_likelier_of_the_two_counts():
    # The text 'none' gives the other two the same; of equals the first, support, counts.
    rows = ("none", "a", "support"), ("support", "b", "support"), ("oppose", "c", "oppose")
    assert evaluate(Answers(), held(*rows)).iloc[0][["stances", "accuracy", "macro_f1"]].tolist() == [2, 1, 1]


def test_the_interval_is_wider_when_answers_go_wrong_by_target():
    names = [str(n) for n in range(60)]
    rights = [(stance, name, stance) for name in names for stance in ("support", "oppose")]
    spread = held(*rights, *[("oppose", name, "support") for name in names])
    bunched = held(*rights, *[("oppose", "one", "support") for _ in names])
    a, b = evaluate(Answers(), spread).iloc[0], evaluate(Answers(), bunched).iloc[0]
    assert a.macro_f1 == b.macro_f1
    assert b.high - b.low > 2 * (a.high - a.low)


# What the notebooks read ---------------------------------------------------------------------------------------------


@pytest.fixture
def corpus():
    rows = [("s1", "fine", "a", "wa", "support", "train"), ("s2", "unfair", "a", "wa", "oppose", "train"),
            ("s3", "by May", "b", "wb", "none", "train"), ("s4", "oppose", "c", "wc", "support", "test")]  # fmt: skip
    return pd.DataFrame(rows, columns=["statement", "text", "target", "wording", "stance", "part"])


def test_a_trial_is_the_answers_beside_the_truth(corpus):
    made = trial(Answers(), corpus[corpus["part"] == "test"])
    assert made.to_dict("records") == [
        {"statement": "s4", "group": "wc", "truth": "support", "support": 0.05, "oppose": 0.9, "none": 0.05}
    ]


def test_baselines_read_both_or_the_tone_alone(corpus):
    table = baselines(corpus)
    assert table["reads"].tolist() == ["words and target", "the tone alone"] and table["pairs"].tolist() == [1, 1]


# Robustness ---------------------------------------------------------------------------------------------------------


class Sentiment:
    """A stand-in that reads praise as support and blame as opposition, whatever the target."""

    def predict(self, pairs):
        return np.array(
            ["support" if "love" in text else "oppose" if "hate" in text else "none" for text in pairs["text"]]
        )


class Knowing:
    """A stand-in that knows the right answer, but for one wording and one speaker."""

    def predict(self, pairs):
        odd = pairs["target"].eq("light rail") | pairs["text"].str.startswith("ADASS")
        return np.where(odd, "none", pairs["known"])


def contrasts(*rows):
    table = pd.DataFrame(rows, columns=["statement", "text", "target", "wording", "stance", "pair", "tags"])
    return table.assign(context="", known=table["stance"])


CASES = contrasts(
    ("s1", "I love trams.", "trams", "T1", "support", "p1", ("plain",)),
    ("s1", "I love trams.", "buses", "T2", "none", "p1", ("plain",)),
    ("s2", "I hate trams.", "trams", "T1", "oppose", "p1", ("neg",)),
    ("s2", "I hate trams.", "buses", "T2", "none", "p1", ("neg",)),
    ("s3", "Lunch is at noon.", "light rail", "T1", "none", "", ()),
)


TOLD = pd.DataFrame({
    "statement": ["d1", "d2"], "text": ["Mr Poe hates it.", "I love it."],
    "context": ["", "Ada Nwosu of the Forum said:"], "target": ["trams", "trams"],
    "wordings": [("trams", "light rail"), ("trams", "tramways")], "stance": ["oppose", "none"],
    "clauses": [("", "")] * 2, "speaker": ["Jo Poe", "Ada Nwosu"], "organisation": ["", "the Forum"],
    "known": ["oppose", "none"],
})  # fmt: skip


@pytest.fixture(autouse=True)
def all_are_respoken(monkeypatch):
    monkeypatch.setattr("recipes.evaluation.RESPOKEN", 1)


class Partial:
    """A stand-in that knows who is called Oduya."""

    def predict(self, pairs):
        return np.where((pairs["text"] + pairs["context"]).str.contains("Oduya"), "none", "oppose")


@pytest.mark.parametrize("model, check, cases, share", [
    (Knowing(), "debates: two wordings of a target agree", 2, 0.5),  # it does not know what light rail is
    (Partial(), "debates: two wordings of a target agree", 2, 1.0),
    (Partial(), "debates: the answer changes with the speaker's name", 4, 0.5),  # of two other names, one is Oduya
    (Sentiment(), "debates: the answer changes with the speaker's name", 4, 0.0),
])  # fmt: skip
def test_a_check_of_the_debates_counts_what_it_says(model, check, cases, share):
    table = robustness(model, CASES, TOLD).set_index("check")
    assert (table.loc[check, "cases"], table.loc[check, "share"]) == (cases, pytest.approx(share))


@pytest.mark.parametrize(
    "model, check, cases, share",
    [
        (Sentiment(), "the answer follows the target", 2, 0.0),  # right on trams, wrong on buses
        (Knowing(), "the answer follows the target", 2, 1.0),
        (Sentiment(), "two wordings of a target agree", 3, 1.0),  # it does not look at the target
        (Knowing(), "two wordings of a target agree", 3, 1 / 3),  # s1 and s2 turn to none when trams are light rail
        (Sentiment(), "both of a minimal pair right", 1, 1.0),
        (Sentiment(), "right: negation decides", 2, 0.5),
        (Sentiment(), "right: without a sentiment word", 2, 0.5),
        (Sentiment(), "the answer changes with the speaker", 70, 0.0),  # 5 pairs, 7 other speakers, in two places
        (Knowing(), "the answer changes with the speaker", 70, 2 / 70),  # ADASS in the sentence on trams, twice
    ],
)
def test_a_check_counts_what_it_says(model, check, cases, share):
    table = robustness(model, CASES, TOLD).set_index("check")
    assert table.loc[check, "cases"] == cases
    assert table.loc[check, "share"] == pytest.approx(share)
    assert table.loc[check, "low"] <= share + 1e-9 and table.loc[check, "high"] >= share - 1e-9


def test_a_check_without_cases_is_not_there():
    assert "right: irony" not in set(robustness(Sentiment(), CASES, TOLD)["check"])


# Why ----------------------------------------------------------------------------------------------------------------


class Counting:
    """A stand-in for which each 'love' adds .2 to support, to which .3 stand."""

    classes_ = np.array(["oppose", "support"])

    def predict_proba(self, pairs):
        support = np.array([0.3 + 0.2 * text.count("love") for text in pairs["text"]])
        return np.column_stack([1 - support, support])


def test_the_words_that_moved_an_answer_are_those_without_which_it_is_less_likely():
    table = occlusion(Counting(), "We love, love trams.", "trams")
    assert table["word"].tolist() == ["We", "love", "love", "trams"]
    assert [(row.start, row.end) for row in table.itertuples()] == [(0, 2), (3, 7), (9, 13), (14, 19)]
    assert table["change"].tolist() == pytest.approx([0, 0.2, 0.2, 0])


def test_a_word_that_stands_in_the_way_of_the_answer_has_a_change_below_nothing():
    assert occlusion(Counting(), "No love lost.", "trams")["change"].tolist() == pytest.approx([0, -0.2, 0])


def test_a_word_with_a_curled_apostrophe_is_one_word():
    assert occlusion(Counting(), "We don’t love it.", "trams")["word"].tolist() == ["We", "don’t", "love", "it"]


def test_the_only_word_cannot_be_left_out():
    pairs = pd.DataFrame({"text": ["Yes.", "No."], "target": "trams"})
    table = occlusion(Majority().fit(pairs, ["support", "oppose"]), "Yes!", "trams")
    assert table.to_dict("records") == [{"word": "Yes", "start": 0, "end": 3, "change": 0.0}]


@pytest.mark.parametrize(
    "most, least, expected",
    [
        (5, 0.05, ["love", "love"]),
        (1, 0.05, ["love"]),
        (5, 0.5, []),
    ],
)
def test_reasons_are_the_weightiest_words_of_each_statement_and_target(most, least, expected):
    asked = pd.DataFrame({"statement": ["s1", "s2"], "target_id": "tram", "text": ["we love, love it", "It rained."],
                          "target": "trams", "headline": "", "context": ""})  # fmt: skip
    found = reasons(Counting(), asked, most, least)
    assert [word for word, _ in found["s1", "tram"]] == expected
    assert found["s2", "tram"] == []
