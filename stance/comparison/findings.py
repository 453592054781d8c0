"""Findings: what the numbers let one say, in words made from them and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from stance.codebook import STANCES
from stance.comparison.comparisons import UNMATCHED, Comparison
from stance.comparison.estimates import FEW
from stance.comparison.scores import Score
from stance.comparison.shares import BOOTSTRAP, CORRECTED, NO_INTERVAL
from stance.comparison.words import ALPHA, counted, lowered, p_value, percent, points

TOWARDS = {"support": "for", "oppose": "against"}


@dataclass(frozen=True)
class Finding:
    """What the statements of one stakeholder show on one target: a headline and the numbers that it rests on."""

    stakeholder: str
    target: str
    headline: str
    evidence: str


def findings_of(shares: pd.DataFrame, names: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """A finding for each row of the shares by stakeholder and target whose stakeholder is in the codebook."""
    return [_finding(row, names) for row in shares.to_dict("records") if row["stakeholder"] != UNMATCHED]


def _finding(row: Mapping[Any, Any], names: Mapping[str, Mapping[str, str]]) -> Finding:
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
    stakeholder, target = (names[column][row[column]] for column in ("stakeholder", "target"))
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


def basis_of(comparison: Comparison, scores: Mapping[str, Score]) -> str:
    """What the numbers rest on, people or the model, and how often the model errs."""
    decided, by_hand = len(comparison.table), comparison.labels_here
    each = f"{counted(decided, 'decision')} (one for each statement and target)"
    if by_hand == decided:
        said = [f"Annotators labelled all {each}; the model {comparison.model} would answer where nobody has."]
    else:
        people = f"Annotators labelled {by_hand:,}" if by_hand else "Nobody labelled any"
        made = f"made the other {decided - by_hand:,}" if by_hand else "made them all"
        said = [f"{people} of the {each}; the model {comparison.model} {made}."]
    tests = [row for row in comparison.card.get("scores", ()) if row["model"] == comparison.model]
    if tests:
        test = next((row for row in tests if row["stances"] == len(STANCES)), tests[-1])
        said.append(
            f"On a test of its card, {test['test']}, it is right in {percent(test['accuracy'])} of "
            f"{counted(test['pairs'], 'case')} (macro-F1 {test['macro_f1']:.2f})."
        )
    else:
        said.append("It has no card that says how often it errs.")
    if scores:
        here = (
            f"{percent(score.accuracy)} of {len(score.labels)} on {lowered(comparison.names['target'][target])}"
            for target, score in scores.items()
        )
        said.append(f"Held against the labels here, it is right in {' and in '.join(here)}.")
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
