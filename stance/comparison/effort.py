"""Effort: how far labelling has come, and how many more answers it takes until every bar has an interval."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np

from stance.codebook import STANCES
from stance.comparison.comparisons import UNMATCHED
from stance.comparison.estimates import SEED
from stance.comparison.results import Results
from stance.comparison.shares import NO_INTERVAL
from stance.comparison.words import counted
from stance.labels.annotations import Annotation
from stance.labels.queues import drawn_order

DRAWS = 3  # times that the answers to come are drawn; most of the draws must be good enough
USUAL = 9.0  # seconds for an answer, where none was timed yet
ALIKE = 3  # labels that the model's own probabilities count for, beside the labels of what it answered alike


@dataclass(frozen=True)
class Effort:
    """How far labelling has come: numbers of questions about statements of stakeholders, of bars in the picture and of
    those with an interval; how many more answers give every bar one (`for_all`) and how many one of at most `within`
    (0 to 1) to either side (`for_within`), but for the `wide` bars that stay longer with everything labelled.
    """

    statements: int
    of_stakeholders: int
    questions: int
    answered: int
    bars: int
    bounded: int
    for_all: int
    for_within: int
    wide: int
    widest: float
    within: float
    seconds: float
    timed: bool

    @property
    def lines(self) -> list[str]:
        """The same in words, a sentence each."""
        points = f"± {100 * self.within:g} points"
        said = [
            f"{counted(self.statements, 'statement')}, {self.of_stakeholders:,} of them of a stakeholder; "
            f"{self.answered:,} of the {counted(self.questions, 'question')} about these answered.",
            f"{self.bounded} of {counted(self.bars, 'bar')} {'has' if self.bounded == 1 else 'have'} an interval.",
        ]
        if self.for_all:
            said.append(f"{self._more(self.for_all)}, and every bar has one.")
        others = "every bar" if not self.wide else "every other bar"
        if self.wide:
            stay = "1 bar stays" if self.wide == 1 else f"{self.wide} bars stay"
            most = f"the widest is ± {100 * self.widest:.0f}"
            said.append(f"{stay} wider than {points} even with everything labelled ({most}): too few articles.")
        if self.wide < self.bars:
            reached = f"{others} has one of {points} or less"
            said.append(
                f"{self._more(self.for_within)}, and {reached}." if self.for_within else f"{reached.capitalize()}."
            )
        return said

    def _more(self, answers: int) -> str:
        minutes = answers * self.seconds / 60
        about = "less than a minute" if minutes < 1 else f"about {counted(round(minutes), 'minute')}"
        each = "" if self.timed else f" at {self.seconds:g} seconds each"
        return f"{counted(answers, 'more answer')}, {about}{each}"


def effort(results: Results, within: float = 0.15) -> Effort:
    """How far labelling has come, and how much more it takes (see `Effort`), reckoned and not guessed.

    The answers to come are drawn from what the labels so far say of statements that the model answered alike, and from
    its own probabilities; with the first so many of them in the order of the queue, all shares are estimated as the
    report would. The fewest that are enough in most of the draws are found by halving.
    """
    groups = {article.article: article.group for article in results.articles}
    known: dict[tuple[str, str], Any] = {(row["statement"], row["target"]): row
                                         for row in results.table.to_dict("records")}  # fmt: skip
    order = [same for same in drawn_order(results.statements, groups) if any(one.stakeholders for one in same)]
    asked = [(same, target) for same in order for target in results.names["target"]]
    open_ones = [(same, target) for same, target in asked if not known[same[0].statement, target]["label"]]
    random = np.random.default_rng(SEED)
    seen = {(target, answer): [0, 0, 0] for target in results.names["target"] for answer in STANCES}
    for row in known.values():
        if row["label"]:
            seen[row["target"], row["predicted"]][STANCES.index(row["label"])] += 1
    draws = []
    for _ in range(DRAWS):
        drawn = []
        for same, target in open_ones:
            row = known[same[0].statement, target]
            weights = np.array(seen[target, row["predicted"]]) + ALIKE * np.array([row[name] for name in STANCES])
            drawn.append(str(random.choice(STANCES, p=weights / weights.sum())))
        draws.append(drawn)

    def half_widths(answers: int, drawn: list[str]) -> dict[tuple[str, str], float]:
        labels = [
            Annotation(one.statement, target, stance, "to come", "2000-01-01T00:00:00Z", sampling_probability=1.0)
            for (same, target), stance in zip(open_ones[:answers], drawn, strict=False)
            for one in same
        ]
        shares = replace(results, annotations=(*results.annotations, *labels)).shares
        return {
            (row["stakeholder"], row["target"]): 1.0 if row["method"] == NO_INTERVAL else max(
                row[f"{side}_high"] - row[f"{side}_low"] for side in ("support", "oppose")) / 2
            for row in shares.to_dict("records") if row["stakeholder"] != UNMATCHED
        }  # fmt: skip

    def fewest(enough: Callable[[dict[tuple[str, str], float]], bool]) -> int:
        low, high = 0, len(open_ones)
        while low < high:
            middle = (low + high) // 2
            good = sum(enough(half_widths(middle, drawn)) for drawn in draws)
            low, high = (low, middle) if 2 * good > DRAWS else (middle + 1, high)
        return low

    now, last = half_widths(0, []), [half_widths(len(open_ones), drawn) for drawn in draws]
    wide = {bar for bar in now if 2 * sum(made[bar] <= within for made in last) < DRAWS}
    seconds = [label.seconds for label in results.annotations if label.seconds and label.stance]
    widest = max((median(made[bar] for made in last) for bar in now), default=0.0)
    return Effort(
        statements=len(results.statements),
        of_stakeholders=sum(bool(one.stakeholders) for one in results.statements),
        questions=len(asked), answered=len(asked) - len(open_ones),
        bars=len(now), bounded=sum(width < 1 for width in now.values()),
        for_all=fewest(lambda made: all(width < 1 for width in made.values())),
        for_within=fewest(lambda made: all(width <= within for bar, width in made.items() if bar not in wide)),
        wide=len(wide), widest=widest, within=within,
        seconds=median(seconds) if seconds else USUAL, timed=bool(seconds),
    )  # fmt: skip
