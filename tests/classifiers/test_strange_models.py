"""Model folders of strangers: signed as they should be, and wrong. Each is refused in one line, and none is obeyed."""

import json
import os
import shutil
import struct

import numpy as np
import pandas as pd
import pytest
from safetensors import numpy as safetensors

from stance.classifiers.estimators import TfidfStance
from stance.classifiers.saved import CARD, card, load, read_json, save, save_card, sha256
from stance.files import InputError

PAIRS = pd.DataFrame({"text": ["We want it.", "We object.", "It rained."] * 2, "target": ["trams"] * 6})
STANCES = ["support", "oppose", "none"] * 2
SCORE = {"test": "t", "model": "m", "pairs": 3, "accuracy": 0.5, "macro_f1": 0.5, "low": 0.4, "high": 0.6}


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "words"
    save(TfidfStance(features=2**10).fit(PAIRS, STANCES), folder)
    return folder


@pytest.fixture(scope="module")
def network(checkpoint, tmp_path_factory):
    from stance.classifiers.networks import FineTuned

    folder = tmp_path_factory.mktemp("models") / "network"
    model = FineTuned(base=str(checkpoint), epochs=1, batch=2, length=32).fit(PAIRS, STANCES)
    save(model.set_params(base=""), folder)
    return folder


def sign(folder, change=lambda config: None):
    """Change the configuration of a saved model, and sign it and its files again, as a stranger can."""
    config = read_json(folder / "config.json")
    sums = {name: sha256((folder / name).read_bytes()) for name in config.pop("sha256") if (folder / name).is_file()}
    change(config)
    written = json.dumps(config, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    sums["config.json"] = sha256(written.encode())
    (folder / "config.json").write_text(json.dumps(config | {"sha256": sums}))


def weights(change):
    """What changes the arrays of a model."""

    def changed(folder):
        path = folder / "weights.safetensors"
        arrays = safetensors.load(path.read_bytes())
        change(arrays)
        path.write_bytes(safetensors.save(arrays))
        sign(folder)

    return changed


def configured(**values):
    return lambda folder: sign(folder, lambda config: config.update(values))


def parameter(name, value):
    return lambda folder: sign(folder, lambda config: config["parameters"].update({name: value}))


def of_network(name, value):
    return lambda folder: sign(folder, lambda config: config["network"].update({name: value}))


def pipe(folder):
    (folder / "weights.safetensors").unlink()
    os.mkfifo(folder / "weights.safetensors")


def link(folder):
    elsewhere = folder.parent / "outside.safetensors"
    (folder / "weights.safetensors").rename(elsewhere)
    (folder / "weights.safetensors").symlink_to(elsewhere)


def shard_elsewhere(folder):
    (folder / "weights.safetensors").rename(folder.parent / "outside.safetensors")
    config = read_json(folder / "config.json")
    config["sha256"]["../outside.safetensors"] = config["sha256"].pop("weights.safetensors")
    (folder / "config.json").write_text(json.dumps(config))


def vast_header(folder):
    (folder / "weights.safetensors").write_bytes(struct.pack("<Q", 10_000_000_000) + b"{}")
    sign(folder)


def no_tokenizer(folder):
    (folder / "tokenizer.json").write_text('{"model": 5}')
    sign(folder)


@pytest.mark.parametrize("kind, change, message", [
    # Files
    ("words", pipe, "a file of this folder, not a pipe"),
    ("words", link, "a link to elsewhere"),
    ("words", shard_elsewhere, r"sha256: names of files in this folder, not '\.\./outside"),
    ("words", vast_header, r"a model that answers \(SafetensorError"),
    ("network", no_tokenizer, "a model that answers"),
    # The configuration
    ("words", configured(classes=["none", "none", "support"]), "classes: stances in order"),
    ("words", configured(classes=["none", "oppose"]), "a model that answers"),
    ("words", configured(classes=[["none"], {}]), "classes: stances in order"),
    ("words", configured(classes=5), "classes: stances in order"),
    ("words", configured(parameters=[]), "parameters: a value for each of C, features, near"),
    ("words", configured(parameters={"C": 1.0}), "parameters: a value for each of C, features, near"),
    ("words", parameter("features", "many"), "features: a number, such as 262144"),
    ("words", parameter("features", 2**40), "features: a number, such as 262144"),
    ("words", parameter("features", 2**9), "a model that answers"),
    ("network", parameter("hypothesis", "The speaker supports {:>300000000}."), "a sentence with one {} and no other"),
    ("network", parameter("hypothesis", "{0.__class__}"), "a sentence with one {} and no other braces"),
    ("network", parameter("hypothesis", "The speaker supports it."), "a sentence with one {} and no other braces"),
    ("network", parameter("checkpoints", "/tmp/elsewhere"), "checkpoints: nothing"),
    ("network", parameter("batch", 0), "a model that answers"),
    ("network", configured(temperature=0), "temperature: a number above 0"),
    ("network", configured(temperature=float("nan")), "temperature: a number above 0"),
    ("network", configured(network=None), "network: an object"),
    ("network", of_network("model_type", "nothing"), "a model that answers"),
    ("network", of_network("hidden_size", 10**9), "hidden_size: a whole number up to 1,000,000"),
    ("network", of_network("num_hidden_layers", 10**5), "num_hidden_layers: a whole number up to 200"),
    ("network", of_network("hidden_size", 32), "weights for each part of the network"),
    ("network", of_network("vocab_size", 3), "weights for each part of the network"),
    ("network", of_network("intermediate_size", 10**6), "weights for each part of the network"),  # some GB
    ("network", of_network("auto_map", {"AutoConfig": "evil--code.Config"}), "auto_map: no such field"),
    ("network", of_network("_attn_implementation", "someone/kernel"), "_attn_implementation: no such field"),
    # The weights
    ("words", weights(lambda arrays: arrays.pop("idf")), r"a model that answers \(ValueError: weights of the shapes"),
    ("words", weights(lambda arrays: arrays.update(idf=arrays["idf"][:9])), "a model that answers"),
    ("words", weights(lambda arrays: arrays["idf"].fill(np.nan)), "weights that are finite numbers"),
    ("words", weights(lambda arrays: arrays.update(intercept=arrays["intercept"][:1])), "a model that answers"),
])  # fmt: skip
def test_a_model_that_is_signed_and_wrong_is_refused_in_one_line(kind, change, message, request, tmp_path):
    folder = shutil.copytree(request.getfixturevalue(kind), tmp_path / "strange")
    change(folder)
    with pytest.raises(InputError, match=message) as caught:
        load(folder)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 1000


def test_a_checkpoint_whose_index_names_a_file_elsewhere_is_refused(checkpoint, tmp_path):
    folder = shutil.copytree(checkpoint, tmp_path / "strange")
    (folder / "model.safetensors").rename(tmp_path / "outside.safetensors")
    index = {"metadata": {}, "weight_map": {"classifier.weight": "../outside.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(InputError, match=r"weight_map: names of files in this folder"):
        load(folder)


def test_an_adapter_and_a_pickle_are_refused(checkpoint, tmp_path):
    folder = shutil.copytree(checkpoint, tmp_path / "strange")
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "someone/model"}')
    with pytest.raises(InputError, match="not an adapter"):
        load(folder)
    (folder / "adapter_config.json").unlink()
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(InputError, match="weights in safetensors"):
        load(folder)


def test_a_checkpoint_in_a_cache_is_read_through_its_links(checkpoint, tmp_path):
    blobs, folder = tmp_path / "models--x" / "blobs", tmp_path / "models--x" / "snapshots" / "abc"
    shutil.copytree(checkpoint, blobs)
    folder.mkdir(parents=True)
    for path in blobs.iterdir():
        (folder / path.name).symlink_to(path)
    assert load(folder).name_ == "abc"


# The figures of a model -----------------------------------------------------------------------------------------------


def test_the_figures_of_a_model_are_under_its_hash(words, tmp_path):
    folder = shutil.copytree(words, tmp_path / "mine")
    assert card(folder) == {}
    save_card({"scores": [SCORE]}, folder)
    assert card(folder) == {"scores": [SCORE]} and load(folder).name_ == "mine"
    text = (folder / CARD).read_text()
    (folder / CARD).write_text(text.replace("0.5", "0.99"))
    for read in (card, load):
        with pytest.raises(InputError, match=r"metrics\.json: the file as it was saved \(its sha256 differs\)"):
            read(folder)


def test_figures_that_nobody_signed_are_refused(words, tmp_path):
    folder = shutil.copytree(words, tmp_path / "mine")
    (folder / CARD).write_text(json.dumps({"scores": [SCORE]}))
    with pytest.raises(InputError, match=r"metrics\.json: the file as it was saved"):
        card(folder)


@pytest.mark.parametrize("scores", [5, [5], [SCORE | {"accuracy": 7}], [SCORE | {"low": None}], [{"test": "t"}]])
def test_figures_of_another_shape_are_refused(words, tmp_path, scores):
    folder = shutil.copytree(words, tmp_path / "mine")
    save_card({"scores": scores}, folder)
    with pytest.raises(InputError, match=r"metrics\.json: scores: rows with test, model, pairs"):
        card(folder)
