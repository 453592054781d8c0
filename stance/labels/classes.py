"""Classes: what students labelled, beside one another's labels and beside the gold."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from stance.codebook import STANCES
from stance.labels.annotations import ADJUDICATED, Annotation, labels_by

Labels = Mapping[tuple[str, str], str]  # the stance by (statement, target)


def disputes(annotations: Iterable[Annotation]) -> pd.DataFrame:
    """What a class differs about, the most disputed first, one row a statement and target that two or more labelled:
    statement, target, how many said `support`, `oppose` and `none`, and `agreement`, the share (0 to 1) of pairs of
    students who said the same. The annotator 'adjudicated' is left out.
    """
    rows = []
    for pair, by in labels_by(one for one in annotations if one.annotator != ADJUDICATED).items():
        said = [list(by.values()).count(stance) for stance in STANCES]
        if len(by) > 1:
            rows.append((*pair, *said, sum(n * (n - 1) for n in said) / (len(by) * (len(by) - 1))))
    table = pd.DataFrame(rows, columns=["statement", "target", *STANCES, "agreement"])
    return table.sort_values("agreement", kind="stable", ignore_index=True)


def confusions(annotations: Iterable[Annotation], gold: Labels) -> pd.DataFrame:
    """Each student's labels of what `gold` has a label for, a row a student and label of the gold that occurs:
    annotator, `gold`, how often the student said `support`, `oppose` and `none` there, and `right`, the share (0 to 1)
    that agrees.
    """
    counts: dict[tuple[str, str], list[int]] = {}
    for one in annotations:
        if stance := gold.get((one.statement, one.target)):
            counts.setdefault((one.annotator, stance), [0, 0, 0])[STANCES.index(one.stance)] += 1
    order = sorted(counts, key=lambda key: (key[0], STANCES.index(key[1])))
    rows = [(*key, *counts[key], counts[key][STANCES.index(key[1])] / sum(counts[key])) for key in order]
    return pd.DataFrame(rows, columns=["annotator", "gold", *STANCES, "right"])


def imagined(gold: Labels, hasty: Labels, version: str, students: int = 25, seed: int = 2018) -> list[Annotation]:
    """The labels of a class that nobody taught, to try things with: those of the gold with slips, the same for a seed.

    Students differ in care, and statements in how hard they are. Where `hasty` has the label that a hasty reader gives,
    many do; elsewhere few slip, and say none, or of none one of the others. `version` is the codebook's.
    """
    random = np.random.default_rng(seed)
    haste = random.uniform(0.1, 0.9, students)
    labels = []
    for (statement, target), right in gold.items():
        hardness = random.beta(4, 2) if (statement, target) in hasty else random.beta(1, 8)
        for number, slips in enumerate(random.random(students) < haste * hardness, 1):
            other = "none" if right != "none" else str(random.choice(["support", "oppose"]))
            stance = hasty.get((statement, target), other) if slips else right
            labels.append(Annotation(statement, target, stance, f"student-{number:02}", "2026-01-12T10:00:00Z",
                                     sampling_probability=1.0, codebook=version))  # fmt: skip
    return labels
