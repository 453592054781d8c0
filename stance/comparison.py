"""Comparisons: who supports and who opposes each target, each number beside the statements that it counts.

A comparison keeps what was observed (articles, statements, hand labels, a model's predictions) and derives from it
whatever is claimed. A hand label always counts before the model's answer.
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
UNMATCHED = "no-stakeholder"  # the row of statements whose speaker is none of the codebook's; identifiers hold no hyphen
BY_HAND = "hand label"
TOWARDS = {"support": "for", "oppose": "against"}


@dataclass(frozen=True)
class Score:
    """A classifier's answers beside the hand labels of the same statements, with the article group of each."""

    labels: tuple[str, ...]
    predicted: tuple[str, ...]
    groups: tuple[str, ...]

    @cached_property
    def _confusions(self) -> np.ndarray:
        """Counts, shape (groups, hand labels, answers)."""
        group, names = pd.factorize(np.array(self.groups))
        counts = np.zeros((len(names), len(STANCES), len(STANCES)), int)
        np.add.at(counts, (group, [STANCES.index(x) for x in self.labels], [STANCES.index(x) for x in self.predicted]), 1)
        return counts

    @property
    def confusion(self) -> pd.DataFrame:
        """Counts: a row for each hand label, a column for each answer of the classifier."""
        return pd.DataFrame(self._confusions.sum(0), index=pd.Index(STANCES), columns=pd.Index(STANCES))

    @property
    def accuracy(self) -> float:
        """The share of answers that agree with the hand label."""
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
    """F1 = 2 true positives / (labelled + answered), averaged over the stances with any. Source: van Rijsbergen 1979."""
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


def percent(share: float) -> str:
    """A share (0 to 1) in whole per cent."""
    return f"{share:.0%}"


@dataclass(frozen=True)
class Decision:
    """The stance that counts for one statement and target, with all that is needed to follow it back.

    `decided_by` is 'hand label' or the model's name; `probability` is the model's for `stance`; `label` is the hand
    label and `annotators` who gave it (both empty if nobody did); `predicted` is the model's answer. `place` is where
    `text` begins in `context`, -1 where it runs beyond; `confidence` is that of the speaker, 0 to 1.
    """

    statement: str
    target: str
    stakeholders: tuple[str, ...]
    speaker: str
    role: str
    organisation: str
    published: str
    year: str
    publisher: str
    title: str
    article: str
    group: str
    start: int
    kind: str
    text: str
    context: str
    place: int
    confidence: float
    stance: str
    decided_by: str
    probability: float
    support: float
    oppose: float
    none: float
    label: str
    annotators: str
    predicted: str


def _place(said: Statement, text: str) -> int:
    """Where a statement begins in its context, which may repeat its words; -1 where the context does not hold it."""
    start = text.rfind(said.context, max(0, said.start - len(said.context)), said.start + len(said.context))
    place = said.start - start
    return place if start >= 0 and said.context[place:].startswith(said.text) else -1


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
        for statement in self.statements:
            for target in self.codebook.targets:
                if (statement.statement, target.target) not in self._predicted:
                    raise InputError(f"a prediction for statement {statement.statement} and target {target.target}")
        for one in self.predictions:
            if not abs(one.support + one.oppose + one.none - 1) < 0.001:
                raise InputError(f"probabilities that sum to 1 for statement {one.statement} and target {one.target}")

    @cached_property
    def _predicted(self) -> dict[tuple[str, str], Prediction]:
        return {(one.statement, one.target): one for one in self.predictions}

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """The stance that the annotators settled on, by statement and target."""
        return adjudicated(self.annotations)

    @property
    def labels_elsewhere(self) -> int:
        """The number of hand labels whose statement is not in these articles."""
        return len(self.labels.keys() - self._predicted.keys())

    @property
    def labels_here(self) -> int:
        """The number of hand labels that decide a statement of these articles."""
        return len(self.labels) - self.labels_elsewhere

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
    def names(self) -> dict[str, str]:
        """What to call each stakeholder and each target, by identifier."""
        names = {one.stakeholder: one.name for one in self.codebook.stakeholders}
        names[UNMATCHED] = "No stakeholder of the codebook"
        return names | {one.target: one.name for one in self.codebook.targets}

    @cached_property
    def decisions(self) -> list[Decision]:
        """What counts for each statement and target, in order of date, the undated last."""
        articles = {article.article: article for article in self.articles}
        annotators: dict[tuple[str, str, str], set[str]] = {}
        for note in self.annotations:
            annotators.setdefault((note.statement, note.target, note.stance), set()).add(note.annotator)
        found = []
        for said in self.statements:
            source = articles[said.article]
            for target in self.codebook.targets:
                pair = said.statement, target.target
                answer, label = self._predicted[pair], self.labels.get(pair, "")
                stance = label or answer.stance
                found.append(Decision(
                    said.statement, target.target, said.stakeholders, said.speaker or said.mention, said.role,
                    said.organisation, source.published, source.published[:4] or UNDATED, source.publisher,
                    source.title, said.article, source.group, said.start, said.kind, said.text, said.context,
                    _place(said, source.text), said.confidence,
                    stance, BY_HAND if label else answer.model, getattr(answer, stance),
                    answer.support, answer.oppose, answer.none,
                    label, ", ".join(sorted(annotators.get((*pair, label), []))), answer.stance,
                ))
        return sorted(found, key=lambda one: (one.year, one.published, one.title, one.article, one.start))

    @property
    def table(self) -> pd.DataFrame:
        """The decisions as a table: one row a statement and target, the columns of `Decision`."""
        return frame(self.decisions, Decision)

    @cached_property
    def spoken(self) -> pd.DataFrame:
        """The table with one row a stakeholder more: a joint statement counts for each, one of none as unmatched."""
        rows = self.table.assign(stakeholder=[one.stakeholders or (UNMATCHED,) for one in self.decisions])
        order = list(self.names).index
        return rows.explode("stakeholder").sort_values(
            ["stakeholder", "target"], key=lambda names: names.map(order), kind="stable", ignore_index=True
        )

    def shares_by(self, *columns: str) -> pd.DataFrame:
        """One row for each group of `columns` that has statements, in the order of the codebook and of time.

        For each stance a count, its share (0 to 1) and the share's 95% interval from `_low` to `_high`; `labelled`
        counts statements with a hand label; `few` marks fewer than five statements.
        """
        rows = []
        for key, cell in self.spoken.groupby(list(columns), sort=False):
            row = dict(zip(columns, key, strict=True)) | {"statements": len(cell), "articles": cell["article"].nunique()}
            sizes = cell.groupby("group").size()
            for stance in STANCES:
                hits = (cell["stance"] == stance).groupby(cell["group"]).sum()
                low, high = share_interval(hits, sizes)
                row |= {stance: int(hits.sum()), f"{stance}_share": hits.sum() / len(cell),
                        f"{stance}_low": low, f"{stance}_high": high}
            rows.append(row | {"labelled": int((cell["decided_by"] == BY_HAND).sum()), "few": len(cell) < FEW})
        measures = [f"{stance}{end}" for stance in STANCES for end in ("", "_share", "_low", "_high")]
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
        """The model against the hand labels, by target; a target without labels in these articles is not there."""
        rows = self.table[lambda table: table["label"] != ""]
        return {
            target.target: Score(*(tuple(of[column]) for column in ("label", "predicted", "group")))
            for target in self.codebook.targets
            if len(of := rows[rows["target"] == target.target])
        }

    @property
    def basis(self) -> str:
        """What the numbers rest on, people or the model, and how often the model errs."""
        by_hand, decided = self.labels_here, len(self.decisions)
        return f"{by_hand} of {decided} by hand"

    @property
    def findings(self) -> list[Finding]:
        """A finding for each stakeholder and target with statements, its words made from the row of `shares`."""
        return [self._finding(row) for row in self.shares.to_dict("records") if row["stakeholder"] != UNMATCHED]

    def _finding(self, row: Mapping[str, Any]) -> Finding:
        lead, other = ("oppose", "support") if row["oppose"] > row["support"] else ("support", "oppose")
        if not row[lead]:
            leaning = "no position"
        elif not row[other]:
            leaning = TOWARDS[lead]
        elif row[lead] == row[other]:
            leaning = "as often for as against"
        else:
            leaning = f"more often {TOWARDS[lead]} than {TOWARDS[other]}"
        target = self.names[row["target"]]
        headline = f"{self.names[row['stakeholder']]} on {target[:1].lower()}{target[1:]}: {leaning}"
        interval = f"{percent(row[f'{lead}_low'])} to {percent(row[f'{lead}_high'])}"
        by_model = row["statements"] - row["labelled"]
        decided = f"{row['labelled']} labelled by hand, {by_model} judged by the model alone"
        positions = (
            f"{row[lead]} ({percent(row[f'{lead}_share'])}; 95% interval {interval}) {TOWARDS[lead]}, "
            f"{row[other]} {TOWARDS[other]}, {row['none']} without a position"
        )
        evidence = (
            f"Of {counted(row['statements'], 'statement')} in {counted(row['articles'], 'article')}, "
            f"{positions if row[lead] else 'none for, none against'}; "
            f"{decided if row['labelled'] else 'all judged by the model alone'}."
        )
        if row["few"]:
            evidence += f" Fewer than {FEW} statements: to be read rather than counted."
        return Finding(row["stakeholder"], row["target"], headline, evidence)


def compare(
    articles: str | Path, codebook: str | Path = CODEBOOK, annotations: str | Path = ANNOTATIONS, model: str | Path = models.DEFAULT
) -> Comparison:
    """The comparison of all that a folder (or file) of articles says, by a codebook, hand labels and a model.

    What could not be used, an article without statements too, is in `skipped`. Raises InputError where nothing is left.
    """
    book = read_codebook(codebook)
    found, skipped = read_articles(articles)
    statements = attributed(found, book)
    if not statements:
        raise InputError("at least one article in which somebody says something", articles)
    spoken = {statement.article for statement in statements}
    silent = [Skipped(article.path, "no statement found in it") for article in found if article.article not in spoken]
    labels, torn = read_annotations(annotations, book)
    torn = [Skipped(str(Path(one.place).relative_to(annotations)), one.reason) for one in torn]  # the same in any place
    estimator = models.load(model)
    predictions = models.predictions(estimator, statements, book.targets)
    return Comparison(
        tuple(found), tuple(statements), tuple(labels), tuple(predictions), book,
        skipped=tuple([*skipped, *silent, *torn]),
    )
