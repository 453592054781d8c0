"""Answers that were given before are given again without the model, and never for other words or another model."""

import shutil

import numpy as np
import pandas as pd
import pytest

from stance.classifiers import answers
from stance.classifiers.answers import Remembered, forget, place
from stance.classifiers.saved import load
from stance.codebook import STANCES
from stance.files import InputError

ASKED = pd.DataFrame({"text": ["It is unfair.", "It is good.", "It is unfair."], "target": "trams"})


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))


@pytest.fixture
def loaded(monkeypatch):
    """How often a model was loaded."""
    times = []
    monkeypatch.setattr(answers, "load", lambda name: times.append(name) or load(name))
    return times


def test_the_answers_are_those_of_the_model_and_it_is_loaded_once(cheap, loaded):
    model = load(cheap)
    expected = pd.DataFrame(model.predict_proba(ASKED), columns=model.classes_)[list(STANCES)].to_numpy()
    for _ in range(2):
        assert np.array_equal(Remembered(cheap).predict_proba(ASKED), expected)
    assert np.array_equal(Remembered(cheap).unread(ASKED), model.unread(ASKED))
    assert len(loaded) == 1


@pytest.mark.parametrize("column", ["text", "target", "context", "headline"])
def test_other_words_anywhere_are_another_question(cheap, loaded, column):
    Remembered(cheap).predict_proba(ASKED)
    Remembered(cheap).predict_proba(ASKED.assign(**{column: "something else"}))
    assert len(loaded) == 2


def test_another_model_of_the_same_name_is_another(cheap, loaded, tmp_path):
    Remembered(cheap).predict_proba(ASKED)
    other = shutil.copytree(cheap, tmp_path / "cheap")
    (other / "note.txt").write_text("other weights")
    Remembered(other).predict_proba(ASKED)
    assert len(loaded) == 2


def test_no_more_are_kept_than_the_limit_and_the_oldest_go(cheap, loaded, monkeypatch):
    monkeypatch.setattr(answers, "MOST", 2)
    for words in ("one", "two", "three"):
        Remembered(cheap).predict_proba(pd.DataFrame({"text": [words], "target": "trams"}))
    for words in ("three", "two"):
        Remembered(cheap).predict_proba(pd.DataFrame({"text": [words], "target": "trams"}))
    assert len(loaded) == 3
    Remembered(cheap).predict_proba(pd.DataFrame({"text": ["one"], "target": "trams"}))
    assert len(loaded) == 4


def test_a_store_that_is_broken_or_gone_costs_time_alone(cheap, loaded):
    place().parent.mkdir(parents=True)
    place().write_text("no database")
    for _ in range(2):
        assert Remembered(cheap).predict_proba(ASKED).shape == (3, 3)
    assert len(loaded) == 2
    assert forget() == len("no database") and not place().exists() and forget() == 0


def test_a_model_that_is_not_there_is_one_line():
    with pytest.raises(InputError, match="no-such: the name of a model"):
        Remembered("no-such")
