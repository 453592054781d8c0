"""What your own labels are worth: macro-F1 after 20, 50, 100 and 200 labels of the worked case, for several methods.

    python models/learning_curves.py ARTICLES [ENCODER]     rows are added to stance-mpnet/learning_curves.csv

ARTICLES is the folder of the annotated press articles; the digests are read as well. Each of the articles is held out
once, with the digests that retell it, and labels are drawn from the others. ENCODER, a folder for
sentence-transformers, adds two methods, for which pip install setfit is needed.
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut

from stance.classifiers.adaptation import adapted, labelled
from stance.classifiers.estimators import TfidfStance
from stance.classifiers.saved import DEFAULT, load
from stance.comparison.scores import Score
from stance.shipped import DIGESTS, MODELS
from stance.tables import read_table, write_table

TABLE = Path(__file__).parents[1] / "stance-mpnet" / "learning_curves.csv"
SIZES = (0, 20, 50, 100, 200)

Method = Callable[[pd.DataFrame, pd.DataFrame], Any]


def network(learned: pd.DataFrame, held: pd.DataFrame) -> Any:
    """The shipped model, trained further."""
    model = adapted(learned, MODELS / DEFAULT) if len(learned) else load()
    return model.predict(held)


def words(learned: pd.DataFrame, held: pd.DataFrame) -> Any:
    """TF-IDF and logistic regression."""
    return TfidfStance().fit(learned, learned["stance"]).predict(held)


def frozen(learned: pd.DataFrame, held: pd.DataFrame) -> Any:
    """Sentence embeddings as they are (of statement and target) and logistic regression."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(sys.argv[2])
    read = [model.encode((part["target"] + ": " + part["text"]).tolist()) for part in (learned, held)]
    return LogisticRegression(max_iter=1000).fit(read[0], learned["stance"]).predict(read[1])


def setfit(learned: pd.DataFrame, held: pd.DataFrame) -> Any:
    """Sentence embeddings fine-tuned on pairs of examples, and logistic regression (Tunstall et al. 2022)."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    texts = [(part["target"] + ": " + part["text"]).tolist() for part in (learned, held)]
    model = SetFitModel.from_pretrained(sys.argv[2], labels=["none", "oppose", "support"])
    data = Dataset.from_dict({"text": texts[0], "label": learned["stance"].tolist()})
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(output_dir=folder, batch_size=16, num_epochs=1, max_steps=60)
        Trainer(model=model, args=arguments, train_dataset=data).train()
    return model.predict(texts[1])


def run(name: str, method: Method, table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """A row for each number of labels: method, labels, macro_f1 (of the answers to all articles together) and its 95%
    interval by bootstrap over articles, low to high.
    """
    for size in SIZES:
        if not size and name != "stance-mpnet":
            continue
        drawn_parts = []
        for seed, (rest, held) in enumerate(LeaveOneGroupOut().split(table, groups=table["group"])):
            drawn = random.Random(seed).sample(list(rest), size)
            part = table.iloc[held]
            drawn_parts.append(part.assign(answer=method(table.iloc[drawn], part)))
        answered = pd.concat(drawn_parts)
        score = Score(tuple(answered["stance"]), tuple(answered["answer"]), tuple(answered["group"]))
        low, high = score.interval("macro_f1")
        yield {"method": name, "labels": size, "macro_f1": round(score.macro_f1, 4),
               "low": round(low, 4), "high": round(high, 4)}  # fmt: skip


if __name__ == "__main__":
    methods: dict[str, Method] = {"stance-mpnet": network, "TF-IDF": words}
    if len(sys.argv) > 2:
        encoder = Path(sys.argv[2]).name
        methods |= {f"frozen embeddings ({encoder})": frozen, f"setfit ({encoder})": setfit}
    labels = pd.concat([labelled(DIGESTS), labelled(sys.argv[1])], ignore_index=True)
    rows: list[dict[Any, Any]] = read_table(TABLE).to_dict("records") if TABLE.exists() else []
    for name, method in methods.items():
        if name not in {row["method"] for row in rows}:
            for row in run(name, method, labels):
                print(row, flush=True)
                rows.append(row)
            write_table(pd.DataFrame(rows), TABLE)
