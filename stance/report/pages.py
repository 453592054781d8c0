"""The report: a page for the comparison, one to print, and a page for each notebook, executed over the same articles.

Pages hold no script and load nothing. The same inputs give the same bytes: nothing in a page depends on the time, the
place of a folder or the machine.
"""

import os
import re
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from markupsafe import Markup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from tqdm import tqdm

import stance
from stance.classifiers.predictions import pairs
from stance.classifiers.reasons import reasons
from stance.classifiers.saved import DEFAULT, load
from stance.comparison.contrasts import (
    ALPHA,
    LEFT_OUT,
    SINCE,
    contrasts,
    hinges,
    points,
    sensitivity,
    summed_up,
    worded,
)
from stance.comparison.estimates import FEW, RESAMPLES, SEED
from stance.comparison.results import Comparison, compare, counted, lowered, percent
from stance.labels.agreement import agreement
from stance.report import charts, pictures
from stance.report.charts import spelt
from stance.report.figures import figures
from stance.report.inputs import NOTEBOOKS, PAGES, RECORD, VERSIONS, recorded, sha256_of, text_of, total, versions
from stance.report.pictures import TEMPLATES, VERBS, Table
from stance.report.transcripts import transcript
from stance.shipped import ANNOTATIONS, CODEBOOK, MODELS, ROOT
from stance.tables import InputError, write_csv, written_whole

CONTENTS = {
    "stances": "Who supports, who opposes",
    "timeline": "Positions over the years",
    "findings": "Findings",
    "differences": "Who differs, and what changed",
    "statements": "The statements",
    "articles": "The articles",
    "classifier": "How far labels and model can be trusted",
    "method": "Method",
    "again": "Making this report again",
}
FORMATS = {"html": "index.html", "markdown": "report.md"}  # where a reader begins
HEADLINES = 6  # findings on the page to print
AGREEMENT = ["target", "statements", "agreement", "alpha", "alpha_low", "alpha_high", "kappa"]
BY_STAKEHOLDER = "The model against the labels here, by stakeholder (a joint statement counts for each)"
WITHOUT = ["Without one article", "Without one annotator", "Surer speakers", "Surer answers"]
KINDS = {"direct": "quoted", "fragment": "quoted in part", "indirect": "reported"}


class NotebookError(RuntimeError):
    """A cell of a notebook failed. `str(error)` is one line: the notebook, the cell and what went wrong."""


def write_report(
    articles: str | Path,
    out: str | Path,
    codebook: str | Path = CODEBOOK,
    annotations: str | Path = ANNOTATIONS,
    model: str | Path = DEFAULT,
    to: str = "html",
    why: bool = False,
) -> Comparison:
    """The comparison, after the report of it is written to the folder `out`, all of it or none.

    To `html`: index.html, summary.html (one page to print) and a page for each notebook. To `markdown`: what stands in
    index.html as report.md, with its pictures beside it. With either, all figures in figures.csv (see `figures`). With
    `why`, each statement has the words that moved the model's answer (see `evaluation.reasons`), which takes minutes.

    So is inputs.json, which holds what they were made from and their own hashes (see `inputs`).
    Raises InputError for input that cannot be used and NotebookError where a notebook fails.
    """
    if to not in FORMATS:
        raise InputError(f"one of {', '.join(FORMATS)}, not {to!r}", field="to")
    notebooks = {f"{notebook.stem}.html": notebook for notebook in NOTEBOOKS if to == "html"}
    pages = {"index.html": "Report", "summary.html": "Summary"}
    pages |= {name: notebook.stem[2:].capitalize() for name, notebook in notebooks.items()}
    inputs = {
        "STANCE_ARTICLES": articles,
        "STANCE_CODEBOOK": codebook,
        "STANCE_ANNOTATIONS": annotations,
        "STANCE_MODEL": model,
    }
    with ExitStack() as stack:
        made: dict[str, Path] = {}

        def beside(name: str) -> Path:
            made[name] = stack.enter_context(written_whole(Path(out) / name))
            return made[name]

        table = beside("figures.csv")  # first of all, so that a folder that takes no file is named before the work
        names = ["reading and comparing", *(notebook.stem for notebook in notebooks.values())]
        steps = iter(tqdm(names, "report", unit="step", leave=False, disable=None))  # None: shown on a terminal only
        next(steps)
        comparison = compare(articles, codebook, annotations, model)
        record = recorded(articles, codebook, annotations, model)
        hashes = {part: total(files) for part, files in record.items() if part != VERSIONS}
        write_csv(figures(comparison), table)
        words = None
        if why:
            asked = pairs(comparison.statements, comparison.codebook.targets, comparison.articles)
            words = reasons(load(model), asked)
        index = index_page(comparison, hashes, pages, words)
        if to == "markdown":
            written = transcript(index)
            texts = {FORMATS[to]: written.text, **written.pictures}
        else:
            texts = {FORMATS[to]: index, "summary.html": summary_page(comparison, pages)}
        for name, text in texts.items():
            beside(name).write_text(text, encoding="utf-8", newline="")
        for name, notebook in notebooks.items():
            next(steps)
            page = notebook_page(executed(notebook, inputs), name, pages)
            beside(name).write_text(page, encoding="utf-8", newline="")
        next(steps, None)
        record[PAGES] = {name: sha256_of(path) for name, path in made.items()}
        beside(RECORD).write_text(text_of(record), encoding="utf-8")
    return comparison


# The page of the comparison ------------------------------------------------------------------------------------------


def index_page(
    comparison: Comparison,
    hashes: dict[str, str],
    pages: dict[str, str],
    why: dict[tuple[str, str], list[tuple[str, float]]] | None = None,
) -> str:
    """The HTML of the comparison: its pictures, its findings, and under each the statements that it counts, each with
    the words that moved the model's answer where `why` has them.
    """
    question, lede = _opening(comparison)
    unmatched = (
        f"{counted(comparison.unmatched, 'statement')} by speakers who are no stakeholder of the codebook: "
        "not drawn, but listed at the end of the statements."
    )
    agreed = agreement(comparison.annotations, {article.article: article.group for article in comparison.articles})
    numbers = pd.Series([said.article for said in comparison.statements]).value_counts()
    differ, changed = _differing(comparison)
    return _page(
        "index.html",
        "index.html",
        pages,
        question,
        comparison=comparison,
        names=comparison.names,
        question=question,
        lede=lede,
        contents=CONTENTS,
        unmatched=unmatched,
        stances=_html(pictures.stances(comparison)),
        timeline=_html(pictures.timeline(comparison)),
        card=_html(Table(comparison.card_table, "The model on the tests of its card")),
        agreed=_html(Table(agreed[AGREEMENT], "Statements that two annotators labelled, and how well they agree")),
        scores=_html(Table(comparison.score_table, "The model against the labels here")),
        by_stakeholder=_html(Table(comparison.score_table_by("stakeholder"), BY_STAKEHOLDER)),
        f1=_html(Table(comparison.f1_table, "F1 of each stance, with 95% intervals")),
        sure=_sure(comparison),
        abstention=_html(Table(comparison.abstention_table(), "What to leave to a person, with 95% intervals")),
        calibration=_html(charts.calibration(comparison)),
        nearness=_html(charts.nearness(comparison)),
        differ=differ | {"picture": _html(charts.differences(comparison))},
        since=spelt(SINCE),
        changed=changed | {"picture": _html(charts.changes(comparison))},
        hinging=_hinging(comparison),
        lowered=lowered,
        points=points,
        why=why,
        confusion=_html(pictures.confusion(comparison)),
        evidence=evidence(comparison),
        verbs=VERBS,
        kinds=KINDS,
        articles=[(article, int(numbers.get(article.article, 0))) for article in comparison.articles],
        model=comparison.model,
        counted=counted,
        percent=percent,
        seed=SEED,
        resamples=f"{RESAMPLES:,}",
        few=FEW,
        hashes=_html(Table(pd.DataFrame(hashes.items(), columns=["Input", "sha256"]), "Inputs")),
        versions=_html(Table(pd.DataFrame(versions().items(), columns=["Software", "Version"]), "Versions")),
    )


def summary_page(comparison: Comparison, pages: dict[str, str]) -> str:
    """The HTML of the page to print: the question, the findings with the most statements, a picture, and the doubts."""
    question, lede = _opening(comparison)
    heard = {(row["stakeholder"], row["target"]): row["statements"] for row in comparison.shares.to_dict("records")}
    most = sorted(comparison.findings, key=lambda one: -heard[one.stakeholder, one.target])[:HEADLINES]
    picture = pictures.stances(comparison)
    differ, changed = _differing(comparison)
    return _page(
        "summary.html",
        "summary.html",
        pages,
        f"Summary: {question}",
        comparison=comparison,
        question=question,
        lede=lede,
        counted=counted,
        since=spelt(SINCE),
        findings=[one for one in comparison.findings if one in most],
        differ=differ["said"],
        changed=changed["said"],
        hinging=_hinging(comparison)["said"],
        stances=_html(replace(picture, table=None)),
    )


def _opening(comparison: Comparison) -> tuple[str, str]:
    """The question of the report and the line beneath it, which says how much was read."""
    targets = [lowered(target.name) for target in comparison.codebook.targets]
    question = f"Who supports, and who opposes, {', '.join(targets[:-1])}{' and ' * (len(targets) > 1)}{targets[-1]}?"
    spoke = len(comparison.codebook.stakeholders) - len(comparison.silent)
    years = [year for year in comparison.years if year.isdigit()]
    undated = sum(not article.published for article in comparison.articles)
    span = f"{years[0]} to {years[-1]}" if len(years) > 1 else f"in {''.join(years)}"
    published = f", published {span}" if years else ""
    published += f" ({undated} without a date)" if undated else ""
    lede = (
        f"{counted(len(comparison.statements), 'statement')} in {counted(len(comparison.articles), 'article')}"
        f"{published}; {counted(spoke, 'stakeholder')} of the codebook heard. Every count leads to its statements."
    )
    return question, lede


def _differing(comparison: Comparison) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands out between stakeholders, and each change over time: how many in words, and rows with their words."""
    between = contrasts(comparison)
    changed = charts.forwards(contrasts(comparison, "period", within=("stakeholder", "target")))
    found = []
    for table, shown in ((between, between[between["p"] < ALPHA].sort_values("p")), (changed, changed)):
        rows = [row | {"words": worded(row, len(table))} for row in shown.to_dict("records")]
        found.append({"said": summed_up(table), "rows": rows})
    return found[0], found[1]


def _hinging(comparison: Comparison) -> dict[str, Any]:
    """What findings hang on: a sentence, the rows of `hinges` that turn, and all of them as a table in words."""
    table = hinges(sensitivity(comparison))
    titles = {article.article: f"the article “{article.title or 'untitled'}”" for article in comparison.articles}
    rows = table.to_dict("records")
    for row in rows:
        row["turns"] = [(kind, which, {
            "article": titles.get(which, ""), "annotator": f"the labels of {which}",
            "speaker": f"statements whose speaker is less than {float(which):.0%} certain" if kind == "speaker" else "",
            "model": f"answers of less than {float(which):.0%}" if kind == "model" else "",
        }[kind]) for kind, which in row["turns"]]  # fmt: skip
    turned = [row for row in rows if row["turns"]]
    said = f"Of {counted(len(rows), 'finding')}, {len(turned) or 'none'} leans otherwise when one thing is left out."
    if len(turned) > 1:
        said = said.replace("leans", "lean")
    shown = pd.DataFrame(
        {
            "Stakeholder": [comparison.names["stakeholder"][row["stakeholder"]] for row in rows],
            "Target": [comparison.names["target"][row["target"]] for row in rows],
            "Net of all": [points(row["net"]) for row in rows],
            **{heads: [row[name] for row in rows] for name, heads in zip(LEFT_OUT, WITHOUT, strict=True)},
            "Sign turns": ["yes" if row["turns"] else "no" for row in rows],
        }
    ).sort_values("Target", kind="stable", key=lambda of: of.map([*comparison.names["target"].values()].index))
    caption = "Net positions, lowest to highest, when one thing is left out (–: nothing to leave out)"
    return {"said": said if rows else "", "rows": turned, "table": _html(Table(shown, caption))}


def _sure(comparison: Comparison) -> str:
    """How sure the model was beside how often it was right, in a sentence a target."""
    said = []
    for target, score in comparison.scores.items():
        sure = float((score.reliability["probability"] * score.reliability["answers"]).sum() / len(score.labels))
        low, high = score.interval("ece")
        bounds = f"95% interval {low:.2f} to {high:.2f}"
        if len(set(score.groups)) < FEW:
            bounds = "no interval: too few articles"
        said.append(
            f"On {lowered(comparison.names['target'][target])} it was {percent(sure)} sure on average "
            f"and right in {percent(score.accuracy)}; the expected calibration error is {score.ece:.2f} "
            f"({bounds})."
        )
    return " ".join(said)


def evidence(comparison: Comparison) -> dict[str, dict[str, dict[str, dict[str, list[dict[str, Any]]]]]]:
    """The rows of the table by stakeholder (none last), target, stance and year, each list in order of date."""
    levels = {**comparison.names, "stance": VERBS}
    rows = [(*(row[level] for level in [*levels, "year"]), row) for row in comparison.spoken.to_dict("records")]
    rows.sort(key=lambda row: [list(names).index(name) for names, name in zip(levels.values(), row, strict=False)])
    return _nested(rows)


def _nested(rows: list[tuple[Any, ...]]) -> Any:
    if rows and len(rows[0]) == 1:
        return [row[0] for row in rows]
    return {key: _nested([row[1:] for row in group]) for key, group in groupby(rows, key=lambda row: row[0])}


# The pages of the notebooks ------------------------------------------------------------------------------------------


def executed(notebook: Path, inputs: dict[str, str | Path]) -> NotebookNode:
    """The notebook with the outputs of a fresh kernel, run in its own folder; `inputs` go to the environment.

    Raises NotebookError, in one line, where a cell fails.
    """
    node = nbformat.read(notebook, as_version=4)
    # A kernel runs in another folder, so that a path is to be whole; the name of a model is no path.
    places = {name: str(Path(given).resolve() if Path(given).exists() else given) for name, given in inputs.items()}
    path = os.pathsep.join(filter(None, [str(ROOT), str(MODELS), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, **places, "PYTHONPATH": path, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    client = NotebookClient(
        node,
        timeout=600,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": notebook.parent}},
    )
    try:
        client.execute(env=environment)
    except CellExecutionError as error:
        cell = next(
            place
            for place, cell in enumerate(node.cells, start=1)
            if any(output.output_type == "error" for output in cell.get("outputs", []))
        )
        reason = " ".join(f"{error.ename}: {error.evalue}".split())
        raise NotebookError(f"{notebook.name}, cell {cell}: {reason}") from error
    return node


def notebook_page(notebook: NotebookNode, here: str, pages: dict[str, str]) -> str:
    """The HTML of an executed notebook: its prose, its code and what the code shows."""
    highlighted = Highlight2HTML(pygments_lexer="python3")
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cells.append(("text", _markdown(cell.source, 0)))
        elif cell.source.strip():
            cells.append(("code", Markup(highlighted(cell.source).strip())))
            cells.extend(("output", shown) for output in cell.outputs if (shown := _shown(output)))
    title = re.search(r"^# (.+)$", "\n".join(cell.source for cell in notebook.cells), re.MULTILINE)
    return _page("notebook.html", here, pages, title[1] if title else pages[here], cells=cells)


def _shown(output: NotebookNode) -> Markup:
    """An output as HTML. What goes to standard error (warnings, progress) is no part of a page."""
    if output.output_type == "stream":
        return Markup("<pre>{}</pre>").format(output.text.rstrip()) if output.name == "stdout" else Markup()
    if "text/html" in output.data:
        return Markup(output.data["text/html"].replace('href="#s-', 'href="index.html#s-'))
    if "text/markdown" in output.data:
        return _markdown(output.data["text/markdown"], 2)
    return Markup("<pre>{}</pre>").format(output.data.get("text/plain", ""))


def _markdown(text: str, deeper: int) -> Markup:
    """Markdown as HTML, any HTML in it as text, its headings `deeper` levels down and its table heads scoped."""
    renderer = IPythonRenderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
    html = MarkdownWithMath(renderer).render(text)
    html = re.sub(r"(</?h)([1-6])", lambda found: f"{found[1]}{min(int(found[2]) + deeper, 6)}", html)
    return Markup(html.replace("<th", '<th scope="col"').replace('<th scope="col"ead', "<thead"))


# Any page ------------------------------------------------------------------------------------------------------------


def _page(template: str, here: str, pages: dict[str, str], title: str, **parts: Any) -> str:
    return TEMPLATES.get_template(template).render(
        title=title, here=here, pages=pages, site="Stakeholder stance: a report", version=stance.__version__, **parts
    )


def _html(shown: Table | pictures.Picture) -> Markup:
    return Markup(shown._repr_html_())


def _day(published: str) -> str:
    """An ISO date in words: '5 July 2017'; a bare year as it is."""
    if not published:
        return "undated"
    try:
        day = date.fromisoformat(published)
    except ValueError:
        return published
    return f"{day.day} {day:%B %Y}"


TEMPLATES.filters["day"] = _day
