"""What the suite costs beside what a user would pick instead: every figure a ratio, measured side by side in one run.

`python -m recipes.costs FOLDER` writes costs.csv, growth.csv and costs.svg and says on which machine. Beside other work
the ratios hold roughly, the seconds not at all.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated, Any, NamedTuple
from unittest.mock import patch

import pandas as pd
import typer
from sklearn.metrics import f1_score

from stance.articles.reading import read_articles
from stance.classifiers.saved import DEFAULT
from stance.codebook import read_codebook
from stance.files import written_whole
from stance.shipped import DIGESTS
from stance.steps import find_statements, write_answers
from stance.study import read_study
from stance.tables import write_csv, write_table

from recipes.bench import PIECES, throughput
from recipes.corpora import as_read, debates
from recipes.scores import read_pieces

TURNS = 3  # with each of those that are compared, in turn; the best counts
FOLDS = (1, 10, 100, 1000)  # times the data
FEW = 300  # pairs, for which no network is compiled


class Cost(NamedTuple):
    """A figure of ours beside another's, in `unit`; `times` is how much better ours is, `wanted` what it has to be."""

    what: str
    unit: str
    ours: float
    other: float
    beside: str
    times: float
    wanted: str


def costs(pairs: int, articles: int) -> tuple[list[Cost], pd.DataFrame]:
    """The costs, and the curve of the cost of one item as data grows: what, times, items, seconds, seconds_per_item."""
    from stance.classifiers.saved import load

    model, asked = load("fast"), questions(pairs)
    found = []
    for measured in (
        extraction,
        lambda: answering(model, asked),
        lambda: limit(model, asked),
        lambda: engines("fast", 1371),
        lambda: engines(DEFAULT, 400),
        lambda: waiting(FEW),
        start,
        lambda: memory(pairs),
        lambda: workers(4000),
    ):
        found += measured()
        print(*found[-3:], sep="\n", file=sys.stderr, flush=True)  # it takes minutes
    curve = growth(model, articles, max(pairs // 100, 1))
    for what, rows in curve.groupby("what"):
        first, last = rows["seconds_per_item"].iloc[0], rows["seconds_per_item"].iloc[-1]
        beside, wanted = f"the same, {FOLDS[0]} times the data", "at most 1.1 times its cost"
        found.append(
            Cost(
                f"{what}, an item of {FOLDS[-1]:,} times the data", "seconds", last, first, beside, first / last, wanted
            )
        )
    return found, curve


def questions(number: int) -> pd.DataFrame:
    """So many different pairs of text and target, of the lengths that statements in the digests have."""
    texts = [one.text for one in find_statements(read_articles(DIGESTS)[0])]
    target = read_codebook().targets[0].words
    return pd.DataFrame({"text": [f"{at}: {texts[at % len(texts)]}" for at in range(number)], "target": target})


def best(*turns: Callable[[], Any]) -> list[float]:
    """The seconds that each takes: the best of TURNS, all in turn."""
    seconds: list[list[float]] = [[] for _ in turns]
    for _ in range(TURNS):
        for turn, taken in zip(turns, seconds, strict=True):
            begun = time.perf_counter()
            turn()
            taken.append(time.perf_counter() - begun)
    return [min(taken) for taken in seconds]


def extraction() -> list[Cost]:
    """Words read a second beside textacy and spaCy, where these are installed."""
    texts = [article for folder in PIECES for article in read_pieces(folder)[0]]
    title, table = throughput(texts)
    if len(table) < 2:
        print(title, file=sys.stderr)
        return []
    ours, other = table["words_per_second"]
    return [Cost("statements", "words a second", ours, other, "textacy + spaCy", ours / other, "at least 40")]


def pipeline(model: Any, folder: str) -> Any:
    """The same network as transformers' users have it: a pipeline, one pair at a time, in fp32."""
    from transformers import PreTrainedTokenizerFast
    from transformers import pipeline as made

    model.network_.float().save_pretrained(folder)
    special = {"pad_token": "<pad>" if model.tokenizer_.token_to_id("<pad>") is not None else "[PAD]"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=model.tokenizer_, **special)
    return made("text-classification", model=folder, tokenizer=tokenizer, device="cpu", top_k=None)


def answering(model: Any, asked: pd.DataFrame) -> list[Cost]:
    """Pairs answered a second beside transformers' pipeline, with the same weights; few, and where OpenVINO is
    installed, many.
    """
    with tempfile.TemporaryDirectory() as folder:
        peer = pipeline(model, folder)
        rows = [{"text": text, "text_pair": model.hypothesis.format(target)}
                for text, target in zip(asked["text"], asked["target"], strict=True)]  # fmt: skip
        model.predict_proba(asked)  # compiled now, where it is
        few, many, other = best(
            lambda: [model.predict_proba(asked[at : at + FEW]) for at in range(0, len(asked), FEW)],
            lambda: model.predict_proba(asked),
            lambda: [peer(row) for row in rows],
        )
    beside = "transformers.pipeline, batch 1, fp32"
    by = "OpenVINO" if model._compiled[1] else "torch"
    return [
        Cost(f"answers to {number} pairs by {engine}", "pairs a second", len(asked) / ours, len(asked) / other, beside,
             other / ours, "at least 5")
        for number, engine, ours in ((FEW, "torch", few), (len(asked), by, many))
    ]  # fmt: skip


def limit(model: Any, asked: pd.DataFrame) -> list[Cost]:
    """How near answering comes to the bare products of its matrices: for the same batches, each linear layer's product
    alone, in the same arithmetic, with weights already in it.
    """
    import torch

    from stance.classifiers.precisions import precision

    kind = torch.bfloat16 if precision() == "bf16" else torch.float32
    layers = [one.weight.detach().to(kind) for one in model.network_.modules() if isinstance(one, torch.nn.Linear)]
    layers = [weight for weight in layers if weight.shape[0] > 3]  # the last has one row a pair, and costs nothing
    lengths = sorted(len(ids) for ids in model._tokens(asked))
    batches = [lengths[start : start + model.batch] for start in range(0, len(lengths), model.batch)]
    sizes = [len(batch) * -(-batch[-1] // 8) * 8 for batch in batches]
    inputs = {
        (size, weight.shape[1]): torch.ones(size, weight.shape[1], dtype=kind) for size in sizes for weight in layers
    }

    def bare() -> None:
        with torch.inference_mode():
            for size in sizes:
                for weight in layers:
                    torch.nn.functional.linear(inputs[size, weight.shape[1]], weight)

    ours, other = best(lambda: model.predict_proba(asked), bare)
    rates = len(asked) / ours, len(asked) / other
    return [
        Cost(
            "answers",
            "pairs a second",
            *rates,
            f"the bare matrix products, {precision()}",
            other / ours,
            "at least 0.5",
        )
    ]


def engines(name: str, pairs: int) -> list[Cost]:
    """What OpenVINO, where it is installed, is worth to a model on so many pairs of the debates' test part: speed, and
    macro-F1.
    """
    from stance.classifiers import networks
    from stance.classifiers.saved import load

    told = debates()
    asked, model = as_read(told[told["part"] == "test"]).head(pairs), load(name)
    answers: dict[bool, Any] = {}

    def answered(many: bool) -> None:
        with patch.object(networks, "MANY", 1 if many else 10**9):
            answers[many] = model.predict(asked)

    answered(True)
    if not model._compiled[1]:
        return []
    ours, other = best(lambda: answered(True), lambda: answered(False))
    right = [f1_score(asked["stance"], answers[many], average="macro") for many in (True, False)]
    return [
        Cost(f"{model.name_} by OpenVINO", "pairs a second", len(asked) / ours, len(asked) / other, "torch",
             other / ours, "at least 1.25"),
        Cost(f"{model.name_} by OpenVINO", "macro-F1", right[0], right[1], "torch", right[0] / right[1],
             "within .003"),
    ]  # fmt: skip


ONE = "import pandas as pd; from stance.classifiers.saved import load; model = load('fast')\n"
MANY = "from recipes.costs import questions; asked = questions({pairs})\n"
TIMED = "import time; begun = time.perf_counter(); {}; print(time.perf_counter() - begun)"
# Not ru_maxrss, which begins at the size of the process that began this one.
PEAK = "print(next(int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))"


def told(code: str, **environment: str) -> float:
    """The number that code prints last, in a Python of its own."""
    run = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return float(run.stdout.split()[-1])


def waiting(pairs: int) -> list[Cost]:
    """The seconds of threads that wait asleep beside those that spin, alone and beside a busy program."""
    code = ONE + MANY.format(pairs=pairs) + "model.predict_proba(asked)\n" + TIMED.format("model.predict_proba(asked)")
    found = []
    for company, busy in (("alone", 0), ("beside a busy program", 1)):
        others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
        try:
            seconds: dict[str, list[float]] = {"passive": [], "active": []}
            for _ in range(TURNS):
                for policy, taken in seconds.items():
                    taken.append(told(code, OMP_WAIT_POLICY=policy))
        finally:
            for other in others:
                other.kill()
        ours, spinning = min(seconds["passive"]), min(seconds["active"])
        cores = len(os.sched_getaffinity(0))
        found.append(
            Cost(
                f"answers {company}",
                "seconds",
                ours,
                spinning,
                f"threads that spin, {cores} cores",
                spinning / ours,
                "at least 0.67",
            )
        )
    return found


def start() -> list[Cost]:
    """The seconds until the first answer, beside the import of the libraries alone that it needs."""
    first = TIMED.format("exec(" + repr(ONE + MANY.format(pairs=1) + "model.predict_proba(asked)") + ")")
    bare = TIMED.format("import torch, transformers, pandas, sklearn.linear_model")
    seconds = [[told(first), told(bare)] for _ in range(TURNS)]
    ours, other = (median(column) for column in zip(*seconds, strict=True))
    return [
        Cost(
            "start to the first answer", "seconds", ours, other, "import torch, transformers, pandas", other / ours, ""
        )
    ]


def memory(pairs: int) -> list[Cost]:
    """Peak memory of answering, beside the pipeline's."""
    made = "import tempfile; from recipes.costs import pipeline; peer = pipeline(model, tempfile.mkdtemp())\n"
    asked = (
        "for row in asked.itertuples(): peer({'text': row.text, 'text_pair': model.hypothesis.format(row.target)})\n"
    )
    ours = told(ONE + MANY.format(pairs=pairs) + "model.predict_proba(asked)\n" + PEAK)
    other = told(ONE + MANY.format(pairs=pairs) + made + asked + PEAK)
    return [Cost("answers, peak memory", "MB", ours, other, "transformers.pipeline", other / ours, "")]


def workers(pairs: int) -> list[Cost]:
    """The seconds of two Dask workers of one thread, beside one, with their models loaded and nothing remembered."""
    from distributed import LocalCluster

    seconds = []
    for number in (2, 1):
        with (
            tempfile.TemporaryDirectory() as place,
            patch.dict(os.environ, XDG_CACHE_HOME=place),
            LocalCluster(n_workers=number, threads_per_worker=1, dashboard_address=None) as cluster,
        ):
            study = read_study(model="fast")
            for turn in range(2):  # in the first the models are loaded
                table, asked = Path(place) / f"{turn}.parquet", questions(pairs)
                write_table(asked.assign(text=f"{number}, {turn}: " + asked["text"]), table)
                begun = time.perf_counter()
                write_answers(study, table, table.with_suffix(".csv"), engine=f"dask:{cluster.scheduler_address}")
                taken = time.perf_counter() - begun
            seconds.append(taken)
    return [
        Cost(
            "answers by two workers",
            "seconds",
            *seconds,
            "one worker",
            seconds[1] / seconds[0],
            "1.8, where cores allow",
        )
    ]


def growth(model: Any, articles: int, pairs: int) -> pd.DataFrame:
    """The seconds for 1, 10, 100 and 1,000 times some articles and pairs, none of which is like another."""
    digests, all_asked, rows = read_articles(DIGESTS)[0], questions(pairs * FOLDS[-1]), []
    find_statements(digests[:articles])  # what is read and made once is no cost of an item
    model.predict_proba(all_asked[:pairs])
    for times in FOLDS:
        many = [digests[at % len(digests)] for at in range(articles * times)]
        begun = time.perf_counter()
        find_statements(many)
        between = time.perf_counter()
        model.predict_proba(all_asked[: pairs * times])
        ended = time.perf_counter()
        rows += [("statements", times, len(many), between - begun), ("answers", times, pairs * times, ended - between)]
    curve = pd.DataFrame(rows, columns=["what", "times", "items", "seconds"])
    return curve.assign(seconds_per_item=curve["seconds"] / curve["items"])


def machine() -> str:
    """The processor, its cores that may be used, the memory, and what computes."""
    import torch

    from stance.classifiers.precisions import precision

    named = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0))
    return (f"{named[0] if named else platform.machine()}, {cores} of {os.cpu_count()} cores, {size:.0f} GiB; torch "
            f"{torch.__version__}, {precision()}; {load:.1f} programs were running")  # fmt: skip


def drawn(found: list[Cost], curve: pd.DataFrame, where: str) -> bytes:
    """The picture, as SVG: how many times better ours is, and the cost of an item as data grows."""
    import io

    import matplotlib.style
    from matplotlib.figure import Figure

    from stance.shipped import TEMPLATES

    with matplotlib.rc_context():
        matplotlib.style.use(TEMPLATES / "pictures.mplstyle")
        figure = Figure(figsize=(7.5, 1.6 + 0.45 * len(found) + 2.4), layout="constrained")
        above, below = figure.subplots(2, 1, height_ratios=[0.45 * len(found) + 0.6, 2.4])
        bars = above.barh(
            [f"{one.what}\nbeside {one.beside}" for one in found], [one.times for one in found], height=0.6
        )
        above.bar_label(bars, [f"{one.times:.2g}" for one in found], padding=3)
        above.axvline(1, color="#1d252c", linewidth=0.8)
        above.set(xscale="log", xlabel="times better than the other (1: alike)")
        above.margins(x=0.15)
        above.invert_yaxis()
        for what, rows in curve.groupby("what"):
            below.plot(rows["items"], 1000 * rows["seconds_per_item"], marker="o", label=what)
        below.set(xscale="log", yscale="log", xlabel="items", ylabel="milliseconds an item")
        below.legend(frameon=False)
        figure.suptitle(where, fontsize=7)
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def main(
    folder: Annotated[Path, typer.Argument(help="Where costs.csv and costs.svg go.")],
    pairs: Annotated[int, typer.Option(help="Pairs that are answered; the curve ends at ten times as many.")] = 600,
    articles: Annotated[int, typer.Option(help="Articles of the first point of the curve.")] = 5,
) -> None:
    """Measure what the suite costs beside others, and write the table and the picture."""
    found, curve = costs(pairs, articles)
    table = pd.DataFrame(found)
    with written_whole(folder / "costs.csv") as beside:
        write_csv(table, beside)
    with written_whole(folder / "growth.csv") as beside:
        write_csv(curve, beside)
    with written_whole(folder / "costs.svg") as beside:
        beside.write_bytes(drawn(found, curve, machine()))
    print(
        machine(), table.to_string(index=False), curve.to_string(index=False), json.dumps({"turns": TURNS}), sep="\n\n"
    )


if __name__ == "__main__":
    typer.run(main)
