"""Findings: what the numbers let one say, in words made from them and from nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from stance.codebook import STANCES
from stance.comparison.comparisons import UNMATCHED, Comparison
from stance.comparison.estimates import FEW
from stance.comparison.scores import Score
from stance.comparison.shares import BOOTSTRAP, CORRECTED, NO_INTERVAL
from stance.comparison.words import ALPHA, counted, lowered, p_value, percent, points
from stance.labels.corrections import FIELDS

TOWARDS = {"support": "for", "oppose": "against"}
UNKNOWN = "not yet known which way"
ANSWERS = {"support": "support", "oppose": "oppose", "none": "no position"}
STRANGER = "stranger's study"  # in the name of a card's test on a study that nobody trained for


@dataclass(frozen=True)
class Finding:
    """What the statements of one stakeholder show on one target: a headline and the numbers that it rests on."""

    stakeholder: str
    target: str
    headline: str
    evidence: str


@dataclass(frozen=True)
class Trial:
    """How well a model did where the right answers are known: `accuracy`, on what it was tried, and how often always
    giving the `usual` answer is right (0 to 1, both).
    """

    accuracy: float = 0.0
    of: str = ""
    commonest: float = 0.0
    usual: str = ""

    @property
    def helps(self) -> bool:
        """Whether the model did better than always giving the commonest answer, as far as is known."""
        return not self.of or round(self.accuracy, 9) > round(self.commonest, 9)

    @property
    def words(self) -> str:
        """How well it did, in words that follow 'the model is'."""
        if not self.of:
            return "of unknown worth: it has no card that says how often it errs"
        always = (
            f"; always answering {self.usual} would be right in {percent(self.commonest)}" if self.commonest else ""
        )
        return f"right in {percent(self.accuracy)} {self.of}{always}"


def findings_of(
    shares: pd.DataFrame, names: Mapping[str, Mapping[str, str]], trials: Mapping[str, Trial]
) -> list[Finding]:
    """A finding for each row of the shares by stakeholder and target whose stakeholder is in the codebook; `trials`
    says by target how well the model did.
    """
    rows = [row for row in shares.to_dict("records") if row["stakeholder"] != UNMATCHED]
    return [_finding(row, names, trials[row["target"]]) for row in rows]


def trials_of(
    card: Mapping[str, Any], model: str, scores: Mapping[str, Score], targets: Iterable[str]
) -> dict[str, Trial]:
    """By target, how well the model did on the labels here, or else on the test of its card that is most like a study
    of one's own: that on a stranger's study, or else the first with three stances.
    """
    tests = [row for row in card.get("scores", ()) if row["model"] == model]
    told = sorted(tests, key=lambda row: (STRANGER not in row["test"], row["stances"] != len(STANCES)))
    known = Trial()
    if told:
        of = f"of {counted(told[0]['pairs'], 'case')} in a test of its card, {told[0]['test']}"
        known = Trial(told[0]["accuracy"], of, told[0].get("commonest", 0.0), "the commonest answer")
    found = dict.fromkeys(targets, known)
    for target, score in scores.items():
        [(answer, number)] = Counter(score.labels).most_common(1)
        of = f"of {counted(len(score.labels), 'label')} here"
        found[target] = Trial(score.accuracy, of, number / len(score.labels), f"“{ANSWERS[answer]}”")
    return found


def _finding(row: Mapping[Any, Any], names: Mapping[str, Mapping[str, str]], trial: Trial) -> Finding:
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
    chance = row["net_low"] <= 0 <= row["net_high"]
    if most and row["method"] == CORRECTED and chance:
        leaning = UNKNOWN
    if most and neither > most + less and (row["method"] != CORRECTED or row["none_low"] > 0.5):
        leaning = f"mostly no position; otherwise {leaning}"
    said = [_evidence(row, lead, other)]
    if row["method"] == NO_INTERVAL:
        guesses = "labels and the model’s guesses together say" if row["labelled"] else "the model guesses"
        leaning = f"{guesses} {leaning}{'' if trial.helps else ' (it does no better than the commonest answer)'}"
        said.append(f"The model is {trial.words}.")
    elif chance and most > less > 0:
        said.append(f"That it is more often {TOWARDS[lead]} may be chance.")
    if row["few"]:
        said.append(f"Fewer than {FEW} statements: to be read rather than counted.")
    stakeholder, target = (names[column][row[column]] for column in ("stakeholder", "target"))
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


def basis_of(comparison: Comparison, scores: Mapping[str, Score]) -> str:
    """What the numbers rest on, people or the model, and how often the model errs."""
    decided, by_hand = len(comparison.table), comparison.labels_here
    each = f"{counted(decided, 'decision')} (one for each statement and target)"
    if by_hand == decided:
        said = [f"Annotators labelled all {each}; no number rests on the model {comparison.model}."]
    else:
        people = f"Annotators labelled {by_hand:,}" if by_hand else "Nobody labelled any"
        made = f"made the other {decided - by_hand:,}" if by_hand else "made them all"
        said = [f"{people} of the {each}; the model {comparison.model} {made}."]
    if by_hand < decided or scores:
        said += _trials_in_words(comparison, scores)
    if counts := Counter(FIELDS[one.field] for one in comparison.corrections):
        people = " and ".join(sorted({one.annotator for one in comparison.corrections}))
        kinds = ", ".join(f"{number} {kind}" for kind, number in counts.items())
        said.append(f"What was found is overridden by {counted(counts.total(), 'correction')} of {people}: {kinds}.")
    if by_hand < decided:
        answered = set(comparison.table.loc[comparison.table["label"] == "", "target"])
        for target, why in comparison.sampling.items():
            if target not in answered:
                continue
            name = lowered(comparison.names["target"][target])
            said.append(
                f"On {name}, shares that rest on the model have no interval: {why}."
                if why
                else f"On {name}, a labelled random sample corrects shares and intervals for its errors."
            )
    if unsettled := int(((comparison.table["sampling_probability"] > 0) & (comparison.table["label"] == "")).sum()):
        said.append(
            f"Annotators differ on {counted(unsettled, 'sampled decision')}, which "
            f"{'counts' if unsettled == 1 else 'count'} as not labelled until settled."
        )
    return " ".join(said)


def _trials_in_words(comparison: Comparison, scores: Mapping[str, Score]) -> list[str]:
    names = {target: lowered(name) for target, name in comparison.names["target"].items()}
    trials, alike = trials_of(comparison.card, comparison.model, scores, names), dict[str, list[str]]()
    for target, trial in trials.items():
        alike.setdefault(trial.words, []).append(names[target])
    said = [f"On {' and '.join(targets)} the model is {words}." for words, targets in alike.items()]
    if poor := [names[target] for target, trial in trials.items() if not trial.helps]:
        said.append(f"On {' and '.join(poor)} it does no better than that: nothing should rest on its answers.")
    return said


def led_by(findings: Iterable[Finding], shares: pd.DataFrame) -> str:
    """The finding to begin with, empty where there is none: of those that labels bear out, or else of all, one that
    says which way, and rests on the most statements.
    """
    heard = {(row["stakeholder"], row["target"]): (row["method"] != NO_INTERVAL, row["statements"])
             for row in shares.to_dict("records")}  # fmt: skip

    def weight(one: Finding) -> tuple[bool, bool, int]:
        bounded, statements = heard[one.stakeholder, one.target]
        return bounded, not one.headline.endswith(UNKNOWN), statements

    first = max(findings, key=weight, default=None)
    return f"{first.headline}." if first else ""


def worded(row: Mapping[Any, Any], family: int) -> str:
    """What a row of `contrasts` by net lets one say, with its interval, as one of a `family` of so many differences."""
    said = f"Net {points(row['one_value'])} and {points(row['other_value'])} points"
    if not round(row["difference"], 9):
        said = f"Both at net {points(row['one_value'])} points"
    if NO_INTERVAL in (row["one_method"], row["other_method"]):
        return f"{said}. There is no interval, so that nothing can be said of a difference."
    interval = f"95% interval {points(row['low'])} to {points(row['high'])}"
    said += f", a difference of {points(row['difference'])} ({interval}; p {p_value(row['p'])}, "
    said += f"Holm-adjusted {p_value(row['holm'])})."
    if row["holm"] < ALPHA:
        said += f" Chance would hardly give this, even among {counted(family, 'difference')}."
    elif row["p"] < ALPHA:
        said += f" Alone it would be hard to put down to chance; among {counted(family, 'difference')} it may be."
    else:
        said += " It may be chance."
    return said + (f" Fewer than {FEW} statements on one side or both." if row["few"] else "")


def summed_up(table: pd.DataFrame) -> str:
    """How many differences of a table of `contrasts` stand out, in a sentence."""
    bounded = table[(table["one_method"] != NO_INTERVAL) & (table["other_method"] != NO_INTERVAL)]
    stand, alone = (bounded["holm"] < ALPHA).sum(), (bounded["p"] < ALPHA).sum()
    if bounded.empty:
        return f"{counted(len(table), 'difference')}, none with an interval, so that nothing can be said of them."
    said = [f"{stand or 'none'} that chance would hardly give, having looked at so many"]
    if alone > stand:
        said.append(f"{alone - stand} that would stand out alone, but not among so many")
    if len(bounded) > alone:
        said.append(f"{len(bounded) - alone} that may be chance")
    if len(table) > len(bounded):
        said.append(f"{len(table) - len(bounded)} without an interval, of which nothing can be said")
    return f"{counted(len(table), 'difference')}: {'; '.join(said)}."
