"""What reading the article is worth: one run a way of reading, scored on the dev part of the debates.

    python -m recipes.contexts BASE     BASE: the small model to begin with, stance-minilm 0.1.0

Rows are added to stance-mpnet/context.csv; one that is there is not made again. The runs share a small budget, so that
they can be compared with one another and not with the cards.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import pandas as pd
import typer

from stance.classifiers.networks import FineTuned
from stance.comparison.scores import score_of
from stance.shipped import MODELS
from stance.tables import read_table, write_table

from recipes.corpora import OURS, as_read, contrast, debates
from recipes.training import Recipe, begun, reworded, varied

TABLE = MODELS / "stance-mpnet" / "context.csv"
SHARE, RATE = 0.25, 1e-4  # of the training part, and the learning rate
EARLIER = 64  # words of what the speaker said earlier

Change = Callable[[pd.DataFrame], pd.DataFrame]


class Way(NamedTuple):
    """A way of reading: how many tokens before the statement, and what else is changed in the pairs."""

    before: int = 128
    change: Change = lambda pairs: pairs
    headline: bool = True
    clauses: bool = False
    shuffled: bool = False


def with_earlier(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs with what the speaker said earlier in the article before the nearest words before the statement."""
    each = pairs.drop_duplicates("statement").sort_values("statement")
    said: dict[tuple[str, str], list[str]] = {}
    earlier = {}
    for row in each.itertuples():
        known = said.setdefault((row.article, row.speaker), [])
        earlier[row.statement] = " ".join(" ".join(known).split()[-EARLIER:]) if row.speaker else ""
        known.append(row.text)
    near = pairs["context"].str.split().str[-EARLIER:].str.join(" ")
    return pairs.assign(context=(pairs["statement"].map(earlier) + " " + near).str.strip())


def with_behind(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs with the paragraph behind the statement's own at the end of what is read before it."""
    return pairs.assign(context=pairs["context"] + "\n\n" + pairs["behind"])


WAYS = {
    "the statement alone": Way(before=1, headline=False, change=lambda pairs: pairs.assign(context="")),
    "the headline": Way(change=lambda pairs: pairs.assign(context="")),
    "the headline and 64 tokens before": Way(before=64),
    "the headline and 128 tokens before": Way(),
    "the headline and 192 tokens before": Way(before=192),
    "... and the paragraph behind": Way(before=160, change=with_behind),
    "... and what the speaker said earlier": Way(change=with_earlier),
    "... and what counts as support and opposition: what ships": Way(clauses=True),
    "... and shuffled contexts of the contrast corpus mixed in": Way(shuffled=True),
}


def run(way: Way, base: str | Path, told: pd.DataFrame) -> dict[str, float]:
    """Macro-F1 on the dev part of the small model in `base`, taught a way of reading: all, targets, integration."""
    model: FineTuned = begun(Recipe(before=way.before), base)
    model.set_params(epochs=1, rate=RATE, frozen=0, checkpoints="")
    told = way.change(told)
    if not way.headline:
        told = told.assign(headline="")
    learned = told[told["part"] == "train"].sample(frac=SHARE, random_state=0)
    learned = reworded(learned, 0, way.clauses)
    if way.shuffled:
        ours = contrast()
        some = ours[ours["part"] == "train"].sample(2000, random_state=0)
        learned = pd.concat([learned, varied(some, 0, shuffled=True)], ignore_index=True)
    dev = told[told["part"] == "dev"]
    if way.clauses:
        dev = as_read(dev)
    model.fit(learned, learned["stance"])
    answers = pd.DataFrame(model.predict_proba(dev), dev.index, model.classes_)
    parts = {"all": dev} | {name: dev[dev["wording"] == name] for name in OURS}
    return {
        name: score_of(answers.loc[part.index], part.assign(group=part["article"])).macro_f1
        for name, part in parts.items()
    }


def rows(base: str | Path) -> Iterator[dict[str, object]]:
    """The rows of the table that are there, and after them those that are not, made one by one."""
    known = read_table(TABLE).to_dict("records") if TABLE.exists() else []
    yield from known
    told = debates()
    for name, way in WAYS.items():
        if name not in [row["run"] for row in known]:
            yield {"run": name, **run(way, base, told)}


def main(base: Annotated[Path, typer.Argument(help="The folder of stance-minilm 0.1.0.")]) -> None:
    """Write a row for each way of reading, and print them."""
    made: list[dict[str, object]] = []
    for row in rows(base):
        made.append(row)
        write_table(pd.DataFrame(made), TABLE)
        print(row, flush=True)


if __name__ == "__main__":
    typer.run(main)
