"""Positions: where each stakeholder stands on each target in each article, whatever else it says there."""

import pandas as pd

from stance.comparison.comparisons import UNMATCHED, Comparison
from stance.comparison.estimates import share_interval

SIDES = ("support", "oppose")
POSITIONS = (*SIDES, "mixed", "none")
MIXED = 1 / 3  # of the weight for and against together: with as much on the weaker side, a position is mixed
COLUMNS = ["stakeholder", "target", "article", "group", "statements", "position", "label", "predicted"]


def position(support: float, oppose: float) -> str:
    """The position that statements come to, given what those for and those against weigh: support, oppose, mixed, none.

    None is the position where no statement takes a side. It is mixed where the weaker side has at least a third of the
    weight of both, as one statement against two has; otherwise the stronger side is the position.
    """
    # Adding up what the model gives to each side in all statements, silent ones too, is right less often: on 730
    # positions in 40 invented debates .67 against .69, and .61 where a position is one
    # as soon as it is likelier than not that some statement takes a side.
    if not support + oppose:
        return "none"
    if min(support, oppose) >= MIXED * (support + oppose) - 1e-9:
        return "mixed"
    return "support" if support > oppose else "oppose"


def positions_of(comparison: Comparison) -> pd.DataFrame:
    """The positions by article, a row for each stakeholder, target and article in which it says anything (by target in
    the order of the codebook, then in order of date): stakeholder, target, article, group, statements, `position` (see
    `position`), `label`, the position of the labels where all of its statements are labelled, or else empty, and
    `predicted`, that of the model's answers alone.

    A statement weighs, for the side that it takes, 1 where a person labelled it, or else the probability that the model
    gives to its answer; one that takes no side weighs nothing, so that a clear position is not lost among others.
    """
    rows = comparison.spoken[comparison.spoken["stakeholder"] != UNMATCHED]
    by_hand = rows["label"] != ""
    weights = {
        "stance": rows["probability"].mask(by_hand, 1.0),
        "label": by_hand.astype(float),
        "predicted": rows[["support", "oppose", "none"]].max(axis=1),
    }
    sides = {
        (of, side): weight.where(rows[of] == side, 0.0).astype(float)
        for of, weight in weights.items()
        for side in SIDES
    }
    keys = ["target", "stakeholder", "article"]
    parts = rows[keys].assign(
        whole=by_hand, group=rows["group"], **{f"{of} {side}": one for (of, side), one in sides.items()}
    )
    of_each = parts.groupby(keys, sort=False)
    made = of_each.sum(numeric_only=True).assign(
        group=of_each["group"].first(), statements=of_each.size(), whole=of_each["whole"].all()
    ).reset_index()  # fmt: skip
    for of, name in (("stance", "position"), ("label", "label"), ("predicted", "predicted")):
        made[name] = [position(*both) for both in zip(*(made[f"{of} {side}"] for side in SIDES), strict=True)]
    made["label"] = made["label"].where(made["whole"], "")
    for key in ("stakeholder", "target"):
        made[key] = pd.Categorical(made[key], list(comparison.names[key]))
    made = made.sort_values(["target", "stakeholder"], kind="stable", ignore_index=True)
    return made.astype({"stakeholder": str, "target": str})[COLUMNS]


def position_counts(positions: pd.DataFrame) -> pd.DataFrame:
    """In how many articles a stakeholder has which position, a row for each stakeholder and target in `positions`:
    stakeholder, target, `articles`, and how many of them `support`, `oppose`, `mixed` and `none`.
    """
    given = [(positions["position"] == name).rename(name) for name in POSITIONS]
    counts = positions[["stakeholder", "target"]].assign(articles=1).join(pd.DataFrame(given).T.astype(int))
    return counts.groupby(["stakeholder", "target"], sort=False, as_index=False).sum()


def position_scores(positions: pd.DataFrame) -> pd.DataFrame:
    """The model's positions against those of the labels, a row for each target of which labels tell any, and one for
    `all`: target, `positions` (how many), `articles` (groups of near-copies), `accuracy` with its 95% interval `low` to
    `high` over articles, and the `commonest` position with its share `always`, which always answering it would get.
    """
    known = positions[positions["label"] != ""]
    parts = [(str(target), part) for target, part in known.groupby("target", sort=False)]
    rows = []
    for target, part in [*parts, ("all", known)] if len(known) else []:
        right = (part["predicted"] == part["label"]).groupby(part["group"])
        counts = part["label"].value_counts()
        ends = share_interval(right.sum(), right.size())
        rows.append((target, len(part), right.ngroups, float(right.sum().sum() / len(part)), *ends, counts.index[0],
                     float(counts.iloc[0] / len(part))))  # fmt: skip
    columns = ["target", "positions", "articles", "accuracy", "low", "high", "commonest", "always"]
    return pd.DataFrame(rows, columns=columns)
