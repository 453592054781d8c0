"""Results: all that is claimed from a comparison, each part reckoned once; pages, tables and pictures only show it."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from stance.classifiers.answers import Remembered
from stance.classifiers.predictions import doubts, pairs, predictions
from stance.classifiers.saved import model_folder, read_json
from stance.codebook import STANCES, read_codebook
from stance.comparison.comparisons import Comparison
from stance.comparison.contrasts import changes_since, contrasts, net_positions
from stance.comparison.findings import basis_of, findings_of, trials_of
from stance.comparison.hinges import hinges, sensitivity
from stance.comparison.positions import position_counts, position_scores, positions_of
from stance.comparison.scores import Score
from stance.comparison.shares import shares_by
from stance.labels.agreement import agreement
from stance.labels.annotations import gathered, read_annotations
from stance.labels.corrections import heard
from stance.study import Study, read_study
from stance.tables import InputError, Skipped


@dataclass(frozen=True)
class Results(Comparison):
    """A comparison with what follows from it; `dates` part before from since, and `since` is the one of them that
    `changes` are reckoned by; `title` is that of the report, empty where it is the question.

    A part is reckoned when it is first asked for, and kept. Nothing in it may be changed: another comparison, such as
    one without some labels, is made with dataclasses.replace. What each part holds is said where it is reckoned.
    """

    title: str = ""
    dates: tuple[str, ...] = ()
    since: str = ""

    shares_by = shares_by
    shares = cached_property(lambda self: shares_by(self, "stakeholder", "target"))
    timeline = cached_property(lambda self: shares_by(self, "stakeholder", "target", "year"))
    positions = cached_property(positions_of)
    position_counts = cached_property(lambda self: position_counts(self.positions))
    position_scores = cached_property(lambda self: position_scores(self.positions))
    differences = cached_property(contrasts)
    cuts = cached_property(lambda self: [replace(self, since=date) for date in self.dates])
    changes = cached_property(lambda self: changes_since(self, self.since))
    net_positions = cached_property(lambda self: net_positions(self.shares, *self.names["target"]))
    sensitivity = cached_property(sensitivity)
    hinges = cached_property(lambda self: hinges(self.sensitivity))
    scores = cached_property(lambda self: scores_by(self, "target"))
    stakeholder_scores = cached_property(lambda self: scores_by(self, "stakeholder"))
    trials = cached_property(lambda self: trials_of(self.card, self.model, self.scores, self.names["target"]))
    findings = cached_property(lambda self: findings_of(self.shares, self.names, self.trials))
    basis = cached_property(lambda self: basis_of(self, self.scores))

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """How well the annotators agree (see `agreement.agreement`)."""
        return agreement(self.annotations, {article.article: article.group for article in self.articles})


def scores_by(comparison: Comparison, column: str) -> dict[str, Score]:
    """The model against the annotators’ labels by `target` or `stakeholder` (a joint statement counts for each), for
    those that have labels here.
    """
    spoken = comparison.spoken if column == "stakeholder" else comparison.table
    labelled = dict(iter(spoken[spoken["label"] != ""].groupby(column)))
    return {
        name: Score(tuple(of["label"]), tuple(of["predicted"]), tuple(of["group"]), of[list(STANCES)].to_numpy())
        for name in comparison.names[column]
        if (of := labelled.get(name)) is not None
    }


def compare(
    articles: str | Path = "",
    codebook: str | Path = "",
    annotations: str | Path = "",
    model: str | Path = "",
    study: str | Path | Study = "",
) -> Results:
    """The results of a study (see `read_study`: by default that of the working folder), or of these articles by this
    codebook, these labels and this model, where they are given.

    What could not be used, an article without statements too, is in `skipped`; statements for which the model's answer
    means little (see `predictions.doubts`) are in `doubtful`. Raises InputError where nothing is left, and where
    nothing is said by a stakeholder of the codebook.
    """
    study = read_study(study, articles=articles, codebook=codebook, annotations=annotations, model=model)
    book = read_codebook(study.codebook)
    read_in, statements, skipped, corrections = heard(study, book)
    if not statements:
        raise InputError("at least one article in which somebody says something", study.articles)
    if not any(statement.stakeholders for statement in statements):
        said = f"a stakeholder for whom one of the {len(statements)} statements was made"
        raise InputError(f"{said}; `stance status` says who is heard", study.codebook / "stakeholders.csv")
    spoken = {statement.article for statement in statements}
    skipped += [Skipped(one.path, "no statement found in it") for one in read_in if one.article not in spoken]
    labels, torn = read_annotations(study.annotations, book)
    # Their places as seen from their folder, so that a report is the same wherever the folder lies.
    skipped += gathered([(str(Path(one.place).relative_to(study.annotations)), one.reason) for one in torn])
    judge = Remembered(study.model)
    asked = pairs(statements, book.targets, read_in)
    answers = predictions(judge, statements, book.targets, read_in)
    paths = {article.article: article.path for article in read_in}
    places = {said.statement: f"{paths[said.article]}: {said.start}-{said.end}" for said in statements}
    means_little = {(places[asked["statement"][row]], field): why for row, field, why in doubts(judge, asked)}
    doubtful = [Skipped(place, f"{field}: {why}") for (place, field), why in means_little.items()]
    card = model_folder(study.model) / "metrics.json"
    return Results(
        tuple(read_in), tuple(statements), tuple(labels), tuple(answers), book,
        read_json(card) if card.exists() else {}, tuple(skipped), tuple(doubtful), tuple(corrections),
        title=study.title, dates=study.dates_to_cut,
    )  # fmt: skip
