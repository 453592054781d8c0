"""Pictures and tables of scores: how far labels and model can be trusted."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stance.codebook import STANCES
from stance.comparison.estimates import FEW
from stance.comparison.results import Results
from stance.comparison.scores import ERRORS, Score
from stance.comparison.words import counted, lowered, percent
from stance.report.exhibits import COLOURS, INK, PALE, VERBS, Picture, Table, house_style, panels_of, svg_of

CAPTIONS = {
    "target": "The model against the labels here",
    "stakeholder": "The model against the labels here, by stakeholder (a joint statement counts for each)",
}
AGREEMENT = ["target", "statements", "agreement", "alpha", "alpha_low", "alpha_high", "kappa"]


def confusion(results: Results) -> Picture:
    """A picture of the model's answers against the annotators’ labels of the same statements, target by target."""
    title = "The model against the annotators’ labels"
    if not results.scores:
        words = "No statement of these articles has an annotator’s label: the model’s answers cannot be checked here."
        return Picture("", words, pd.DataFrame(), title)
    rows, said = [], []
    with house_style():
        figure, panels = _panels(results, 2.9)
        for axes, topic, score in panels:
            counts = score.confusion
            sns.heatmap(counts, ax=axes, annot=True, fmt="d", cmap="Blues", cbar=False, square=True, linewidths=1.5)
            axes.set_title(topic, fontsize=9)
            axes.set(xlabel="the model’s answer", ylabel="annotator’s label")
            for label in STANCES:
                answers = {f"Model: {stance}": counts.at[label, stance] for stance in STANCES}
                rows.append({"Hand label": label, "Target": topic, **answers})
            number = counted(len(score.labels), "statement")
            said.append(f"{topic}: of {number}, {percent(score.accuracy)} alike, macro-F1 {score.macro_f1:.2f}")
        svg = svg_of(figure)
    note = "A row for each annotator’s label, a column for each answer: what is alike lies on the diagonal."
    alt = f"The model’s answers by annotator’s label. {'; '.join(said)}."
    return Picture(svg, alt, pd.DataFrame(rows), title, note)


def _panels(results: Results, height: float) -> tuple[Figure, list[tuple[Axes, str, Score]]]:
    """A figure with a panel for each target that has labels, two in a row: its axes, its name and its score."""
    scores = [(results.names["target"][target], score) for target, score in results.scores.items()]
    figure, grid = panels_of((len(scores) + 1) // 2, height)
    for axes in grid.flat[len(scores) :]:
        axes.remove()
    return figure, [(axes, *of) for axes, of in zip(grid.flat, scores, strict=False)]


def calibration(results: Results) -> Picture:
    """The calibration curve: how often the model is right by how sure it was, target by target, with 95% intervals."""
    title = "How sure the model was, and how often it was right"
    if not results.scores:
        words = "No statement of these articles has an annotator’s label: how sure the model may be cannot be checked."
        return Picture("", words, pd.DataFrame(), title)
    rows, said = [], []
    with house_style():
        figure, panels = _panels(results, 3.3)
        for axes, topic, score in panels:
            curve, bounded = score.reliability, len(set(score.groups)) >= FEW
            axes.plot([0, 1], [0, 1], color=PALE, linewidth=0.8, linestyle=(0, (4, 3)))
            axes.vlines(curve["probability"], curve["low"], curve["high"], color=PALE, linewidth=1.2)
            sns.lineplot(curve, x="probability", y="right", ax=axes, color=COLOURS["support"], marker="o", markersize=6)
            axes.set_title(topic, fontsize=9)
            axes.set(xlim=(0.3, 1.02), ylim=(-0.02, 1.03), xlabel="the model’s probability", ylabel="share right")
            axes.set_xticks(ticks := [0.4, 0.6, 0.8, 1], [percent(tick) for tick in ticks])
            axes.set_yticks(ticks := [0, 0.5, 1], [percent(tick) for tick in ticks])
            ends = " to ".join(f"{end:.2f}" for end in score.interval("ece")) if bounded else "no interval"
            points_said = []
            for row in curve.to_dict("records"):
                rows.append({"Model’s probability": percent(row["probability"]), "Target": topic,
                             "Answers": int(row["answers"]), "Right": percent(row["right"]),
                             "95% interval": f"{percent(row['low'])} to {percent(row['high'])}"})  # fmt: skip
                points_said.append(f"{percent(row['probability'])} sure, {percent(row['right'])} right")
            said.append(f"{topic}: {', '.join(points_said)}; expected calibration error {score.ece:.2f} ({ends})")
        svg = svg_of(figure)
    note = (
        "Each dot is a tenth of the answers (more where labels are few), each line a 95% interval. On the broken "
        "line a model is right as often as it is sure; below it, it is too sure of itself."
    )
    alt = f"How often the model was right by how sure it was. {'; '.join(said)}."
    return Picture(svg, alt, pd.DataFrame(rows), title, note)


def draws(drawn: pd.DataFrame) -> Picture:
    """The intervals of each draw of `estimates.sampling_draws` beside the truth, stance by stance."""
    title = "The same truth, estimated again and again"
    number = drawn["draw"].nunique()
    rows = []
    with house_style():
        figure, grid = panels_of(1, 4.2, columns=len(STANCES), sharey=True)
        for axes, stance in zip(grid[0], STANCES, strict=True):
            of = drawn[drawn["stance"] == stance]
            naive = of[of["method"] == "counted predictions"].iloc[0]
            corrected = of[of["method"] == "corrected"].sort_values("share", kind="stable").reset_index(drop=True)
            for held, colour, width in ((True, PALE, 0.7), (False, COLOURS["oppose"], 1.6)):
                some = corrected[corrected["holds"] == held]
                axes.hlines(some.index + 1, some["low"], some["high"], color=colour, linewidth=width)
            axes.plot(corrected["share"], corrected.index + 1, ".", color=INK, markersize=2)
            above = -0.06 * number
            axes.plot([naive["low"], naive["high"]], [above, above], color=COLOURS["support"], linewidth=2)
            axes.plot(naive["share"], above, "D", color=COLOURS["support"], markersize=6)
            axes.axvline(naive["truth"], color=INK, linewidth=1.3)
            axes.set(title=VERBS[stance], ylim=(number + 1, -0.12 * number), xlabel="share")
            axes.set_yticks([above, number / 2], ["counted", f"corrected,\n{number} draws"])
            axes.xaxis.set_major_formatter(lambda share, _: percent(share))
            for method in ("counted predictions", "labels alone", "corrected"):
                one = of[of["method"] == method]
                rows.append({
                    "Method": method, "Target": VERBS[stance], "Truth": _tenths(naive["truth"]),
                    "Mean share": _tenths(one["share"].mean()), "Mean interval":
                    f"{_tenths(one['low'].mean())} to {_tenths(one['high'].mean())}",
                    "Intervals that hold the truth": f"{one['holds'].sum()} of {number}",
                })  # fmt: skip
        svg = svg_of(figure)
    said = [
        f"{row['Target']}, {row['Method']}: mean {row['Mean share']}, mean interval {row['Mean interval']}, "
        f"holds the truth of {row['Truth']} in {row['Intervals that hold the truth']}"
        for row in rows
    ]
    note = (
        f"The upright line is the truth. The diamond is the count of the predictions, the same each time; each "
        f"thin line is the 95% interval from one of {number} samples of labels, thick and orange where it misses."
    )
    return Picture(svg, f"Estimates of known shares. {'; '.join(said)}.", pd.DataFrame(rows), title, note)


def _tenths(share: float) -> str:
    return f"{share:.1%}"


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
            f"{percent(score.accuracy)} ({' to '.join(map(percent, score.interval('accuracy')))})",
            f"{score.macro_f1:.2f} ({' to '.join(f'{end:.2f}' for end in score.interval('macro_f1'))})",
        ))  # fmt: skip
    columns = [column, "labels", "articles", "commonest label", "accuracy", "macro-F1"]
    return Table(pd.DataFrame(rows, columns=columns), CAPTIONS[column])


def against_positions(results: Results) -> Table:
    """The model's positions by article against those of the labels, a row a target, with 95% intervals."""
    names = {**results.names["target"], "all": "All targets"}
    rows = [
        (names[row["target"]], row["positions"], row["articles"], f"{row['commonest']}: {percent(row['always'])}",
         f"{percent(row['accuracy'])} ({percent(row['low'])} to {percent(row['high'])})")
        for row in results.position_scores.to_dict("records")
    ]  # fmt: skip
    columns = ["target", "positions", "articles", "commonest position", "accuracy"]
    return Table(pd.DataFrame(rows, columns=columns), "The model’s positions by article against those of the labels")


def f1_of_stances(results: Results) -> Table:
    """The F1 of each stance by target, with its 95% interval."""
    rows = [
        (row["stance"], results.names["target"][target], row["labels"], f"{row['f1']:.2f}",
         f"{row['low']:.2f} to {row['high']:.2f}")
        for target, score in results.scores.items() for row in score.f1.to_dict("records")
    ]  # fmt: skip
    columns = ["stance", "Target", "labels", "F1", "95% interval"]
    return Table(pd.DataFrame(rows, columns=columns), "F1 of each stance, with 95% intervals")


def to_a_person(results: Results) -> Table:
    """What share of the model's answers, the least sure, to leave to a person by target and for each error chosen, so
    that no more of the others is wrong; with its 95% interval, the least probability of an answer that is kept, and the
    share of those that is wrong.
    """
    rows = []
    for target, score in results.scores.items():
        for error in ERRORS:
            left, risks = score.left_for(error), score.abstention
            kept = risks.loc[(risks["left"] - left.value).abs() < 1e-9]
            least, wrong = (percent(kept[name].iloc[0]) if len(kept) else "none kept"
                            for name in ("threshold", "error"))  # fmt: skip
            share = f"{percent(left.value)}\n{percent(left.low)} to {percent(left.high)}"
            rows.append((f"at most {percent(error)}", results.names["target"][target], share, least, wrong))
    columns = ["wrong", "Target", "left to a person", "sure of the rest from", "of these wrong"]
    return Table(pd.DataFrame(rows, columns=columns), "What to leave to a person, with 95% intervals")


def on_tests(results: Results) -> Table:
    """What the model's card says of it and of baselines on public tests: a row a test and model."""
    rows = [
        (row["test"], row["model"], row["pairs"], percent(row["accuracy"]),
         f"{row['macro_f1']:.2f} ({row['low']:.2f} to {row['high']:.2f})")
        for row in results.card.get("scores", ())
    ]  # fmt: skip
    columns = ["test", "model", "pairs", "accuracy", "macro-F1"]
    return Table(pd.DataFrame(rows, columns=columns), "The model on the tests of its card, with 95% intervals")


def how_sure(results: Results) -> str:
    """How sure the model was beside how often it was right, in a sentence a target."""
    said = []
    for target, score in results.scores.items():
        sure = float((score.reliability["probability"] * score.reliability["answers"]).sum() / len(score.labels))
        bounds = f"95% interval {' to '.join(f'{end:.2f}' for end in score.interval('ece'))}"
        if len(set(score.groups)) < FEW:
            bounds = "no interval: too few articles"
        said.append(
            f"On {lowered(results.names['target'][target])} it was {percent(sure)} sure on average and right in "
            f"{percent(score.accuracy)}; the expected calibration error is {score.ece:.2f} ({bounds})."
        )
    return " ".join(said)
