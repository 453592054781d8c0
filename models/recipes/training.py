"""Recipes: how the networks that ship were trained, step by step, and what each step is worth.

A recipe is a few switches over the same building blocks, so that a step can be left out and the rest measured again.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from safetensors.numpy import load_file, save_file
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from stance.classifiers.adaptation import labelled
from stance.classifiers.estimators import Majority, PairClassifier, TfidfStance
from stance.classifiers.networks import FineTuned, unsmoothed
from stance.classifiers.saved import DEFAULT, load, read_json, save, save_card, sha256
from stance.codebook import STANCES
from stance.comparison.scores import score_of, scored
from stance.files import InputError, written_whole
from stance.shipped import CONTRAST, DEBATES
from stance.tables import read_table, write_text

from recipes.corpora import CORPORA, TESTS, as_read, contrast, debates, examples, held_out, with_related
from recipes.evaluation import robustness

OWN = {
    "contrast": ("The contrast corpus, data/contrast: invented statements on UK policy", "MIT, this project's"),
    "debates": ("The debates corpus, data/debates: invented articles on UK policy", "MIT, this project's"),
}
LEFT = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)  # shares left to a person, of which the card speaks
LATER = ("w11", "w12", "w13", "w14", "w15", "w16")  # writers of the contrast corpus who wrote after the first training
# Who may be speaking: named at random in training, so that no answer comes from a name.
BODIES = (
    "The Local Government Association", "The LGA", "ADASS", "The Association of Directors of Adult Social Services",
    "NHS England", "The NHS Confederation", "NHS Providers", "The Department of Health", "The King's Fund", "Unison",
    "The county council", "The trust", "The British Medical Association", "A government spokesman", "Age UK",
    "The Nuffield Trust", "The shadow minister", "The council leader", "The minister", "The Treasury", "The TUC",
    "The Royal College of Nursing", "A think-tank", "The hospital's chief executive", "A backbench MP", "Care England",
    "The District Councils' Network", "The union", "The chair of the select committee", "Ms Harrow", "Dr Ebsworth",
)  # fmt: skip
VERBS = ("said", "told MPs", "argued", "replied", "wrote", "added", "told the meeting", "says")


class Mixture(NamedTuple):
    """What a phase mixes: passes over the contrast corpus's first and later writers and over the debates, and a share
    of the public pairs.
    """

    first: float
    later: float
    public: float
    debates: float = 0
    frozen: int = 0  # layers of the encoder, from the lowest, that learn no more
    none: float = 1  # share of the debates' pairs labelled none that each pass reads, others in each
    writers: int = 99  # the last of the debates' writers whose articles it reads

    @property
    def words(self) -> str:
        """The mixture in words."""
        parts = [f"{self.first:g} pass(es) over the contrast corpus's first writers"] * (self.first > 0)
        parts += [f"{self.later:g} over its later ones"] * (self.later > 0)
        thinned = f" with {self.none:.0%} of the pairs labelled none" * (self.none < 1)
        some = f" up to writer {self.writers}" * (self.writers < 99)
        parts += [f"{self.debates:g} over the debates{some}{thinned}"] * (self.debates > 0)
        parts += [f"{self.public:.0%} of the public pairs"] * (self.public > 0)
        kept = f", the lowest {self.frozen} layers as they are" if self.frozen else ""
        return ", ".join(parts) + kept


@dataclass(frozen=True)
class Recipe:
    """The steps of a training run: what it reads, in which order, and how the target is put."""

    public: float = 1  # passes over the public corpora before anything else
    related: bool = True  # targets near to a text's own, labelled none
    contrast: tuple[Mixture, ...] = (Mixture(3, 0, 0.25),)  # one phase each
    varied: bool = True  # whether wordings and speakers change from pass to pass
    shuffled: bool = False  # whether statements of the contrast corpus are set behind what another speaker said
    context: bool = True
    before: int = 128  # tokens of what stands before a statement
    clauses: bool = False  # whether the target is read with what counts as support and as opposition
    hypothesis: str = "The speaker supports {}."
    rate: float = 3e-5
    judged: int = 0  # passes over the last mixture as a teacher judges it, in the place of its labels alone
    after: str = ""  # the recipe whose model it goes on from

    @property
    def steps(self) -> list[str]:
        """The recipe in words, behind those that it goes on from."""
        before = RECIPES[self.after].steps if self.after else []
        near = ", a quarter as many more with a near target and the label none" if self.related else ""
        others = "; wordings, speakers and contexts change from pass to pass" * self.varied
        others += "; half of the debates' targets with what counts as which side" * self.clauses
        said = [f"{self.public:g} pass(es) over the public corpora{near}."] * (self.public > 0)
        said += [f"Mixed: {mixture.words}{others}." for mixture in self.contrast]
        if self.judged:
            said.append(
                f"A teacher judges these pairs; {self.judged} passes over them, halfway between its probabilities and "
                "the labels."
            )
        return before + [f"{step} Learning rate {self.rate:.0e}.".replace("e-0", "e-") for step in said]


RECIPES = {
    # What shipped as stance-mpnet 0.1.0, from the encoder; in 0.2.0, from that; and on the way to what ships.
    "sentences": Recipe(shuffled=True),
    "articles": Recipe(
        public=0, contrast=(Mixture(0.22, 0, 0.06, debates=1.5, frozen=4, writers=16),), after="sentences"
    ),
    "passes": Recipe(
        public=0,
        contrast=(Mixture(0.1, 0, 0.03, debates=3, frozen=6, none=0.6, writers=16),),
        clauses=True,
        rate=4e-5,
        after="articles",
    ),
    "shipped": Recipe(
        public=0,
        clauses=True,
        rate=4e-5,
        after="passes",
        contrast=(
            Mixture(0.035, 0, 0.01, debates=0.5, frozen=6, none=0.6),
            Mixture(0.05, 0, 0.012, debates=0.63, frozen=6, none=0.6),
        ),
    ),
    # The later writers as well: no better than noise on the dev part, so that it is not what ships.
    "longer": Recipe(contrast=(Mixture(3, 0, 0.25), Mixture(0.3, 2, 0.08, frozen=6)), shuffled=True),
    # What ships as stance-minilm, from that of 0.2.0; and the same with a teacher, for which there was no time.
    "fast": Recipe(public=0, contrast=(Mixture(0.1, 0, 0.03, debates=1.5, none=0.6),), clauses=True, rate=1e-4),
    "taught": Recipe(public=0, contrast=(Mixture(0.3, 0, 0.08, debates=1),), clauses=True, rate=1e-4, judged=3),
}


def validation(training: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The public training pairs without a twenty-fifth of their targets, and 900 pairs of those, to choose by."""
    held = training["target"].map(lambda words: int(sha256(f"dev:{words.lower()}".encode()), 16) % 25 == 0)
    dev = training[held]
    return training[~held & ~training["text"].isin(dev["text"])], dev.sample(min(len(dev), 900), random_state=0)


def varied(pairs: pd.DataFrame, seed: int, shuffled: bool = False) -> pd.DataFrame:
    """Pairs of the contrast corpus with their labels as they are and all else changed that should not matter: half of
    the targets in another wording, some statements given to a speaker, and some, if `shuffled`, set behind what another
    speaker said, which teaches that what stands before does not matter.
    """
    random = np.random.default_rng(seed)
    wordings = pairs.groupby("wording")["target"].unique()
    one_each = pairs.drop_duplicates("statement").set_index("statement")
    changed: dict[str, tuple[str, str]] = {}
    for _, said in one_each.groupby("writer"):
        others = said["text"].to_numpy()
        for statement, text, before in zip(said.index, said["text"], said["context"], strict=True):
            chance = random.random(3)
            name, verb = random.choice(BODIES), random.choice(VERBS)
            other = f"{random.choice(BODIES)} {random.choice(VERBS)}: “{random.choice(others)}”"
            if shuffled and not before and chance[0] < 0.3:
                before = other
            elif before and chance[0] < 0.3:
                before = f"{before} {name} was asked for its view."
            if not any(mark in text for mark in '“”‘"') and " said" not in text and chance[1] < 0.3:
                text = f"{name} {verb}: “{text}”" if chance[2] < 0.5 else f"“{text}” {name} {verb}."
            changed[statement] = text, before
    targets = [
        random.choice(wordings[wording]) if chance < 0.5 else target
        for target, wording, chance in zip(pairs["target"], pairs["wording"], random.random(len(pairs)), strict=True)
    ]
    texts, contexts = zip(*(changed[statement] for statement in pairs["statement"]), strict=True)
    return pairs.assign(target=targets, text=texts, context=contexts)


def reworded(pairs: pd.DataFrame, seed: int, clauses: bool = False, none: float = 1) -> pd.DataFrame:
    """Pairs of the debates with each target in one of its wordings, a tenth of them without the headline, and half, if
    `clauses`, with what counts as support and as opposition behind the target; of those labelled none, a share `none`.
    """
    random = np.random.default_rng(seed)
    if none < 1:
        pairs = pairs[(pairs["stance"] != "none") | (random.random(len(pairs)) < none)]
    targets = [wordings[random.integers(len(wordings))] for wordings in pairs["wordings"]]
    if clauses:
        whole = as_read(pairs, targets)["target"]
        targets = [full if random.random() < 0.5 else target for full, target in zip(whole, targets, strict=True)]
    headlines = pairs["headline"].where(random.random(len(pairs)) >= 0.1, "")
    return pairs.assign(target=targets, headline=headlines)


def phases(recipe: Recipe, corpora: str | Path) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame, dict[str, Any]]]:
    """The phases of a recipe in order: name, training pairs, dev pairs, and the settings of the network for it."""
    public = examples(corpora)
    public, dev = validation(public[public["test"] == ""])
    if recipe.related:
        public = with_related(public)
    if recipe.public:
        yield "public", public, dev, {"epochs": recipe.public, "rate": recipe.rate, "frozen": 0}
    ours, told = contrast(), debates()
    dev = as_read(told[told["part"] == "dev"])
    ours, told = ours[ours["part"] == "train"], told[told["part"] == "train"]
    later, varying = ours["writer"].isin(LATER), partial(varied, shuffled=recipe.shuffled)
    for number, mixture in enumerate(recipe.contrast, 1):
        mixed = [
            part
            for pairs, passes, changed in (
                (ours[~later], mixture.first, varying),
                (ours[later], mixture.later, varying),
                (
                    told[told["writer"] <= f"w{mixture.writers:02}"],
                    mixture.debates,
                    partial(reworded, clauses=recipe.clauses, none=mixture.none),
                ),
            )
            for part in _passes(pairs, passes, changed if recipe.varied else None)
        ]
        mixed.append(public.sample(frac=mixture.public, random_state=number))
        settings = {"epochs": 1, "rate": recipe.rate, "frozen": mixture.frozen}
        yield f"contrast-{number}", pd.concat(mixed, ignore_index=True), dev, settings


def _passes(pairs: pd.DataFrame, passes: float, changed: Callable[..., Any] | None) -> Iterator[pd.DataFrame]:
    """The pairs of each pass, the last of which may be a part of one, each changed in another way."""
    for seed in range(math.ceil(passes)):
        part = pairs if passes - seed >= 1 else pairs.sample(frac=passes - seed, random_state=seed)
        yield changed(part, seed) if changed else part


def cooked(recipe: Recipe, corpora: str | Path, base: str | Path, work: str | Path) -> FineTuned:
    """The network that a recipe makes from `base`, and keeps in `work` as it goes, so that a stopped run goes on."""
    model = begun(recipe, base)
    for name, pairs, dev, settings in phases(recipe, corpora):
        model.set_params(**settings, checkpoints=str(Path(work) / name))
        model.fit(pairs, pairs["stance"], (dev, dev["stance"]))
    return finished(model, dev)


def begun(recipe: Recipe, base: str | Path) -> FineTuned:
    """The network that a recipe begins with: the encoder in `base`, or a model of ours, with its weights."""
    read = {"hypothesis": recipe.hypothesis, "context": recipe.context, "before": recipe.before, "warm_start": True}
    if (Path(base) / "README.md").exists() and "class" in read_json(Path(base) / "config.json"):
        return load(base).set_params(**read, base=str(base), length=256)
    return FineTuned(str(base), **read)


def distilled(teacher: FineTuned, recipe: Recipe, corpora: str | Path, base: str | Path, work: str | Path) -> FineTuned:
    """A smaller network from `base` that has learned the public labels, and then what lies halfway between the labels
    of the recipe's pairs and the teacher's probabilities for them.
    """
    model = begun(recipe, base)
    for name, pairs, dev, settings in phases(recipe, corpora):
        wanted = (pairs["stance"].to_numpy()[:, None] == teacher.classes_).astype(float)
        if name != "public":
            settings["epochs"] = recipe.judged
            wanted = (wanted + _judged(teacher, pairs, Path(work))) / 2
        model.set_params(**settings, checkpoints=str(Path(work) / name))
        model.fit(pairs, wanted, (dev, dev["stance"]))
    return finished(model, dev)


def _judged(teacher: FineTuned, pairs: pd.DataFrame, work: Path) -> np.ndarray:
    """The teacher's probabilities, kept in a file named after both in `work`, so that a stopped run goes on."""
    weights = [value.cpu().numpy().tobytes() for value in teacher.network_.state_dict().values()]
    asked = (
        pairs.reindex(columns=["text", "headline", "context", "target"])
        .astype(object)
        .fillna("")
        .to_csv(index=False)
        .encode()
    )
    cache = work / f"teacher-{sha256(asked + b''.join(weights))[:12]}.safetensors"
    if not cache.exists():
        probabilities = softmax(teacher.logits(pairs), axis=1)
        with written_whole(cache) as beside:
            save_file({"probabilities": probabilities}, beside)
    return load_file(cache)["probabilities"]


def temperature(logits: np.ndarray, stances: pd.Series) -> float:
    """The number to divide logits by so that these stances become likeliest. Source: Guo et al. 2017."""
    right = np.array([sorted(STANCES).index(stance) for stance in stances])
    rows = np.arange(len(right))

    def loss(value: float) -> float:
        return float(-log_softmax(logits / value, axis=1)[rows, right].mean())

    return float(minimize_scalar(loss, bounds=(0.2, 5), method="bounded").x)


def finished(model: FineTuned, dev: pd.DataFrame) -> FineTuned:
    """The model calibrated on the dev pairs, without the folders that it was made in."""
    model.temperature_ = temperature(unsmoothed(model.logits(dev)), dev["stance"])
    return model.set_params(base=Path(model.base).name, checkpoints="", warm_start=False)


def train(
    corpora: str | Path, folder: str | Path, base: str | Path, recipe: str = "shipped", articles: str | Path = "",
    teacher: str | Path = DEFAULT,
) -> pd.DataFrame:  # fmt: skip
    """The scores (see `evaluate`) of the network that a recipe makes from the encoder in `base`.

    Writes the model, metrics.json and its card, README.md, to `folder`; `checkpoints` in it can then be deleted. The
    recipe 'fast' distils the model `teacher`. Raises InputError for a recipe or folder that is none.
    """
    if recipe not in RECIPES:
        raise InputError(f"one of {', '.join(RECIPES)}, not {recipe!r:.60}", field="recipe")
    work = Path(folder) / "checkpoints"
    described = {"name": recipe, "steps": RECIPES[recipe].steps, **asdict(RECIPES[recipe])}
    if RECIPES[recipe].judged:
        judge = load(teacher)
        model = distilled(judge, RECIPES[recipe], corpora, base, work)
        described["teacher"] = judge.name_
    else:
        model = cooked(RECIPES[recipe], corpora, base, work)
    save(model, folder)
    return measure(folder, corpora, articles, described)


def measure(
    folder: str | Path, corpora: str | Path, articles: str | Path = "", described: dict[str, Any] | None = None
) -> pd.DataFrame:
    """The scores of the model in `folder`, after its metrics.json and card are written there: on the tests of
    `held_out`, and, where their folder is given, on the annotated articles. `described` is its recipe, by default the
    one that stands in metrics.json.
    """
    path = Path(folder) / "metrics.json"
    described = described or read_json(path)["recipe"]
    metrics = {"recipe": described} | figures(load(folder), corpora, articles)
    save_card(metrics, folder)
    write_text(card(folder), Path(folder) / "README.md")
    return pd.DataFrame(metrics["scores"] + metrics.get("articles", []))


def figures(model: PairClassifier, corpora: str | Path, articles: str | Path = "") -> dict[str, Any]:
    """The figures of a model's card: its data, its scores beside those of baselines trained on the pairs of its recipe,
    its robustness, and, where their folder is given, its scores on the annotated articles.
    """
    public, ours, told = examples(corpora), contrast(), debates()
    learned, _ = validation(public[public["test"] == ""])
    training = pd.concat(
        [
            with_related(learned),
            ours[(ours["part"] == "train") & ~ours["writer"].isin(LATER)].assign(corpus="contrast"),
            as_read(told[told["part"] == "train"]).assign(corpus="debates"),
        ],
        ignore_index=True,
    )
    held = held_out(corpora)
    rivals = {
        model.name_: model,
        "TF-IDF": TfidfStance().fit(training, training["stance"]),
        "majority": Majority().fit(training, training["stance"]),
    }
    judged = {"scores": held} | ({"articles": labelled(articles)} if articles else {})
    answers = {
        (name, label): answered(rival, pairs) for name, pairs in judged.items() for label, rival in rivals.items()
    }
    scores = {
        name: pd.concat([scored(answers[name, label], pairs).assign(model=label) for label in rivals])
        for name, pairs in judged.items()
    }
    tested = held[held["test"] == TESTS["debates"]]
    abstention = score_of(answers["scores", model.name_].loc[tested.index], tested).abstention
    counts = training.groupby(["corpus", "stance"]).size().unstack(fill_value=0)
    return {
        "data": [
            {
                "corpus": name,
                "description": description,
                "licence": licence,
                "training": counts.loc[name].to_dict(),
                "sha256": sha256(b"".join(path.read_bytes() for path in _sources(name, corpora))),
            }
            for name, (description, licence) in (CORPORA | OWN).items()
        ],
        **{name: table.to_dict("records") for name, table in scores.items()},
        "robustness": robustness(model, ours[ours["part"] == "test"], as_read(told[told["part"] == "test"])).to_dict(
            "records"
        ),
        "abstention": abstention[abstention["left"].isin(LEFT)].to_dict("records"),
    }


def answered(model: PairClassifier, pairs: pd.DataFrame) -> pd.DataFrame:
    """The model's probabilities for each pair of a frame, by its index, in which a pair may stand several times."""
    each = pairs[~pairs.index.duplicated()]
    return pd.DataFrame(model.predict_proba(each), each.index, model.classes_)


def _sources(name: str, corpora: str | Path) -> list[Path]:
    if name in OWN:
        folder = {"contrast": CONTRAST, "debates": DEBATES}[name]
        return sorted(path for path in folder.iterdir() if path.suffix in (".jsonl", ".csv"))
    return [Path(corpora) / f"{name}.parquet"]


def card(folder: str | Path) -> str:
    """The model card, in Markdown, of the model in `folder`, from its config.json and metrics.json."""
    folder = Path(folder)
    metrics, config = (read_json(folder / file) for file in ("metrics.json", "config.json"))
    extra = {name: folder / f"{name}.csv" for name in ("context", "ablations", "learning_curves")}
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True
    )
    by_test = {
        name: [rows.to_dict("records") for _, rows in pd.DataFrame(metrics.get(name, ())).groupby("test", sort=False)]
        if metrics.get(name) else [] for name in ("scores", "articles")
    }  # fmt: skip
    return environment.get_template("model-card.md").render(
        metrics | by_test,
        name=folder.resolve().name,
        config=config,
        models=list(dict.fromkeys(row["model"] for row in metrics["scores"])),
        **{name: read_table(path).to_dict("records") if path.exists() else [] for name, path in extra.items()},
    )  # fmt: skip


def main(
    corpora: Annotated[Path, typer.Option(help="The folder of the public stance corpora.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder of the model.")],
    base: Annotated[str, typer.Option(help="The encoder or model to begin with; without, -o is only measured.")] = "",
    recipe: str = "shipped",
    articles: Annotated[str, typer.Option(help="The labelled press articles, where they are at hand.")] = "",
    teacher: Annotated[str, typer.Option(help="The model that the recipe fast learns from.")] = DEFAULT,
) -> None:
    """Train a model by a recipe, or measure one again, write it with its card, and print its scores."""
    made = train(corpora, output, base, recipe, articles, teacher) if base else measure(output, corpora, articles)
    print(made.to_string(index=False))


if __name__ == "__main__":
    typer.run(main)
