"""Evaluation: how often a classifier is right on pairs that it has not seen, and whether it answers to the target and
to the words, and to nothing else. Any estimator of `models` can be asked.
"""

from itertools import combinations

import numpy as np
import pandas as pd
from tqdm import tqdm

from stance.classifiers import WORD, PairClassifier
from stance.codebook import STANCES
from stance.measures import Score

# The four of the worked case and as many that nobody has heard of, so that none can have been learned.
SPEAKERS = (
    "The Local Government Association", "NHS England", "ADASS", "The NHS Confederation",
    "The Wessex Care Forum", "Thornmere Borough Council", "The Institute of Ward Managers", "Professor Oduya",
)  # fmt: skip
KINDS = {
    "neg": "negation decides", "irony": "irony", "question": "rhetorical question", "hedge": "hedge that splits",
    "reported": "somebody else's view reported", "nearmiss": "near miss", "harm": "criticised for harming the target",
    "further": "wants it to go further", "threat": "accepted under threat", "procedure": "procedure, dates and sums",
    "plain": "without a sentiment word",
}  # fmt: skip


def evaluate(model: PairClassifier, held: pd.DataFrame) -> pd.DataFrame:
    """The model's scores on the pairs of a frame (see `scored`)."""
    return scored(pd.DataFrame(model.predict_proba(held), held.index, model.classes_), held)


def scored(probabilities: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """The scores of probabilities, a column a stance, one row for each `test` in a frame of pairs: test, stances (2 or
    3), pairs, targets, accuracy, macro_f1 and its 95% interval `low` to `high`, and ece.

    A test without `none` is two-way: the likelier of support and oppose. Intervals are by bootstrap over the column
    `group`, or over targets where there is none (`targets` counts them), each test by itself.
    """
    rows = []
    for test, part in held.groupby("test", sort=False):
        score = measured(probabilities.loc[part.index], part)
        groups = len(set(score.groups))
        ends = score.interval("macro_f1")
        ways = 3 if (part["stance"] == "none").any() else 2
        rows.append((test, ways, len(part), groups, score.accuracy, score.macro_f1, *ends, score.ece))
    columns = ["test", "stances", "pairs", "targets", "accuracy", "macro_f1", "low", "high", "ece"]
    return pd.DataFrame(rows, columns=columns)


def measured(probabilities: pd.DataFrame, part: pd.DataFrame) -> Score:
    """The measures of probabilities on one test (see `scored`)."""
    given = probabilities.reindex(columns=list(STANCES), fill_value=0.0)
    if not (part["stance"] == "none").any():
        given = given.assign(none=0.0)
    given = given.to_numpy() / given.to_numpy().sum(axis=1, keepdims=True)
    answers = np.array(STANCES, object)[given.argmax(axis=1)]
    groups = part["group"] if "group" in part else part["target"]
    return Score(tuple(part["stance"]), tuple(answers), tuple(groups), given)


def robustness(model: PairClassifier, pairs: pd.DataFrame) -> pd.DataFrame:
    """How the model holds up, one row a check: check, cases, share (0 to 1) and its 95% interval `low` to `high`.

    The share is of cases answered as they should be, or, for the speakers, of answers that change and should not.
    Intervals are by bootstrap over statements.
    """
    pairs = pairs.reset_index(drop=True)
    pairs = pairs.assign(answer=model.predict(pairs))
    pairs["right"] = pairs["answer"] == pairs["stance"]
    checks = {
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
    checks["the answer changes with the speaker"] = _respoken(model, pairs)
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


def _minimal(pairs: pd.DataFrame) -> pd.DataFrame:
    """Each target whose label turns between the two statements of a minimal pair: whether both answers are right."""
    paired = pairs[pairs["pair"] != ""].groupby(["pair", "target"])
    cases = [
        (rows["statement"].iloc[0], bool(rows["right"].all())) for _, rows in paired if rows["stance"].nunique() == 2
    ]
    return pd.DataFrame(cases, columns=["statement", "holds"])


def _respoken(model: PairClassifier, pairs: pd.DataFrame) -> pd.DataFrame:
    """Each pair said by one speaker and by another, in the sentence and in the context: whether the answer changes."""
    quoted = pairs[~pairs["text"].str.contains("[“”‘\"]| said", regex=True)]
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


def occlusion(model: PairClassifier, text: str, target: str, context: str = "") -> pd.DataFrame:
    """The words that moved the answer for one text, one row a word in order: word, start and end in the text, and
    `change`, by how much the answer's probability (-1 to 1) is higher with the word than without it.

    Each word is left out in turn. Source: Zeiler & Fergus 2014.
    """
    words = [(text[slice(*found.span())], *found.span()) for found in WORD.finditer(text.replace("’", "'"))]
    texts = [text, *(f"{text[:start]}{text[end:]}" for _, start, end in words)]
    asked = pd.DataFrame({"text": texts, "target": target, "context": context})
    kept = asked[[bool(WORD.search(words)) for words in texts]]
    probabilities = pd.DataFrame(model.predict_proba(kept), kept.index, model.classes_)
    answer = model.classes_[probabilities.loc[0].to_numpy().argmax()]
    without = probabilities[answer].reindex(asked.index)
    change = (without.iloc[0] - without.iloc[1:]).fillna(0.0)
    return pd.DataFrame(words, columns=["word", "start", "end"]).assign(change=change.to_numpy())


def reasons(
    model: PairClassifier, asked: pd.DataFrame, most: int = 5, least: float = 0.05
) -> dict[tuple[str, str], list[tuple[str, float]]]:
    """The words that moved each answer, by statement and target of a table as `models.pairs` makes it: at most `most`
    of those without which the answer is less likely by `least` (0 to 1) or more, weightiest first, each with by how
    much (see `occlusion`).
    """
    found = {}
    for row in tqdm(list(asked.itertuples()), "why", unit="answer", leave=False, disable=None):
        words = occlusion(model, row.text, row.target, row.context)
        words = words[words["change"] >= least].nlargest(most, "change")
        found[row.statement, row.target_id] = list(zip(words["word"], words["change"], strict=True))
    return found
