"""Corpora: labelled pairs from public stance corpora, a model trained on most of them, and its scores on the rest."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from stance.codebook import STANCES
from stance.models import WORD, Majority, PairClassifier, TfidfStance, read_json, save, sha256
from stance.records import InputError, read_table, write_text

# What the shipped model learns from, with the licence that the source states. Not here: corpora for non-commercial use;
# tweets; sentiment towards people and bodies in the news, which is not stance (one such corpus, DSE, took macro-F1 on
# VAST dev from .58 to .55).
CORPORA = {
    "vast": ("VAST (Allaway & McKeown 2020): newspaper readers' comments towards topics", "none stated; for research"),
    "procon20": ("ProCon20 (Hosseinia et al. 2020): quoted statements on policy questions", "MIT"),
    "perspectrum": ("Perspectrum (Chen et al. 2019): one-sentence perspectives on claims", "CC BY-SA 4.0"),
    "argkp2021": ("ArgKP-2021 (Friedman et al. 2021): crowd arguments on motions", "CDLA-Sharing 1.0"),
    "ibm_claim_stance": ("IBM Claim Stance (Bar-Haim et al. 2017): Wikipedia claims on motions", "CC BY-SA 3.0"),
}
TESTS = {
    "vast": "VAST dev, topics not in training",
    "perspectrum": "Perspectrum test",
    "procon20": "ProCon20, a fifth of its questions",
}
STANCE_OF = {"favor": "support", "against": "oppose", "none": "none"}
RESAMPLES = 1000


def examples(corpora: str | Path) -> pd.DataFrame:
    """The labelled pairs of CORPORA in a folder: text, target, stance, corpus, test (empty for training).

    Tests are VAST's dev part, Perspectrum's test part and a fifth of ProCon20's questions, chosen by their sha256 since
    its published parts share questions. A pair counts once, and not at all where its labels conflict. No text of a test
    is in training, and no target: its pairs leave training, but VAST's few-shot topics leave the test.
    Raises InputError for a missing file or column and for an unknown label.
    """
    table = pd.concat([_corpus(Path(corpora) / f"{name}.parquet") for name in CORPORA], ignore_index=True)
    # 44 of ProCon20's questions end in the answer that its editors gave.
    table["target"] = table["target"].str.replace(r"\s*[-–—]\s*(?:YES|NO)$", "", regex=True)
    table["stance"] = table["label"].map(STANCE_OF)
    text, target = (table[name].str.lower().str.findall(WORD).str.join(" ") for name in ("text", "target"))
    fifth = target.map(lambda words: int(sha256(words.encode()), 16) % 5 == 0)
    published = {"vast": table["split"] == "dev", "perspectrum": table["split"] == "test", "procon20": fifth}
    table["test"] = ""
    for corpus, held in published.items():
        table.loc[held & (table["corpus"] == corpus), "test"] = TESTS[corpus]
    pair = text + "\n" + target
    conflicting = table.groupby(pair)["stance"].transform("nunique") > 1
    clear = (text != "") & (target != "") & ~pair.duplicated() & ~conflicting
    held, few_shot = clear & (table["test"] != ""), clear & (table["test"] == TESTS["vast"])
    training = clear & ~held & ~text.isin(text[held]) & ~target.isin(target[held & ~few_shot])
    few_shot &= target.isin(target[training])
    columns = ["text", "target", "stance", "corpus", "test"]
    return table.loc[training | held & ~few_shot, columns].reset_index(drop=True)


def _corpus(path: Path) -> pd.DataFrame:
    rows = read_table(path)
    for field in ("text", "target", "label", "split"):
        if field not in rows:
            raise InputError(f"a column of this name (found: {', '.join(map(str, rows))})", path, field=field)
    if not (known := rows["label"].isin(STANCE_OF)).all():
        raise InputError(f"one of {', '.join(STANCE_OF)}", path, int(rows.index[~known][0]), "label")
    return rows.assign(corpus=path.stem)


def with_unrelated(training: pd.DataFrame) -> pd.DataFrame:
    """The training pairs and, for corpora that have no `none`, half as many pairs of that stance more: texts of the
    corpus with the target of another of its texts, drawn from a fixed seed.

    Without them a model learns which corpus a target may come from, and calls nothing `none` that reads like a claim.
    """
    tables = [training]
    for _, rows in training.groupby("corpus", sort=False):
        if not (rows["stance"] == "none").any():
            texts = rows.sample(frac=0.5, random_state=0)
            swapped = texts.assign(target=texts["target"].sample(frac=1, random_state=1).to_numpy(), stance="none")
            known = pd.MultiIndex.from_frame(rows[["text", "target"]])
            tables.append(swapped[~pd.MultiIndex.from_frame(swapped[["text", "target"]]).isin(known)])
    return pd.concat(tables, ignore_index=True)


def evaluate(model: PairClassifier, held: pd.DataFrame) -> pd.DataFrame:
    """The model's scores, one row for each `test` in a frame of examples: test, stances (2 or 3), pairs, targets,
    accuracy, macro_f1 and its 95% interval `low` to `high`; last the mean of the tests.

    A test without `none` is two-way: the likelier of support and oppose. Intervals are by bootstrap over targets, each
    test by itself. Source: Efron 1979.
    """
    probabilities = pd.DataFrame(model.predict_proba(held), held.index, model.classes_)
    random = np.random.default_rng(0)
    rows, scores = [], []
    for test, part in held.groupby("test", sort=False):
        stances = [stance for stance in STANCES if (part["stance"] == stance).any()]
        answers = probabilities.loc[part.index].reindex(columns=stances, fill_value=0.0).to_numpy().argmax(axis=1)
        target, names = pd.factorize(part["target"])
        confusions = np.zeros((len(names), len(stances), len(stances)))
        np.add.at(confusions, (target, part["stance"].map(stances.index), answers), 1)
        # How often each target counts: once in the first row, which is the score, then as often as it was drawn.
        again = random.multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES)
        counts = np.tensordot(np.vstack([np.ones(len(names)), again]), confusions, axes=1)
        right = np.diagonal(counts, axis1=1, axis2=2)
        scores.append((2 * right / (counts.sum(1) + counts.sum(2)).clip(1)).mean(axis=1))
        rows.append([test, len(stances), len(part), len(names), right[0].sum() / len(part)])
    rows.append(["mean of the tests", "", len(held), sum(row[3] for row in rows), np.mean([row[4] for row in rows])])
    scores.append(np.mean(scores, axis=0))
    table = pd.DataFrame(rows, columns=["test", "stances", "pairs", "targets", "accuracy"])
    low, high = np.quantile(np.array(scores)[:, 1:], (0.025, 0.975), axis=1)
    return table.assign(macro_f1=[score[0] for score in scores], low=low, high=high)


def train(corpora: str | Path, folder: str | Path) -> pd.DataFrame:
    """The scores of a TfidfStance trained on the corpora in a folder, beside the majority's (see `evaluate`).

    Writes the model, metrics.json and its card, README.md, to `folder`.
    """
    table = examples(corpora)
    training, held = with_unrelated(table[table["test"] == ""]), table[table["test"] != ""]
    models = {
        Path(folder).resolve().name: TfidfStance().fit(training, training["stance"]),
        "majority": Majority().fit(training, training["stance"]),
    }
    scores = pd.concat([evaluate(model, held).assign(model=name) for name, model in models.items()], ignore_index=True)
    counts = training.groupby(["corpus", "stance"]).size().unstack(fill_value=0)
    metrics = {
        "data": [
            {"corpus": name, "description": description, "licence": licence, "training": counts.loc[name].to_dict(),
             "sha256": sha256((Path(corpora) / f"{name}.parquet").read_bytes())}
            for name, (description, licence) in CORPORA.items()
        ],
        "scores": scores.to_dict("records"),
    }
    save(next(iter(models.values())), folder)
    write_text(json.dumps(metrics, indent=1, ensure_ascii=False) + "\n", Path(folder) / "metrics.json")
    write_text(card(folder), Path(folder) / "README.md")
    return scores


def card(folder: str | Path) -> str:
    """The model card, in Markdown, of the model in `folder`, from its config.json and metrics.json."""
    folder = Path(folder)
    metrics, config = (read_json(folder / file) for file in ("metrics.json", "config.json"))
    environment = Environment(loader=PackageLoader("stance"), undefined=StrictUndefined, trim_blocks=True)
    scores = pd.DataFrame(metrics["scores"])
    models = list(scores["model"].unique())
    ours, majority = (scores[scores["model"] == model].set_index("test") for model in models)
    return environment.get_template("model-card.md").render(
        name=folder.resolve().name,
        config=config,
        data=metrics["data"],
        models=models,
        tests=[rows.to_dict("records") for _, rows in scores.groupby("test", sort=False)],
        new=ours.loc[TESTS["vast"]],
        baseline=majority.loc[TESTS["vast"]],
        two_way=ours.loc[[TESTS["perspectrum"], TESTS["procon20"]], "accuracy"].mean(),
    )
