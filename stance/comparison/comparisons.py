"""Comparisons: what was said, by whom and for whom, with the stance that counts; what every number is counted from.

An annotator’s label always counts before the model's answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from stance.articles.reading import Article
from stance.classifiers.predictions import Prediction
from stance.codebook import Codebook
from stance.files import InputError
from stance.labels.annotations import Annotation, adjudicated
from stance.labels.corrections import Correction
from stance.labels.queues import drawn_order
from stance.statements.finding import Statement
from stance.tables import Skipped, frame

UNDATED = "undated"
UNMATCHED = "no-stakeholder"  # whose speaker is none of the codebook's; no identifier holds a hyphen
BY_HAND = "annotator’s label"


@dataclass(frozen=True)
class Comparison:
    """What was observed: articles, statements, annotators’ labels and a model's predictions, and from these the stance
    that counts for each statement and target. `card` is what the model's own card says of its errors.

    Raises InputError where a statement and target have no prediction, or what are no probabilities.
    """

    articles: tuple[Article, ...]
    statements: tuple[Statement, ...]
    annotations: tuple[Annotation, ...]
    predictions: tuple[Prediction, ...]
    codebook: Codebook
    card: Mapping[str, Any] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    doubtful: tuple[Skipped, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def __post_init__(self) -> None:
        """Refuse predictions that the numbers could not rest on."""
        predicted = {(one.statement, one.target) for one in self.predictions}
        for said in self.statements:
            for target in self.codebook.targets:
                if (said.statement, target.target) not in predicted:
                    raise InputError(f"a prediction for statement {said.statement} and target {target.target}")
        for one in self.predictions:
            given = one.support, one.oppose, one.none
            if not (min(given) >= 0 and abs(sum(given) - 1) < 0.001):
                where = f"for statement {one.statement} and target {one.target}"
                raise InputError(f"probabilities from 0 up that sum to 1 {where}")

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a statement and target, in order of date: all that is known of it, and the stance that counts.

        `stance` is the hand `label` where there is one (given by `annotators`), or else `predicted`; `decided_by` is
        'annotator’s label' or the model's name; `probability` the model's for `stance`; `year` is 'undated' where none
        known; `sampling_probability` the highest with which one of its labels was drawn, 0 where none is known.
        """
        labels = self.settled
        givers: dict[tuple[str, str, str], list[str]] = {}
        drawn: dict[tuple[str, str], float] = {}
        for one in sorted(self.annotations, key=lambda one: one.annotator):
            givers.setdefault((one.statement, one.target, one.stance), []).append(one.annotator)
            pair = one.statement, one.target
            drawn[pair] = max(drawn.get(pair, 0.0), one.sampling_probability)
        sources = frame(self.articles, Article).rename(columns={"text": "whole"}).drop(columns=["url", "path"])
        answers = frame(self.predictions, Prediction).rename(columns={"stance": "predicted"})
        table = answers.merge(frame(self.statements, Statement), on="statement").merge(sources, on="article")
        pairs = list(zip(table["statement"], table["target"], strict=True))
        table["label"] = [labels.get(pair, "") for pair in pairs]
        table["annotators"] = [", ".join(givers.get((*pair, labels.get(pair, "")), [])) for pair in pairs]
        table["sampling_probability"] = [drawn.get(pair, 0.0) for pair in pairs]
        by_hand = table["label"] != ""
        table["stance"] = table["label"].where(by_hand, table["predicted"])
        table["decided_by"] = table["model"].mask(by_hand, BY_HAND)
        rows = table.to_dict("records")
        table["probability"] = [row[row["stance"]] for row in rows]
        table["speaker"] = table["speaker"].where(table["speaker"] != "", table["mention"])
        table["year"] = [published[:4] or UNDATED for published in table["published"]]
        order = ["year", "published", "title", "article", "start"]
        return table.drop(columns="whole").sort_values(order, kind="stable", ignore_index=True)

    @cached_property
    def settled(self) -> dict[tuple[str, str], str]:
        """The label that counts, by statement and target, where there is one."""
        return adjudicated(self.annotations)

    @property
    def labels_here(self) -> int:
        """The number of annotators’ labels that decide a statement of these articles."""
        return int((self.table["label"] != "").sum())

    @property
    def labels_elsewhere(self) -> int:
        """The number of annotators’ labels whose statement is not in these articles."""
        return len(self.settled) - self.labels_here

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

    @cached_property
    def cells(self) -> dict[bytes, Any]:
        """What groups of rows let one claim, kept by `shares.estimated`."""
        return {}

    @property
    def sampling(self) -> dict[str, str]:
        """By target: empty where some labels are a random sample of the statements of stakeholders, or why not."""
        return {target: self._samples[target, True][0] for target in self.names["target"]}

    @cached_property
    def sampled(self) -> pd.Series:
        """Which rows of `table` are in a random sample that corrects shares."""
        drawn = [names for _, names in self._samples.values()]
        return pd.Series([any(pair in names for names in drawn) for pair in self._pairs], self.table.index)

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        return list(zip(self.table["statement"], self.table["target"], strict=True))

    def unsampled(self, rows: pd.DataFrame) -> str:
        """Why the labels among some rows of `spoken` are no random sample of them; empty where they are one."""
        asked = rows.assign(known=rows["stakeholder"] != UNMATCHED)[["target", "known"]].drop_duplicates()
        return next(filter(None, (self._samples[target, known][0] for target, known in asked.to_numpy().tolist())), "")

    @cached_property
    def _samples(self) -> dict[tuple[str, bool], tuple[str, set[tuple[str, str]]]]:
        """By target, and by whether the statements are of a stakeholder: why there is no sample, or what is in it.

        Labels of known probability are one where the statements that they stand for (1 / probability each) are about as
        many as there are: within a tenth, or three standard errors. So are those on the first stretch of the queue,
        however far it has come (see `queues.drawn_order`): the longest of which nine tenths are labelled, if it holds
        half of the labels, and so was not made by luck.
        """
        groups = {article.article: article.group for article in self.articles}
        order = drawn_order(self.statements, groups)
        found = {}
        for target in self.names["target"]:
            rows = self.table[self.table["target"] == target]
            drawn = rows.loc[rows["sampling_probability"] > 0].set_index("statement")["sampling_probability"]
            stood_for, error = (1 / drawn).sum(), ((1 - drawn) / drawn**2).sum() ** 0.5
            whole = len(drawn) and abs(stood_for - len(rows)) <= max(0.1 * len(rows), 3 * error)
            certain = set(drawn.index[drawn == 1])
            for known in (True, False):
                queue = [same for same in order if any(one.stakeholders for one in same) == known]
                labelled = np.array([same[0].statement in certain for same in queue], bool)
                shares = labelled.cumsum() / np.arange(1, len(queue) + 1)
                first = int(np.flatnonzero(labelled & (shares >= 0.9)).max(initial=-1)) + 1
                stretch = {one.statement for same in queue[:first] for one in same}.intersection(drawn.index)
                by_luck = 2 * len(stretch) < sum(one.statement in certain for same in queue for one in same)
                sample = set(drawn.index) if whole else set() if by_luck else stretch
                why = ""
                if drawn.empty and (rows["label"] == "").all():
                    why = "nobody has labelled any of the statements"
                elif drawn.empty:
                    why = "how the labelled statements were chosen is not known"
                elif not sample and not known:
                    why = "statements of no stakeholder come last in the queue, and are not labelled"
                elif not sample:
                    why = (f"the labelled sample was drawn to stand for {stood_for:,.0f} statements, not for the "
                           f"{len(rows):,} here")  # fmt: skip
                found[target, known] = why, {(name, target) for name in sample}
        return found
