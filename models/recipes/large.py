"""Large tables: made-up articles and statements through the commands, with seconds, memory, and what a kill leaves.

    python -m recipes.large classify FOLDER --rows 1000000     statements through `classify`, killed once
    python -m recipes.large statements FOLDER --rows 1000000   articles through `statements`, the same
    python -m recipes.large report FOLDER --rows 9000          articles to a report, answers made elsewhere; its pages

What is made is kept in FOLDER and used again. Peak memory is what the command's own process held resident.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import typer
from pyarrow import parquet

from stance.articles.reading import read_articles
from stance.classifiers.estimators import TfidfStance
from stance.classifiers.saved import save
from stance.codebook import STANCES, read_codebook
from stance.shipped import DIGESTS

from recipes.corpora import as_read, debates
from recipes.faults import stance

PART = 10_000  # rows that are made at once
WORDS = "words"  # a model so quick that a million rows are minutes
FINISHED = 10  # parts after which a command is killed
app = typer.Typer(help=__doc__)
Folder = Annotated[Path, typer.Argument(help="Where the tables lie, and the outputs go.")]
Rows = Annotated[int, typer.Option(help="Rows of the table.")]


def sentences() -> list[str]:
    """The sentences of the digests, from which all is made."""
    found = [part.strip() for article in read_articles(DIGESTS)[0] for part in article.text.split(". ")]
    return [part for part in found if 4 < len(part.split()) < 40]


def made(rows: int, longest: int) -> Iterator[pd.DataFrame]:
    """Articles of so many sentences at most, PART at a time: title, publisher, published, text; no two are alike."""
    pool = sentences()
    for start in range(0, rows, PART):
        chance = random.Random(start)
        found = []
        for number in range(start, min(start + PART, rows)):
            said = [chance.choice(pool) for _ in range(chance.randrange(2, longest + 1))]
            day = f"{chance.randrange(2013, 2019)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            words = f"Report {number} is out. " + ".\n\n".join(said) + "."
            found.append((f"Report {number}", f"Paper {number % 40}", day, words))
        yield pd.DataFrame(found, columns=["title", "publisher", "published", "text"])


def write(parts: Iterator[pd.DataFrame], path: Path) -> Path:
    """Write tables to one Parquet file, unless it is there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = None
        for part in parts:
            table = pa.Table.from_pandas(part, preserve_index=False)
            writer = writer or parquet.ParquetWriter(path.with_suffix(".begun"), table.schema)
            writer.write_table(table)
        assert writer
        writer.close()
        path.with_suffix(".begun").rename(path)
    return path


def watched(words: list[str], parts: Path | None = None) -> tuple[float, float]:
    """The seconds and the peak of resident memory, in MB, of a command; it is killed when FINISHED of its `parts` are,
    and begun again.
    """
    begun, peak = time.monotonic(), 0.0
    process = subprocess.Popen(words, start_new_session=True)
    while process.poll() is None:
        is_far = parts and len(list(parts.glob("*.parquet"))) >= FINISHED
        try:
            told = Path(f"/proc/{process.pid}/status").read_text()
            peak = max([peak, *(int(line.split()[1]) / 1024 for line in told.split("\n") if line[:6] == "VmHWM:")])
        except (OSError, IndexError):  # it has just ended
            break
        if is_far:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            print("killed; the same command again", flush=True)
            _, again = watched(words)
            return time.monotonic() - begun, max(peak, again)
        time.sleep(0.1)
    if process.wait():
        raise typer.Exit(process.returncode)
    return time.monotonic() - begun, peak


def _through(name: str, table: Path, output: Path, *options: str) -> None:
    """Run a command on a table, killed once; print what it took, and whether each row came out once."""
    output.unlink(missing_ok=True)
    seconds, peak = watched(stance(name, table, "-o", output, *options), output.parent / f".{output.name}.parts")
    rows, out = (parquet.read_metadata(path).num_rows for path in (table, output))
    print(
        json.dumps({"command": name, "rows": rows, "rows_out": out, "seconds": round(seconds), "peak_mb": round(peak)})
    )


@app.command()
def classify(
    folder: Folder,
    rows: Rows = 1_000_000,
    model: Annotated[str, typer.Option(help=f"{WORDS}: one that weighs words, made here.")] = "fast",
) -> None:
    """Statements about one target, no two alike, through `stance classify`."""
    pool = sentences()
    parts = (
        pd.DataFrame({"text": [f"{pool[at % len(pool)]}, said number {at}." for at in some], "target": "free buses"})
        for some in (range(start, min(start + PART, rows)) for start in range(0, rows, PART))
    )
    table = write(parts, folder / f"asked-{rows}.parquet")
    if model == WORDS and not (folder / WORDS).exists():
        told = debates()
        learned = as_read(told[told["part"] == "dev"])
        save(TfidfStance().fit(learned, learned["stance"]), folder / WORDS)
    model = str(folder / WORDS) if model == WORDS else model
    _through("classify", table, folder / f"answers-{rows}.parquet", "--model", model)


@app.command()
def statements(folder: Folder, rows: Rows = 1_000_000) -> None:
    """Articles of two to four sentences through `stance statements`."""
    table = write(made(rows, 4), folder / f"short-{rows}.parquet")
    _through("statements", table, folder / f"said-{rows}.parquet")


@app.command()
def report(folder: Folder, rows: Rows = 9_000) -> None:
    """A report on articles of two to twenty sentences, their statements found before, and answers made at random."""
    table, said = write(made(rows, 20), folder / f"articles-{rows}.parquet"), folder / f"statements-{rows}.parquet"
    if not said.exists():
        watched(stance("statements", table, "-o", said))
    answers, pages = folder / f"predictions-{rows}.parquet", folder / f"report-{rows}"
    found = pd.read_parquet(said)
    _answered(found, rows).to_parquet(answers)
    words = ("report", table, "--statements", said, "--predictions", answers, "--no-notebooks", "-o", pages)
    seconds, peak = watched(stance(*words))
    shown = [(path.stat().st_size, path.relative_to(pages).as_posix()) for path in pages.rglob("*.html")]
    sizes = sorted(shown, reverse=True)
    told: dict[str, Any] = {
        "articles": rows,
        "statements": len(found),
        "seconds": round(seconds),
        "peak_mb": round(peak),
    }
    told |= {"index_mb": round((pages / "index.html").stat().st_size / 1e6, 2)}
    told |= {"largest_mb": round(sizes[0][0] / 1e6, 2), "largest": sizes[0][1], "pages": len(sizes)}
    told |= {"index_opens_in": opened(pages / "index.html"), "largest_opens_in": opened(pages / sizes[0][1])}
    print(json.dumps(told))


def opened(page: Path) -> float | None:
    """The seconds until a headless Chromium has loaded and laid out a page: the median of three times; None without
    one.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        return None
    from playwright.sync_api import sync_playwright

    seconds = []
    with sync_playwright() as playwright:
        for _ in range(3):
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            shown = browser.new_page()
            begun = time.perf_counter()
            shown.goto(page.absolute().as_uri())
            shown.evaluate("document.body.getBoundingClientRect().height")
            seconds.append(time.perf_counter() - begun)
            browser.close()
    return round(median(seconds), 2)


def _answered(found: pd.DataFrame, seed: int) -> pd.DataFrame:
    """An answer for each statement and target: probabilities at random, the same each time."""
    targets = [one.target for one in read_codebook().targets]
    asked = found[["statement"]].loc[found.index.repeat(len(targets))].reset_index(drop=True)
    asked["target"] = targets * len(found)
    chances = np.random.default_rng(seed).dirichlet((0.6, 0.5, 1.0), len(asked))
    best = np.array(STANCES)[chances.argmax(1)]
    return asked.assign(stance=best, **dict(zip(STANCES, chances.T.round(4), strict=True)), model="elsewhere")


if __name__ == "__main__":
    app()
