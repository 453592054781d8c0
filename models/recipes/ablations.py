"""What each step of the recipe is worth: one run a step, scored on the tests of the cards.

    python models/ablations.py CORPORA ENCODER     rows are added to stance-mpnet/ablations.csv

A row that is there is not made again. The runs share a budget smaller than the recipe's, so that they can be compared
with one another and not with the cards. Those that differ only after the public corpora begin with the same network.
"""

import copy
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import torch
from torch.nn.utils import parametrize

from stance.classifiers.networks import FineTuned
from stance.comparison.scores import evaluate, scored
from stance.tables import read_table, write_table

from recipes.corpora import TESTS, held_out
from recipes.training import Mixture, Recipe, phases

TABLE = Path(__file__).parents[1] / "stance-mpnet" / "ablations.csv"
SMALL = Recipe(contrast=(Mixture(0.25, 0.25, 0.08),), rate=1e-4)  # 36,200 pairs, then 9,100
LENGTH = 64  # tokens, for speed
HYPOTHESES = ("The speaker supports {}.", "The speaker is in favour of {}.", "{}")


class TwoHeads(FineTuned):
    """Whether the words take a position at all, and which, in the place of three classes."""

    def _begun(self) -> tuple[Any, Any]:
        network, tokenizer = super()._begun()
        network.register_forward_hook(_decided)
        return network, tokenizer


def _decided(_: Any, __: Any, output: Any) -> Any:
    """The network's output with log-probabilities of none, oppose and support, made from the two decisions."""
    silent, against, favour = output.logits.float().unbind(1)
    logsigmoid = torch.nn.functional.logsigmoid
    none, taken, way = logsigmoid(silent), logsigmoid(-silent), favour - against
    output.logits = torch.stack([none, taken + logsigmoid(-way), taken + logsigmoid(way)], 1)
    return output


class LowRank(torch.nn.Module):
    """A weight that learns a change of rank 16 alone (Hu et al. 2022)."""

    def __init__(self, weight: torch.Tensor):
        super().__init__()
        self.down = torch.nn.Parameter(torch.randn(16, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.up = torch.nn.Parameter(torch.zeros(weight.shape[0], 16))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """The weight with what was learned."""
        return weight.detach() + self.up @ self.down


def low_rank(model: FineTuned) -> None:
    """LoRA on every matrix of the encoder from here on, the head in full."""
    for name, module in model.network_.named_modules():
        if isinstance(module, torch.nn.Linear) and "encoder" in name:
            parametrize.register_parametrization(module, "weight", LowRank(module.weight))


def as_is(model: FineTuned) -> None:
    """The network is left as it is."""


class Run(NamedTuple):
    """A run that differs from the first in one thing."""

    recipe: Recipe = SMALL
    kind: Callable[..., FineTuned] = FineTuned
    inference: bool = False  # inference pairs before all else
    then: Callable[[FineTuned], Any] = as_is  # done to the network after the public corpora
    faster: float = 1  # times the learning rate from there on


FIRST = "the recipe, small"
RUNS = {
    FIRST: Run(),
    "the same, the contrast corpus in another order": Run(then=lambda model: model.set_params(seed=1)),
    "without the contrast corpus": Run(replace(SMALL, contrast=())),
    "contrast corpus last and alone": Run(replace(SMALL, contrast=(Mixture(0.367, 0.367, 0),))),
    "without the contrast corpus's later writers": Run(replace(SMALL, contrast=(Mixture(0.42, 0, 0.08),))),
    "wordings, speakers and contexts as they are": Run(replace(SMALL, varied=False)),
    "without context": Run(then=lambda model: model.set_params(context=False)),
    "LoRA in the place of full fine-tuning, on the contrast corpus": Run(then=low_rank, faster=10),
    "without near targets": Run(replace(SMALL, related=False)),
    "two heads in the place of three classes": Run(kind=TwoHeads),
    "5,000 inference pairs before all else": Run(inference=True),
    "contrast corpus mixed in from the start": Run(replace(SMALL, public=0, contrast=(Mixture(0.25, 0.25, 1),))),
    "the target alone in the place of a sentence": Run(replace(SMALL, hypothesis="{}")),
    "without public corpora": Run(replace(SMALL, public=0, contrast=(Mixture(1, 1, 0),))),
}


@cache
def begun(kind: Callable[..., FineTuned], recipe: Recipe, inferred: bool, corpora: str, encoder: str) -> FineTuned:
    """A network that has read what comes before the contrast corpus."""
    model = kind(encoder, hypothesis=recipe.hypothesis, length=LENGTH, warm_start=True)
    if inferred:
        pairs = inference(Path(corpora) / "nli")
        model.set_params(hypothesis="{}", rate=recipe.rate, epochs=1).fit(pairs, pairs["stance"])
        model.set_params(hypothesis=recipe.hypothesis)
    for _, pairs, _, settings in phases(recipe, corpora):
        model.set_params(**settings).fit(pairs, pairs["stance"])
    return model


def run(name: str, corpora: str, encoder: str) -> Iterator[dict[str, Any]]:
    """The rows of a run: run, encoder, and macro-F1 on each test."""
    recipe, kind, inferred, then, faster = RUNS[name]
    model = copy.deepcopy(begun(kind, replace(recipe, contrast=(), varied=True), inferred, corpora, encoder))
    then(model)
    for phase, pairs, _, settings in phases(recipe, corpora):
        if phase != "public":
            settings["rate"] *= faster
            model.set_params(**settings).fit(pairs, pairs["stance"])
    held = held_out(corpora)
    yield row(name, encoder, evaluate(model, held))
    if name == FIRST:
        each = [model.set_params(hypothesis=words).predict_proba(held) for words in HYPOTHESES]
        mean = pd.DataFrame(sum(each) / len(each), held.index, model.classes_)
        yield row("... averaged over three wordings of the sentence", encoder, scored(mean, held))


def inference(folder: Path) -> pd.DataFrame:
    """5,000 inference pairs of all kinds, a premise as the text and a hypothesis as the target."""
    tables = [pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))]
    table = pd.concat(tables, ignore_index=True).sample(5_000, random_state=0)
    stances = table["label"].map({"entailment": "support", "contradiction": "oppose", "neutral": "none"})
    return pd.DataFrame({"text": table["premise"], "target": table["hypothesis"], "stance": stances})


def row(name: str, encoder: str, scores: pd.DataFrame) -> dict[str, Any]:
    """A row of the table."""
    by_test = scores.set_index("test")["macro_f1"]
    return {"run": name, "encoder": Path(encoder).name} | {key: round(by_test[test], 4) for key, test in TESTS.items()}


if __name__ == "__main__":
    rows: list[dict[Any, Any]] = read_table(TABLE).to_dict("records") if TABLE.exists() else []
    for name in RUNS:
        if name not in {row["run"] for row in rows}:
            for one in run(name, *sys.argv[1:]):
                print(one, flush=True)
                rows.append(one)
            write_table(pd.DataFrame(rows), TABLE)
