"""Models: classifiers in folders, saved, loaded and asked which stance each statement takes towards each target."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors import numpy as safetensors
from sklearn.utils.validation import check_is_fitted

from stance.articles import Article
from stance.classifiers import WORD, Majority, PairClassifier, TfidfStance
from stance.codebook import STANCES, Target
from stance.records import InputError, read_text, write_text, written_whole
from stance.statements import Statement

MODELS = Path(__file__).parents[1] / "models"
DEFAULT = "stance-mpnet"
NAMES = {"fast": "stance-minilm"}  # what may be typed for a model's name
LIBRARIES = ("stance-notebooks", "numpy", "scipy", "scikit-learn", "safetensors", "torch", "transformers")
SHARD = 45_000_000  # bytes of weights in one file

PARAGRAPH = "\n\n"
FEW_WORDS = 8  # fewer before a statement say too little of what it leans on
FOREIGN = 0.8  # probability of another language; no statement of the contrast corpus has as much (a test)


@dataclass(frozen=True)
class Prediction:
    """A model's answer for one statement and target: the likeliest stance and the three probabilities, sum 1."""

    statement: str
    target: str
    stance: str
    support: float
    oppose: float
    none: float
    model: str


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
        from stance.finetuned import Checkpoint, FineTuned

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


# Predictions --------------------------------------------------------------------------------------------------------


def pairs(
    statements: Iterable[Statement], targets: Sequence[Target], articles: Iterable[Article] = ()
) -> pd.DataFrame:
    """The frame that a model reads, one row a statement and target: statement, target_id, text, target, context.

    `target` is the target in words, its description. `text` is the statement's, but a fragment's sentence: some quoted
    words alone say nothing of what they are about. `context` is what stands before it in its paragraph, and in the
    paragraph before if that is little and the article is given.
    """
    whole = {article.article: article.text for article in articles}
    rows = []
    for said in statements:
        text, before = _placed(said)
        if len(before.split()) < FEW_WORDS and said.article in whole:
            earlier = whole[said.article][: max(whole[said.article].rfind(PARAGRAPH, 0, said.start), 0)]
            before = f"{earlier.split(PARAGRAPH)[-1].strip()} {before}".strip()
        rows += [(said.statement, target.target, text, target.description, before) for target in targets]
    return pd.DataFrame(rows, columns=["statement", "target_id", "text", "target", "context"])


def _placed(said: Statement) -> tuple[str, str]:
    """The words to judge, a fragment's whole sentence, and what stands before them in their paragraph."""
    words, place = said.text, said.place
    if said.kind == "fragment":
        words = said.sentence
        place = said.context.rfind(words, 0, place + len(words))  # the nearest that begins no later than the fragment
    return words.strip(), said.context[:place].strip(" \n“”‘’\"'")


def classified(model: PairClassifier, table: pd.DataFrame) -> pd.DataFrame:
    """The answers to a table with text and target, rows as there: stance, support, oppose, none (sum 1), model."""
    probabilities = model.predict_proba(table)
    if unknown := set(model.classes_) - set(STANCES):
        raise InputError(f"a model that answers {', '.join(STANCES)}, not {', '.join(sorted(unknown))}")
    answers = pd.DataFrame(probabilities, table.index, model.classes_).reindex(columns=list(STANCES), fill_value=0.0)
    answers.insert(0, "stance", model.classes_[probabilities.argmax(axis=1)])
    return answers.assign(model=getattr(model, "name_", type(model).__name__))


def doubts(model: PairClassifier, table: pd.DataFrame) -> Iterator[tuple[Any, str, str]]:
    """The rows of a table with text and target for which the model's answer means little, as (row, field, why): what it
    does not read to the end, and a text of eight words or more that is not English.
    """
    for row, text, unread in zip(table.index, table["text"], model.unread(table), strict=True):
        for field, left in zip(("text", "target"), unread, strict=True):
            if left:
                yield row, field, f"longer than the model reads, by {left:,} of its tokens (words, or parts of them)"
        if len(WORD.findall(text)) >= FEW_WORDS:
            language, probability = _language(text)
            if language != "en" and probability >= FOREIGN:
                yield row, "text", f"not in English, it seems ({language}), which is all that models read"


@cache  # a statement is asked of each target
def _language(text: str) -> tuple[str, float]:
    return _languages().classify(text)


@cache
def _languages() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # its tables take a second to load

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def predictions(
    model: PairClassifier, statements: Iterable[Statement], targets: Sequence[Target], articles: Iterable[Article] = ()
) -> list[Prediction]:
    """The model's predictions for each statement and each target of the codebook, in that order (see `pairs`)."""
    table = pairs(statements, targets, articles)
    names = table[["statement", "target_id"]].rename(columns={"target_id": "target"})
    return [Prediction(*row) for row in names.join(classified(model, table)).itertuples(index=False, name=None)]
