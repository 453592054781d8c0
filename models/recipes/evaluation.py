"""Evaluation: how often a classifier is right on pairs that it has not seen, and whether it answers to the target and
to the words, and to nothing else. Any estimator of `models` can be asked.

    python -m recipes.evaluation stance-mpnet    write baselines.csv, trial.csv, draws.parquet
"""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import typer

from stance.classifiers.estimators import PairClassifier, TfidfStance
from stance.classifiers.predictions import classified
from stance.classifiers.saved import load, model_folder
from stance.codebook import STANCES
from stance.comparison.estimates import sampling_draws
from stance.comparison.scores import evaluate
from stance.tables import write_table

from recipes.corpora import as_read, contrast

# The four of the worked case and as many that nobody has heard of, so that none can have been learned.
SPEAKERS = (
    "The Local Government Association", "NHS England", "ADASS", "The NHS Confederation",
    "The Wessex Care Forum", "Thornmere Borough Council", "The Institute of Ward Managers", "Professor Oduya",
)  # fmt: skip
RESPOKEN = 0.1  # share of the contrast statements that are given to other speakers
NAMES = ("Adaeze Oduya", "Gwilym Prosser-Hale")
KINDS = {
    "neg": "negation decides", "irony": "irony", "question": "rhetorical question", "hedge": "hedge that splits",
    "reported": "somebody else's view reported", "nearmiss": "near miss", "harm": "criticised for harming the target",
    "further": "wants it to go further", "threat": "accepted under threat", "procedure": "procedure, dates and sums",
    "plain": "without a sentiment word",
}  # fmt: skip


def robustness(model: PairClassifier, pairs: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """How the model holds up, one row a check: check, cases, share (0 to 1) and its 95% interval `low` to `high`.

    `pairs` are of the contrast corpus, `told` of the debates. The share is of cases answered as they should be, or, for
    the speakers, of answers that change and should not. Intervals are by bootstrap over statements.
    """
    pairs, told = (given.assign(answer=model.predict(given)).reset_index(drop=True) for given in (pairs, told))
    pairs["right"] = pairs["answer"] == pairs["stance"]
    checks = {
        "debates: two wordings of a target agree": _retold(model, told),
        "debates: the answer changes with the speaker's name": _renamed(model, told),
        "the answer follows the target": _swapped(pairs),
        "two wordings of a target agree": _reworded(model, pairs),
        "both of a minimal pair right": _minimal(pairs),
    }
    for tag, name in KINDS.items():
        tagged = pairs[[tag in tags for tags in pairs["tags"]]]
        checks[f"right: {name}"] = tagged[["statement", "right"]].rename(columns={"right": "holds"})
    checks["right: leans on its context"] = pairs.loc[pairs["context"] != "", ["statement", "right"]].rename(
        columns={"right": "holds"}
    )
    some = pairs["statement"].drop_duplicates().sample(frac=RESPOKEN, random_state=0)
    checks["the answer changes with the speaker"] = _respoken(model, pairs[pairs["statement"].isin(some)])
    rows = [(name, len(cases), *_share(cases)) for name, cases in checks.items() if len(cases)]
    return pd.DataFrame(rows, columns=["check", "cases", "share", "low", "high"])


def _share(cases: pd.DataFrame) -> tuple[float, float, float]:
    by = cases.groupby("statement")["holds"].agg(["sum", "size"]).to_numpy(float)
    draws = np.random.default_rng(0).multinomial(len(by), np.full(len(by), 1 / len(by)), 1000) @ by
    low, high = np.quantile(draws[:, 0] / draws[:, 1], (0.025, 0.975))
    return float(cases["holds"].mean()), float(low), float(high)


def _swapped(pairs: pd.DataFrame) -> pd.DataFrame:
    """Each two targets of a statement that are labelled differently: whether both answers are right."""
    cases = [
        (statement, one["right"] and other["right"])
        for statement, rows in pairs.groupby("statement")
        for one, other in combinations(rows.to_dict("records"), 2)
        if one["stance"] != other["stance"]
    ]
    return pd.DataFrame(cases, columns=["statement", "holds"])


def _reworded(model: PairClassifier, pairs: pd.DataFrame) -> pd.DataFrame:
    """Each pair with each other wording of its target: whether the answer is the same."""
    wordings = pairs.groupby("wording")["target"].unique()
    others = pairs.assign(other=pairs["wording"].map(wordings)).explode("other")
    others = others[others["other"] != others["target"]]
    answers = model.predict(others.assign(target=others["other"]))
    return pd.DataFrame({"statement": others["statement"], "holds": answers == others["answer"]})


def _retold(model: PairClassifier, told: pd.DataFrame) -> pd.DataFrame:
    """Each pair of the debates with each other wording of its target: whether the answer is the same."""
    others = told.assign(other=[wordings[1:] for wordings in told["wordings"]]).explode("other")
    answers = model.predict(as_read(others, others["other"]))
    return pd.DataFrame({"statement": others["statement"], "holds": answers == others["answer"]})


def _renamed(model: PairClassifier, told: pd.DataFrame) -> pd.DataFrame:
    """Each pair whose article names the speaker before the statement, or in its sentence: whether the answer changes
    where that name and the body are others.
    """
    cases = []
    for name, body in zip(NAMES, SPEAKERS[-3:], strict=False):
        changed = told.copy()
        for column in ("text", "context"):
            changed[column] = [
                _other(words, row.speaker, row.organisation, name, body)
                for words, row in zip(told[column], told.itertuples(), strict=True)
            ]
        touched = (changed["text"] != told["text"]) | (changed["context"] != told["context"])
        answers = model.predict(changed[touched])
        rows = told[touched]
        cases.append(pd.DataFrame({"statement": rows["statement"], "holds": answers != rows["answer"]}))
    return pd.concat(cases, ignore_index=True)


def _other(words: str, speaker: str, organisation: str, name: str, body: str) -> str:
    """Words in which a speaker and a body have other names."""
    for old, new in ((organisation, body), (speaker, name), (speaker.split(" ")[-1], name.split(" ")[-1])):
        if len(old) > 2:
            words = re.sub(rf"\b{re.escape(old)}\b", new, words)
    return words


def _minimal(pairs: pd.DataFrame) -> pd.DataFrame:
    """Each target whose label turns between the two statements of a minimal pair: whether both answers are right."""
    paired = pairs[pairs["pair"] != ""].groupby(["pair", "target"])
    cases = [
        (rows["statement"].iloc[0], bool(rows["right"].all())) for _, rows in paired if rows["stance"].nunique() == 2
    ]
    return pd.DataFrame(cases, columns=["statement", "holds"])


def _respoken(model: PairClassifier, pairs: pd.DataFrame) -> pd.DataFrame:
    """Each pair said by one speaker and by another, in the sentence and in the context: whether the answer changes."""
    quoted = pairs[~pairs["text"].str.contains('[“”‘"]| said', regex=True)]
    cases = []
    for put in (
        lambda name: quoted.assign(text=f"{name} said: “" + quoted["text"] + "”"),
        lambda name: quoted.assign(context=(quoted["context"] + f" {name} gave its view.").str.strip()),
    ):
        answers = [model.predict(put(name)) for name in SPEAKERS]
        cases += [
            pd.DataFrame({"statement": quoted["statement"].to_numpy(), "holds": answers[0] != other})
            for other in answers[1:]
        ]
    return pd.concat(cases, ignore_index=True)


def trial(model: PairClassifier, pairs: pd.DataFrame) -> pd.DataFrame:
    """The model's answers beside the truth, a row a pair: statement, group (of targets that mean the same), truth, and
    the probabilities support, oppose and none, in five digits.
    """
    answers = classified(model, pairs)[[*STANCES]].round(5)
    known = pairs[["statement", "wording", "stance"]].rename(columns={"wording": "group", "stance": "truth"})
    return known.join(answers)


def baselines(pairs: pd.DataFrame) -> pd.DataFrame:
    """What weighing words comes to on the contrast corpus, a row for what is read: both, or the tone alone, where all
    targets are called alike. Columns as in `scores.scored`, with `reads` in the place of the test.
    """
    rows = []
    for reads, seen in (("words and target", pairs), ("the tone alone", pairs.assign(target="it"))):
        learned = seen[seen["part"] == "train"]
        held = seen[seen["part"] == "test"].assign(test=reads, group=pairs["wording"])
        rows.append(evaluate(TfidfStance().fit(learned, learned["stance"]), held))
    return pd.concat(rows).rename(columns={"test": "reads"}).round(4)


def main(model: str) -> None:
    """Write beside a model what baselines come to, its trial on the part of the corpus that none learns from, and how
    corrected shares fare there.
    """
    pairs, folder = contrast(), model_folder(model)
    write_table(baselines(pairs), folder / "baselines.csv")
    known = trial(load(model), pairs[pairs["part"] == "test"])
    write_table(known, folder / "trial.csv")
    write_table(sampling_draws(known["truth"], known[[*STANCES]], known["group"]), folder / "draws.parquet")


if __name__ == "__main__":
    typer.run(main)
