"""Agreement of writers and blind second readers of the debates corpus, by target: python -m recipes.agreement."""

import numpy as np
import pandas as pd

from stance.codebook import STANCES
from stance.labels.agreement import alpha, coincidences

from recipes.corpora import OURS, debates


def agreement(told: pd.DataFrame) -> pd.DataFrame:
    """The agreement on the pairs of `told` (see `debates`) that were read twice: target, labels, same, alpha."""
    twice = told[told["second"] != ""]
    rows = []
    for target, pairs in twice.groupby(twice["wording"].where(twice["wording"].isin(OURS), "the articles' own")):
        given = np.stack([pairs[["first", "second"]].to_numpy() == stance for stance in STANCES], axis=-1).astype(float)
        same = float((pairs["first"] == pairs["second"]).mean())
        rows.append((target, len(pairs), same, float(alpha(coincidences(given).sum(0)))))
    return pd.DataFrame(rows, columns=["target", "labels", "same", "alpha"])


if __name__ == "__main__":
    print(agreement(debates()).to_string(index=False, float_format="{:.3f}".format))
