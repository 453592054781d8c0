"""The report: a page for the comparison and a page for each notebook, executed over the same articles.

Pages hold no script and load nothing. The same inputs give the same bytes: nothing in a page depends on the time, the
place of a folder or the machine.
"""

import os
import re
from contextlib import ExitStack
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
from stance import pictures
from stance.annotations import ANNOTATIONS, agreement
from stance.codebook import CODEBOOK
from stance.comparison import Comparison, compare, counted, lowered, percent
from stance.estimates import FEW, RESAMPLES, SEED
from stance.inputs import NOTEBOOKS, PAGES, RECORD, ROOT, VERSIONS, recorded, sha256_of, text_of, total, versions
from stance.models import DEFAULT
from stance.pictures import TEMPLATES, VERBS, Table
from stance.records import Skipped, written_whole

CONTENTS = {
    "stances": "Who supports, who opposes",
    "timeline": "Positions over the years",
    "findings": "Findings",
    "statements": "The statements",
    "articles": "The articles",
    "classifier": "How far labels and model can be trusted",
    "method": "Method",
    "again": "Making this report again",
}
AGREEMENT = ["target", "statements", "agreement", "alpha", "alpha_low", "alpha_high", "kappa"]
KINDS = {"direct": "quoted", "fragment": "quoted in part", "indirect": "reported"}


class NotebookError(RuntimeError):
    """A cell of a notebook failed. `str(error)` is one line: the notebook, the cell and what went wrong."""


def write_report(
    articles: str | Path,
    out: str | Path,
    codebook: str | Path = CODEBOOK,
    annotations: str | Path = ANNOTATIONS,
    model: str | Path = DEFAULT,
) -> list[Skipped]:
    """What was left out, after index.html and a page for each notebook are written to the folder `out`, all or none.

    So is inputs.json, which holds what they were made from and their own hashes (see `inputs`).
    Raises InputError for input that cannot be used and NotebookError where a notebook fails.
    """
    pages = {f"{notebook.stem}.html": notebook.stem[2:].capitalize() for notebook in NOTEBOOKS}
    pages = {"index.html": "Report", **pages}
    inputs = {"STANCE_ARTICLES": articles, "STANCE_CODEBOOK": codebook, "STANCE_ANNOTATIONS": annotations,
              "STANCE_MODEL": model}
    with ExitStack() as stack:
        beside = {name: stack.enter_context(written_whole(Path(out) / name)) for name in (*pages, RECORD)}
        names = ["reading and comparing", *(notebook.stem for notebook in NOTEBOOKS)]
        steps = iter(tqdm(names, "report", unit="step", leave=False, disable=None))  # None: shown on a terminal only
        next(steps)
        comparison = compare(articles, codebook, annotations, model)
        record = recorded(articles, codebook, annotations, model)
        hashes = {part: total(files) for part, files in record.items() if part != VERSIONS}
        beside["index.html"].write_text(index_page(comparison, hashes, pages), encoding="utf-8")
        for notebook, name in zip(NOTEBOOKS, list(pages)[1:], strict=True):
            next(steps)
            beside[name].write_text(notebook_page(executed(notebook, inputs), name, pages), encoding="utf-8")
        next(steps, None)
        made = {PAGES: {name: sha256_of(path) for name, path in beside.items() if name != RECORD}}
        beside[RECORD].write_text(text_of(record | made), encoding="utf-8")
    return list(comparison.skipped)


# The page of the comparison ------------------------------------------------------------------------------------------


def index_page(comparison: Comparison, hashes: dict[str, str], pages: dict[str, str]) -> str:
    """The HTML of the comparison: its pictures, its findings, and under each the statements that it counts."""
    targets = [lowered(target.name) for target in comparison.codebook.targets]
    question = f"Who supports, and who opposes, {', '.join(targets[:-1])}{' and ' * (len(targets) > 1)}{targets[-1]}?"
    spoke = len(comparison.codebook.stakeholders) - len(comparison.silent)
    years = [year for year in comparison.years if year.isdigit()]
    undated = sum(not article.published for article in comparison.articles)
    span = f"{years[0]} to {years[-1]}" if len(years) > 1 else f"in {''.join(years)}"
    published = f", published {span}" if years else ""
    published += f" ({undated} without a date)" if undated else ""
    lede = (f"{counted(len(comparison.statements), 'statement')} in {counted(len(comparison.articles), 'article')}"
            f"{published}; {counted(spoke, 'stakeholder')} of the codebook heard. Every count leads to its statements.")
    unmatched = (f"{counted(comparison.unmatched, 'statement')} by speakers who are no stakeholder of the codebook: "
                 "not drawn, but listed at the end of the statements.")
    agreed = agreement(comparison.annotations, {article.article: article.group for article in comparison.articles})
    numbers = pd.Series([said.article for said in comparison.statements]).value_counts()
    return _page(
        "index.html", "index.html", pages, question,
        comparison=comparison, question=question, lede=lede, contents=CONTENTS, unmatched=unmatched,
        stances=_html(pictures.stances(comparison)), timeline=_html(pictures.timeline(comparison)),
        card=_html(Table(comparison.card_table, "The model on the tests of its card")),
        agreed=_html(Table(agreed[AGREEMENT], "Statements that two annotators labelled, and how well they agree")),
        scores=_html(Table(comparison.score_table, "The model against the labels here")),
        confusion=_html(pictures.confusion(comparison)), evidence=evidence(comparison), verbs=VERBS, kinds=KINDS,
        articles=[(article, int(numbers.get(article.article, 0))) for article in comparison.articles],
        model=comparison.model, counted=counted, percent=percent, seed=SEED, resamples=f"{RESAMPLES:,}", few=FEW,
        hashes=_html(Table(pd.DataFrame(hashes.items(), columns=["Input", "sha256"]), "Inputs")),
        versions=_html(Table(pd.DataFrame(versions().items(), columns=["Software", "Version"]), "Versions")),
    )


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
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, **places, "PYTHONPATH": path, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    client = NotebookClient(node, timeout=600, kernel_name="python3", extra_arguments=["--log-level=ERROR"],
                            resources={"metadata": {"path": notebook.parent}})
    try:
        client.execute(env=environment)
    except CellExecutionError as error:
        cell = next(place for place, cell in enumerate(node.cells, start=1)
                    if any(output.output_type == "error" for output in cell.get("outputs", [])))
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
