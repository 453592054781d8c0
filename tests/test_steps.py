"""The five functions that `import stance` offers, and the two of them that stand in no room."""

import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

import stance
from stance.files import InputError
from stance.steps import classify, find_statements, questions
from stance.tables import frame


@pytest.mark.parametrize("name", stance.__all__)
def test_each_public_function_is_offered_and_says_what_it_returns(name):
    assert name in dir(stance)
    assert callable(getattr(stance, name)) and getattr(stance, name).__doc__


def test_nothing_else_is_offered():
    with pytest.raises(AttributeError, match="module 'stance' has no attribute 'classified'"):
        stance.classified  # noqa: B018


def test_a_public_function_is_loaded_only_when_asked_for():
    code = "import sys, stance; print('pandas' in sys.modules, stance.read_articles.__name__, 'pandas' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "False read_articles True\n"


def test_statements_get_the_stakeholders_of_the_codebook(comparison):
    text = "NHS England said that the plans were sound."
    [found] = find_statements([replace(comparison.articles[0], text=text)])
    assert found.stakeholders == ("nhs_england",)


def test_a_list_of_statements_is_asked_of_each_target_like_its_table(comparison, cheap):
    answers = classify(comparison.statements, cheap)
    assert len(answers) == 2 * len(comparison.statements)
    assert answers["target"].unique().tolist() == ["targets", "integration"]
    assert ((answers[["support", "oppose", "none"]].sum(axis=1) - 1).abs() < 1e-6).all()
    table = frame(comparison.statements, type(comparison.statements[0]))
    pd.testing.assert_frame_equal(answers, classify(table, cheap))


def test_a_table_keeps_its_columns_and_order(cheap):
    table = pd.DataFrame({"id": [7, 3], "text": ["It is unfair.", "It is good."], "target": "trams"}, index=[9, 4])
    answers = classify(table, cheap)
    assert list(answers) == ["id", "text", "target", "stance", "support", "oppose", "none", "model"]
    assert answers["id"].tolist() == [7, 3]


@pytest.mark.parametrize("table, expected", [
    ({"text": ["Good."]}, "target: a column of this name .found: text."),
    ({"text": ["Good.", " "], "target": ["trams", "trams"]}, "1: text: some words"),
    ({"text": ["Good."], "target": [""]}, "0: target: some words"),
    ({"text": [], "target": []}, "at least one row"),
    ({"text": ["Good."], "target": ["trams"], "none": [1]}, "none: no column of this name, which an answer gets"),
])  # fmt: skip
def test_what_cannot_be_judged_is_named(table, expected):
    with pytest.raises(InputError, match=f"^{expected}$"):
        questions(pd.DataFrame(table))


def test_the_model_reads_the_description_of_a_target_of_the_codebook():
    _, asked = questions(pd.DataFrame({"text": ["Good."] * 2, "target": ["integration", "trams"]}))
    assert asked["target"].tolist()[1] == "trams" and len(asked["target"][0]) > len("integration")
