"""Recipes, with an encoder so small that a recipe takes seconds."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from stance.classifiers.adaptation import adapt
from stance.classifiers.estimators import Majority
from stance.classifiers.saved import DEFAULT, load, read_json
from stance.comparison.scores import scored
from stance.files import InputError
from stance.shipped import MODELS

from recipes import training as recipes
from recipes.corpora import CORPORA, TESTS, contrast, debates, held_out
from recipes.evaluation import robustness
from recipes.training import (
    LATER,
    RECIPES,
    Mixture,
    Recipe,
    answered,
    card,
    phases,
    reworded,
    temperature,
    train,
    varied,
)

SHARED = Path(__file__).parents[3] / "shared" / "corpora"
OURS = contrast()
SHIPPED = sorted(path.parent.name for path in MODELS.glob("*/config.json"))
FEW = OURS[OURS["statement"].isin(OURS.groupby(["part", "writer"])["statement"].unique().str[:8].explode())]
TOLD = debates()
FEW_TOLD = TOLD[TOLD["article"].isin(["w00-01", "w01-01", "w13-01", "w15-01", "w16-01"])]


def few_debates(file="articles.jsonl"):
    return FEW_TOLD if file == "articles.jsonl" else debates(file=file)


def patched(monkeypatch):
    for module in ("recipes.training", "recipes.corpora"):
        monkeypatch.setattr(f"{module}.contrast", lambda: FEW)
        monkeypatch.setattr(f"{module}.debates", few_debates)


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    """Small public corpora with every test in them."""
    folder = tmp_path_factory.mktemp("corpora")
    rows = {"favor": "I welcome {} warmly, number {}.", "against": "I reject {} firmly, number {}."}

    def pairs(noun, split, number):
        return [
            (saying.format(f"{noun} {n}", n), f"{noun} {n}", label, split)
            for n in range(number)
            for label, saying in rows.items()
        ]

    tables = {
        "vast": pairs("road", "train", 40)
        + pairs("bridge", "dev", 10)
        + [(f"The fair opens at {n}.", f"bridge {n}", "none", split) for n, split in enumerate(["train", "dev"] * 10)],
        "procon20": pairs("school", "train", 60),
        "argkp2021": pairs("park", "train", 60),
        "perspectrum": pairs("shop", "train", 40) + pairs("farm", "test", 10),
    }
    for name in CORPORA:
        some = tables.get(name, [(f"A {name} text {n}.", f"the {name} {n}", "favor", "train") for n in range(40)])
        pd.DataFrame(some, columns=["text", "target", "label", "split"]).to_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture(autouse=True)
def few(monkeypatch):
    patched(monkeypatch)


# What is read -------------------------------------------------------------------------------------------------------


def test_passes_over_the_contrast_corpus_change_what_should_not_matter_and_keep_the_labels():
    training = OURS[OURS["part"] == "train"].reset_index(drop=True)
    table = varied(training, seed=0)
    assert varied(training, seed=0).equals(table) and not varied(training, seed=1).equals(table)
    for name in ("statement", "stance", "wording"):
        assert (table[name] == training[name]).all()
    one_of = training.groupby("wording")["target"].agg(set)
    assert all(target in one_of[wording] for target, wording in zip(table["target"], table["wording"], strict=True))
    assert 0.1 < (table["target"] != training["target"]).mean() < 0.5
    assert all(old in new for old, new in zip(training["text"], table["text"], strict=True))
    assert 0.1 < (table["text"] != training["text"]).mean() < 0.4
    alone = training["context"] == ""
    behind = list(zip(training["context"][~alone], table["context"][~alone], strict=True))
    assert all(after.startswith(before) for before, after in behind) and any(one != two for one, two in behind)
    assert (table["context"][alone] == "").all()  # what stands before is never another's words,
    mixed = varied(training, seed=0, shuffled=True)  # but where that is asked for
    assert 0.2 < (mixed["context"] != "")[alone].mean() < 0.4


def test_passes_over_the_debates_put_the_target_in_other_words_and_keep_what_is_read():
    table = reworded(TOLD, seed=0)
    for name in ("statement", "stance", "text", "context"):
        assert (table[name] == TOLD[name]).all()
    assert all(target in wordings for target, wordings in zip(table["target"], TOLD["wordings"], strict=True))
    assert 0.6 < (table["target"] != TOLD["target"]).mean() < 0.75
    assert 0.08 < (table["headline"] == "").mean() < 0.12
    clauses = reworded(TOLD, seed=0, clauses=True)["target"]
    assert 0.45 < clauses.str.contains("(support: ", regex=False).mean() < 0.55


def test_phases_hold_no_pair_of_a_test_and_choose_by_pairs_that_are_not_learned(corpora):
    held = held_out(corpora)
    for _, pairs, dev, _ in phases(RECIPES["shipped"], corpora):
        assert not set(pairs["text"]) & (set(dev["text"]) | set(held["text"]))
        assert not set(dev["text"]) & set(held["text"])
        own = dev[~dev["wording"].isin(["targets", "integration"])]  # the codebook's two are in every part
        assert not set(pairs["target"].str.lower()) & set(own["target"].str.lower())


@pytest.mark.parametrize(
    "change, names, steps",
    [
        ({}, ["public", "contrast-1"], 2),
        ({"public": 0}, ["contrast-1"], 1),
        ({"contrast": ()}, ["public"], 1),
        ({"contrast": RECIPES["longer"].contrast}, ["public", "contrast-1", "contrast-2"], 3),
        ({"judged": 2}, ["public", "contrast-1"], 3),
    ],
)
def test_a_recipe_is_its_phases(corpora, change, names, steps):
    recipe = replace(Recipe(), **change)
    assert [name for name, *_ in phases(recipe, corpora)] == names
    assert len(recipe.steps) == steps


@pytest.mark.parametrize(
    "mixture, first, later, public",
    [
        (Mixture(1, 0, 0), 1, 0, 0),
        (Mixture(0, 2, 0), 0, 2, 0),
        (Mixture(0.5, 1, 0.25), 0.5, 1, 0.25),
        (Mixture(1.5, 0, 1), 1.5, 0, 1),
    ],
)
def test_a_mixture_holds_so_many_passes(corpora, mixture, first, later, public):
    (_, everything, _, _), (_, mixed, _, _) = phases(replace(Recipe(), contrast=(mixture,)), corpora)
    ours = FEW[FEW["part"] == "train"]
    numbers = ours["writer"].isin(LATER).value_counts()
    found = mixed[mixed["wording"].notna()]["writer"].isin(LATER).value_counts()
    assert found.get(False, 0) == pytest.approx(first * numbers[False], abs=1)
    assert found.get(True, 0) == pytest.approx(later * numbers[True], abs=1)
    assert mixed["wording"].isna().sum() == pytest.approx(public * len(everything), abs=1)


@pytest.mark.parametrize("passes", [0.5, 1, 1.5])
def test_a_mixture_holds_so_many_passes_over_the_debates(corpora, passes):
    recipe = replace(Recipe(), public=0, contrast=(Mixture(0, 0, 0.1, debates=passes),))
    ((_, mixed, dev, _),) = phases(recipe, corpora)
    learned = FEW_TOLD[FEW_TOLD["part"] == "train"]
    assert mixed["article"].notna().sum() == pytest.approx(passes * len(learned), abs=1)
    assert set(mixed["article"].dropna()) == {"w00-01", "w01-01"} and set(dev["article"]) == {"w13-01"}
    assert dev["target"].str.contains("(support: ", regex=False).all()  # as the program reads it


def test_a_mixture_reads_the_debates_of_its_writers_alone(corpora):
    ((_, mixed, _, _),) = phases(
        replace(Recipe(), public=0, contrast=(Mixture(0, 0, 0.1, debates=1, writers=0),)), corpora
    )
    assert set(mixed["article"].dropna()) == {"w00-01"}


def test_a_recipe_says_what_it_goes_on_from():
    steps = RECIPES["shipped"].steps
    assert steps[: len(RECIPES["passes"].steps)] == RECIPES["passes"].steps and len(steps) > 3
    assert "up to writer 16" in steps[-3] and "up to writer" not in steps[-1]


def test_recipe_without_a_step_learns_without_it(corpora):
    (_, plain, _, _), (_, once, _, _) = phases(
        replace(Recipe(), related=False, contrast=(Mixture(1, 1, 0),), varied=False), corpora
    )
    assert (plain["corpus"] != "vast").any() and not (plain.query("corpus != 'vast'")["stance"] == "none").any()
    assert len(once) == (FEW["part"] == "train").sum()
    assert set(once["text"]) == set(FEW[FEW["part"] == "train"]["text"])


def test_a_temperature_makes_probabilities_as_sure_as_they_are_right():
    random = np.random.default_rng(0)
    logits = random.normal(size=(4000, 3)) * 2
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    right = pd.Series([["none", "oppose", "support"][random.choice(3, p=row)] for row in chances])
    assert temperature(logits, right) == pytest.approx(1, abs=0.08)
    assert temperature(3 * logits, right) == pytest.approx(3, abs=0.25)


# What is made -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(corpora, checkpoint, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "stance-tiny"
    with pytest.MonkeyPatch.context() as patch:
        patched(patch)
        return folder, train(corpora, folder, checkpoint)


def test_training_writes_a_model_with_its_figures_and_card(made, corpora):
    folder, scores = made
    assert set(TESTS.values()) <= set(scores["test"])
    assert scores["model"].unique().tolist() == ["stance-tiny", "TF-IDF", "majority"]
    names = {path.name for path in folder.iterdir()}
    assert names == {"README.md", "config.json", "metrics.json", "tokenizer.json", "weights.safetensors", "checkpoints"}
    model = load(folder)
    assert (model.base, model.checkpoints, model.warm_start) == ("checkpoint0", "", False)
    assert str(folder) not in (folder / "config.json").read_text()
    kept = scores[scores["model"] == "stance-tiny"].drop(columns="model").reset_index(drop=True)
    held = held_out(corpora)
    pd.testing.assert_frame_equal(scored(answered(model, held), held), kept)
    assert (folder / "README.md").read_text() == card(folder)


def test_training_again_goes_on_from_what_is_there(made, corpora, checkpoint, monkeypatch):
    folder, scores = made
    before = (folder / "config.json").read_bytes()
    monkeypatch.setattr("torch.Tensor.backward", None)  # there is nothing left to learn
    assert train(corpora, folder, checkpoint).equals(scores)
    assert (folder / "config.json").read_bytes() == before


def test_a_recipe_with_a_teacher_learns_from_the_model_that_it_is_given(made, corpora, checkpoint, tmp_path):
    scores = train(corpora, tmp_path / "quick", checkpoint, "taught", teacher=made[0])
    assert scores["model"].iloc[0] == "quick"
    assert len(list((tmp_path / "quick/checkpoints").glob("teacher-*.safetensors"))) == 1
    assert f"The teacher was {made[0].name}." in (tmp_path / "quick/README.md").read_text()


def test_what_a_teacher_said_is_kept_for_that_teacher_and_these_pairs(made, tmp_path):
    pairs = FEW[:6]
    teacher, other = load(made[0]), load(made[0])
    with torch.no_grad():
        other.network_.classifier.weight.mul_(-2)
    first = recipes._judged(teacher, pairs, tmp_path)
    assert (recipes._judged(teacher, pairs, tmp_path) == first).all() and len(list(tmp_path.iterdir())) == 1
    assert (recipes._judged(other, pairs, tmp_path) != first).any()
    assert len(recipes._judged(teacher, pairs[:4], tmp_path)) == 4
    assert len(list(tmp_path.iterdir())) == 3


def test_an_unknown_recipe_is_refused(corpora, checkpoint, tmp_path):
    with pytest.raises(InputError, match=r"recipe: one of sentences, .* not 'pie'"):
        train(corpora, tmp_path, checkpoint, "pie")


# Your own labels ---------------------------------------------------------------------------------------------------


def test_your_own_labels_train_a_model_further(made, tmp_path):
    root = Path(__file__).parents[2]
    scores = adapt(root / "data/annotations", root / "data/articles", made[0], tmp_path / "mine")
    assert scores["model"].unique().tolist() == ["mine", "stance-tiny"]
    assert load(tmp_path / "mine").base == "stance-tiny"


def test_labels_in_one_article_are_too_few_to_hold_any_out(made, tmp_path):
    root = Path(__file__).parents[2]
    one = sorted((root / "data/articles").glob("*.md"))[0]
    with pytest.raises(InputError, match="labels in two articles or more"):
        adapt(root / "data/annotations", one, made[0], tmp_path / "mine")


def test_labels_of_other_articles_are_refused(made, tmp_path):
    (tmp_path / "a.txt").write_text("“The plan is late,” said Ada Nwosu, leader of the council.")
    with pytest.raises(InputError, match="labels of statements that these articles hold"):
        adapt(Path(__file__).parents[2] / "data/annotations", tmp_path, made[0], tmp_path / "mine")


# The models that ship -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_the_card_is_that_of_its_figures(name):
    folder = MODELS / name
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text == card(folder)
    config, metrics = read_json(folder / "config.json"), read_json(folder / "metrics.json")
    assert all(total in text for total in config["sha256"].values())
    for row in metrics["scores"] + metrics["articles"]:
        assert f"{row['macro_f1']:.3f} ({row['low']:.3f} to {row['high']:.3f})" in text
    assert {corpus["corpus"] for corpus in metrics["data"]} == {*CORPORA, "contrast", "debates"}
    assert not {"seesaw", "debatabase"} & set(CORPORA)  # for non-commercial use only


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the public corpora are not beside this repository")
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_has_the_scores_of_its_card(name, monkeypatch):
    monkeypatch.undo()
    held = held_out(SHARED).groupby("test").sample(150, random_state=0).sort_index()  # all of them take minutes
    stated = pd.DataFrame(read_json(MODELS / name / "metrics.json")["scores"]).query("model == @name")
    table = scored(answered(load(name), held), held).set_index("test")
    for row in stated.itertuples():
        assert row.low - 0.1 < table.loc[row.test, "macro_f1"] < row.high + 0.1
    majority = Majority().fit(held, held["stance"])
    assert (scored(answered(majority, held), held).set_index("test")["macro_f1"] < table["macro_f1"]).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_answers_to_the_target_and_not_to_the_speaker(name):
    some = OURS[OURS["part"] == "test"].drop_duplicates("statement")["statement"].sample(40, random_state=0)
    told = TOLD[TOLD["article"].isin(["w15-01", "w16-02"])]
    table = robustness(load(name), OURS[OURS["statement"].isin(some)], told).set_index("check")["share"]
    stated = pd.DataFrame(read_json(MODELS / name / "metrics.json")["robustness"]).set_index("check")["share"]
    for check in ("the answer follows the target", "two wordings of a target agree", "right: leans on its context"):
        assert table[check] > stated[check] - 0.15
    assert table["the answer changes with the speaker"] < stated["the answer changes with the speaker"] + 0.03


def test_the_shipped_models_are_small_enough_to_clone():
    files = [path for path in MODELS.rglob("*") if path.is_file() and "checkpoints" not in path.parts]
    assert max(path.stat().st_size for path in files) < 50e6
    assert sum(path.stat().st_size for path in files) < 150e6
    assert json.loads((MODELS / DEFAULT / "config.json").read_text())["parameters"]["base"] == "stance-mpnet"
