from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stance import corpora
from stance.corpora import CORPORA, TESTS, card, evaluate, examples, train, with_unrelated
from stance.models import DEFAULT, MODELS, Majority, load, read_json
from stance.records import InputError

SHARED = Path(__file__).parents[2] / "shared" / "corpora"
VAST, PERSPECTRUM, PROCON = TESTS.values()


def written(folder, **tables):
    """Corpora of (text, target, label, split) rows; those not named have one row."""
    for name in CORPORA:
        rows = tables.get(name, [(f"A {name} text.", f"the {name} target", "favor", "train")])
        pd.DataFrame(rows, columns=["text", "target", "label", "split"]).to_parquet(folder / f"{name}.parquet")
    return folder


def rows_of(table, corpus):
    rows = table[table["corpus"] == corpus]
    return list(rows[["text", "target", "stance", "test"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("corpus, rows, expected", [
    # labels are named as ours are
    ("vast", [("Yes.", "it", "favor", "train"), ("No.", "it", "against", "train"), ("Hm.", "it", "none", "train")],
     [("Yes.", "it", "support", ""), ("No.", "it", "oppose", ""), ("Hm.", "it", "none", "")]),
    # a pair counts once, however it is written
    ("vast", [("Yes, do!", "trams", "favor", "train"), ("yes do", "Trams", "favor", "train")],
     [("Yes, do!", "trams", "support", "")]),
    # and not at all with two labels
    ("vast", [("Yes.", "it", "favor", "train"), ("Yes.", "it", "against", "train"), ("No.", "it", "against", "train")],
     [("No.", "it", "oppose", "")]),
    # nothing without words
    ("vast", [("...", "trams", "favor", "train"), ("Yes.", "?", "favor", "train"), ("Yes.", "trams", "favor", "train")],
     [("Yes.", "trams", "support", "")]),
    # a topic of training is no new topic
    ("vast", [("Yes.", "it", "favor", "train"), ("No.", "it", "against", "dev"), ("No.", "trams", "against", "dev")],
     [("Yes.", "it", "support", ""), ("No.", "trams", "oppose", VAST)]),
    # a text of a test leaves training, and so does a target
    ("perspectrum", [("It is dear.", "Build it", "against", "train"), ("It is dear.", "Buy it", "against", "test"),
                     ("It is fun.", "Buy it", "favor", "dev"), ("It is old.", "Sell it", "favor", "dev")],
     [("It is dear.", "Buy it", "oppose", PERSPECTRUM), ("It is old.", "Sell it", "support", "")]),
    # the answer that ProCon's editors append is taken off
    ("procon20", [("It does.", "Does it float? – YES", "favor", "train")],
     [("It does.", "Does it float?", "support", "")]),
])
def test_the_pairs_of_a_corpus(tmp_path, corpus, rows, expected):
    assert rows_of(examples(written(tmp_path, **{corpus: rows})), corpus) == expected


def test_a_fifth_of_the_questions_of_procon_is_held_out_whole(tmp_path):
    rows = [(f"View {view} on {number}.", f"Should plan {number} go on?", "favor", "train")
            for number in range(200) for view in range(2)]
    table = examples(written(tmp_path, procon20=rows))
    procon = table[table["corpus"] == "procon20"]
    held = procon[procon["test"] == PROCON]
    assert 0.12 < len(held) / len(procon) < 0.28
    assert set(held["target"]).isdisjoint(procon[procon["test"] == ""]["target"])


def test_a_text_held_out_in_one_corpus_is_not_trained_on_in_another(tmp_path):
    table = examples(written(tmp_path, perspectrum=[("It is dear.", "Buy it", "against", "test")],
                             argkp2021=[("It is dear!", "We should sell it", "favor", "train"),
                                        ("It is far.", "buy it", "favor", "train"),
                                        ("It is near.", "We should keep it", "favor", "train")]))
    assert [text for text, *_ in rows_of(table, "argkp2021")] == ["It is near."]


@pytest.mark.parametrize("spoil, message", [
    (lambda folder: (folder / "vast.parquet").unlink(), "vast.parquet: a readable file"),
    (lambda folder: pd.DataFrame({"text": ["a"]}).to_parquet(folder / "vast.parquet"),
     r"vast.parquet: target: a column of this name \(found: text\)"),
    (lambda folder: pd.DataFrame([("a", "b", "favor", "dev"), ("a", "b", "pro", "dev")],
                                 columns=["text", "target", "label", "split"]).to_parquet(folder / "vast.parquet"),
     "vast.parquet:2: label: one of favor, against, none"),
])
def test_a_corpus_that_is_not_as_expected_is_named(tmp_path, spoil, message):
    spoil(written(tmp_path))
    with pytest.raises(InputError, match=message):
        examples(tmp_path)


def test_unrelated_targets_give_none_to_the_corpora_that_lack_it():
    training = pd.DataFrame(
        [(f"View {n} on plan {n % 7}.", f"plan {n % 7}", "support", "argkp2021", "") for n in range(100)]
        + [("Yes.", "trams", "support", "vast", ""), ("Hm.", "trams", "none", "vast", "")],
        columns=["text", "target", "stance", "corpus", "test"])
    table = with_unrelated(training)
    added = table[len(training):]
    assert table[: len(training)].equals(training)
    assert set(added["corpus"]) == {"argkp2021"} and set(added["stance"]) == {"none"}
    assert 30 < len(added) <= 50
    assert not any(row.text.endswith(f"{row.target}.") for row in added.itertuples())  # never its own target
    assert with_unrelated(training).equals(table)


class Answers:
    """A stand-in that gives each text the stance that it names."""

    classes_ = np.array(["none", "oppose", "support"])

    def predict_proba(self, held):
        return np.array([[(0.9 if text == name else 0.05) for name in self.classes_] for text in held["text"]])


def held(*rows, test="a test"):
    return pd.DataFrame(rows, columns=["text", "target", "stance"]).assign(test=test)


def test_scores_worked_out_by_hand():
    # support: 2 of 2 found, 1 more called so: F1 4/5; oppose: 1 of 2 found: 2/3; none: 1 of 1: 1.
    table = evaluate(Answers(), held(
        ("support", "a", "support"), ("support", "b", "support"), ("support", "c", "oppose"), ("oppose", "d", "oppose"),
        ("none", "e", "none")))
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


def test_the_last_row_is_the_mean_of_the_tests():
    good = held(("support", "a", "support"), ("oppose", "b", "oppose"))
    bad = held(("support", "a", "oppose"), ("oppose", "b", "support"), test="another")
    table = evaluate(Answers(), pd.concat([good, bad], ignore_index=True))
    assert table["macro_f1"].tolist() == [1, 0, 0.5]
    assert table["test"].tolist() == ["a test", "another", "mean of the tests"]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Small corpora with every test in them."""
    rows = {"favor": "I welcome {} warmly, number {}.", "against": "I reject {} firmly, number {}."}
    def pairs(noun, split, number):
        return [(saying.format(f"{noun} {n}", n), f"{noun} {n}", label, split)
                for n in range(number) for label, saying in rows.items()]
    none = [(f"The fair opens at {n}.", f"bridge {n}", "none", split) for n, split in enumerate(["train", "dev"] * 10)]
    return written(tmp_path_factory.mktemp("corpora"),
                   vast=pairs("road", "train", 20) + pairs("bridge", "dev", 10) + none,
                   procon20=pairs("school", "train", 30), argkp2021=pairs("park", "train", 20),
                   perspectrum=pairs("shop", "train", 10) + pairs("farm", "test", 10))


def test_training_writes_a_model_its_figures_and_its_card_the_same_every_time(small, tmp_path):
    scores = train(small, tmp_path / "one/stance-tiny")
    train(small, tmp_path / "two/stance-tiny")
    assert set(scores["test"]) == {*TESTS.values(), "mean of the tests"}
    assert scores["model"].unique().tolist() == ["stance-tiny", "majority"]
    files = sorted(path.name for path in (tmp_path / "one/stance-tiny").iterdir())
    assert files == ["README.md", "config.json", "metrics.json", "weights.safetensors"]
    for file in files:
        assert (tmp_path / "one/stance-tiny" / file).read_bytes() == (tmp_path / "two/stance-tiny" / file).read_bytes()
    kept = scores[scores["model"] == "stance-tiny"].drop(columns="model")
    table = examples(small)
    again = evaluate(load(tmp_path / "one/stance-tiny"), table[table["test"] != ""])
    pd.testing.assert_frame_equal(again, kept)
    text = (tmp_path / "one/stance-tiny/README.md").read_text()
    assert text.startswith("# stance-tiny\n")
    assert f"{kept.iloc[0].macro_f1:.3f} ({kept.iloc[0].low:.3f} to {kept.iloc[0].high:.3f})" in text


# The model that ships -----------------------------------------------------------------------------------------------


def test_the_card_is_that_of_its_figures():
    folder = MODELS / DEFAULT
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text == card(folder)
    config, metrics = read_json(folder / "config.json"), read_json(folder / "metrics.json")
    assert config["sha256"]["weights.safetensors"] in text
    for row in metrics["scores"]:
        assert f"{row['macro_f1']:.3f} ({row['low']:.3f} to {row['high']:.3f})" in text
    for corpus in metrics["data"]:
        assert f"| {corpus['licence']} |" in text
    assert {corpus["corpus"] for corpus in metrics["data"]} == set(corpora.CORPORA)
    assert not {"seesaw", "debatabase"} & set(corpora.CORPORA)  # for non-commercial use only


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public corpora are not beside this repository")
def test_the_shipped_model_has_the_scores_of_its_card():
    table = examples(SHARED)
    held_out = table[table["test"] != ""]
    stated = pd.DataFrame(read_json(MODELS / DEFAULT / "metrics.json")["scores"])
    kept = stated[stated["model"] == DEFAULT].drop(columns="model").reset_index(drop=True)
    pd.testing.assert_frame_equal(evaluate(load(), held_out), kept, atol=1e-4)
    majority = Majority().fit(held_out, held_out["stance"])
    assert (evaluate(majority, held_out)["macro_f1"] < kept["low"]).all()
    training = table[table["test"] == ""]
    assert not set(training["text"]) & set(held_out["text"])
    assert not set(training["target"].str.lower()) & set(held_out["target"].str.lower())
