"""Saved: classifiers in folders, written and read without running any code from them."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import numpy as safetensors
from sklearn.utils.validation import check_is_fitted

from stance.classifiers.estimators import Majority, PairClassifier, TfidfStance
from stance.shipped import MODELS
from stance.tables import InputError, read_text, write_text, written_whole

DEFAULT = "stance-mpnet"
NAMES = {"fast": "stance-minilm"}  # what may be typed for a model's name
LIBRARIES = ("stance-notebooks", "numpy", "scipy", "scikit-learn", "safetensors", "torch", "transformers")
SHARD = 45_000_000  # bytes of weights in one file


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
    for name, content in files.items():
        with written_whole(Path(folder) / name) as beside:
            beside.write_bytes(content)
    write_text(_json(config | {"sha256": sums}), Path(folder) / "config.json")


def model_folder(name_or_path: str | Path) -> Path:
    """The folder of a model: its name under models/, `fast`, or a path, which may not be there."""
    named = MODELS / NAMES.get(str(name_or_path), name_or_path)
    return named if named.is_dir() else Path(name_or_path)


def load(name_or_path: str | Path = DEFAULT) -> PairClassifier:
    """The fitted model of that name under models/ (or `fast`), or in that folder (a Hugging Face checkpoint too), named
    `name_`.

    Raises InputError where there is none, or a file is missing or not as it was saved. Runs no code from the folder.
    """
    folder = model_folder(name_or_path)
    if not folder.is_dir():
        names = ", ".join(sorted(path.parent.name for path in MODELS.glob("*/config.json")))
        raise InputError(f"the name of a model ({names}) or a folder that holds one", name_or_path)
    config = read_json(folder / "config.json")
    stated = config.pop("sha256", None)
    if "architectures" in config:
        model: PairClassifier = _kind("Checkpoint", folder)(str(folder)).fit()
    else:
        files = _files(folder, config, stated)
        arrays = {name: array for file, content in files.items() if file.endswith(".safetensors")
                  for name, array in safetensors.load(content).items()}  # fmt: skip
        model = _kind(config["class"], folder)(**config["parameters"])
        model.classes_ = np.array(config["classes"])
        model.restore(arrays, files, config)
    model.name_ = folder.resolve().name
    return model


def _files(folder: Path, config: dict[str, Any], stated: Any) -> dict[str, bytes]:
    """The contents of a model's files but for config.json. Raises InputError where one is not as it was saved."""
    if not isinstance(stated, dict) or stated.pop("config.json", None) != sha256(_json(config).encode()):
        raise InputError("the file as it was saved (its sha256 differs)", folder / "config.json")
    files = {}
    for name, expected in stated.items():
        try:
            files[name] = (folder / Path(name).name).read_bytes()
        except OSError as error:
            raise InputError(f"a readable file ({error.strerror})", folder / name) from error
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
    text = read_text(path)
    try:
        content = json.loads(text)
    except ValueError as error:
        raise InputError(f"a JSON object ({error})", path) from error
    if not isinstance(content, dict):
        raise InputError("a JSON object", path)
    return content


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, in 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
