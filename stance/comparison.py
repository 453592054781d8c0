"""Comparisons: who supports and who opposes each target, each number beside the statements that it counts.

A comparison keeps what was observed (articles, statements, annotators’ labels, a model's predictions) and derives
from it whatever is claimed. An annotator’s label always counts before the model's answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from stance import models
from stance.annotations import ANNOTATIONS, Annotation, adjudicated, read_annotations
from stance.articles import Article, read_articles
from stance.codebook import CODEBOOK, STANCES, Codebook, read_codebook
from stance.models import Prediction
from stance.records import InputError, Skipped, frame
from stance.stakeholders import attributed
from stance.statements import Statement

SEED = 2013
RESAMPLES = 2000
FEW = 5  # fewer statements are marked, as to be read and not counted; fewer articles are not drawn again
UNDATED = "undated"
UNMATCHED = "no-stakeholder"  # whose speaker is none of the codebook's; no identifier holds a hyphen
BY_HAND = "annotator’s label"
TOWARDS = {"support": "for", "oppose": "against"}


@dataclass(frozen=True)
class Score:
    """A classifier's answers beside the annotators’ labels of the same statements, with the article group of each."""

    labels: tuple[str, ...]
    predicted: tuple[str, ...]
    groups: tuple[str, ...]

    @cached_property
    def _confusions(self) -> np.ndarray:
        """Counts, shape (groups, annotators’ labels, answers)."""
        group, names = pd.factorize(np.array(self.groups))
        label, answer = (pd.Categorical(stances, STANCES).codes for stances in (self.labels, self.predicted))
        counts = np.zeros((len(names), len(STANCES), len(STANCES)), int)
        np.add.at(counts, (group, label, answer), 1)
        return counts

    @property
    def confusion(self) -> pd.DataFrame:
        """Counts: a row for each annotator’s label, a column for each answer of the classifier."""
        return pd.DataFrame(self._confusions.sum(0), index=pd.Index(STANCES), columns=pd.Index(STANCES))

    @property
    def accuracy(self) -> float:
        """The share of answers that agree with the annotator’s label."""
        return float(np.trace(self._confusions.sum(0)) / self._confusions.sum())

    @property
    def macro_f1(self) -> float:
        """The mean F1, 0 to 1, of the stances that occur among labels or answers."""
        return float(_macro_f1(self._confusions.sum(0)))

    def interval(self, measure: str) -> tuple[float, float]:
        """The 95% interval of `accuracy` or `macro_f1`, by bootstrap over article groups (see `share_interval`).

        Fewer than five groups bound an accuracy by Wilson's interval and a macro-F1 not at all: 0 to 1.
        """
        if measure == "accuracy":
            return share_interval(np.trace(self._confusions, axis1=1, axis2=2), self._confusions.sum((1, 2)))
        groups = len(self._confusions)
        if groups < FEW:
            return 0.0, 1.0
        low, high = np.quantile(_macro_f1(np.tensordot(_resamples(groups), self._confusions, axes=1)), (0.025, 0.975))
        return float(low), float(high)


def _macro_f1(confusions: np.ndarray) -> np.ndarray:
    """F1 = 2 hits / (labelled + answered), the mean over the stances with any. Source: van Rijsbergen 1979."""
    sizes = confusions.sum(-1) + confusions.sum(-2)
    scores = 2 * np.diagonal(confusions, axis1=-2, axis2=-1) / np.maximum(sizes, 1)
    return scores.sum(-1) / (sizes > 0).sum(-1)


def _resamples(groups: int) -> np.ndarray:
    """How often each group is drawn, shape (RESAMPLES, groups); the same for the same number of groups."""
    return np.random.default_rng(SEED).multinomial(groups, np.full(groups, 1 / groups), RESAMPLES)


def share_interval(hits: Iterable[int], sizes: Iterable[int]) -> tuple[float, float]:
    """The 95% interval of sum(hits) / sum(sizes), one item an article group, by bootstrap over the groups.

    Drawing fewer than five groups again, or groups that all have the same share, cannot show how the share might vary;
    each group then counts as one draw in Wilson's interval. Source: Efron 1979; Wilson 1927.
    """
    hit, size = np.array(list(hits)), np.array(list(sizes))
    share, groups = hit.sum() / size.sum(), len(size)
    if groups < FEW or np.all(hit == share * size):
        z = 1.959964
        centre, spread = share + z**2 / (2 * groups), z * np.sqrt((share * (1 - share) + z**2 / (4 * groups)) / groups)
        low, high = ((centre + sign * spread) / (1 + z**2 / groups) for sign in (-1, 1))
    else:
        draws = _resamples(groups)
        low, high = np.quantile(draws @ hit / (draws @ size), (0.025, 0.975))
    return float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1))


def counted(number: int, noun: str) -> str:
    """A number with its noun: '1 statement', '2,000 statements'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def lowered(name: str) -> str:
    """A name as it stands within a sentence: its first letter small, unless it begins with an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def percent(share: float) -> str:
    """A share (0 to 1) in whole per cent."""
    return f"{share:.0%}"


def _place(row: Mapping[Any, Any]) -> int:
    """Where a statement begins in its context, which may repeat its words; -1 where the context does not hold it."""
    reach = len(row["context"])
    place = row["start"] - row["whole"].rfind(row["context"], max(0, row["start"] - reach), row["start"] + reach)
    return place if row["context"][place:].startswith(row["text"]) else -1


@dataclass(frozen=True)
class Finding:
    """What the statements of one stakeholder show on one target: a headline and the numbers that it rests on."""

    stakeholder: str
    target: str
    headline: str
    evidence: str


@dataclass(frozen=True)
class Comparison:
    """Statements with the stance that counts for each target. `card` is what the model's own card says of its errors.

    Raises InputError where a statement and target have no prediction, or its probabilities do not sum to 1.
    """

    articles: tuple[Article, ...]
    statements: tuple[Statement, ...]
    annotations: tuple[Annotation, ...]
    predictions: tuple[Prediction, ...]
    codebook: Codebook
    card: Mapping[str, Any] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()

    def __post_init__(self) -> None:
        """Refuse predictions that the numbers could not rest on."""
        predicted = {(one.statement, one.target) for one in self.predictions}
        for said in self.statements:
            for target in self.codebook.targets:
                if (said.statement, target.target) not in predicted:
                    raise InputError(f"a prediction for statement {said.statement} and target {target.target}")
        for one in self.predictions:
            if not abs(one.support + one.oppose + one.none - 1) < 0.001:
                raise InputError(f"probabilities that sum to 1 for statement {one.statement} and target {one.target}")

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a statement and target, in order of date: all that is known of it, and the stance that counts.

        `stance` is the hand `label` where there is one (given by `annotators`), or else `predicted`; `decided_by` is
        'annotator’s label' or the model's name; `probability` the model's for `stance`; `year` is 'undated' where none
        known; `place` is where `text` begins in `context`, -1 where it runs beyond it.
        """
        labels = adjudicated(self.annotations)
        givers: dict[tuple[str, str, str], list[str]] = {}
        for one in sorted(self.annotations, key=lambda one: one.annotator):
            givers.setdefault((one.statement, one.target, one.stance), []).append(one.annotator)
        sources = frame(self.articles, Article).rename(columns={"text": "whole"}).drop(columns=["url", "path"])
        answers = frame(self.predictions, Prediction).rename(columns={"stance": "predicted"})
        table = answers.merge(frame(self.statements, Statement), on="statement").merge(sources, on="article")
        pairs = list(zip(table["statement"], table["target"], strict=True))
        table["label"] = [labels.get(pair, "") for pair in pairs]
        table["annotators"] = [", ".join(givers.get((*pair, labels.get(pair, "")), [])) for pair in pairs]
        by_hand = table["label"] != ""
        table["stance"] = table["label"].where(by_hand, table["predicted"])
        table["decided_by"] = table["model"].mask(by_hand, BY_HAND)
        rows = table.to_dict("records")
        table["probability"] = [row[row["stance"]] for row in rows]
        table["place"] = [_place(row) for row in rows]
        table["speaker"] = table["speaker"].where(table["speaker"] != "", table["mention"])
        table["year"] = [published[:4] or UNDATED for published in table["published"]]
        order = ["year", "published", "title", "article", "start"]
        return table.drop(columns="whole").sort_values(order, kind="stable", ignore_index=True)

    @property
    def labels_here(self) -> int:
        """The number of annotators’ labels that decide a statement of these articles."""
        return int((self.table["label"] != "").sum())

    @property
    def labels_elsewhere(self) -> int:
        """The number of annotators’ labels whose statement is not in these articles."""
        return len(adjudicated(self.annotations)) - self.labels_here

    @property
    def model(self) -> str:
        """The name of the model that predicted."""
        return ", ".join(sorted({one.model for one in self.predictions}))

    @property
    def unmatched(self) -> int:
        """The number of statements whose speaker is no stakeholder of the codebook."""
        return sum(not said.stakeholders for said in self.statements)

    @property
    def silent(self) -> list[str]:
        """The names of the codebook's stakeholders by whom no statement was found."""
        spoke = {stakeholder for said in self.statements for stakeholder in said.stakeholders}
        return [one.name for one in self.codebook.stakeholders if one.stakeholder not in spoke]

    @property
    def years(self) -> list[str]:
        """The years of publication in order, 'undated' last."""
        return sorted({article.published[:4] or UNDATED for article in self.articles})

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """What to call each `stakeholder` and each `target`, by identifier, in the order of the codebook."""
        stakeholders = {one.stakeholder: one.name for one in self.codebook.stakeholders}
        return {
            "stakeholder": stakeholders | {UNMATCHED: "No stakeholder of the codebook"},
            "target": {one.target: one.name for one in self.codebook.targets},
        }

    @cached_property
    def spoken(self) -> pd.DataFrame:
        """The table by `stakeholder` too: a joint statement has a row for each, one of nobody's an unmatched row."""
        stakeholders = self.table["stakeholders"].map(lambda found: found or (UNMATCHED,))
        return self.table.assign(stakeholder=stakeholders).explode("stakeholder")

    def shares_by(self, *columns: str) -> pd.DataFrame:
        """One row for each group of `columns` that has statements, in the order of the codebook and of time.

        For each stance a count, its share (0 to 1) and the share's 95% interval from `_low` to `_high`; `labelled`
        counts statements with an annotator’s label; `few` marks fewer than five statements.
        """
        rows: list[dict[str, Any]] = []
        for key, cell in self.spoken.groupby(list(columns)):
            row: dict[str, Any] = dict(zip(columns, key, strict=True))
            row |= {"statements": len(cell), "articles": cell["article"].nunique()}
            sizes = cell.groupby("group").size()
            for stance in STANCES:
                hits = (cell["stance"] == stance).groupby(cell["group"]).sum()
                low, high = share_interval(hits, sizes)
                row |= {stance: hits.sum(), f"{stance}_share": hits.sum() / len(cell)}
                row |= {f"{stance}_low": low, f"{stance}_high": high}
            rows.append(row | {"labelled": (cell["label"] != "").sum(), "few": len(cell) < FEW})
        measures = [f"{stance}{end}" for stance in STANCES for end in ("", "_share", "_low", "_high")]
        order = {column: list(names) for column, names in self.names.items()}
        rows.sort(key=lambda row: [order[name].index(row[name]) if name in order else row[name] for name in columns])
        return pd.DataFrame(rows, columns=[*columns, "statements", "articles", *measures, "labelled", "few"])

    @cached_property
    def shares(self) -> pd.DataFrame:
        """The shares by stakeholder and target (see `shares_by`)."""
        return self.shares_by("stakeholder", "target")

    @cached_property
    def timeline(self) -> pd.DataFrame:
        """The shares by stakeholder, target and year of publication, or 'undated' (see `shares_by`)."""
        return self.shares_by("stakeholder", "target", "year")

    @cached_property
    def scores(self) -> dict[str, Score]:
        """The model against the annotators’ labels, by target; a target without labels here is not there."""
        rows = self.table[lambda table: table["label"] != ""]
        return {
            target.target: Score(*(tuple(of[column]) for column in ("label", "predicted", "group")))
            for target in self.codebook.targets
            if len(of := rows[rows["target"] == target.target])
        }

    @property
    def score_table(self) -> pd.DataFrame:
        """The scores as a table: a row a target with labels, each measure with its 95% interval in words.

        `commonest label` is what always answering the same would have got right.
        """
        rows = [
            (
                self.names["target"][target], len(score.labels), len(set(score.groups)),
                f"{(given := score.confusion.sum(axis=1)).idxmax()}: {percent(given.max() / given.sum())}",
                f"{percent(score.accuracy)} ({' to '.join(map(percent, score.interval('accuracy')))})",
                f"{score.macro_f1:.2f} ({' to '.join(f'{end:.2f}' for end in score.interval('macro_f1'))})",
            )
            for target, score in self.scores.items()
        ]
        return pd.DataFrame(rows, columns=["target", "labels", "articles", "commonest label", "accuracy", "macro-F1"])

    @property
    def card_table(self) -> pd.DataFrame:
        """What the model's card says of it and of the baseline on public tests: a row a test and model."""
        rows = [
            (row["test"], row["model"], row["pairs"], percent(row["accuracy"]),
             f"{row['macro_f1']:.2f} ({row['low']:.2f} to {row['high']:.2f})")
            for row in self.card.get("scores", ())
        ]
        return pd.DataFrame(rows, columns=["test", "model", "pairs", "accuracy", "macro-F1"])

    @property
    def basis(self) -> str:
        """What the numbers rest on, people or the model, and how often the model errs."""
        decided, by_hand = len(self.table), self.labels_here
        each = f"{counted(decided, 'decision')} (one for each statement and target)"
        if by_hand == decided:
            said = [f"Annotators labelled all {each}; the model {self.model} would answer where nobody has."]
        else:
            people = f"Annotators labelled {by_hand:,}" if by_hand else "Nobody labelled any"
            made = f"made the other {decided - by_hand:,}" if by_hand else "made them all"
            said = [f"{people} of the {each}; the model {self.model} {made}."]
        tests = [row for row in self.card.get("scores", ()) if row["model"] == self.model]
        if tests:
            test = next((row for row in tests if row["stances"] == len(STANCES)), tests[-1])
            said.append(f"On a public test, {test['test']}, it is right in {percent(test['accuracy'])} of "
                        f"{counted(test['pairs'], 'case')} (macro-F1 {test['macro_f1']:.2f}).")
        else:
            said.append("It has no card that says how often it errs.")
        if self.scores:
            here = (f"{percent(score.accuracy)} of {len(score.labels)} on {lowered(self.names['target'][target])}"
                    for target, score in self.scores.items())
            said.append(f"Held against the labels here, it is right in {' and in '.join(here)}.")
        if by_hand < decided:
            said.append("No interval on this page allows for its errors.")
        return " ".join(said)

    @property
    def findings(self) -> list[Finding]:
        """A finding for each stakeholder and target with statements, its words made from the row of `shares`."""
        return [self._finding(row) for row in self.shares.to_dict("records") if row["stakeholder"] != UNMATCHED]

    def _finding(self, row: Mapping[Any, Any]) -> Finding:
        lead, other = ("oppose", "support") if row["oppose"] > row["support"] else ("support", "oppose")
        if not row[lead]:
            leaning = "no position"
        elif not row[other]:
            leaning = TOWARDS[lead]
        elif row[lead] == row[other]:
            leaning = "as often for as against"
        else:
            leaning = f"more often {TOWARDS[lead]} than {TOWARDS[other]}"
        if row[lead] and row["none"] > row[lead] + row[other]:
            leaning = f"mostly no position; otherwise {leaning}"
        stakeholder, target = (self.names[column][row[column]] for column in ("stakeholder", "target"))
        headline = f"{stakeholder} on {lowered(target)}: {leaning}"
        interval = f"{percent(row[f'{lead}_low'])} to {percent(row[f'{lead}_high'])}"
        by_model = row["statements"] - row["labelled"]
        decided = f"{row['labelled']} labelled by annotators, {by_model} judged by the model alone"
        if not by_model or not row["labelled"]:
            decided = f"all {'judged by the model alone' if by_model else 'labelled by annotators'}"
        positions = (
            f"{row[lead]} ({percent(row[f'{lead}_share'])}; 95% interval {interval}) {TOWARDS[lead]}, "
            f"{row[other]} {TOWARDS[other]}, {row['none']} without a position"
        )
        evidence = (
            f"Of {counted(row['statements'], 'statement')} in {counted(row['articles'], 'article')}, "
            f"{positions if row[lead] else 'none for, none against'}; {decided}."
        )
        if row["few"]:
            evidence += f" Fewer than {FEW} statements: to be read rather than counted."
        return Finding(row["stakeholder"], row["target"], headline, evidence)


def compare(
    articles: str | Path,
    codebook: str | Path = CODEBOOK,
    annotations: str | Path = ANNOTATIONS,
    model: str | Path = models.DEFAULT,
) -> Comparison:
    """The comparison of all that a folder (or file) of articles says, by a codebook, annotators’ labels and a model.

    What could not be used, an article without statements too, is in `skipped`. Raises InputError where nothing is left.
    """
    book = read_codebook(codebook)
    found, skipped = read_articles(articles)
    statements = attributed(found, book)
    if not statements:
        raise InputError("at least one article in which somebody says something", articles)
    spoken = {statement.article for statement in statements}
    skipped += [Skipped(article.path, "no statement found in it") for article in found if article.article not in spoken]
    labels, torn = read_annotations(annotations, book)
    # Their places as seen from their folder, so that a report is the same wherever the folder lies.
    skipped += [Skipped(str(Path(one.place).relative_to(annotations)), one.reason) for one in torn]
    predictions = models.predictions(models.load(model), statements, book.targets)
    card = model_folder(model) / "metrics.json"
    metrics = models.read_json(card) if card.exists() else {}
    return Comparison(
        tuple(found), tuple(statements), tuple(labels), tuple(predictions), book, metrics, tuple(skipped)
    )


def model_folder(model: str | Path) -> Path:
    """The folder of a model, given as `models.load` takes it: its name under models/ or a path."""
    return named if (named := models.MODELS / model).is_dir() else Path(model)
