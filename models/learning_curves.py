"""What one's own labels are worth: macro-F1 after 20, 50, 100 and 200 labels of the worked case, for several methods.

    python models/learning_curves.py ARTICLES [ENCODER]     rows are added to stance-mpnet/learning_curves.csv

ARTICLES is the folder of the annotated press articles; the digests are read as well. Each time a third of the articles
is held out, and labels are drawn from the others. ENCODER, a folder for sentence-transformers, adds setfit, where that
is installed: pip install setfit.
"""

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupShuffleSplit

from stance.classifiers import TfidfStance
from stance.corpora import labelled
from stance.measures import Score
from stance.models import DEFAULT, MODELS, load
from stance.recipes import DIGESTS, adapted
from stance.records import read_table, write_table

TABLE = Path(__file__).parent / "stance-mpnet" / "learning_curves.csv"
SIZES = (0, 20, 50, 100, 200)
REPEATS = 3

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
    arguments = TrainingArguments(batch_size=16, num_epochs=1, max_steps=60)
    Trainer(model=model, args=arguments, train_dataset=data).train()
    return model.predict(texts[1])


def run(name: str, method: Method, table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """A row for each number of labels: method, labels, macro_f1 (the mean of the repeats), its lowest and highest."""
    for size in SIZES:
        if not size and name != "stance-mpnet":
            continue
        found = []
        for seed, (rest, held) in enumerate(GroupShuffleSplit(REPEATS, test_size=1 / 3, random_state=0).split(
                table, groups=table["group"])):  # fmt: skip
            drawn = random.Random(seed).sample(list(rest), min(size, len(rest)))
            answers = method(table.iloc[drawn], table.iloc[held])
            part = table.iloc[held]
            found.append(Score(tuple(part["stance"]), tuple(answers), tuple(part["group"])).macro_f1)
        yield {"method": name, "labels": size, "macro_f1": round(float(np.mean(found)), 4),
               "lowest": round(min(found), 4), "highest": round(max(found), 4)}  # fmt: skip


if __name__ == "__main__":
    methods: dict[str, Method] = {"stance-mpnet": network, "TF-IDF": words}
    if len(sys.argv) > 2:
        methods |= {"frozen embeddings": frozen, "setfit": setfit}
    labels = pd.concat([labelled(DIGESTS), labelled(sys.argv[1])], ignore_index=True)
    rows: list[dict[Any, Any]] = read_table(TABLE).to_dict("records") if TABLE.exists() else []
    for name, method in methods.items():
        if name not in {row["method"] for row in rows}:
            for row in run(name, method, labels):
                print(row, flush=True)
                rows.append(row)
            write_table(pd.DataFrame(rows), TABLE)
