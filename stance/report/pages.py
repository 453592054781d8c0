"""Pages: the report as one page, one more to print, and a page for each notebook, executed over the same articles.

Pages hold no script and load nothing. The same inputs give the same bytes: nothing in a page depends on the time, the
place of a folder or the machine.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from stance.classifiers.predictions import pairs
from stance.classifiers.reasons import reasons
from stance.classifiers.saved import load
from stance.comparison.contrasts import spelt
from stance.comparison.estimates import FEW, RESAMPLES, SEED
from stance.comparison.findings import led_by, summed_up, worded
from stance.comparison.results import Results, compare
from stance.comparison.shares import NO_INTERVAL
from stance.comparison.words import ALPHA, counted, lowered, percent, points
from stance.files import InputError, written_folder
from stance.labels.pseudonyms import unnamed
from stance.report import contrast_pictures, network_pictures, score_pictures, share_pictures
from stance.report.documents import statement_table, write_document, write_sheet
from stance.report.exhibits import VERBS, Table, page, rasters
from stance.report.inputs import NOTEBOOKS, PAGES, RECORD, VERSIONS, recorded, sha256_of, text_of, total, versions
from stance.report.notebooks import executed, notebook_page
from stance.report.numbers import numbers
from stance.report.transcripts import transcript
from stance.study import Study, read_study, write_study
from stance.tables import write_csv

CONTENTS = {
    "stances": "Who supports, who opposes",
    "timeline": "Statements over the years",
    "findings": "Findings",
    "differences": "Who differs, and what changed",
    "networks": "Who sides with whom",
    "statements": "The statements",
    "articles": "The articles",
    "classifier": "How far labels and model can be trusted",
    "method": "Method",
    "again": "Making this report again",
}
MANY = 3_000  # statements by stakeholder and target that one page holds; of more, a sample of each cell
SHOWN = 3  # of a stakeholder, target, stance and year, in that sample
FULL = 3_000  # statements on a page by stakeholder
FORMATS = {"html": "index.html", "markdown": "report.md", "docx": "report.docx"}  # where a reader begins
PAGES_NAV = re.compile(r'<nav aria-label="Pages of this report">.*?</nav>\n', re.DOTALL)
HEADLINES = 6  # findings on the page to print
KIND_WORDS = {"direct": "quoted", "fragment": "quoted in part", "indirect": "reported"}
IN_TEMPLATES = {  # what every page may show, and the words in which it does
    "contrast_pictures": contrast_pictures, "network_pictures": network_pictures,
    "score_pictures": score_pictures, "share_pictures": share_pictures,
    "counted": counted, "lowered": lowered, "percent": percent, "points": points, "spelt": spelt,
    "summed_up": summed_up, "worded": worded, "verbs": VERBS, "kinds": KIND_WORDS, "contents": CONTENTS,
    "few": FEW, "unsure": ALPHA, "seed": SEED, "resamples": f"{RESAMPLES:,}",
}  # fmt: skip


def write_report(
    articles: str | Path = "",
    out: str | Path = "reports",
    codebook: str | Path = "",
    annotations: str | Path = "",
    model: str | Path = "",
    to: str = "html",
    why: bool = False,
    study: str | Path | Study = "",
    notebooks: bool = True,
    statements: str | Path = "",
    predictions: str | Path = "",
) -> Results:
    """The results of a study (see `results.compare`), after the report of them is written to the folder `out`, all of
    it or none.

    To `html`: index.html, summary.html (one page to print), a page for each notebook unless they are not wanted, and
    report.html, which holds all of index.html and leads to no other file. To `markdown`: the same as report.md, with
    its pictures beside it; to `docx`: report.docx, for a word processor. With each, all figures in figures.csv (see
    `numbers`) and all statements in statements.csv, .xlsx and .parquet (see `statement_table`). With `why`, each
    statement has the words that moved the model's answer (see `reasons.reasons`), which takes minutes.

    Annotators are named where the study says so, or else called annotator 1 up (see `pseudonyms`).
    `statements` and `predictions` are tables made elsewhere (see `compare`). Of more than MANY statements index.html
    has a sample of each cell; all are in the tables, and on pages by stakeholder.

    inputs.json holds what they were made from and their own hashes (see `inputs`).
    Raises InputError for input that cannot be used and NotebookError where a notebook fails.
    """
    if to not in FORMATS:
        raise InputError(f"one of {', '.join(FORMATS)}, not {to!r}", field="to")
    study = read_study(study, articles=articles, codebook=codebook, annotations=annotations, model=model)
    shown = {f"{notebook.stem}.html": notebook for notebook in NOTEBOOKS if to == "html" and notebooks}
    pages = {"index.html": "Report", "summary.html": "Summary"}
    pages |= {name: notebook.stem[2:].capitalize() for name, notebook in shown.items()}
    with ExitStack() as stack:
        new = stack.enter_context(written_folder(out))  # first of all, so that one that takes no file is named at once
        made: dict[str, Path] = {}

        def beside(name: str) -> Path:
            made[name] = new / name
            return made[name]

        table = beside("figures.csv")
        names = ["reading and comparing", *(notebook.stem for notebook in shown.values())]
        steps = iter(tqdm(names, "report", unit="step", leave=False, disable=None))  # None: shown on a terminal only
        next(steps)
        place = stack.enter_context(tempfile.TemporaryDirectory())
        record = recorded(study, statements, predictions)
        study = study if study.names else unnamed(study, place)
        results = compare(study=study, statements=statements, predictions=predictions)
        hashes = {part: total(files) for part, files in record.items() if part != VERSIONS}
        write_csv(numbers(results), table)
        for ending in (".csv", ".xlsx", ".parquet"):
            write_sheet(statement_table(results), beside(f"statements{ending}"))
        words = None
        if why:
            asked = pairs(results.statements, results.codebook.targets, results.articles)
            words = reasons(load(study.model), asked)
        with rasters(wanted=to == "docx") as pictures:
            index = index_page(results, hashes, pages, words)
        texts = {}
        if to == "html":
            alone = PAGES_NAV.sub("", index).replace('href="index.html#', 'href="#')
            texts = {"index.html": index, "report.html": alone, "summary.html": summary_page(results, pages)}
        elif to == "markdown":
            written = transcript(index)
            texts = {"report.md": written.text, **written.pictures}
        else:
            write_document(index, pictures, beside("report.docx"))
        for name, text in chain(texts.items(), stakeholder_pages(results, pages) if to == "html" else ()):
            beside(name).write_text(text, encoding="utf-8", newline="")
        write_study(study, place)  # with whole paths: what the notebooks run in
        for name, notebook in shown.items():
            next(steps)
            html = notebook_page(executed(notebook, place), name, pages)
            beside(name).write_text(html, encoding="utf-8", newline="")
        next(steps, None)
        record[PAGES] = {name: sha256_of(path) for name, path in made.items()}
        beside(RECORD).write_text(text_of(record), encoding="utf-8")
    return results


# The page of the comparison ------------------------------------------------------------------------------------------


def index_page(
    results: Results,
    hashes: dict[str, str],
    pages: dict[str, str],
    why: dict[tuple[str, str], list[tuple[str, float]]] | None = None,
) -> str:
    """The HTML of the results: its pictures, its findings, and under each the statements that it counts, each with the
    words that moved the model's answer where `why` has them.
    """
    question, lede = _opening(results)
    heard = pd.Series([said.article for said in results.statements], dtype=str).value_counts()
    many, sample, hinging = len(results.spoken) > MANY, results.spoken, _hinging(results)
    if many:
        mixed = sample.reset_index(drop=True).sample(frac=1, random_state=SEED)
        sample = mixed.groupby(["stakeholder", "target", "stance", "year"]).head(SHOWN).sort_index()
    linked = {*sample["article"], *(which for row in hinging["rows"] for _, which, _ in row["turns"])}
    return page(
        "index.html",
        "index.html",
        pages,
        question,
        **IN_TEMPLATES,
        results=results,
        names=results.names,
        question=question,
        lede=lede,
        finding=led_by(results.findings, results.shares),
        guessed=(results.shares["method"] == NO_INTERVAL).any()
        and not all(one.helps for one in results.trials.values()),
        standing_out=results.differences[results.differences["p"] < ALPHA].sort_values("p").to_dict("records"),
        hinging=hinging,
        why=why,
        evidence=by_cell(results, sample),
        totals=_totals(results.spoken),
        elsewhere=_pages_of(results),
        by_article={} if many else _by_article(results),
        articles=[
            (article, int(heard.get(article.article, 0)))
            for article in results.articles
            if not many or article.article in linked
        ],
        hashes=Table(pd.DataFrame(hashes.items(), columns=["Input", "sha256"]), "Inputs"),
        versions=Table(pd.DataFrame(versions().items(), columns=["Software", "Version"]), "Versions"),
    )


def _pages_of(results: Results) -> dict[Any, list[tuple[str, int]]]:
    """By stakeholder the pages that hold its statements, and how many stand on each; none where there are not MANY."""
    heard = results.spoken["stakeholder"].value_counts() if len(results.spoken) > MANY else pd.Series(dtype=int)
    return {
        stakeholder: [(f"statements-{stakeholder}-{start // FULL + 1}.html", min(number - start, FULL))
                      for start in range(0, number, FULL)]
        for stakeholder, number in heard.items()
    }  # fmt: skip


def stakeholder_pages(results: Results, pages: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The name and the HTML of each page of a report of more than MANY statements that holds those of a stakeholder."""
    for stakeholder, parts in _pages_of(results).items():
        rows, begun = results.spoken[results.spoken["stakeholder"] == stakeholder], 0
        levels = [*results.names["target"], *VERBS]
        rows = rows.sort_values(["target", "stance"], key=lambda column: column.map(levels.index), kind="stable")
        for number, (name, size) in enumerate(parts, start=1):
            part = rows[begun : begun + size]
            begun += size
            title = f"{results.names['stakeholder'][stakeholder]}: statements, page {number} of {len(parts)}"
            parts_of_page = {"evidence": by_cell(results, part), "totals": _totals(part), "why": None, "by_article": {}}
            yield name, page("statements.html", name, pages, title, **IN_TEMPLATES, results=results, **parts_of_page)


def _totals(spoken: pd.DataFrame) -> dict[Any, int]:
    return spoken.groupby(["stakeholder", "target", "stance"]).size().to_dict()


def summary_page(results: Results, pages: dict[str, str]) -> str:
    """The HTML of the page to print: the question, the findings with the most statements, a picture, and the doubts."""
    question, lede = _opening(results)
    heard = {(row["stakeholder"], row["target"]): row["statements"] for row in results.shares.to_dict("records")}
    most = sorted(results.findings, key=lambda one: -heard[one.stakeholder, one.target])[:HEADLINES]
    return page(
        "summary.html",
        "summary.html",
        pages,
        f"Summary: {question}",
        **IN_TEMPLATES,
        results=results,
        question=question,
        lede=lede,
        findings=[one for one in results.findings if one in most],
        hinging=_hinging(results),
        stances=replace(share_pictures.stances(results), table=None),
    )


def _opening(results: Results) -> tuple[str, str]:
    """The question of the report and the line beneath it, which says how much was read."""
    targets = [lowered(target.name) for target in results.codebook.targets]
    named = f"{', '.join(targets[:-1])}{' and ' * (len(targets) > 1)}{targets[-1]}"
    question = results.title or f"Who supports, and who opposes, {named}?"
    spoke = len(results.codebook.stakeholders) - len(results.silent)
    years = [year for year in results.years if year.isdigit()]
    undated = sum(not article.published for article in results.articles)
    span = f"{years[0]} to {years[-1]}" if len(years) > 1 else f"in {''.join(years)}"
    published = f", published {span}" if years else ""
    published += f" ({undated} without a date)" if undated else ""
    lede = (
        f"{counted(len(results.statements), 'statement')} in {counted(len(results.articles), 'article')}"
        f"{published}; {counted(spoke, 'stakeholder')} of the codebook heard. Every count leads to its statements."
    )
    return question, lede


def _hinging(results: Results) -> dict[str, Any]:
    """How many findings hang on one thing, in a sentence, and the rows of those that do, with that thing in words."""
    titles = {article.article: f"the article “{article.title or 'untitled'}”" for article in results.articles}
    words = {
        "article": lambda which: titles[which],
        "annotator": lambda which: f"the labels of {which}",
        "speaker": lambda which: f"statements whose speaker is less than {float(which):.0%} certain",
        "model": lambda which: f"answers of less than {float(which):.0%}",
    }
    rows = [row for row in results.hinges.to_dict("records") if row["turns"]]
    for row in rows:
        row["turns"] = [(kind, which, words[kind](which)) for kind, which in row["turns"]]
    lean = "lean" if len(rows) > 1 else "leans"
    found = counted(len(results.hinges), "finding")
    said = f"Of {found}, {len(rows) or 'none'} {lean} otherwise when one thing is left out."
    return {"said": said if len(results.hinges) else "", "rows": rows}


def _by_article(results: Results) -> dict[tuple[str, str], dict[str, list[tuple[str, str]]]]:
    """By stakeholder and target, and by position in words, the articles in order of date: identifier and title."""
    titles = {article.article: article.title or "untitled" for article in results.articles}
    found: dict[tuple[str, str], dict[str, list[tuple[str, str]]]] = {}
    for row in results.positions.to_dict("records"):
        of = found.setdefault((row["stakeholder"], row["target"]), {})
        words = share_pictures.POSITION_WORDS[row["position"]].lower()
        of.setdefault(words, []).append((row["article"], titles[row["article"]]))
    return found


def by_cell(results: Results, spoken: pd.DataFrame) -> dict[str, dict[str, dict[str, dict[str, list[dict[str, Any]]]]]]:
    """Rows of `results.spoken` by stakeholder (none last), target, stance and year, each list in order of date."""
    levels = {**results.names, "stance": VERBS}
    rows = [(*(row[level] for level in [*levels, "year"]), row) for row in spoken.to_dict("records")]
    rows.sort(key=lambda row: [list(names).index(name) for names, name in zip(levels.values(), row, strict=False)])
    return _nested(rows)


def _nested(rows: list[tuple[Any, ...]]) -> Any:
    if rows and len(rows[0]) == 1:
        return [row[0] for row in rows]
    return {key: _nested([row[1:] for row in group]) for key, group in groupby(rows, key=lambda row: row[0])}
