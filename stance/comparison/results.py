"""Results: all that is claimed from a comparison, each part reckoned once; pages, tables and pictures only show it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from stance.articles.reading import Article
from stance.classifiers.answers import Remembered
from stance.classifiers.predictions import Prediction, doubts, pairs
from stance.classifiers.predictions import predictions as predicted
from stance.classifiers.saved import card
from stance.codebook import STANCES, read_codebook
from stance.comparison.comparisons import Comparison
from stance.comparison.contrasts import changes_since, contrasts, net_positions, period_of
from stance.comparison.findings import basis_of, findings_of, trials_of
from stance.comparison.hinges import hinges, sensitivity
from stance.comparison.networks import SIDES, Clusters, Network, Way, clusters, coded, network
from stance.comparison.positions import position_counts, position_scores, positions_of
from stance.comparison.scores import Score
from stance.comparison.shares import shares_by
from stance.files import InputError
from stance.labels.agreement import agreement
from stance.labels.annotations import gathered, read_annotations
from stance.labels.corrections import heard
from stance.statements.finding import Statement
from stance.study import Study, read_study
from stance.tables import Skipped, read


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
    def cuts(self) -> list["Results"]:
        """These results by each of the dates; what does not hang on the date is not reckoned again."""
        parts = [replace(self, since=date) for date in self.dates]
        for part in parts:
            part.__dict__.update({name: getattr(self, name) for name in ("table", "spoken", "cells", "names")})
        return parts

    @cached_property
    def affiliation(self) -> dict[str, Network]:
        """Who takes which side on what: of `all`, and `before` and `since` the first of the dates; none where nobody
        takes one.
        """
        rows, parts = coded(self), {}
        if self.dates:
            period = rows["published"].map(lambda published: period_of(published, self.dates[0]))
            parts = {name: rows[period == name] for name in ("before", "since")}
        parts = {"all": rows} | parts
        return {name: network(part, Way(), self) for name, part in parts.items() if part["stance"].isin(SIDES).any()}

    @cached_property
    def congruence(self) -> tuple[Network, Clusters]:
        """Who sides with whom: congruence minus conflict, by average activity; and the camps in it."""
        way = Way("one", "subtract", "average")
        return network(coded(self), way, self), clusters(coded(self), way, self)

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
    statements: str | Path = "",
    predictions: str | Path = "",
) -> Results:
    """The results of a study (see `read_study`: by default that of the working folder), or of these articles by this
    codebook, these labels and this model, where they are given.

    What could not be used, an article without statements too, is in `skipped`; statements for which the model's answer
    means little (see `predictions.doubts`) are in `doubtful`. `statements` and `predictions` are tables of them that
    were made elsewhere: of these nothing is found and asked again. Raises InputError where nothing is left, where
    nothing is said by a stakeholder of the codebook, and for statements and predictions that are not of these articles
    and targets.
    """
    study = read_study(study, articles=articles, codebook=codebook, annotations=annotations, model=model)
    book = read_codebook(study.codebook)
    read_in, said, skipped, corrections = heard(study, book)
    if statements:
        said = _stated(statements, read_in)
    if not said:
        raise InputError("at least one article in which somebody says something", study.articles)
    if not any(statement.stakeholders for statement in said):
        expected = f"a stakeholder for whom one of the {len(said)} statements was made"
        raise InputError(f"{expected}; `stance status` says who is heard", study.codebook / "stakeholders.csv")
    spoken = {statement.article for statement in said}
    skipped += [Skipped(one.path, "no statement found in it") for one in read_in if one.article not in spoken]
    labels, torn = read_annotations(study.annotations, book)
    # Their places as seen from their folder, so that a report is the same wherever the folder lies.
    skipped += gathered([(str(Path(one.place).relative_to(study.annotations)), one.reason) for one in torn])
    doubtful, judged_by = [], study.model
    if predictions:
        answers = _answered(predictions, said)
        metrics = card(answers[0].model if len({one.model for one in answers}) == 1 else judged_by)
    else:
        judge = Remembered(judged_by)
        asked = pairs(said, book.targets, read_in)
        answers = predicted(judge, said, book.targets, read_in)
        paths = {article.article: article.path for article in read_in}
        places = {one.statement: f"{paths[one.article]}: {one.start}-{one.end}" for one in said}
        means_little = {(places[asked["statement"][row]], field): why for row, field, why in doubts(judge, asked)}
        doubtful = [Skipped(place, f"{field}: {why}") for (place, field), why in means_little.items()]
        metrics = card(judged_by) | ({"arithmetic": judge.precision_} if judge.precision_ else {})
    return Results(
        tuple(read_in), tuple(said), tuple(labels), tuple(answers), book, metrics, tuple(skipped), tuple(doubtful),
        tuple(corrections), title=study.title, dates=study.dates_to_cut,
    )  # fmt: skip


def _stated(file: str | Path, articles: list[Article]) -> list[Statement]:
    """The statements in a table. Raises InputError unless each stands once, and in these articles word for word."""
    texts = {article.article: article.text for article in articles}
    stated = read(file, Statement)
    if len({one.statement for one in stated}) < len(stated):
        raise InputError("each statement once (what `stance statements` wrote)", file, field="statement")
    for one in stated:
        if texts.get(one.article, "")[one.start : one.end] != one.text:
            raise InputError(f"statements of these articles, word for word; {one.statement} is none", file)
    return stated


def _answered(file: str | Path, statements: Sequence[Statement]) -> list[Prediction]:
    """The predictions in a table for these statements. Raises InputError for one that is doubled or no stance."""
    here = {statement.statement for statement in statements}
    given = [one for one in read(file, Prediction) if one.statement in here]
    if not given:
        raise InputError("predictions for these statements (what `stance classify` wrote of them)", file)
    if len({(one.statement, one.target) for one in given}) < len(given):
        raise InputError("one prediction for each statement and target", file, field="statement")
    if wrong := next((one.stance for one in given if one.stance not in STANCES), ""):
        raise InputError(f"one of {', '.join(STANCES)}, not {wrong!r:.60}", file, field="stance")
    return given
