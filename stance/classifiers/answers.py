"""Answers: those a model has given before, kept on disk by the content of what it read, so that none is reckoned twice.

They lie in one file in the user's folder for caches; the oldest go when there are more than MOST.
"""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from stance.classifiers.estimators import PairClassifier
from stance.classifiers.precisions import precision
from stance.classifiers.saved import load, model_folder, read_json
from stance.codebook import STANCES
from stance.files import InputError

MOST = 500_000  # answers, about 100 MB
READ = ["text", "target", "context", "headline"]
NETWORKS = ("FineTuned", "Checkpoint")  # models whose answers depend on the arithmetic
TABLE = "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, support, oppose, none, text, target) WITHOUT ROWID"
ORDER = "CREATE TABLE IF NOT EXISTS turns (turn INTEGER PRIMARY KEY, key BLOB)"


def place() -> Path:
    """The file in which answers are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stance" / "answers.sqlite"


def forget() -> int:
    """The number of bytes that were freed by throwing all kept answers away."""
    size = place().stat().st_size if place().is_file() else 0
    place().unlink(missing_ok=True)
    return size


class Remembered(PairClassifier):
    """A model that gives again what it has answered before, and is loaded only for the rest.

    An answer is the same for the same text, target, context and headline, weights, versions and code. Where nothing can
    be kept, each is reckoned. Raises InputError as `saved.load` does.
    """

    def __init__(self, name_or_path: str | Path):
        self.name_or_path = name_or_path
        folder = model_folder(name_or_path)
        self.classes_ = np.array(STANCES)
        if not (folder / "config.json").is_file():
            load(name_or_path)  # says what is missing
        self.name_ = folder.resolve().name
        parts = [*Path(__file__).parent.glob("*.py"), *(path for path in folder.iterdir() if path.suffix != ".md")]
        sums = [(path.name, sha256(path.read_bytes()).hexdigest()) for path in sorted(parts) if path.is_file()]
        described = read_json(folder / "config.json")
        self.precision_ = precision() if described.get("class") in NETWORKS else ""
        self._fingerprint = json.dumps([sums, version("torch"), version("tokenizers"), self.precision_])

    @cached_property
    def model(self) -> PairClassifier:
        """The model itself."""
        model = load(self.name_or_path)
        if unknown := set(model.classes_) - set(STANCES):
            raise InputError(f"a model that answers {', '.join(STANCES)}, not {', '.join(sorted(unknown))}")
        return model

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """The probabilities, shape (pairs, 3), in the order of STANCES."""
        return self._answers(X)[:, : len(STANCES)]

    def unread(self, X: pd.DataFrame) -> np.ndarray:
        """How many tokens at the end of each text and target are not read, shape (pairs, 2)."""
        return self._answers(X)[:, len(STANCES) :].astype(int)

    def _answers(self, X: pd.DataFrame) -> np.ndarray:
        asked = X.reindex(columns=READ).astype(object).fillna("")
        keys = [sha256(json.dumps([self._fingerprint, *row]).encode()).digest() for row in asked.to_numpy().tolist()]
        kept = _kept(keys)
        rows = {key: row for row, key in enumerate(keys) if key not in kept}  # once, though a statement stands twice
        if rows:
            new = X.iloc[sorted(rows.values())]
            given = pd.DataFrame(self.model.predict_proba(new), columns=self.model.classes_)
            shares = given.reindex(columns=list(STANCES), fill_value=0.0).to_numpy(float)
            reckoned = np.column_stack([shares, self.model.unread(new)]).tolist()
            made = {keys[row]: tuple(answer) for row, answer in zip(sorted(rows.values()), reckoned, strict=True)}
            _keep(made)
            kept |= made
        return np.array([kept[key] for key in keys]).reshape(len(keys), len(STANCES) + 2)


def _kept(keys: list[bytes]) -> dict[bytes, tuple[float, ...]]:
    found: dict[bytes, tuple[float, ...]] = {}

    def look(store: sqlite3.Connection) -> None:
        for key in set(keys):
            if row := store.execute("SELECT * FROM answers WHERE key = ?", (key,)).fetchone():
                found[key] = row[1:]

    _with_store(look)
    return found


def _keep(answers: dict[bytes, tuple[float, ...]]) -> None:
    def add(store: sqlite3.Connection) -> None:
        store.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
                          [(key, *answer) for key, answer in answers.items()])  # fmt: skip
        store.executemany("INSERT INTO turns (key) VALUES (?)", [(key,) for key in answers])
        old = "SELECT turn, key FROM turns WHERE turn <= (SELECT MAX(turn) FROM turns) - ?"
        gone = store.execute(old, (MOST,)).fetchall()
        store.executemany("DELETE FROM answers WHERE key = ?", [(key,) for _, key in gone])
        store.executemany("DELETE FROM turns WHERE turn = ?", [(turn,) for turn, _ in gone])

    _with_store(add)


def _with_store(do: Callable[[sqlite3.Connection], None]) -> None:
    """Do something with the store; where there can be none, or it is broken, nothing: it only saves time."""
    with suppress(OSError, sqlite3.Error):
        place().parent.mkdir(parents=True, exist_ok=True)
        store = sqlite3.connect(place(), timeout=10)
        try:
            with store:
                store.execute(TABLE)
                store.execute(ORDER)
                do(store)
        finally:
            store.close()
