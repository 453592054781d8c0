"""Models: classifiers that say which stance a text takes towards a target, and how they are saved, loaded and asked.

They are scikit-learn estimators over a frame with the columns `text` and `target`, both in words.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import scipy.sparse as sp
from safetensors import numpy as safetensors
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_consistent_length, check_is_fitted
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from stance.codebook import STANCES, Target
from stance.records import InputError, read_text, write_text, written_whole
from stance.statements import Statement

MODELS = Path(__file__).parents[1] / "models"
DEFAULT = "stance-tfidf"

WORD = re.compile(r"\w+(?:'\w+)?")
FUNCTION_WORDS = frozenset(
    "a an and are as at be but by can do does for from has have if in is it its more must no not of on or our should "
    "such than that the their them there these they this to was we were what when which who will with would".split()
)
LIBRARIES = ("stance-notebooks", "numpy", "scipy", "scikit-learn", "safetensors")
BATCH = 2000  # pairs whose features are in memory as words at one time


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


# Estimators ---------------------------------------------------------------------------------------------------------


class PairClassifier(ClassifierMixin, BaseEstimator):
    """A classifier of (text, target) pairs, whose whole learned state is `classes_` and the arrays in `weights_`.

    `classes_` are the stances in alphabetical order, and so are the columns of `predict_proba`. A subclass says how to
    learn (`_learned`) and how to judge (`_judged`). Raises InputError naming the row and field for anything but words.
    """

    _learned: Callable[..., dict[str, np.ndarray]]
    _judged: Callable[..., np.ndarray]

    def fit(self, X: pd.DataFrame, y: Iterable[str]) -> Self:
        """The estimator itself, fitted to the pairs X and their stances y."""
        y = np.asarray(y, dtype=str)
        check_consistent_length(_checked(X), y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise InputError(f"labels of two stances or more, not only {', '.join(self.classes_) or 'none at all'}")
        self.weights_ = self._learned(X, codes)
        return self

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Probabilities, shape (pairs, classes_), each row summing to 1. Raises NotFittedError before `fit`."""
        check_is_fitted(self)
        return self._judged(_checked(X)) if len(X) else np.empty((0, len(self.classes_)))

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """The likeliest stance of each pair; of equals the first in `classes_`."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]


def _checked(X: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(X, pd.DataFrame):
        raise InputError(f"a frame with the columns text and target, not {type(X).__name__}")
    for field in ("text", "target"):
        if field not in X:
            raise InputError(f"a column of this name (found: {', '.join(map(str, X))})", field=field)
        for row, value in zip(X.index, X[field].tolist(), strict=True):
            if not (isinstance(value, str) and WORD.search(value)):
                raise InputError(f"some words, not {value!r:.60}", f"{X.index.name or 'row'} {row}", field=field)
    return X


class Majority(PairClassifier):
    """The baseline that reads nothing: the stances as often as they were in training, so always the commonest."""

    def _learned(self, X: pd.DataFrame, codes: np.ndarray) -> dict[str, np.ndarray]:
        return {"shares": np.bincount(codes) / len(codes)}

    def _judged(self, X: pd.DataFrame) -> np.ndarray:
        return np.tile(self.weights_["shares"], (len(X), 1))


class TfidfStance(PairClassifier):
    """Logistic regression over words, hashed and weighted by TF-IDF: those of the text, one or two at a time; those of
    the target; those of the text within `near` words of one that the target shares; and how many the two share.

    `C` is the inverse of the regularisation; `features` how many places words are hashed to. Words are the same where
    their first five letters are (regulate, regulation). Source: Salton & Buckley 1988; Weinberger et al. 2009.
    """

    def __init__(self, C: float = 1.0, near: int = 5, features: int = 2**18):
        self.C = C
        self.near = near
        self.features = features

    @property
    def _sizes(self) -> tuple[int, ...]:
        return self.features, self.features // 4, self.features // 4, 2**8

    def _learned(self, X: pd.DataFrame, codes: np.ndarray) -> dict[str, np.ndarray]:
        counts = self._counts(X)
        seen = [np.bincount(block.indices, minlength=block.shape[1]) for block in counts]
        idf = (np.log((1 + len(X)) / (1 + np.concatenate(seen))) + 1).astype(np.float32)
        # Sums come out alike whatever the number of cores, so that a model trained twice has the same bytes.
        with threadpool_limits(1, "blas"):
            learned = LogisticRegression(C=self.C, max_iter=1000, tol=1e-3).fit(self._weighted(counts, idf), codes)
        coefficients, intercept = learned.coef_, learned.intercept_
        if len(coefficients) == 1:  # two classes: scikit-learn keeps one row, the softmax below needs both
            coefficients, intercept = (np.concatenate([-half, half]) for half in (coefficients / 2, intercept / 2))
        return {"idf": idf, "coefficients": coefficients.astype(np.float32), "intercept": intercept.astype(np.float32)}

    def _judged(self, X: pd.DataFrame) -> np.ndarray:
        weighted = self._weighted(self._counts(X), self.weights_["idf"])
        scores = weighted @ self.weights_["coefficients"].T + self.weights_["intercept"]
        return softmax(scores.astype(float), axis=1)

    def _counts(self, X: pd.DataFrame) -> list[sp.csr_matrix]:
        """How often each hashed feature occurs: four blocks, shape (pairs, size of the block)."""
        hashers = [FeatureHasher(size, input_type="string", alternate_sign=False) for size in self._sizes]
        batches = []
        for start in tqdm(range(0, len(X), BATCH), leave=False, disable=None if len(X) > BATCH else True):
            batch = X[start : start + BATCH]
            blocks = zip(*(_described(*pair, self.near) for pair in zip(batch["text"], batch["target"], strict=True)),
                         strict=True)
            batches.append([hasher.transform(block) for hasher, block in zip(hashers, blocks, strict=True)])
        return [sp.vstack(blocks, format="csr") for blocks in zip(*batches, strict=True)]

    def _weighted(self, counts: Sequence[sp.csr_matrix], idf: np.ndarray) -> sp.csr_matrix:
        blocks = []
        for block, weights in zip(counts, np.split(idf, np.cumsum(self._sizes)[:-1]), strict=True):
            weighted = block.astype(np.float32)
            weighted.data = (1 + np.log(weighted.data)) * weights[weighted.indices]
            blocks.append(normalize(weighted, copy=False))  # each block alone, or long texts would drown the target
        return sp.hstack(blocks, format="csr")


# What checkpoints call the stances: stance models, and inference models asked whether the text entails support.
STANCE_OF = {"entailment": "support", "contradiction": "oppose", "neutral": "none", "favor": "support"}
STANCE_OF |= {"favour": "support", "against": "oppose", "neither": "none"} | {stance: stance for stance in STANCES}
AT_ONCE = 16  # pairs that a checkpoint reads together


class Checkpoint(PairClassifier):
    """A Hugging Face checkpoint for pairs of texts, stance or inference, in the folder `path`: read, never trained.

    It is asked whether the text entails `hypothesis`, in which {} stands for the target in words. What is longer than
    the model can read is cut at the end of the text. Weights must be safetensors; nothing is fetched from a network.
    """

    def __init__(self, path: str = "", hypothesis: str = "The speaker supports {}."):
        self.path = path
        self.hypothesis = hypothesis

    def fit(self, X: pd.DataFrame | None = None, y: Iterable[str] | None = None) -> Self:
        """The estimator itself, its weights loaded; X and y teach it nothing. Raises InputError for anything else."""
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        offline = {"local_files_only": True, "trust_remote_code": False}
        try:
            self.network_ = AutoModelForSequenceClassification.from_pretrained(
                self.path, use_safetensors=True, **offline
            ).eval()
            self.tokenizer_ = AutoTokenizer.from_pretrained(self.path, **offline)
        except (OSError, ValueError, KeyError, ImportError) as error:
            reason = str(error).strip().partition("\n")[0]
            expected = f"a checkpoint with weights in safetensors and a tokenizer ({reason})"
            raise InputError(expected, self.path) from error
        named = [label.lower() for _, label in sorted(self.network_.config.id2label.items())]
        stances = [STANCE_OF.get(label, "") for label in named]
        if sorted(stances) not in (sorted(STANCES), ["oppose", "support"]):
            known = f"{', '.join(STANCES)} or entailment, contradiction, neutral"
            expected = f"labels such as {known}, not {', '.join(named)}"
            raise InputError(expected, Path(self.path) / "config.json", field="id2label")
        self.classes_, self.columns_ = np.unique(stances, return_index=True)
        return self

    def _judged(self, X: pd.DataFrame) -> np.ndarray:
        import torch

        limit = min(self.tokenizer_.model_max_length, getattr(self.network_.config, "max_position_embeddings", 512))
        found = []
        for start in tqdm(range(0, len(X), AT_ONCE), leave=False, disable=None if len(X) > AT_ONCE else True):
            batch = X[start : start + AT_ONCE]
            asked = [self.hypothesis.format(target) for target in batch["target"]]
            with torch.inference_mode():
                read = self.tokenizer_(batch["text"].tolist(), asked, truncation="only_first", max_length=limit,
                                       padding=True, return_tensors="pt")  # fmt: skip
                found.append(self.network_(**read).logits.double().softmax(1).numpy())
        return np.concatenate(found)[:, self.columns_]


def _described(text: str, target: str, near: int) -> tuple[list[str], list[str], list[str], list[str]]:
    """The words of the text, of the target, of the text near what it shares with the target, and the overlap."""
    said, asked = (WORD.findall(words.lower().replace("’", "'")) for words in (text, target))
    topic = {word[:5] for word in asked if word not in FUNCTION_WORDS} or {word[:5] for word in asked}
    shared = [place for place, word in enumerate(said) if word[:5] in topic]
    around = sorted({place for hit in shared for place in range(max(hit - near, 0), min(hit + near + 1, len(said)))})
    close = [said[place] for place in around if said[place][:5] not in topic]
    found = len({said[place][:5] for place in shared})
    overlap = [f"{min(found, 5)} of {min(len(topic), 5)}", f"share {round(4 * found / len(topic))}"]
    return _with_pairs(said), _with_pairs(asked), close, overlap


def _with_pairs(words: list[str]) -> list[str]:
    return words + [f"{first} {second}" for first, second in pairwise(words)]


# Saving and loading -------------------------------------------------------------------------------------------------


def save(model: PairClassifier, folder: str | Path) -> None:
    """Write a fitted model to `folder`: config.json and weights.safetensors; the same model gives the same bytes."""
    check_is_fitted(model)
    weights = safetensors.save({name: np.ascontiguousarray(array) for name, array in model.weights_.items()})
    config = {
        "class": type(model).__name__,
        "parameters": model.get_params(),
        "classes": model.classes_.tolist(),
        "versions": {name: version(name) for name in LIBRARIES},
    }
    sums = {"weights.safetensors": sha256(weights), "config.json": sha256(_json(config).encode())}  # but for the sums
    with written_whole(Path(folder) / "weights.safetensors") as beside:
        beside.write_bytes(weights)
    write_text(_json(config | {"sha256": sums}), Path(folder) / "config.json")


def load(name_or_path: str | Path = DEFAULT) -> PairClassifier:
    """The fitted model of that name under models/, or in that folder (a Hugging Face checkpoint too), named `name_`.

    Raises InputError where there is none, or a file is missing or not as it was saved. Runs no code from the folder.
    """
    folder = MODELS / name_or_path
    if not folder.is_dir():
        folder = Path(name_or_path)
    if not folder.is_dir():
        names = ", ".join(sorted(path.parent.name for path in MODELS.glob("*/config.json")))
        raise InputError(f"the name of a model ({names}) or a folder that holds one", name_or_path)
    config = read_json(folder / "config.json")
    if "architectures" in config:
        checkpoint = Checkpoint(str(folder)).fit()
        checkpoint.name_ = folder.resolve().name
        return checkpoint
    try:
        weights = (folder / "weights.safetensors").read_bytes()
    except OSError as error:
        raise InputError(f"a readable file ({error.strerror})", folder / "weights.safetensors") from error
    stated = config.pop("sha256", None)
    for file, content in (("config.json", _json(config).encode()), ("weights.safetensors", weights)):
        if not isinstance(stated, dict) or stated.get(file) != sha256(content):
            raise InputError("the file as it was saved (its sha256 differs)", folder / file)
    kinds = {kind.__name__: kind for kind in (Majority, TfidfStance)}
    if config["class"] not in kinds:
        expected = f"one of {', '.join(kinds)}, not {config['class']!r:.60}"
        raise InputError(expected, folder / "config.json", field="class")
    model = kinds[config["class"]](**config["parameters"])
    model.classes_, model.weights_ = np.array(config["classes"]), safetensors.load(weights)
    model.name_ = folder.resolve().name
    return model


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


def pairs(statements: Iterable[Statement], targets: Sequence[Target]) -> pd.DataFrame:
    """The frame that a model reads, one row a statement and target: statement, target_id, text, target, context.

    `target` is the target in words, its description. `text` is the statement's, but a fragment's paragraph: some quoted
    words alone say nothing of what they are about.
    """
    rows = [
        (said.statement, target.target, said.context if said.kind == "fragment" else said.text,
         target.description, said.context)
        for said in statements for target in targets
    ]
    return pd.DataFrame(rows, columns=["statement", "target_id", "text", "target", "context"])


def classified(model: PairClassifier, table: pd.DataFrame) -> pd.DataFrame:
    """The answers to a table with text and target, rows as there: stance, support, oppose, none (sum 1), model."""
    probabilities = model.predict_proba(table)
    if unknown := set(model.classes_) - set(STANCES):
        raise InputError(f"a model that answers {', '.join(STANCES)}, not {', '.join(sorted(unknown))}")
    answers = pd.DataFrame(probabilities, table.index, model.classes_).reindex(columns=list(STANCES), fill_value=0.0)
    answers.insert(0, "stance", model.classes_[probabilities.argmax(axis=1)])
    return answers.assign(model=getattr(model, "name_", type(model).__name__))


def predictions(model: PairClassifier, statements: Iterable[Statement], targets: Sequence[Target]) -> list[Prediction]:
    """The model's predictions for each statement and each target of the codebook, in that order."""
    table = pairs(statements, targets)
    names = table[["statement", "target_id"]].rename(columns={"target_id": "target"})
    return [Prediction(*row) for row in names.join(classified(model, table)).itertuples(index=False, name=None)]
