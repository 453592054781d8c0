"""Comparisons: who supports and who opposes each target, each number beside the statements that it counts.

A comparison keeps what was observed (articles, statements, annotators’ labels, a model's predictions) and derives
from it whatever is claimed. An annotator’s label always counts before the model's answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from stance.articles.reading import Article, read_articles
from stance.classifiers.predictions import Prediction, doubts, pairs, predictions
from stance.classifiers.saved import DEFAULT, load, model_folder, read_json
from stance.codebook import STANCES, Codebook, read_codebook
from stance.comparison.estimates import FEW, Estimate, corrected_shares, counted_shares
from stance.comparison.measures import Score
from stance.labels.annotations import Annotation, adjudicated, read_annotations
from stance.shipped import ANNOTATIONS, CODEBOOK
from stance.statements.finding import Statement
from stance.statements.stakeholders import attributed
from stance.tables import InputError, Skipped, frame

UNDATED = "undated"
UNMATCHED = "no-stakeholder"  # whose speaker is none of the codebook's; no identifier holds a hyphen
BY_HAND = "annotator’s label"
TOWARDS = {"support": "for", "oppose": "against"}
ERRORS = (0.05, 0.1, 0.2)  # of a model, that a reader might accept
BOOTSTRAP, CORRECTED, NO_INTERVAL = "bootstrap", "prediction-powered", "none"  # where an interval comes from


def counted(number: int, noun: str) -> str:
    """A number with its noun: '1 statement', '2,000 statements'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def lowered(name: str) -> str:
    """A name as it stands within a sentence: its first letter small, unless it begins with an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def percent(share: float) -> str:
    """A share (0 to 1) in whole per cent."""
    return f"{share:.0%}"


@dataclass(frozen=True)
class Finding:
    """What the statements of one stakeholder show on one target: a headline and the numbers that it rests on."""

    stakeholder: str
    target: str
    headline: str
    evidence: str


class Cell(NamedTuple):
    """What a group of statements lets one claim: the share of each stance and `net`, support minus oppose (-1 to 1),
    and by which `method` the intervals were made.

    bootstrap: all are labelled; prediction-powered: a random sample is; none: the share counts a model's answers, `why`
    says in words what is missing, and the interval is all there is, 0 to 1 (-1 to 1 for `net`).
    """

    method: str
    shares: dict[str, Estimate]
    why: str = ""


@dataclass(frozen=True)
class Comparison:
    """Statements with the stance that counts for each target. `card` is what the model's own card says of its errors.

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
        labels = adjudicated(self.annotations)
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

    @cached_property
    def sampling(self) -> dict[str, str]:
        """By target: empty where the labels of known probability are a random sample of the statements, or why not.

        They are one where the statements that they stand for (1 / probability each) are about as many as there are:
        within a tenth, or three standard errors. Fewer are a queue not finished, or statements that came later.
        """
        found = {}
        for target in self.names["target"]:
            rows = self.table[self.table["target"] == target]
            drawn = rows.loc[rows["sampling_probability"] > 0, "sampling_probability"]
            stood_for, error = (1 / drawn).sum(), ((1 - drawn) / drawn**2).sum() ** 0.5
            found[target] = ""
            if drawn.empty and (rows["label"] == "").all():
                found[target] = "nobody has labelled any of the statements"
            elif drawn.empty:
                found[target] = "how the labelled statements were chosen is not known"
            elif abs(stood_for - len(rows)) > max(0.1 * len(rows), 3 * error):
                found[target] = (
                    f"the labelled sample was drawn to stand for {stood_for:,.0f} statements, not for the "
                    f"{len(rows):,} here"
                )
        return found

    def estimated(self, rows: pd.DataFrame) -> Cell:
        """What some rows of `spoken` let one claim (see Cell). Labels of unknown probability correct nothing.

        Raises InputError for no rows.
        """
        labelled = rows["label"] != ""
        if labelled.all():
            return Cell(BOOTSTRAP, counted_shares(rows["label"], rows["group"]))
        sample = labelled & (rows["sampling_probability"] > 0)
        why = next(filter(None, map(self.sampling.get, rows["target"].unique())), "")
        if not why and (number := rows.loc[sample, "group"].nunique()) < FEW:
            why = f"labels drawn at random stand in {number or 'none'} of the articles; to correct a share takes {FEW}"
        if why:
            shares = {
                name: replace(one, low=-1.0 if name == "net" else 0.0, high=1.0)
                for name, one in counted_shares(rows["stance"], rows["group"]).items()
            }
            return Cell(NO_INTERVAL, shares, why)
        shares = corrected_shares(
            rows["label"].where(sample, ""),
            rows[list(STANCES)].to_numpy(),
            rows["group"],
            rows["sampling_probability"].to_numpy(),
        )
        return Cell(CORRECTED, shares)

    def shares_by(self, *columns: str) -> pd.DataFrame:
        """One row for each group of `columns` that has statements, in the order of the codebook and of time.

        For each stance the count of decisions, its share (0 to 1) and the share's 95% interval from `_low` to `_high`;
        `net`, support minus oppose (-1 to 1), likewise; by which `method` they were made, and `why` not by another (see
        `Cell`: a prediction-powered share is not the count's). `labelled` counts statements with an annotator’s label;
        `few` marks fewer than five statements.
        """
        rows: list[dict[str, Any]] = []
        for key, cell in self.spoken.groupby(list(columns)):
            row: dict[str, Any] = dict(zip(columns, key, strict=True))
            row |= {"statements": len(cell), "articles": cell["article"].nunique()}
            made = self.estimated(cell)
            for name, one in made.shares.items():
                value = {"net": one.value} if name == "net" else {
                    name: (cell["stance"] == name).sum(), f"{name}_share": one.value}  # fmt: skip
                row |= {**value, f"{name}_low": one.low, f"{name}_high": one.high}
            row |= {"labelled": (cell["label"] != "").sum(), "few": len(cell) < FEW}
            rows.append(row | {"method": made.method, "why": made.why})
        measures = [f"{stance}{end}" for stance in STANCES for end in ("", "_share", "_low", "_high")]
        measures += ["net", "net_low", "net_high", "labelled", "few", "method", "why"]
        order = {column: list(names) for column, names in self.names.items()}
        rows.sort(key=lambda row: [order[name].index(row[name]) if name in order else row[name] for name in columns])
        return pd.DataFrame(rows, columns=[*columns, "statements", "articles", *measures])

    @cached_property
    def shares(self) -> pd.DataFrame:
        """The shares by stakeholder and target (see `shares_by`)."""
        return self.shares_by("stakeholder", "target")

    @cached_property
    def timeline(self) -> pd.DataFrame:
        """The shares by stakeholder, target and year of publication, or 'undated' (see `shares_by`)."""
        return self.shares_by("stakeholder", "target", "year")

    def scores_by(self, column: str) -> dict[str, Score]:
        """The model against the annotators’ labels by `stakeholder` or a column of `table`, where there are labels."""
        rows = (self.spoken if column == "stakeholder" else self.table)[lambda table: table["label"] != ""]
        found = dict(iter(rows.groupby(column)))
        return {
            name: Score(tuple(of["label"]), tuple(of["predicted"]), tuple(of["group"]), of[list(STANCES)].to_numpy())
            for name in self.names.get(column, found)
            if (of := found.get(name)) is not None
        }

    @cached_property
    def scores(self) -> dict[str, Score]:
        """The model against the annotators’ labels, by target; a target without labels here is not there."""
        return self.scores_by("target")

    @property
    def score_table(self) -> pd.DataFrame:
        """The scores by target as a table (see `score_table_by`)."""
        return self.score_table_by("target")

    def score_table_by(self, column: str) -> pd.DataFrame:
        """The scores as a table: a row each target or stakeholder with labels, each measure with its 95% interval in
        words. `commonest label` is what always answering the same would have got right.
        """
        rows = [
            (
                self.names[column][name],
                len(score.labels),
                len(set(score.groups)),
                f"{(given := score.confusion.sum(axis=1)).idxmax()}: {percent(given.max() / given.sum())}",
                f"{percent(score.accuracy)} ({' to '.join(map(percent, score.interval('accuracy')))})",
                f"{score.macro_f1:.2f} ({' to '.join(f'{end:.2f}' for end in score.interval('macro_f1'))})",
            )
            for name, score in self.scores_by(column).items()
        ]
        return pd.DataFrame(rows, columns=[column, "labels", "articles", "commonest label", "accuracy", "macro-F1"])

    @property
    def f1_table(self) -> pd.DataFrame:
        """The F1 of each stance by target, with its 95% interval in words: a row a stance and `Target`."""
        rows = [
            (row["stance"], self.names["target"][target], row["labels"], f"{row['f1']:.2f}",
             f"{row['low']:.2f} to {row['high']:.2f}")
            for target, score in self.scores.items() for row in score.f1.to_dict("records")
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["stance", "Target", "labels", "F1", "95% interval"])

    def abstention_table(self, errors: Sequence[float] = ERRORS) -> pd.DataFrame:
        """What share of the model's answers, the least sure, to leave to a person by target and for each error chosen,
        so that no more of the others is wrong; with its 95% interval, the least probability of an answer that is
        kept, and the share of those that is wrong.
        """
        rows = []
        for target, score in self.scores.items():
            for error in errors:
                left, risks = score.left_for(error), score.abstention
                kept = risks.loc[(risks["left"] - left.value).abs() < 1e-9]
                least, wrong = (percent(kept[name].iloc[0]) if len(kept) else "none kept"
                                for name in ("threshold", "error"))  # fmt: skip
                interval = f"{percent(left.low)} to {percent(left.high)}"
                rows.append(
                    (
                        f"at most {percent(error)}",
                        self.names["target"][target],
                        f"{percent(left.value)}\n{interval}",
                        least,
                        wrong,
                    )
                )
        columns = ["wrong", "Target", "left to a person", "sure of the rest from", "of these wrong"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def card_table(self) -> pd.DataFrame:
        """What the model's card says of it and of the baseline on public tests: a row a test and model."""
        rows = [
            (
                row["test"],
                row["model"],
                row["pairs"],
                percent(row["accuracy"]),
                f"{row['macro_f1']:.2f} ({row['low']:.2f} to {row['high']:.2f})",
            )
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
            said.append(
                f"On a test of its card, {test['test']}, it is right in {percent(test['accuracy'])} of "
                f"{counted(test['pairs'], 'case')} (macro-F1 {test['macro_f1']:.2f})."
            )
        else:
            said.append("It has no card that says how often it errs.")
        if self.scores:
            here = (
                f"{percent(score.accuracy)} of {len(score.labels)} on {lowered(self.names['target'][target])}"
                for target, score in self.scores.items()
            )
            said.append(f"Held against the labels here, it is right in {' and in '.join(here)}.")
        if by_hand < decided:
            answered = set(self.table.loc[self.table["label"] == "", "target"])
            for target, why in self.sampling.items():
                if target not in answered:
                    continue
                name = lowered(self.names["target"][target])
                said.append(
                    f"On {name}, shares that rest on the model have no interval: {why}."
                    if why
                    else f"On {name}, a labelled random sample corrects shares and intervals for its errors."
                )
        if unsettled := int(((self.table["sampling_probability"] > 0) & (self.table["label"] == "")).sum()):
            said.append(
                f"Annotators differ on {counted(unsettled, 'sampled decision')}, which "
                f"{'counts' if unsettled == 1 else 'count'} as not labelled until settled."
            )
        return " ".join(said)

    @property
    def findings(self) -> list[Finding]:
        """A finding for each stakeholder and target with statements, its words made from the row of `shares`."""
        return [self._finding(row) for row in self.shares.to_dict("records") if row["stakeholder"] != UNMATCHED]

    def _finding(self, row: Mapping[Any, Any]) -> Finding:
        lead, other = ("oppose", "support") if row["net"] < 0 else ("support", "oppose")
        # A corrected share is never quite nothing, nor two of them alike: as printed they may be.
        digits = 2 if row["method"] == CORRECTED else 15
        most, less, neither = (round(row[f"{stance}_share"], digits) for stance in (lead, other, "none"))
        if not most:
            leaning = "no position"
        elif not less:
            leaning = TOWARDS[lead]
        elif most == less:
            leaning = "as often for as against"
        else:
            leaning = f"more often {TOWARDS[lead]} than {TOWARDS[other]}"
        chance = most > less > 0 and row["method"] != NO_INTERVAL and row["net_low"] <= 0 <= row["net_high"]
        if most and neither > most + less:
            leaning = f"mostly no position; otherwise {leaning}"
        stakeholder, target = (self.names[column][row[column]] for column in ("stakeholder", "target"))
        said = [_evidence(row, lead, other)]
        if chance:
            said.append(f"That it is more often {TOWARDS[lead]} may be chance.")
        if row["few"]:
            said.append(f"Fewer than {FEW} statements: to be read rather than counted.")
        headline = f"{stakeholder} on {lowered(target)}: {leaning}"
        return Finding(row["stakeholder"], row["target"], headline, " ".join(said))


def _evidence(row: Mapping[Any, Any], lead: str, other: str) -> str:
    """The counts of a row of `shares` and the share of the leading stance, with its interval or why there is none."""
    by_model = row["statements"] - row["labelled"]
    decided = f"{row['labelled']} labelled by annotators, {by_model} judged by the model alone"
    if not by_model or not row["labelled"]:
        decided = f"all {'judged by the model alone' if by_model else 'labelled by annotators'}"
    share = percent(row[f"{lead}_share"])
    interval = f"95% interval {percent(row[f'{lead}_low'])} to {percent(row[f'{lead}_high'])}"
    beside, last = {
        BOOTSTRAP: (f" ({share}; {interval})", ""),
        CORRECTED: ("", f" Corrected for the model’s errors by a labelled random sample, {share} ({interval}) are "
                        f"{TOWARDS[lead]} and {percent(row[f'{other}_share'])} {TOWARDS[other]}."),
        NO_INTERVAL: (f" ({share})", f" There is no interval: {row['why']}."),
    }[row["method"]]  # fmt: skip
    counts = f"{row[lead]}{beside} {TOWARDS[lead]}, {row[other]} {TOWARDS[other]}, {row['none']} without a position"
    if not row[lead] and not row[other]:
        counts = "none for, none against"
    place = f"{counted(row['statements'], 'statement')} in {counted(row['articles'], 'article')}"
    return f"Of {place}, {counts}; {decided}.{last}"


def compare(
    articles: str | Path,
    codebook: str | Path = CODEBOOK,
    annotations: str | Path = ANNOTATIONS,
    model: str | Path = DEFAULT,
) -> Comparison:
    """The comparison of all that a folder (or file) of articles says, by a codebook, annotators’ labels and a model.

    What could not be used, an article without statements too, is in `skipped`; statements for which the model's answer
    means little (see `predictions.doubts`) are in `doubtful`. Raises InputError where nothing is left.
    """
    book = read_codebook(codebook)
    found, skipped = read_articles(articles)
    statements = attributed(found, book)
    if not statements:
        raise InputError("at least one article in which somebody says something", articles)
    by_id = {article.article: article.path for article in found}
    spoken = {statement.article for statement in statements}
    skipped += [Skipped(article.path, "no statement found in it") for article in found if article.article not in spoken]
    labels, torn = read_annotations(annotations, book)
    # Their places as seen from their folder, so that a report is the same wherever the folder lies.
    skipped += [Skipped(str(Path(one.place).relative_to(annotations)), one.reason) for one in torn]
    judge = load(model)
    answers = predictions(judge, statements, book.targets, found)
    asked = pairs(statements, book.targets, found)
    places = {said.statement: f"{by_id[said.article]}: {said.start}-{said.end}" for said in statements}
    doubtful = {(places[asked["statement"][row]], field): why for row, field, why in doubts(judge, asked)}
    card = model_folder(model) / "metrics.json"
    metrics = read_json(card) if card.exists() else {}
    return Comparison(
        tuple(found),
        tuple(statements),
        tuple(labels),
        tuple(answers),
        book,
        metrics,
        tuple(skipped),
        tuple(Skipped(place, f"{field}: {why}") for (place, field), why in doubtful.items()),
    )
