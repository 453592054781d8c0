import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline

from stance.articles.reading import Article
from stance.classifiers import saved as models
from stance.classifiers.estimators import Majority, TfidfStance
from stance.classifiers.predictions import CONTEXT, Prediction, classified, doubts, pairs, predictions
from stance.classifiers.saved import load, model_folder, save
from stance.codebook import STANCES, Target
from stance.files import InputError
from stance.shipped import MODELS
from stance.statements.finding import Statement
from stance.statements.quotations import find_quotations
from stance.statements.sentences import around, find_sentences, hide

from recipes.corpora import contrast

SMALL = TfidfStance(features=2**10)
ESTIMATORS = [pytest.param(Majority(), id="Majority"), pytest.param(SMALL, id="TfidfStance")]

TARGETS = ("a bridge across the harbour", "longer library hours", "the new tram line")
SAYINGS = {
    "support": "We welcome {} and want it soon.",
    "oppose": "We object to {} because it is wasteful.",
    "none": "Tickets for the summer fair go on sale on Monday.",
}


@pytest.fixture(scope="module")
def examples():
    """45 pairs, five of each stance on each target; `group` is the target. A child could label them."""
    rows = [
        (f"{saying.format(target)} Letter {number}.", target, stance)
        for number in range(5)
        for target in TARGETS
        for stance, saying in SAYINGS.items()
    ]
    return pd.DataFrame(rows, columns=["text", "target", "stance"])


def fitted(estimator, examples):
    return clone(estimator).fit(examples, examples["stance"])


def said(text="We welcome the new tram line.", kind="direct", context="", statement="a1-0-9"):
    context = context or text
    place = context.index(text)
    hidden = hide(context, find_quotations(context))
    first, last = around(list(find_sentences(hidden, 0, len(context))), place, place + len(text))
    sentence = context[first:last]
    return Statement(
        statement, "a1", 0, 9, text, kind, context, place, sentence, "said", "Ada Nwosu", "Nwosu", "", "", (), 1.0
    )


TRAM = Target("tram", "Tram", "the new tram line")
BRIDGE = Target("bridge", "Bridge", "a bridge across the harbour")


# The contract that every estimator keeps ----------------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_parameters_are_kept_by_clone_and_set_by_name(estimator):
    assert clone(estimator).get_params() == estimator.get_params()
    for name, value in estimator.get_params().items():
        assert clone(estimator).set_params(**{name: value + 1}).get_params()[name] == value + 1


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_fit_gives_the_estimator_and_leaves_its_parameters(estimator, examples):
    estimator = clone(estimator)
    before = estimator.get_params()
    assert estimator.fit(examples, examples["stance"]) is estimator
    assert estimator.get_params() == before


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_classes_are_alphabetical_and_the_columns_of_probabilities_that_sum_to_one(estimator, examples):
    model = fitted(estimator, examples)
    probabilities = model.predict_proba(examples)
    assert model.classes_.tolist() == ["none", "oppose", "support"]
    assert probabilities.shape == (45, 3)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-12)
    assert (model.predict(examples) == model.classes_[probabilities.argmax(axis=1)]).all()


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_two_stances_are_enough_and_fitting_again_forgets_the_first_time(estimator, examples):
    model = fitted(estimator, examples)
    two = examples[examples["stance"] != "none"]
    model.fit(two, two["stance"])
    assert model.classes_.tolist() == ["oppose", "support"]
    assert np.allclose(model.predict_proba(two).sum(axis=1), 1, atol=1e-12)
    assert (model.predict_proba(two) == fitted(estimator, two).predict_proba(two)).all()


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_an_unfitted_estimator_says_so(estimator, examples, tmp_path):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        clone(estimator).predict(examples)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        save(clone(estimator), tmp_path)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_no_pairs_have_no_answers(estimator, examples):
    assert fitted(estimator, examples).predict_proba(examples[:0]).shape == (0, 3)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    "change, message",
    [
        (lambda X: X.drop(columns="target"), r"^target: a column of this name \(found: text, stance\)$"),
        (lambda X: X.drop(columns="text"), r"^text: a column of this name \(found: target, stance\)$"),
        (lambda X: X.assign(text=["Yes"] * 44 + [" "]), "^row 44: text: some words, not ' '$"),
        (lambda X: X.assign(text=["Yes"] * 44 + ["..."]), r"^row 44: text: some words, not '\.\.\.'$"),
        (lambda X: X.assign(target=[None] + ["trams"] * 44), "^row 0: target: some words, not nan$"),
        (lambda X: X.assign(text=[3.5] * 45), "^row 0: text: some words, not 3.5$"),
        (lambda X: X.assign(text="").rename_axis("line"), "^line 0: text: some words, not ''$"),
        (lambda X: X["text"].tolist(), "^a frame with the columns text and target, not list$"),
    ],
)
def test_bad_pairs_are_refused_by_row_and_field_in_fit_and_in_predict(estimator, examples, change, message):
    bad, model = change(examples), fitted(estimator, examples)
    with pytest.raises(InputError, match=message):
        clone(estimator).fit(bad, examples["stance"])
    with pytest.raises(InputError, match=message):
        model.predict_proba(bad)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_labels_must_match_the_pairs_and_differ(estimator, examples):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        clone(estimator).fit(examples, ["none"])
    with pytest.raises(InputError, match="labels of two stances or more, not only none"):
        clone(estimator).fit(examples, ["none"] * 45)
    with pytest.raises(InputError, match="not only none at all"):
        clone(estimator).fit(examples[:0], [])


def test_a_grid_search_finds_a_nested_parameter(examples):
    search = GridSearchCV(
        Pipeline([("stance", SMALL)]), {"stance__C": [1e-6, 10.0]}, cv=GroupKFold(3), scoring="neg_log_loss"
    )
    search.fit(examples, examples["stance"], groups=examples["target"])
    assert search.best_params_ == {"stance__C": 10.0}
    assert SMALL.C == 1.0


@pytest.mark.parametrize("estimator, least", [(Majority(), 0.3), (SMALL, 0.9)])
def test_grouped_cross_validation_on_targets_that_training_has_not(estimator, least, examples):
    stances, targets = examples["stance"], examples["target"]
    answers = cross_val_predict(clone(estimator), examples, stances, groups=targets, cv=GroupKFold(3))
    assert np.mean(answers == stances) >= least


def test_majority_gives_the_shares_of_training_and_the_commonest(examples):
    some = examples.iloc[[0, 1, 1, 2]]  # support, oppose, oppose, none
    model = Majority().fit(some, some["stance"])
    assert model.predict_proba(examples[:2]).tolist() == [[0.25, 0.5, 0.25]] * 2
    assert model.predict(examples[:2]).tolist() == ["oppose"] * 2


def test_the_answer_follows_the_target_when_the_text_speaks_of_another(examples):
    positions = examples[examples["stance"] != "none"]
    elsewhere = dict(zip(TARGETS, (*TARGETS[1:], TARGETS[0]), strict=True))
    training = pd.concat([positions, positions.assign(target=positions["target"].map(elsewhere), stance="none")])
    text = "We welcome the airport and want it soon."
    table = pd.DataFrame({"text": [text, text], "target": ["the airport", "cheaper school meals"]})
    assert fitted(TfidfStance(C=100), training).predict(table).tolist() == ["support", "none"]


def test_long_texts_and_targets_and_other_scripts_get_an_answer(examples):
    model = fitted(SMALL, examples)
    texts, targets = ["word " * 10_000, "ふたりは橋に賛成した", "Wir sind dafür."], ["tram " * 500, "橋", "Ω"]
    table = pd.DataFrame({"text": texts, "target": targets})
    assert np.isfinite(model.predict_proba(table)).all()


# Saved and loaded ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_what_is_loaded_answers_as_what_was_saved(estimator, examples, tmp_path):
    model = fitted(estimator, examples)
    save(model, tmp_path / "mine")
    again = load(tmp_path / "mine")
    assert (again.predict_proba(examples) == model.predict_proba(examples)).all()
    assert (again.get_params(), again.name_) == (model.get_params(), "mine")


def test_a_model_trained_twice_has_the_same_bytes(examples, tmp_path):
    for name in "ab":
        save(fitted(SMALL, examples), tmp_path / name)
    for file in ("config.json", "weights.safetensors"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    save(fitted(TfidfStance(features=2**10, near=1), examples), tmp_path / "c")
    assert (tmp_path / "a/weights.safetensors").read_bytes() != (tmp_path / "c/weights.safetensors").read_bytes()


def test_the_configuration_names_class_parameters_versions_and_sums(examples, tmp_path):
    save(fitted(SMALL, examples), tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["class"] == "TfidfStance"
    assert config["parameters"] == {"C": 1.0, "features": 1024, "near": 5}
    assert config["classes"] == ["none", "oppose", "support"]
    assert {"numpy", "scikit-learn", "safetensors"} <= config["versions"].keys()
    assert config["sha256"]["weights.safetensors"] == models.sha256((tmp_path / "weights.safetensors").read_bytes())


@pytest.mark.parametrize(
    "file, change, message",
    [
        ("weights.safetensors", lambda path: path.unlink(), r"a readable file \(No such file or directory\)"),
        ("config.json", lambda path: path.unlink(), r"a readable file \(No such file or directory\)"),
        ("weights.safetensors", lambda path: path.write_bytes(path.read_bytes()[:-1]), r"the file as it was saved"),
        (
            "weights.safetensors",
            lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\0"),
            r"the file as it was saved",
        ),
        ("config.json", lambda path: path.write_text(path.read_text().replace('"near": 5', '"near": 6')), "as it was"),
        (
            "config.json",
            lambda path: path.write_text(path.read_text().replace('"none"', '"oppose"')),
            "as it was saved",
        ),
        ("config.json", lambda path: path.write_text(path.read_text()[:40]), "a JSON object"),
        ("config.json", lambda path: path.write_text("[]"), "a JSON object"),
        ("config.json", lambda path: path.write_text('{"sha256": []}'), "as it was saved"),
    ],
)
def test_a_missing_or_altered_file_is_refused_in_one_line(examples, tmp_path, file, change, message):
    save(fitted(SMALL, examples), tmp_path)
    change(tmp_path / file)
    with pytest.raises(InputError, match=rf"{file}: .*{message}") as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_class_that_is_none_of_ours_is_refused(examples, tmp_path):
    class Pipe(Majority):
        pass

    save(fitted(Pipe(), examples), tmp_path)
    with pytest.raises(InputError, match=r"config\.json: class: one of Majority, TfidfStance, .*, not 'Pipe'"):
        load(tmp_path)


@pytest.mark.parametrize("typed, folder", [("fast", "stance-minilm"), ("stance-mpnet", "stance-mpnet")])
def test_a_model_goes_by_its_name_wherever_one_stands(tmp_path, monkeypatch, typed, folder):
    monkeypatch.chdir(tmp_path)
    assert model_folder(typed) == MODELS / folder
    assert load(typed).name_ == folder


def test_a_name_that_is_no_model_is_answered_with_the_names_that_are():
    with pytest.raises(InputError, match=r"nothing-here: the name of a model \(stance-.*\) or a folder that"):
        load("nothing-here")


# Predictions --------------------------------------------------------------------------------------------------------


def test_pairs_put_each_statement_beside_each_target_in_words():
    table = pairs([said(), said("Yes.", statement="a1-9-12")], [TRAM, BRIDGE])
    assert list(table) == ["statement", "target_id", "text", "target", "headline", "context"]
    assert table[["statement", "target_id"]].to_numpy().tolist() == [
        ["a1-0-9", "tram"], ["a1-0-9", "bridge"], ["a1-9-12", "tram"], ["a1-9-12", "bridge"]]  # fmt: skip
    assert table["target"].tolist() == [TRAM.description, BRIDGE.description] * 2


TALK = "Buses are late. “We welcome it,” she said. “It is overdue.” The tram, she added, was a “great leap”. So be it."
LEDE = "Trams are to be built.\n\n"


@pytest.mark.parametrize("kind, words, text, context", [
    ("direct", "We welcome it,", "We welcome it,", "Buses are late."),
    ("direct", "It is overdue.", "It is overdue.", "Buses are late. “We welcome it,” she said."),
    ("indirect", "Buses are late", "Buses are late", ""),
    # a fragment is read in its sentence
    ("fragment", "great leap", "The tram, she added, was a “great leap”.",
     "Buses are late. “We welcome it,” she said. “It is overdue.”"),
])  # fmt: skip
def test_a_statement_is_read_with_its_headline_and_all_that_stands_before_it(kind, words, text, context):
    one = said(words, kind, TALK)
    row = pairs([one], [TRAM]).iloc[0]  # without the article nothing is known beyond the paragraph
    assert (row["text"], row["headline"], row["context"]) == (text, "", context)
    whole = Article("a1", "Trams at last", "", "", "", "", LEDE + TALK, "a1")
    row = pairs([replace(one, start=len(LEDE) + one.place)], [TRAM], [whole]).iloc[0]
    assert (row["text"], row["headline"], row["context"]) == (text, "Trams at last", (LEDE + context).strip())


def test_of_a_long_article_the_nearest_words_are_read():
    long = "Trams are late. " * 10_000
    whole = Article("a1", "", "", "", "", "", f"{long}\n\n{TALK}", "a1")
    one = said("We welcome it,", "direct", TALK)
    row = pairs([replace(one, start=len(long) + 2 + one.place)], [TRAM], [whole]).iloc[0]
    assert CONTEXT - 5 <= len(row["context"]) <= CONTEXT and row["context"].endswith("Buses are late.")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text, target, field, why",
    [
        ("word " * 10_000, "trams", "text", "longer than the model reads, by 9,752 of"),
        ("We want it.", "tram " * 500, "target", "longer than the model reads, by 376 of"),
        *(
            (text, "trams", "text", f"not in English, it seems ({language})")
            for language, text in {
                "de": "Wir sind der Meinung, dass die neue Linie viel zu teuer ist.",
                "fr": "On me dit que les lignes sont bonnes, mais on ne le croit pas.",
                "es": "He dicho que me parece una mala idea y no la vamos a apoyar.",
                "it": "I comuni non vogliono la nuova linea, e a me non sembra una buona idea.",
                "pt": "As linhas do governo no centro da cidade são injustas e não as apoiamos.",
                "nl": "Of het plan goed is weten we nog niet, maar de gemeente is er tegen.",
                "cy": "Mae’r cyngor yn gwrthwynebu’r llinell newydd gan nad yw’n helpu’r dref.",
                "ja": "ふたり は この 橋 に ついて 賛成 した と 言う",
            }.items()
        ),
    ],
)
def test_an_answer_that_means_little_is_named(text, target, field, why):
    table = pd.DataFrame({"text": ["We want it.", text], "target": ["trams", target]}, index=[4, 7])
    (found,) = doubts(load("fast"), table)
    assert found[:2] == (7, field) and found[2].startswith(why)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "We welcome the new tram line.",
        "Wir sind dafür.",  # too short to tell
        "Councils face fines if targets on delayed transfers are missed next winter.",
        "NHS England, the Local Government Association and ADASS published planning requirements for 2017-19.",
    ],
)
def test_nothing_is_said_of_what_can_be_read(text):
    assert list(doubts(load("fast"), pd.DataFrame({"text": [text], "target": ["trams"]}))) == []


def test_no_statement_of_the_contrast_corpus_is_taken_for_another_language(examples):
    texts = contrast().drop_duplicates("statement")[["text", "target"]]
    assert len(texts) > 7000 and list(doubts(fitted(SMALL, examples), texts)) == []


def test_a_model_that_reads_all_words_has_no_doubt_about_long_texts(examples):
    assert list(doubts(fitted(SMALL, examples), pd.DataFrame({"text": ["word " * 999], "target": ["trams"]}))) == []


def test_predictions_name_the_codebooks_target_and_the_model(examples, tmp_path):
    save(fitted(SMALL, examples), tmp_path / "mine")
    found = predictions(load(tmp_path / "mine"), [said(), said("We object to the new tram line.")], [TRAM])
    assert [(one.statement, one.target, one.stance, one.model) for one in found] == [
        ("a1-0-9", "tram", "support", "mine"),
        ("a1-0-9", "tram", "oppose", "mine"),
    ]
    for one in found:
        assert isinstance(one, Prediction)
        assert one.support + one.oppose + one.none == pytest.approx(1, abs=1e-12)
        assert getattr(one, one.stance) == max(one.support, one.oppose, one.none)


def test_no_statements_have_no_predictions(examples):
    assert predictions(fitted(SMALL, examples), [], [TRAM]) == []


def test_a_classified_table_keeps_its_rows_and_gives_a_stance_never_learned_probability_zero(examples):
    two = examples[examples["stance"] != "none"]
    table = examples[:3].set_axis([7, 3, 7])
    answers = classified(fitted(SMALL, two), table)
    assert list(answers) == ["stance", *STANCES, "model"]
    assert answers.index.tolist() == [7, 3, 7]
    assert (answers["none"] == 0).all()
    assert (answers["model"] == "TfidfStance").all()


def test_a_model_of_other_answers_is_refused(examples):
    model = Majority().fit(examples[:2], ["pro", "contra"])
    with pytest.raises(InputError, match="a model that answers support, oppose, none, not contra, pro"):
        classified(model, examples)


# The model that ships -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_default_model_is_a_network():
    model = load()
    assert (model.name_, type(model).__name__) == (models.DEFAULT, "FineTuned")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text, target, stance",
    [
        ("A ban on fireworks is wrong, unfair and would fail to protect anybody.", "a ban on fireworks", "oppose"),
        ("Free school meals help children learn and should be in place everywhere.", "free school meals", "support"),
        ("The match was delayed by fog and ended without a goal.", "free school meals", "none"),
        ("Such fines would tear apart what our joint teams have built.", "joint teams", "support"),
        ("The joint teams are wonderful, and the fines for missing the target will break them.", "the fines", "oppose"),
    ],
)
def test_the_model_that_ships_gets_plain_cases(text, target, stance):
    assert load().predict(pd.DataFrame({"text": [text], "target": [target]})).tolist() == [stance]


@pytest.mark.slow
def test_a_copy_of_a_model_works_elsewhere(tmp_path):
    shutil.copytree(MODELS / models.DEFAULT, tmp_path / "copy", ignore=shutil.ignore_patterns("checkpoints"))
    table = pd.DataFrame({"text": ["This ban is wrong and unfair."], "target": ["the ban"]})
    assert (load(tmp_path / "copy").predict_proba(table) == load().predict_proba(table)).all()
