"""Pictures and tables of scores: how far labels and model can be trusted."""

from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from stance.codebook import STANCES
from stance.comparison.estimates import FEW, SEED
from stance.comparison.results import Results
from stance.comparison.scores import ERRORS, Score
from stance.comparison.words import bounded, counted, decimals, interval, lowered, percent
from stance.report.exhibits import COLOURS, INK, PALE, VERBS, Picture, Table, drawn

CAPTIONS = {
    "target": "The model against the labels here",
    "stakeholder": "The model against the labels here, by stakeholder (a joint statement counts for each)",
}
AGREEMENT = ["target", "statements", "agreement", "alpha", "alpha_low", "alpha_high", "kappa"]
UNLABELLED = "No statement of these articles has an annotator’s label"


def _by_topic(results: Results) -> list[tuple[str, Score]]:
    return [(results.names["target"][target], score) for target, score in results.scores.items()]


def confusion(results: Results) -> Picture:
    """A picture of the model's answers against the annotators’ labels of the same statements, target by target."""
    title, scores = "The model against the annotators’ labels", _by_topic(results)
    if not scores:
        return Picture(title, f"{UNLABELLED}: the model’s answers cannot be checked here.")
    rows: list[dict[str, Any]] = [
        {"Hand label": label, "Target": topic} | {f"Model: {answer}": counts[answer] for answer in STANCES}
        for topic, score in scores
        for label, counts in score.confusion.iterrows()
    ]
    said = [
        f"{topic}: of {counted(len(score.labels), 'statement')}, {percent(score.accuracy)} alike, "
        f"macro-F1 {decimals(score.macro_f1)}"
        for topic, score in scores
    ]
    note = "A row for each annotator’s label, a column for each answer: what is alike lies on the diagonal."
    alt = f"The model’s answers by annotator’s label. {'; '.join(said)}."
    svg = drawn([(_confused, *of) for of in scores], 2.9, columns=2)
    return Picture(title, alt, pd.DataFrame(rows), svg, note)


def _confused(axes: Axes, topic: str, score: Score) -> None:
    sns.heatmap(score.confusion, ax=axes, annot=True, fmt="d", cmap="Blues", cbar=False, square=True, linewidths=1.5)
    axes.set_title(topic, fontsize=9)
    axes.set(xlabel="the model’s answer", ylabel="annotator’s label")


def calibration(results: Results) -> Picture:
    """The calibration curve: how often the model is right by how sure it was, target by target, with 95% intervals."""
    title, scores = "How sure the model was, and how often it was right", _by_topic(results)
    if not scores:
        return Picture(title, f"{UNLABELLED}: how sure the model may be cannot be checked.")
    rows, said = [], []
    for topic, score in scores:
        dots = [(percent(sure), answers, percent(right), interval(low, high))
                for answers, sure, right, low, high in score.reliability.itertuples(index=False)]  # fmt: skip
        rows += [(sure, topic, *others) for sure, *others in dots]
        right_when = ", ".join(f"{sure} sure, {right} right" for sure, _, right, _ in dots)
        ends = interval(*score.interval("ece"), decimals, known=len(set(score.groups)) >= FEW)
        said.append(f"{topic}: {right_when}; expected calibration error {decimals(score.ece)} ({ends})")
    table = pd.DataFrame(rows, columns=["Model’s probability", "Target", "Answers", "Right", "95% interval"])
    note = (
        "Each dot is a tenth of the answers (more where labels are few), each line a 95% interval. On the broken "
        "line a model is right as often as it is sure; below it, it is too sure of itself."
    )
    alt = f"How often the model was right by how sure it was. {'; '.join(said)}."
    return Picture(title, alt, table, drawn([(_curve, *of) for of in scores], 3.3, columns=2), note)


def _curve(axes: Axes, topic: str, score: Score) -> None:
    curve = score.reliability
    axes.plot([0, 1], [0, 1], color=PALE, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.vlines(curve["probability"], curve["low"], curve["high"], color=PALE, linewidth=1.2)
    # Where two bins are equally sure seaborn draws at random; with a seed, the same each time.
    sns.lineplot(
        curve, x="probability", y="right", ax=axes, color=COLOURS["support"], marker="o", markersize=6, seed=SEED
    )
    axes.set_title(topic, fontsize=9)
    axes.set(xlim=(0.3, 1.02), ylim=(-0.02, 1.03), xlabel="the model’s probability", ylabel="share right")
    axes.set_xticks(ticks := [0.4, 0.6, 0.8, 1], [percent(tick) for tick in ticks])
    axes.set_yticks(ticks := [0, 0.5, 1], [percent(tick) for tick in ticks])


def draws(drawings: pd.DataFrame) -> Picture:
    """The intervals of each draw of `estimates.sampling_draws` beside the truth, stance by stance."""
    number = drawings["draw"].nunique()
    panels = [(stance, drawings[drawings["stance"] == stance]) for stance in STANCES]
    rows = []
    for stance, part in panels:
        for method, of in part.groupby("method", sort=False):
            truth, mean, low, high = of[["truth", "share", "low", "high"]].mean().map("{:.1%}".format)
            rows.append((method, VERBS[stance], truth, mean, f"{low} to {high}", f"{of['holds'].sum()} of {number}"))
    columns = ["Method", "Target", "Truth", "Mean share", "Mean interval", "Intervals that hold the truth"]
    table = pd.DataFrame(rows, columns=columns)
    said = [
        f"{of}, {method}: mean {mean}, mean interval {ends}, holds the truth of {truth} in {held}"
        for method, of, truth, mean, ends, held in rows
    ]
    note = (
        f"The upright line is the truth. The diamond is the count of the predictions, the same each time; each "
        f"thin line is the 95% interval from one of {number} samples of labels, thick and orange where it misses."
    )
    svg = drawn([(_samples, *of) for of in panels], 4.2, columns=len(panels), sharey=True)
    title = "The same truth, estimated again and again"
    return Picture(title, f"Estimates of known shares. {'; '.join(said)}.", table, svg, note)


def _samples(axes: Axes, stance: str, of: pd.DataFrame) -> None:
    """A line for each corrected interval, the shortest share first, and above them that of the counted predictions."""
    naive = of[of["method"] == "counted predictions"].iloc[0]
    corrected = of[of["method"] == "corrected"].sort_values("share", kind="stable").reset_index(drop=True)
    number, above = len(corrected), -0.06 * len(corrected)
    for held, colour, width in ((True, PALE, 0.7), (False, COLOURS["oppose"], 1.6)):
        some = corrected[corrected["holds"] == held]
        axes.hlines(some.index + 1, some["low"], some["high"], color=colour, linewidth=width)
    axes.plot(corrected["share"], corrected.index + 1, ".", color=INK, markersize=2)
    axes.plot([naive["low"], naive["high"]], [above, above], color=COLOURS["support"], linewidth=2)
    axes.plot(naive["share"], above, "D", color=COLOURS["support"], markersize=6)
    axes.axvline(naive["truth"], color=INK, linewidth=1.3)
    axes.set(title=VERBS[stance], ylim=(number + 1, -0.12 * number), xlabel="share")
    axes.set_yticks([above, number / 2], ["counted", f"corrected,\n{number} draws"])
    axes.xaxis.set_major_formatter(lambda share, _: percent(share))


# Tables --------------------------------------------------------------------------------------------------------------


def agreed(results: Results) -> Table:
    """How well annotators agree, a row a target."""
    return Table(results.agreement[AGREEMENT], "Statements that two annotators labelled, and how well they agree")


def against_labels(results: Results, column: str = "target") -> Table:
    """The model's scores, a row for each `target` or `stakeholder` with labels, each measure with its 95% interval.
    `commonest label` is what always answering the same would have got right.
    """
    rows = []
    for name, score in (results.scores if column == "target" else results.stakeholder_scores).items():
        given = score.confusion.sum(axis=1)
        rows.append((
            results.names[column][name], len(score.labels), len(set(score.groups)),
            f"{given.idxmax()}: {percent(given.max() / given.sum())}",
            bounded(score.accuracy, *score.interval("accuracy")),
            bounded(score.macro_f1, *score.interval("macro_f1"), decimals),
        ))  # fmt: skip
    columns = [column, "labels", "articles", "commonest label", "accuracy", "macro-F1"]
    return Table(pd.DataFrame(rows, columns=columns), CAPTIONS[column])


def against_positions(results: Results) -> Table:
    """The model's positions by article against those of the labels, a row a target, with 95% intervals."""
    names = {**results.names["target"], "all": "All targets"}
    rows = [
        (names[row["target"]], row["positions"], row["articles"], f"{row['commonest']}: {percent(row['always'])}",
         bounded(row["accuracy"], row["low"], row["high"]))
        for row in results.position_scores.to_dict("records")
    ]  # fmt: skip
    columns = ["target", "positions", "articles", "commonest position", "accuracy"]
    return Table(pd.DataFrame(rows, columns=columns), "The model’s positions by article against those of the labels")


def f1_of_stances(results: Results) -> Table:
    """The F1 of each stance by target, with its 95% interval."""
    rows = [
        (stance, topic, labels, decimals(f1), interval(low, high, decimals))
        for topic, score in _by_topic(results)
        for stance, labels, f1, low, high in score.f1.itertuples(index=False)
    ]
    columns = ["stance", "Target", "labels", "F1", "95% interval"]
    return Table(pd.DataFrame(rows, columns=columns), "F1 of each stance, with 95% intervals")


def to_a_person(results: Results) -> Table:
    """What share of the model's answers, the least sure, to leave to a person by target and for each error chosen, so
    that no more of the others is wrong; with its 95% interval, the least probability of an answer that is kept, and the
    share of those that is wrong.
    """
    rows = []
    for topic, score in _by_topic(results):
        for error in ERRORS:
            left, risks = score.left_for(error), score.abstention
            kept = risks.loc[(risks["left"] - left.value).abs() < 1e-9, ["threshold", "error"]]
            least, wrong = kept.iloc[0].map(percent) if len(kept) else ["none kept"] * 2
            share = f"{percent(left.value)}\n{interval(left.low, left.high)}"
            rows.append((f"at most {percent(error)}", topic, share, least, wrong))
    columns = ["wrong", "Target", "left to a person", "sure of the rest from", "of these wrong"]
    return Table(pd.DataFrame(rows, columns=columns), "What to leave to a person, with 95% intervals")


def on_tests(results: Results) -> Table:
    """What the model's card says of it and of baselines on public tests: a row a test and model."""
    rows = [
        (row["test"], row["model"], row["pairs"], percent(row["accuracy"]),
         bounded(row["macro_f1"], row["low"], row["high"], decimals))
        for row in results.card.get("scores", ())
    ]  # fmt: skip
    columns = ["test", "model", "pairs", "accuracy", "macro-F1"]
    return Table(pd.DataFrame(rows, columns=columns), "The model on the tests of its card, with 95% intervals")


def how_sure(results: Results) -> str:
    """How sure the model was beside how often it was right, in a sentence a target."""
    said = []
    for topic, score in _by_topic(results):
        sure = float((score.reliability["probability"] * score.reliability["answers"]).sum() / len(score.labels))
        ends = f"95% interval {interval(*score.interval('ece'), decimals)}"
        if len(set(score.groups)) < FEW:
            ends = "no interval: too few articles"
        said.append(
            f"On {lowered(topic)} it was {percent(sure)} sure on average and right in {percent(score.accuracy)}; "
            f"the expected calibration error is {decimals(score.ece)} ({ends})."
        )
    return " ".join(said)
