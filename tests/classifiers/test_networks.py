"""Cross-encoders, with a network so small that it learns in a second."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, cross_val_predict
from transformers import AutoTokenizer

from stance.classifiers import networks, precisions, runs
from stance.classifiers.networks import FineTuned, unsmoothed
from stance.classifiers.predictions import classified
from stance.classifiers.saved import load, save
from stance.files import InputError

# Hugging Face checkpoints --------------------------------------------------------------------------------------------


SAID = pd.DataFrame(
    {"text": ["the targets are unfair", "good targets", "good"], "target": ["targets", "targets", "the"]}
)


def read_alike(checkpoint, text, target):
    """The pair as the library that the checkpoint comes from reads it, the types of the tokens included."""
    return AutoTokenizer.from_pretrained(checkpoint)(text, f"The speaker supports {target}.", return_tensors="pt")


@pytest.mark.parametrize(
    "text, target",
    [
        ("good", "the"),
        ("we love the targets . good", "trams"),
        ("lunch", "good " * 9),
    ],
)
def test_a_checkpoint_reads_a_pair_as_its_own_library_does(checkpoint, text, target):
    model = load(checkpoint)
    found = model._padded(model._tokens(pd.DataFrame({"text": [text], "target": [target]})))
    expected = read_alike(checkpoint, text, target)
    for name in ("input_ids", "attention_mask", "token_type_ids"):
        whole = expected[name][0].tolist()
        assert found[name][0].tolist()[: len(whole)] == whole and not any(found[name][0].tolist()[len(whole) :])


def test_an_inference_checkpoint_answers_in_stances(checkpoint):
    model = load(checkpoint)
    assert list(model.classes_) == ["none", "oppose", "support"]
    answers = classified(model, SAID)
    assert np.allclose(answers[["support", "oppose", "none"]].sum(axis=1), 1)
    assert list(answers["model"]) == [checkpoint.name] * 3
    # contradiction, entailment and neutral of the network stand in the columns of oppose, support and none
    expected = model.network_(**read_alike(checkpoint, "good", "the")).logits.double().softmax(1)[0].tolist()
    assert np.allclose(answers.loc[2, ["oppose", "support", "none"]].tolist(), expected, atol=1e-2)


def test_a_checkpoint_answers_alike_in_any_order_and_company(checkpoint):
    model = load(checkpoint)
    backwards = model.predict_proba(SAID[::-1])[::-1]
    assert np.allclose(model.predict_proba(SAID), backwards, atol=1e-2)


def test_a_checkpoint_reads_the_head_of_what_is_too_long(checkpoint):
    long = pd.DataFrame({"text": ["good " * 10_000], "target": ["targets"]})
    assert np.allclose(load(checkpoint).predict_proba(long).sum(), 1)


def test_a_checkpoint_with_other_labels_is_refused(checkpoint, tmp_path):
    folder = shutil.copytree(checkpoint, tmp_path / "stars")
    config = json.loads((folder / "config.json").read_text())
    config |= {"id2label": {"0": "1 star", "1": "2 stars", "2": "3 stars"}}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"config\.json: id2label: labels such as .* not 1 star, 2 stars, 3 stars"):
        load(folder)


def test_a_checkpoint_without_safetensors_is_refused(checkpoint, tmp_path):
    folder = shutil.copytree(checkpoint, tmp_path / "pickled")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(InputError, match="a checkpoint with weights in safetensors"):
        load(folder)


def without(folder, to, part, capfd):
    """A copy of a checkpoint that lacks the weights whose names hold `part`."""
    folder = shutil.copytree(folder, to)
    weights = load_file(folder / "model.safetensors")
    save_file(
        {name: value for name, value in weights.items() if part not in name},
        folder / "model.safetensors",
        {"format": "pt"},
    )
    capfd.readouterr()
    return folder


def test_a_checkpoint_without_a_head_is_refused_and_not_answered_at_random(checkpoint, tmp_path, capfd):
    with pytest.raises(InputError, match=r"headless: weights for each part of the network \(2 are missing: classifier"):
        load(without(checkpoint, tmp_path / "headless", "classifier", capfd))
    assert capfd.readouterr() == ("", "")


def test_a_base_may_lack_a_head_and_nothing_else(checkpoint, tmp_path, capfd):
    headless = without(checkpoint, tmp_path / "headless", "classifier", capfd)
    model = FineTuned(str(headless), epochs=1).fit(LEARNED, LEARNED["stance"])
    assert model.predict_proba(LEARNED).shape == (48, 3)
    holed = without(checkpoint, tmp_path / "holed", "layer.1.", capfd)
    with pytest.raises(InputError, match=r"holed: weights for each part of the network \(16 are missing: bert"):
        FineTuned(str(holed), epochs=1).fit(LEARNED, LEARNED["stance"])


def test_a_checkpoint_whose_weights_are_cut_off_is_refused(checkpoint, tmp_path):
    folder = shutil.copytree(checkpoint, tmp_path / "cut")
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:900])
    with pytest.raises(InputError, match=r"cut: a checkpoint with weights in safetensors \("):
        load(folder)


# Fine-tuning --------------------------------------------------------------------------------------------------------


def pairs(*rows):
    return pd.DataFrame(rows, columns=["text", "target", "context", "stance"])


LEARNED = pairs(
    *[
        ("we love trams", "trams", "", "support"),
        ("we hate trams", "trams", "", "oppose"),
        ("lunch", "trams", "", "none"),
        ("we love targets", "targets", "", "support"),
        ("we hate targets", "targets", "", "oppose"),
        ("lunch lunch", "targets", "", "none"),
    ]
    * 8
)


@pytest.fixture
def small(checkpoint):
    return FineTuned(str(checkpoint), epochs=20, rate=2e-3, batch=8, length=24)


def test_it_learns_what_a_child_could(small):
    model = small.fit(LEARNED, LEARNED["stance"])
    assert model.classes_.tolist() == ["none", "oppose", "support"]
    assert (model.predict(LEARNED) == LEARNED["stance"]).all()
    probabilities = model.predict_proba(LEARNED)
    assert probabilities.shape == (48, 3) and np.allclose(probabilities.sum(axis=1), 1)
    assert model.predict_proba(LEARNED[:0]).shape == (0, 3)


def test_a_clone_and_cross_validation_go_as_with_any_estimator(small):
    assert clone(small).get_params() == small.get_params()
    answers = cross_val_predict(small, LEARNED, LEARNED["stance"], groups=LEARNED["text"], cv=GroupKFold(2))
    assert set(answers) <= {"support", "oppose", "none"}


@pytest.mark.parametrize(
    "text, target, context, length, expected",
    [
        ("good", "trams", "", 24, "[CLS] good [SEP] the speaker supports trams . [SEP]"),
        (
            "good",
            "trams",
            "we hate targets",
            24,
            "[CLS] we hate targets [SEP] good [SEP] the speaker supports trams . [SEP]",
        ),
        # context that does not fit loses its beginning, and one of which little is left is left out
        (
            "good",
            "trams",
            "lunch " * 9 + "we hate",
            20,
            "[CLS] " + "lunch " * 8 + "we hate [SEP] good [SEP] the speaker supports trams . [SEP]",
        ),
        (
            "good good good good",
            "trams",
            "lunch " * 9,
            16,
            "[CLS] good good good good [SEP] the speaker supports trams . [SEP]",
        ),
        # a statement loses its end, the target never more than half of all
        ("good " * 20 + "hate", "trams", "", 16, "[CLS] " + "good " * 8 + "[SEP] the speaker supports trams . [SEP]"),
        ("good", "trams " * 40, "", 16, "[CLS] good [SEP] the speaker supports trams trams trams trams trams [SEP]"),
    ],
)
def test_what_the_network_reads(small, checkpoint, text, target, context, length, expected):
    model = small.set_params(length=length).fit(LEARNED[:3], LEARNED["stance"][:3])
    (ids,) = model._tokens(pairs((text, target, context, "none")))
    assert " ".join(map(model.tokenizer_.id_to_token, ids)) == expected
    assert len(ids) <= length


@pytest.mark.parametrize(
    "headline, context, before, expected",
    [
        ("trams love lunch", "", 128, "[CLS] trams love lunch [SEP] good [SEP] the speaker supports trams . [SEP]"),
        ("trams love lunch", "we hate", 128,
         "[CLS] trams love lunch [SEP] we hate [SEP] good [SEP] the speaker supports trams . [SEP]"),
        # of what stands before the nearest words are read, of a headline the first
        ("lunch", "we hate targets", 2,
         "[CLS] lunch [SEP] hate targets [SEP] good [SEP] the speaker supports trams . [SEP]"),
        ("trams " + "lunch " * 40, "", 128,
         "[CLS] trams " + "lunch " * 31 + "[SEP] good [SEP] the speaker supports trams . [SEP]"),
        (None, "we hate", 128, "[CLS] we hate [SEP] good [SEP] the speaker supports trams . [SEP]"),
    ],
)  # fmt: skip
def test_the_headline_is_read_and_then_what_stands_before(small, headline, context, before, expected):
    model = small.set_params(before=before, length=64).fit(LEARNED[:3], LEARNED["stance"][:3])
    (ids,) = model._tokens(pairs(("good", "trams", context, "none")).assign(headline=headline))
    assert " ".join(map(model.tokenizer_.id_to_token, ids)) == expected


@pytest.mark.parametrize(
    "text, target, unread",
    [
        ("good", "trams", (0, 0)),
        ("good " * 9, "trams", (1, 0)),
        ("good " * 8, "trams", (0, 0)),
        ("good", "trams " * 4, (0, 0)),
        ("good", "trams " * 5, (0, 1)),
        ("good " * 9, "trams " * 40, (4, 36)),
    ],
)
def test_what_the_network_does_not_read_is_counted(small, text, target, unread):
    model = small.set_params(length=16).fit(LEARNED[:3], LEARNED["stance"][:3])
    table = pairs((text, target, "we hate targets", "none"))
    assert model.unread(table).tolist() == [list(unread)]
    (ids,) = model._tokens(table)
    words = 3 + 4 + len(text.split()) + len(target.split())  # with the marks and "the speaker supports ... ."
    assert len(ids) == words - sum(unread)


def test_without_context_none_is_read(small):
    model = small.set_params(context=False).fit(LEARNED[:3], LEARNED["stance"][:3])
    assert len(model._tokens(pairs(("good", "trams", "we hate targets", "none")))[0]) == 9


@pytest.mark.parametrize(
    "labels, message",
    [
        (["support"] * 47 + ["favour"], "labels among support, oppose, none, not favour"),
        (["support"] * 48, "labels of two stances or more, not only support"),
    ],
)
def test_labels_that_teach_nothing_are_refused(small, labels, message):
    with pytest.raises(InputError, match=message):
        small.fit(LEARNED, labels)


def test_it_learns_probabilities_too(small):
    soft = np.tile([0.2, 0.1, 0.7], (len(LEARNED), 1))
    learned = small.fit(LEARNED, soft).predict_proba(LEARNED)
    assert np.allclose(learned, 0.95 * soft + 0.05 / 3, atol=0.06)  # a twentieth is spread over all


def test_a_seed_repeats_a_run_and_another_does_not(small):
    answers = [
        clone(small).set_params(seed=seed, epochs=1).fit(LEARNED, LEARNED["stance"]).predict_proba(LEARNED)
        for seed in (0, 0, 1)
    ]
    assert (answers[0] == answers[1]).all() and (answers[0] != answers[2]).any()


def test_the_best_moment_on_the_dev_part_is_kept_and_patience_ends_the_run(small, tmp_path):
    turned = LEARNED["stance"].map({"support": "oppose", "oppose": "support", "none": "none"})
    model = small.set_params(patience=2).fit(LEARNED, LEARNED["stance"], dev=(LEARNED, turned))
    steps, scores = zip(*((look["step"], look["dev"]) for look in model.history_), strict=True)
    assert steps[-1] < 120  # of 20 passes in 6 batches
    ended = (
        model.set_params(checkpoints=str(tmp_path), warm_start=False)
        .fit(LEARNED, LEARNED["stance"], dev=(LEARNED, turned))
        .history_
    )
    assert model.fit(LEARNED, LEARNED["stance"], dev=(LEARNED, turned)).history_ == ended  # it is not gone on with
    best = pd.Series(scores).idxmax()
    assert len(scores) == best + 3
    again = clone(small).set_params(patience=0, checkpoints="").fit(LEARNED, LEARNED["stance"])
    assert (again.predict(LEARNED) == LEARNED["stance"]).mean() > (model.predict(LEARNED) == LEARNED["stance"]).mean()


def test_a_stopped_run_goes_on_where_it_was(small, tmp_path, monkeypatch):
    small.set_params(epochs=3)
    whole = clone(small).fit(LEARNED, LEARNED["stance"]).predict_proba(LEARNED)
    monkeypatch.setattr("stance.classifiers.runs.SAVED_EVERY", 0)
    steps = []
    save_file = runs.save_file

    def stopping(arrays, path):
        save_file(arrays, path)
        steps.append(path)
        if len(steps) == 8:
            raise KeyboardInterrupt

    monkeypatch.setattr(runs, "save_file", stopping)
    small.set_params(checkpoints=str(tmp_path / "run"))
    with pytest.raises(KeyboardInterrupt):
        clone(small).fit(LEARNED, LEARNED["stance"])
    assert json.loads((tmp_path / "run/run.json").read_text())["step"] == 7  # the eighth was not yet in place
    resumed = clone(small).fit(LEARNED, LEARNED["stance"])
    assert np.allclose(resumed.predict_proba(LEARNED), whole, atol=1e-6)
    assert len(steps) == 8 + 11 + 1  # the other eleven steps, and the end
    done = clone(small).fit(LEARNED, LEARNED["stance"])  # nothing is left to do
    assert (done.predict_proba(LEARNED) == resumed.predict_proba(LEARNED)).all()


def test_the_checkpoint_of_another_run_is_refused(small, tmp_path):
    small.set_params(checkpoints=str(tmp_path), epochs=1).fit(LEARNED, LEARNED["stance"])
    with pytest.raises(InputError, match="an empty folder, or the checkpoint of a run with these pairs and settings"):
        clone(small).set_params(rate=1e-3).fit(LEARNED, LEARNED["stance"])


def test_a_warm_start_goes_on_from_the_network_as_it_is(small):
    begun = small.fit(LEARNED, LEARNED["stance"]).predict_proba(LEARNED)
    warm = small.set_params(warm_start=True, rate=0.0, epochs=1).fit(LEARNED, LEARNED["stance"])
    assert np.allclose(warm.predict_proba(LEARNED), begun, atol=1e-6)
    cold = small.set_params(warm_start=False).fit(LEARNED, LEARNED["stance"])
    assert not np.allclose(cold.predict_proba(LEARNED), begun, atol=1e-3)


@pytest.mark.parametrize(
    "frozen, still",
    [
        (0, {"embeddings"}),
        (1, {"embeddings", "layer.0"}),
        (9, {"embeddings", "layer.0", "layer.1"}),
    ],
)
def test_the_lowest_layers_can_rest(small, frozen, still):
    begun = {name: value.clone() for name, value in small._begun()[0].state_dict().items()}
    torch.manual_seed(0)
    model = small.set_params(epochs=1, frozen=frozen).fit(LEARNED, LEARNED["stance"])
    for name, value in model.network_.state_dict().items():
        if "classifier" not in name:  # which begins at random
            assert torch.equal(value, begun[name]) == any(part in name for part in still), name


def test_what_is_saved_answers_as_what_was_fitted_in_less_room(small, tmp_path):
    model = small.fit(LEARNED, LEARNED["stance"])
    model.temperature_ = 1.7
    before = model.predict_proba(LEARNED)
    save(model, tmp_path / "mine")
    again = load(tmp_path / "mine")
    assert (again.predict_proba(LEARNED) == model.predict_proba(LEARNED)).all()
    assert np.allclose(before, model.predict_proba(LEARNED), atol=0.05)  # rounding weights changes little
    assert (again.temperature_, again.get_params()) == (1.7, model.get_params())
    whole = sum(value.numel() * 4 for value in model.network_.state_dict().values())
    assert (tmp_path / "mine/weights.safetensors").stat().st_size < 0.65 * whole


@pytest.mark.parametrize(
    "learned, meant",
    [  # what a network says that has learned smoothed labels, and what it means
        ([1 / 3, 1 / 3, 1 / 3], [1 / 3, 1 / 3, 1 / 3]),
        ([0.05 / 3, 0.05 / 3, 1 - 0.1 / 3], [0.001, 0.001, 1]),  # as sure as it can be: a little doubt is left
        ([0.05 / 3, 0.3, 0.7 - 0.05 / 3], [0.001, 0.2982, 0.7018]),
        ([0.0, 0.0, 1.0], [0.001, 0.001, 1.0351]),  # surer than its labels
    ],
)
def test_the_smoothing_of_the_labels_is_taken_back(learned, meant):
    logits = np.log(np.maximum([learned], 1e-12)) + 4.2  # whatever is added to all
    assert np.exp(unsmoothed(logits)) == pytest.approx(np.array([meant]), abs=1e-4)


def test_weights_that_lack_a_part_are_refused(small, tmp_path):
    model = small.set_params(epochs=1).fit(LEARNED, LEARNED["stance"])
    arrays, files, config = model.state()
    arrays.pop("classifier.bias")
    with pytest.raises(InputError, match=r"weights for each part of the network, and no others \(classifier\.bias\)"):
        FineTuned().restore(arrays, files, config)
    with pytest.raises(InputError, match=r"\(pie\)"):
        FineTuned().restore(model.state()[0] | {"pie": np.ones(2, np.float32)}, files, config)


def test_weights_are_cut_into_files_that_a_forge_takes(small, tmp_path, monkeypatch):
    monkeypatch.setattr("stance.classifiers.saved.SHARD", 2000)
    model = small.set_params(epochs=1).fit(LEARNED, LEARNED["stance"])
    save(model, tmp_path)
    files = sorted(tmp_path.glob("weights-*.safetensors"))
    assert len(files) > 2
    assert (load(tmp_path).predict_proba(LEARNED) == model.predict_proba(LEARNED)).all()
    files[1].write_bytes(files[0].read_bytes())
    with pytest.raises(InputError, match=rf"{files[1].name}: the file as it was saved"):
        load(tmp_path)
    files[1].unlink()
    with pytest.raises(InputError, match=rf"{files[1].name}: a readable file"):
        load(tmp_path)


def test_a_base_that_is_no_network_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"a checkpoint with config\.json and tokenizer\.json"):
        FineTuned(str(tmp_path / "nowhere")).fit(LEARNED, LEARNED["stance"])


# Asked of many -------------------------------------------------------------------------------------------------------


def test_alike_pairs_are_asked_once_and_in_any_number_of_windows_alike(small, monkeypatch):
    model = small.fit(LEARNED, LEARNED["stance"])
    monkeypatch.setenv("STANCE_PRECISION", "fp32")
    rows = LEARNED.sample(40, replace=True, random_state=0)
    whole, sizes, padded = model.logits(rows), [], model._padded
    monkeypatch.setattr(model, "_padded", lambda batch: sizes.append(len(batch)) or padded(batch))
    monkeypatch.setattr("stance.classifiers.networks.POOL", 1)
    model.batch = 2
    assert np.allclose(model.logits(rows), whole, atol=1e-6)
    assert sizes == [2, 2, 2]  # six different pairs
    assert np.allclose(model.logits(rows[::-1])[::-1], whole, atol=1e-6)


def test_a_text_is_split_into_tokens_once_for_all_its_targets(small):
    model = small.fit(LEARNED[:3], LEARNED["stance"][:3])
    asked = []

    class Counted:
        def encode_batch(self, texts, **options):
            asked.extend(texts)
            return whole.encode_batch(texts, **options)

    whole, model.tokenizer_ = model.tokenizer_, Counted()
    found = model._ids(["good", "lunch", "good", "good"])
    assert asked == ["good", "lunch"]
    good, lunch = (whole.encode(text, add_special_tokens=False).ids for text in asked)
    assert found == [good, lunch, good, good]


def test_half_precision_answers_as_the_whole_does_within_its_rounding(small, monkeypatch):
    model = small.fit(LEARNED, LEARNED["stance"])
    answers = []
    for name in ("fp32", "bf16"):
        monkeypatch.setenv("STANCE_PRECISION", name)
        answers.append(model.predict_proba(LEARNED))
    assert np.allclose(*answers, atol=0.02) and not np.array_equal(*answers)


# OpenVINO ----------------------------------------------------------------------------------------------------------

# Not imported here: it would import what tells of its use.
needs_openvino = pytest.mark.skipif(not find_spec("openvino"), reason="OpenVINO is not installed")


@pytest.fixture
def asked(monkeypatch):
    """Pairs that are MANY, and of several lengths."""
    monkeypatch.setattr(networks, "MANY", 6)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    lengths = [f"{'good ' * number}targets" for number in range(1, 9)]
    return pd.concat([LEARNED, pd.DataFrame({"text": lengths, "target": "trams"})], ignore_index=True)


@needs_openvino
@pytest.mark.parametrize("name, within", [("fp32", 1e-5), ("bf16", 0.05)])
@pytest.mark.parametrize("kind", ["trained by us", "of others"])
def test_openvino_answers_as_torch_does(small, checkpoint, asked, kind, name, within, tmp_path, monkeypatch):
    monkeypatch.setenv("STANCE_PRECISION", name)
    if kind == "trained by us":
        save(small.fit(LEARNED, LEARNED["stance"]).set_params(base=""), tmp_path / "m")
    model = load(tmp_path / "m" if kind == "trained by us" else checkpoint)
    by_openvino = model.predict_proba(asked)
    assert model._compiled[1]
    monkeypatch.setattr(networks, "MANY", len(asked) + 1)
    assert np.allclose(model.predict_proba(asked), by_openvino, atol=within)


def test_few_pairs_and_a_network_that_is_being_trained_are_not_worth_it(small, asked, monkeypatch):
    model = small.fit(LEARNED, LEARNED["stance"], dev=(asked[:48], LEARNED["stance"]))
    model.predict_proba(asked)
    assert model._compiled == (None, None)
    model._is_whole = True
    model.predict_proba(asked[:1])
    assert model._compiled == (None, None)


@pytest.mark.parametrize("change", [
    lambda patch: patch.setattr(precisions, "ALIKE", 0.0),  # it answers otherwise
    lambda patch: patch.setattr(precisions, "find_spec", lambda name: None),  # it is not installed
    lambda patch: patch.setitem(sys.modules, "openvino_telemetry", sys),  # it could tell of it
])  # fmt: skip
def test_torch_answers_where_openvino_must_not(checkpoint, asked, change, monkeypatch):
    model = load(checkpoint)
    expected = model.predict_proba(asked[:5])
    change(monkeypatch)
    assert np.allclose(model.predict_proba(asked)[:5], expected, atol=0.02)
    assert model._compiled == (model.network_, None)


@needs_openvino
def test_openvino_tells_nobody_that_it_converted_a_network(checkpoint):
    code = """
import os, socket, sys
socket.socket.connect = socket.getaddrinfo = lambda *given: os._exit(9)
import pandas as pd
from stance.classifiers import networks
from stance.classifiers.saved import load
networks.MANY, model = 1, load(sys.argv[1])
model.predict_proba(pd.DataFrame({"text": ["good"], "target": ["the"]}))
print(bool(model._compiled[1]), [name for name in sys.modules if name.startswith("openvino_telemetry.")])
"""
    run = subprocess.run([sys.executable, "-c", code, str(checkpoint)], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[-2] == "True []"


# Precision and threads ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("able, gain, expected", [
    (False, 9.0, "fp32"),
    (True, 1.24, "fp32"),
    (True, 1.25, "bf16"),
])  # fmt: skip
def test_the_precision_is_measured_once_and_left_to_the_processes_begun(monkeypatch, able, gain, expected):
    monkeypatch.delenv("STANCE_PRECISION", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: able)
    monkeypatch.setattr(precisions, "_gain", lambda: gain)
    assert precisions.precision() == os.environ["STANCE_PRECISION"] == expected
    monkeypatch.setattr(precisions, "_gain", None)  # not asked again
    assert precisions.precision() == expected


def test_a_precision_that_there_is_not_is_told(monkeypatch):
    monkeypatch.setenv("STANCE_PRECISION", "int4")
    with pytest.raises(InputError, match="STANCE_PRECISION: bf16 or fp32, not 'int4'"):
        precisions.precision()


@pytest.mark.parametrize("code, policy", [
    ("import stance.classifiers", "passive"),
    ("import torch, stance.classifiers", None),  # too late: only other processes would hear it
    ("import os; os.environ['OMP_WAIT_POLICY'] = 'active'; import stance.classifiers", "active"),
])  # fmt: skip
def test_threads_wait_asleep_where_torch_comes_after_us(code, policy):
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    told = [sys.executable, "-c", f"{code}; import os; print(os.environ.get('OMP_WAIT_POLICY'))"]
    run = subprocess.run(told, env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(policy)
