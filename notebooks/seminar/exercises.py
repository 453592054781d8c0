"""Exercises: what the notebooks of the seminar show, and whether an answer is right. No network is loaded.

Statements and their gold are the debates corpus's, sentences those of exercises.toml; figures are reckoned here.
"""

import hashlib
import json
import re
import tempfile
import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import HTML
from markupsafe import escape
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from stance.codebook import STANCES, read_codebook
from stance.comparison.estimates import sampling_draws
from stance.labels.agreement import agreement
from stance.labels.annotations import Annotation, extend, own_file, read_annotations
from stance.labels.classes import confusions, disputes, imagined
from stance.report.exhibits import Table
from stance.shipped import DEBATES

HERE = Path(__file__).parent
TARGETS = ("targets", "integration")
ARTICLES = ("w03-04", "w01-09", "w05-08")  # what a class labels: three articles of ten statements, each read twice
LEARNED, COUNTED = "w01 w02 w03 w04 w05 w06".split(), "w07 w08 w09 w10 w11 w12".split()  # writers of the training part
SAMPLE, SEED = 100, 2018  # labels drawn for the correction, and with what luck
SENTENCES = tomllib.loads((HERE / "exercises.toml").read_text(encoding="utf-8"))
ADA = (
    "oppose oppose none none support support none none none none".split()
)  # two coders whose kappa is reckoned by hand
BEN = "oppose none none none support none none oppose none none".split()
# What a hasty reader says: by tone, by what is said nearby, or without the article.
HASTY = {
    (2, "targets"): "none", (3, "targets"): "oppose", (6, "targets"): "none", (7, "integration"): "none",
    (8, "integration"): "support", (9, "integration"): "none", (10, "targets"): "oppose", (12, "integration"): "none",
    (13, "integration"): "none", (14, "integration"): "none", (15, "integration"): "none", (17, "targets"): "none",
    (18, "targets"): "none", (19, "targets"): "oppose", (21, "integration"): "none", (22, "integration"): "none",
    (23, "integration"): "support", (24, "integration"): "oppose", (25, "integration"): "none",
    (26, "targets"): "oppose", (27, "targets"): "oppose", (28, "targets"): "none", (29, "targets"): "none",
}  # fmt: skip


class NotYetError(AssertionError):
    """An answer that is not right yet: shown as its sentence alone, and to nbgrader a check that fails."""

    def _render_traceback_(self) -> list[str]:
        return [f"Not yet. {self}"]


# Statements ---------------------------------------------------------------------------------------------------------


@cache
def corpus() -> pd.DataFrame:
    """The statements of the debates' training part that are labelled for both targets of the codebook: debate, writer,
    headline, story, statement (its identifier), kind, speaker, text, and the label on `targets` and `integration`.
    """
    settled = {(one["statement"], one["target"]): one["stance"] for one in _lines("settled.jsonl")}
    rows = []
    for debate in _lines("articles.jsonl"):
        if debate["writer"] not in (*LEARNED, *COUNTED) or not {*TARGETS} <= {one["id"] for one in debate["targets"]}:
            continue
        headline, _, story = debate["text"].partition("\n\n")
        article = hashlib.sha256(story.encode()).hexdigest()[:12]
        for number, said in enumerate(debate["statements"], 1):
            start = story.find(said["text"])
            place = f"{article}-{start}-{start + len(said['text'])}"
            words = [said[field] for field in ("kind", "speaker", "text")]
            labels = [settled.get((f"{debate['id']}-{number:02}", name), said["stances"][name]) for name in TARGETS]
            rows.append((debate["id"], debate["writer"], headline, story, place, *words, *labels))
    columns = ["debate", "writer", "headline", "story", "statement", "kind", "speaker", "text", *TARGETS]
    return pd.DataFrame(rows, columns=columns)


def _lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (DEBATES / name).read_text(encoding="utf-8").splitlines()]


@cache
def statements() -> pd.DataFrame:
    """The thirty statements that a class labels, by `number` from 1, as in `corpus`."""
    chosen = pd.concat([corpus()[corpus()["debate"] == debate] for debate in ARTICLES], ignore_index=True)
    return chosen.set_index(pd.RangeIndex(1, len(chosen) + 1, name="number"))


def article(number: int) -> HTML:
    """Article 1, 2 or 3 of the class, its statements marked and numbered."""
    of = statements()[statements()["debate"] == ARTICLES[number - 1]]
    html = str(escape(of["story"].iloc[0]))
    for place, text in of["text"].items():
        words = str(escape(text))
        first, _, rest = words.partition("\n\n")  # words that run over a paragraph's end are marked in both
        marked = "</mark>\n\n<mark>".join(filter(None, (f"<mark><strong>[{place}]</strong> {first}", rest)))
        html = html.replace(words, f"{marked}</mark>", 1)
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in html.split("\n\n"))
    return HTML(f"<h3>{escape(of['headline'].iloc[0])}</h3>{paragraphs}")


def gold() -> dict[tuple[str, str], str]:
    """The label of the corpus for each of the thirty statements and each target, by (statement, target)."""
    return {(row["statement"], name): row[name] for _, row in statements().iterrows() for name in TARGETS}


# Labels of a class --------------------------------------------------------------------------------------------------


def save(name: str, targets: str, integration: str, number: int = 1, folder: str | Path = HERE / "labels") -> None:
    """Add a student's labels of article 1, 2 or 3 to the file of that name in `folder`, before any check; say where.

    Raises NotYetError where a name or a label is missing.
    """
    if not name.strip():
        raise NotYetError("Write your name between the quotation marks: the file of your labels is called by it.")
    of = statements()[statements()["debate"] == ARTICLES[number - 1]]
    given = {"targets": stances(targets, len(of)), "integration": stances(integration, len(of))}
    at, version = datetime.now(UTC).isoformat(timespec="seconds"), read_codebook().version
    extend([Annotation(statement, target, label, name, at, sampling_probability=1.0, codebook=version)
            for target, labels in given.items() for statement, label in zip(of["statement"], labels, strict=True)],
           folder)  # fmt: skip
    print(f"{2 * len(of)} labels of {name} are in {own_file(Path(folder).name, name)}.")


def stances(answer: str, number: int) -> list[str]:
    """The labels in a text. Raises NotYetError for another number of them, or for a word that is none."""
    return _words(answer, number, list(STANCES))


def class_files(folder: str | Path = HERE / "class") -> Path:
    """The folder with a file of labels a student: `folder`, or where there is none a new one with 25 imagined files."""
    if Path(folder).is_dir():
        return Path(folder)
    made = Path(tempfile.mkdtemp(prefix="class-"))
    write_class(made)
    return made


def write_class(folder: str | Path, students: int = 25, seed: int = SEED) -> None:
    """Write the files of an imagined class to `folder`: sixty labels a student, the same for the same seed."""
    names = {number: row["statement"] for number, row in statements().iterrows()}
    hasty = {(names[number], target): stance for (number, target), stance in HASTY.items()}
    extend(imagined(gold(), hasty, read_codebook().version, students, seed), folder)


def numbered(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the number and the words of each statement in the place of its identifier."""
    numbers = {row["statement"]: (number, row["text"]) for number, row in statements().iterrows()}
    known = [numbers.get(one, (0, "(not one of the thirty)")) for one in table["statement"]]
    shown = table.drop(columns="statement")
    shown.insert(0, "number", [number for number, _ in known])
    return shown.assign(words=[words for _, words in known])


def merged(folder: str | Path | None = None) -> list[Annotation]:
    """All labels in the files of a folder, by default the class's; what is not a label is named and left aside."""
    labels, skipped = read_annotations(folder or class_files())
    for one in skipped:
        print(f"Left aside: {one.place}: {one.reason}")
    return labels


# The classifier -----------------------------------------------------------------------------------------------------


@cache
def classifier() -> Pipeline:
    """Logistic regression over the words of a statement, weighted by TF-IDF, for the target `targets`."""
    learned = corpus()[corpus()["writer"].isin(LEARNED) & ~corpus()["debate"].isin(ARTICLES)]
    model = make_pipeline(
        TfidfVectorizer(token_pattern=r"[a-z]+(?:['’][a-z]+)?", min_df=2),
        LogisticRegression(C=5, max_iter=1000),
    )
    return model.fit(learned["text"], learned["targets"])


def answers(texts: list[str]) -> pd.DataFrame:
    """The classifier's answers: its label, `classifier`, and the probabilities of support, oppose and none."""
    probabilities = classifier().predict_proba(texts)
    table = pd.DataFrame(probabilities, columns=classifier().classes_)[list(STANCES)]
    table.insert(0, "classifier", classifier().classes_[probabilities.argmax(axis=1)])
    return table


def heavy_words(number: int = 15) -> pd.DataFrame:
    """The words that weigh most for each label, the heaviest first, a column a label."""
    words, model = classifier()[0].get_feature_names_out(), classifier()[1]
    order = {label: np.argsort(-weights)[:number] for label, weights in zip(model.classes_, model.coef_, strict=True)}
    return pd.DataFrame({label: words[order[label]] for label in STANCES})


@cache
def cases(part: str) -> pd.DataFrame:
    """The invented cases read `alone` or in an `article`: case, trap, headline, context, text, stance (by the rules),
    why; and `network_alone` and `network_in_article`, what stance-mpnet says (answers.csv, by `editions.py answers`).
    """
    table = pd.read_csv(HERE / "cases.csv", keep_default_na=False)
    said = pd.read_csv(HERE / "answers.csv").set_index(["part", "case", "reading"])["stance"].unstack()
    table = table[table["part"] == part].drop(columns="part").reset_index(drop=True)
    for reading in ("alone", "in_article"):
        table[f"network_{reading}"] = said.loc[part, reading].to_numpy()
    return table


# Shares -------------------------------------------------------------------------------------------------------------


@cache
def population() -> pd.DataFrame:
    """The statements whose share is wanted, by writers whom the classifier has not read: debate, text, `label` (the
    readers'), `classifier` and its probabilities.
    """
    counted = corpus()[corpus()["writer"].isin(COUNTED) & ~corpus()["debate"].isin(ARTICLES)].reset_index(drop=True)
    return counted[["debate", "text"]].assign(label=counted["targets"]).join(answers(counted["text"].tolist()))


def counts(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """How many of a table's statements have each label in a column, in one row with their sum."""
    number = [int((table[column] == stance).sum()) for stance in STANCES]
    return pd.DataFrame([[column, *number, len(table)]], columns=["who", *STANCES, "all"])


@cache
def sample() -> pd.DataFrame:
    """The statements that are drawn at random from the population to be read and labelled."""
    return population().sample(SAMPLE, random_state=SEED)


@cache
def draws() -> pd.DataFrame:
    """What three ways say of the share that opposes, over 200 samples, a row a way: the mean share, the mean width of
    its interval, in how many of 200 the interval `holds` the truth, and the truth.
    """
    given = population()
    table = sampling_draws(given["label"], given[list(STANCES)], given["debate"], labels=SAMPLE)
    of = table[table["stance"] == "oppose"]
    of = of.assign(width=of["high"] - of["low"]).groupby("method", sort=False)
    means = of[["share", "width", "truth"]].mean()
    means.insert(2, "holds", of["holds"].sum())
    return means.reset_index()


# Answers ------------------------------------------------------------------------------------------------------------


def labels_wanted(question: str) -> tuple[list[str], list[str]]:
    """The right words for each item of a question about labels, and the sentence for who has another."""
    if question in ("3a", "3c"):
        of = cases("alone" if question == "3a" else "article")
        return of["stance"].tolist(), [f"Case {case}: {why}" for case, why in zip(of["case"], of["why"], strict=True)]
    says = SENTENCES[question]
    if question == "2d":
        wanted = [statements().loc[number, "targets"] for number in (18, 28, 27)]
    elif question in ("1a", "1b"):
        wanted = statements()["targets" if question == "1a" else "integration"].tolist()[:10]
        return wanted, [f"Statement {number}: {why}" for number, why in enumerate(says["why"], 1)]
    else:
        wanted = says["answers"]
    return wanted, says["why"] * (len(wanted) if len(says["why"]) == 1 else 1)


def figures_wanted(question: str) -> tuple[list[float], dict[str, float]]:
    """The right figure of a question (more than one where several are alike), and those that known mistakes give."""
    if question in ("2a", "2b"):
        pairs = [Annotation(f"a-{place}", "targets", stance, name, "2026-01-12T10:00:00Z")
                 for name, said in (("Ada", ADA), ("Ben", BEN)) for place, stance in enumerate(said)]  # fmt: skip
        both = agreement(pairs).iloc[0]
        same, kappa = float(both["agreement"]), float(both["kappa"])
        luck = (same - kappa) / (1 - kappa)
        if question == "2a":
            return [same], {"count": 10 * same, "differ": 1 - same}
        return [kappa], {"agreement": same, "luck": luck, "undivided": same - luck}
    if question == "2c":
        table = numbered(disputes(merged()))
        first = table.loc[table["agreement"] == table["agreement"].min(), "number"].unique()
        return first.astype(float).tolist(), {"most": float(table["number"].iloc[-1])}
    if question == "3d":
        of = cases("article")
        right = {name: float((of[f"network_{name}"] == of["stance"]).sum()) for name in ("in_article", "alone")}
        return [right.pop("in_article")], right
    if question == "4c":
        holds = draws().set_index("method")["holds"]
        naive = float(holds["counted predictions"])
        return [naive], {"corrected": float(holds["corrected"]), "missed": 200 - naive}
    shares = population()["classifier"].value_counts(normalize=True)
    naive = float(shares["oppose"])
    seen, read = (float((sample()[who] == "oppose").mean()) for who in ("classifier", "label"))
    if question == "4a":
        return [naive], {"percent": 100 * naive, "sides": naive / float(1 - shares["none"])}
    return [naive + read - seen], {"naive": naive, "sign": naive - read + seen, "sample": read}


def check(question: str, answer: object, reading: str = "", neighbour: str = "") -> None:
    """Say what is right about an answer. Raises NotYetError with a sentence that helps where it is not right yet."""
    says = SENTENCES[question]
    if question == "3b":
        print(_misled(str(answer or ""), reading, neighbour))
    elif "digits" in says:
        print(_figure(question, answer))
    else:
        wanted, why = labels_wanted(question)
        given = _words(str(answer or ""), len(wanted), says.get("options", list(STANCES)))
        wrong = [place for place, (one, right) in enumerate(zip(given, wanted, strict=True)) if one != right]
        tally = {"same": len(wanted) - len(wrong), "all": len(wanted)}
        if len(wrong) > allowed(question):
            raise NotYetError("\n  ".join([says["wrong"].format(**tally), *(why[place] for place in wrong)]))
        rest = [f"Where you differ, be ready to argue. {why[place]}" for place in wrong]
        print("\n  ".join([says["right"].format(**tally), *rest]))


def allowed(question: str) -> int:
    """How many labels may differ: one in a whole article, since readers differ too."""
    return 1 if question in ("1a", "1b") else 0


def worked(question: str) -> str:
    """The worked answer of a question in words."""
    says = SENTENCES[question]
    if "digits" not in says:
        return says["worked"]
    return says["worked"].format(right=shown(figures_wanted(question)[0][0], says["digits"]))


def shown(value: float, digits: int) -> str:
    """A figure with so many digits."""
    return f"{value:.{digits}f}"


def _words(answer: str, number: int, options: list[str]) -> list[str]:
    given = answer.lower().replace(",", " ").split()
    if not given:
        raise NotYetError("There is no answer yet: write it between the quotation marks, and run both cells again.")
    for place, word in enumerate(given, 1):
        if word not in options:
            raise NotYetError(f"Number {place} is {word!r}: write {', '.join(options[:-1])} or {options[-1]}.")
    if len(given) != number:
        raise NotYetError(f"{number} answers are wanted, one for each, in order; you have given {len(given)}.")
    return given


def _figure(question: str, answer: object) -> str:
    says = SENTENCES[question]
    right, mistakes = figures_wanted(question)
    try:
        given = float(str(answer).replace(",", "."))
    except ValueError:
        raise NotYetError(
            "There is no figure yet: write one in the cell above, such as 0.25, and run both cells."
        ) from None
    close = 0.5001 * 10 ** -says["digits"]
    for value in right:
        if abs(given - value) <= close:
            return says["right"].format(right=shown(value, says["digits"]))
    for name, value in mistakes.items():
        if abs(given - value) <= close:
            raise NotYetError(says["mistakes"][name])
    if not says["least"] <= given <= says["most"]:
        raise NotYetError(
            f"{given:g} is outside of what is possible, {says['least']} to {says['most']}. {says['wrong']}"
        )
    raise NotYetError(says["wrong"])


def _misled(text: str, reading: str, neighbour: str) -> str:
    says, bare = SENTENCES["3b"], re.sub(r"\W+", " ", text.lower()).strip()
    if len(bare.split()) < 5:
        raise NotYetError(says["short"])
    if bare in {re.sub(r"\W+", " ", one.lower()).strip() for one in cases("alone")["text"]}:
        raise NotYetError(says["copied"])
    if reading not in ("support", "oppose"):
        raise NotYetError(says["side"])
    if neighbour != reading:
        raise NotYetError(says["neighbour"].format(reading=reading, neighbour=neighbour))
    given = answers([text]).iloc[0]
    told = {"reading": reading, "answer": given["classifier"], "probability": given[given["classifier"]]}
    if given["classifier"] == reading:
        raise NotYetError(says["same"].format(**told))
    if given["classifier"] == "none":
        raise NotYetError(says["silent"].format(**told))
    return says["right"].format(**told)


__all__ = [
    "Table", "agreement", "answers", "article", "cases", "check", "class_files", "confusions", "counts", "disputes",
    "draws", "gold", "heavy_words", "merged", "numbered", "pd", "population", "sample", "save", "statements",
]  # fmt: skip
