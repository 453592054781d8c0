"""Saved: classifiers in folders, written and read without running any code from them."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors import numpy as safetensors
from sklearn.utils.validation import check_is_fitted

from stance.classifiers.estimators import Majority, PairClassifier, TfidfStance
from stance.codebook import STANCES
from stance.files import InputError, parsed, read_bytes, written_folder
from stance.shipped import MODELS
from stance.tables import read_text

DEFAULT = "stance-mpnet"
NAMES = {"fast": "stance-minilm"}  # what may be typed for a model's name
LIBRARIES = ("stance-notebooks", "numpy", "scipy", "scikit-learn", "safetensors", "torch", "transformers")
SHARD = 45_000_000  # bytes of weights in one file
CARD = "metrics.json"  # what a model scores, printed in reports
MOST = 1_000_000  # what a number in a configuration may be at most; layers have a limit of their own
LAYERS = 200
FETCHED = {
    "auto_map",
    "attn_implementation",
    "experts_implementation",
    "quantization_config",
}  # which would run others' code


# Saving and loading -------------------------------------------------------------------------------------------------


def save(model: PairClassifier, folder: str | Path) -> None:
    """Write a fitted model to `folder`: config.json, its weights in safetensors of at most SHARD bytes each, and what
    else it needs; the same model gives the same bytes.
    """
    check_is_fitted(model)
    arrays, files, learned = model.state()
    shards: list[dict[str, np.ndarray]] = [{}]
    for name, array in sorted(arrays.items()):
        if shards[-1] and sum(one.nbytes for one in shards[-1].values()) + array.nbytes > SHARD:
            shards.append({})
        shards[-1][name] = np.ascontiguousarray(array)
    for number, shard in enumerate(shards, 1):
        files[f"weights{f'-{number}' if len(shards) > 1 else ''}.safetensors"] = safetensors.save(shard)
    config = {
        "class": type(model).__name__,
        "parameters": model.get_params(),
        "classes": model.classes_.tolist(),
        "versions": {name: version(name) for name in LIBRARIES},
    } | learned
    sums = {name: sha256(content) for name, content in files.items()}
    sums["config.json"] = sha256(_json(config).encode())  # but for the sums
    files["config.json"] = _json(config | {"sha256": sums}).encode()
    with written_folder(folder) as new:
        for name, content in files.items():
            (new / name).write_bytes(content)


def save_card(metrics: dict[str, Any], folder: str | Path) -> None:
    """Write what a saved model scores beside it, under its hash like every other file."""
    content = (json.dumps(metrics, indent=1, ensure_ascii=False) + "\n").encode()
    config = read_json(Path(folder) / "config.json")
    config["sha256"][CARD] = sha256(content)
    with written_folder(folder) as new:
        (new / CARD).write_bytes(content)
        (new / "config.json").write_bytes(_json(config).encode())


def card(name_or_path: str | Path) -> dict[str, Any]:
    """What a model scores, as its folder states it: `scores`, a list of rows; empty where it states nothing.

    Raises InputError where that is under no hash, not as it was saved, or no such rows.
    """
    folder = model_folder(name_or_path)
    if not (folder / CARD).exists() or "class" not in (config := read_json(folder / "config.json")):
        return {}
    sums = config.get("sha256")
    if not isinstance(sums, dict) or sums.get(CARD) != sha256(read_bytes(folder / CARD)):
        raise InputError("the file as it was saved (its sha256 differs)", folder / CARD)
    metrics = read_json(folder / CARD)
    rows = metrics.get("scores", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) and _is_score(row) for row in rows):
        expected = "rows with test, model, pairs and, from 0 to 1, accuracy, macro_f1, low and high"
        raise InputError(expected, folder / CARD, field="scores")
    return metrics


def _is_score(row: Mapping[str, Any]) -> bool:
    shares = [row.get(name) for name in ("accuracy", "macro_f1", "low", "high")]
    return (
        all(isinstance(row.get(name), str) for name in ("test", "model"))
        and isinstance(row.get("pairs"), int)
        and all(isinstance(share, (int, float)) and 0 <= share <= 1 for share in shares)
    )


def model_folder(name_or_path: str | Path) -> Path:
    """The folder of a model: its name under models/, `fast`, or a path, which may not be there."""
    named = MODELS / NAMES.get(str(name_or_path), name_or_path)
    return named if named.is_dir() else Path(name_or_path)


def load(name_or_path: str | Path = DEFAULT) -> PairClassifier:
    """The fitted model of that name under models/ (or `fast`), or in that folder (a Hugging Face checkpoint too), named
    `name_`.

    Raises InputError where there is none, a file is missing, too large, a link to elsewhere or not as it was saved, and
    where what it holds is no model that answers. Runs no code from the folder, and fetches nothing.
    """
    folder = model_folder(name_or_path)
    if not folder.is_dir():
        names = ", ".join(sorted(path.parent.name for path in MODELS.glob("*/config.json")))
        raise InputError(f"the name of a model ({names}) or a folder that holds one", name_or_path)
    _check_folder(folder)
    config = read_json(folder / "config.json")
    try:
        model = _restored(folder, config) if "architectures" not in config else _checkpoint(folder, config)
        asked = pd.DataFrame(
            {"text": ["We want it."], "target": ["a bridge"], "headline": ["Yes"], "context": ["Yes."]}
        )
        answered = model.predict_proba(asked)
        if answered.shape != (1, len(model.classes_)) or not abs(answered.sum() - 1) < 1e-3:
            raise ValueError("its answer is not a probability for each class")
    except (InputError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # whatever a strange model does, panics of its tokenizer too
        raise InputError(f"a model that answers ({type(error).__name__}: {error})"[:300], folder) from error
    model.name_ = folder.resolve().name
    return model


def _checkpoint(folder: Path, config: dict[str, Any]) -> PairClassifier:
    _check_network(config, folder)
    if (index := folder / "model.safetensors.index.json").exists():
        names = read_json(index).get("weight_map", {}).values()
        if not all(isinstance(name, str) and name == Path(name).name for name in names):
            raise InputError("names of files in this folder", index, field="weight_map")
    return _kind("Checkpoint", folder)(str(folder)).fit()


def _restored(folder: Path, config: dict[str, Any]) -> PairClassifier:
    """A model that `save` wrote."""
    stated = config.pop("sha256", None)
    files = _files(folder, config, stated)
    arrays = {name: array for file, content in files.items() if file.endswith(".safetensors")
              for name, array in safetensors.load(content).items()}  # fmt: skip
    kind = _kind(str(config.get("class")), folder)
    for field, expected, kept in _form(config, kind().get_params(), arrays):
        if not kept:
            raise InputError(expected, folder / "config.json", field=field)
    if "network" in config:
        _check_network(config["network"], folder)
    model = kind(**config["parameters"])
    model.classes_ = np.array(config["classes"])
    model.restore(arrays, files, config)
    return model


def _form(
    config: dict[str, Any], usual: dict[str, Any], arrays: dict[str, np.ndarray]
) -> Iterator[tuple[str, str, bool]]:
    """What the configuration of a saved model has to be: the field, what is expected, and whether it is so."""
    given: Any = config.get("parameters")
    classes: Any = config.get("classes")
    yield (
        "parameters",
        f"a value for each of {', '.join(usual)}",
        isinstance(given, dict) and given.keys() == usual.keys(),
    )
    for name, value in usual.items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        is_alike = isinstance(given[name], (int, float) if number else type(value))
        is_small = is_alike and (not isinstance(value, (int, float)) or 0 <= given[name] <= MOST)
        yield name, f"{'a number' if number else type(value).__name__}, such as {value!r}", is_small
    hypothesis = given.get("hypothesis", "{}")
    is_plain = hypothesis.count("{}") == hypothesis.count("{") == hypothesis.count("}") == 1 and len(hypothesis) <= 1000
    yield "hypothesis", "a sentence with one {} and no other braces", is_plain
    yield "checkpoints", "nothing: where training writes is for you to say", not given.get("checkpoints")
    is_list = isinstance(classes, list) and all(isinstance(one, str) for one in classes)
    yield "classes", "stances in order", is_list and len(classes) > 1 and classes == sorted(set(classes) & set(STANCES))
    temperature = config.get("temperature", 1.0)
    is_number = isinstance(temperature, (int, float)) and math.isfinite(temperature)
    yield "temperature", "a number above 0", is_number and temperature > 0
    numbers = [array for array in arrays.values() if array.dtype.kind == "f"]
    yield "sha256", "weights that are finite numbers", all(np.isfinite(array).all() for array in numbers)


def _check_network(config: Any, folder: Path) -> None:
    """Raise InputError for a configuration that asks for code of others, or for more than memory holds."""
    where = folder / "config.json"
    if not isinstance(config, dict):
        raise InputError("an object", where, field="network")
    for name, value in config.items():
        if name in FETCHED or (name.startswith("_") and name != "_name_or_path"):
            raise InputError("no such field, which would have code or files fetched", where, field=name)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if is_number and not -1 <= value <= (LAYERS if "layers" in name else MOST):
            raise InputError(f"a whole number up to {LAYERS if 'layers' in name else MOST:,}", where, field=name)


def _check_folder(folder: Path) -> None:
    """Raise InputError where a file of a model is none, or a link to elsewhere (but in a cache of checkpoints)."""
    root = folder.resolve()
    root = root.parent.parent if root.parent.name == "snapshots" else root
    for path in folder.iterdir():
        if not (path.is_file() or path.is_dir()) or not path.resolve().is_relative_to(root):
            raise InputError("a file of this folder, not a pipe, or a link to elsewhere", path)
        if path.name == "adapter_config.json":
            raise InputError("a whole model, not an adapter, whose base would have to be fetched", path)


def _files(folder: Path, config: dict[str, Any], stated: Any) -> dict[str, bytes]:
    """The contents of a model's files but for config.json. Raises InputError where one is not as it was saved."""
    if not isinstance(stated, dict) or stated.pop("config.json", None) != sha256(_json(config).encode()):
        raise InputError("the file as it was saved (its sha256 differs)", folder / "config.json")
    files = {}
    for name, expected in stated.items():
        if name != Path(name).name:
            raise InputError(f"names of files in this folder, not {name!r:.60}", folder / "config.json", field="sha256")
        files[name] = read_bytes(folder / name)
        if sha256(files[name]) != expected:
            raise InputError("the file as it was saved (its sha256 differs)", folder / name)
    return files


def _kind(name: str, folder: Path) -> type[Any]:
    kinds: dict[str, type[Any]] = {"Majority": Majority, "TfidfStance": TfidfStance}
    if name not in kinds:  # torch is read only where a network is asked for: it takes seconds
        from stance.classifiers.networks import Checkpoint, FineTuned

        kinds |= {"Checkpoint": Checkpoint, "FineTuned": FineTuned}
    if name not in kinds:
        expected = f"one of {', '.join(kinds)}, not {name!r:.60}"
        raise InputError(expected, folder / "config.json", field="class")
    return kinds[name]


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file of a model's folder. Raises InputError where it is missing or broken."""
    content = parsed(read_text(path), path)
    if not isinstance(content, dict):
        raise InputError("a JSON object", path)
    return content


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, in 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
