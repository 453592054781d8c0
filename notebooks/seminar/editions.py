"""Editions of the seminar, from the notebooks in this folder: `make seminar` writes them to build/seminar.

`python notebooks/seminar/editions.py answers` asks the network that ships once more about cases.csv, and `... class
FOLDER` writes twenty-five students' files to try with.
"""

import json
import re
import shutil
import sys
import tomllib
from itertools import zip_longest
from pathlib import Path

import nbformat
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbclient import NotebookClient
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from stance.codebook import STANCES, read_codebook
from stance.shipped import CODEBOOK, DEBATES, PACKAGE, ROOT, TEMPLATES
from stance.tables import write_text

import exercises  # beside this file, in no package

NOTEBOOKS = sorted(HERE.glob("[1-4]_*.ipynb"))
DATA = ("exercises.py", "exercises.toml", "cases.csv", "answers.csv")
# What the exercises need of the suite's dependencies: a network is in none of them.
LIGHT = ("jinja2", "jupyterlab", "markupsafe", "matplotlib", "nbconvert", "numpy", "pandas", "pyarrow", "scikit-learn",
         "scipy", "threadpoolctl", "tqdm")  # fmt: skip
SOLUTION = re.compile(r"^### BEGIN SOLUTION\n(.*?)^### END SOLUTION\n?", re.MULTILINE | re.DOTALL)
SCHEME = re.compile(r"\n*^=== BEGIN MARK SCHEME ===\n(.*?)^=== END MARK SCHEME ===\n?", re.MULTILINE | re.DOTALL)
TURN = ("3a", "3c", "4b")  # on paper what follows these gives an answer away: it stands on the next page
STUB = "# Your answer: write it in the lines above.\n"
PAGES = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                    lstrip_blocks=True)  # fmt: skip


# Versions of the notebooks ------------------------------------------------------------------------------------------


def students(notebook: NotebookNode) -> NotebookNode:
    """The notebook without its answers and its notes for the lecturer, as nbgrader makes it."""
    made = nbformat.from_dict(notebook)
    for cell in made.cells:
        cell.source = SCHEME.sub("", SOLUTION.sub(STUB, cell.source)).rstrip()
    return made


def lecturers(notebook: NotebookNode) -> NotebookNode:
    """The notebook with answers and notes, the marks left in, and each worked answer in words behind its check."""
    made = nbformat.from_dict(notebook)
    cells = []
    for cell in made.cells:
        scheme = SCHEME.search(cell.source)
        cells.append(cell)
        if scheme:
            cell.source = SCHEME.sub("", cell.source)
            cells.append(_words(f"notes-{cell.id}", scheme[1].strip()))
        elif (question := asked(cell, "check")) and not question.startswith("2c"):
            cells.append(_words(f"worked-{question}", f"**Worked answer {question}.** {exercises.worked(question)}"))
    made.cells = cells
    return made


def _words(identifier: str, text: str) -> NotebookNode:
    cell = nbformat.v4.new_markdown_cell(text)
    cell.id = identifier
    return cell


def asked(cell: NotebookNode, part: str) -> str:
    """The question that a cell is the `answer` or the `check` of, or nothing."""
    kind, _, question = cell.metadata.get("nbgrader", {}).get("grade_id", "").partition("-")
    return question if kind == part else ""


def run(notebook: NotebookNode, folder: Path, allow_errors: bool = False) -> NotebookNode:
    """The notebook with the outputs of a fresh kernel in `folder`."""
    places = {"metadata": {"path": folder}}
    quiet = ["--log-level=ERROR"]
    NotebookClient(notebook, timeout=120, allow_errors=allow_errors, resources=places, extra_arguments=quiet).execute()
    return notebook


# Pages --------------------------------------------------------------------------------------------------------------


def rendered(text: str) -> Markup:
    """Markdown as HTML, any HTML in it as text, its table heads scoped."""
    html = MarkdownWithMath(IPythonRenderer(escape=True, exclude_anchor_links=True)).render(text)
    return Markup(html.replace("<th>", '<th scope="col">'))


def steps(notebook: NotebookNode) -> list[dict[str, str]]:
    """What a page shows of a notebook that was run, in order: kind (text, hint, shown, question, save, notes) and html,
    or for a question its name. Code, checks and what follows from the reader's own answer are left out.
    """
    found = []
    for cell, after in zip_longest(notebook.cells, notebook.cells[1:]):
        if cell.cell_type == "markdown" and after and asked(after, "check"):
            continue  # it leads to the check, which on a page stands beside the answer
        if cell.cell_type == "markdown":
            scheme = SCHEME.search(cell.source)
            kind = "hint" if cell.source.startswith("**Hint.**") else "text"
            found.append({"kind": kind, "html": rendered(SCHEME.sub("", cell.source).removeprefix("**Hint.** "))})
            if scheme:
                found.append({"kind": "notes", "html": rendered(scheme[1])})
        elif question := asked(cell, "answer"):
            found.append({"kind": "save"} if question == "name" else {"kind": "question", "question": question})
        else:
            found += [{"kind": "shown", "html": Markup(output.data["text/html"])} for output in cell.outputs
                      if "text/html" in output.get("data", {})]  # fmt: skip
    return found


def questions() -> dict[str, dict]:
    """What the page in the browser knows of each question: how it is asked, what is right, and the sentences."""
    made = {}
    for name, says in exercises.SENTENCES.items():
        one = {key: value for key, value in says.items() if key not in ("answers", "mistakes")}
        if name == "3b":
            texts = exercises.cases("alone")["text"].tolist()
            made[name] = one | {"kind": "words", "taken": texts}
            continue
        if "digits" in says:
            right, mistakes = exercises.figures_wanted(name)
            close = [[value, says["mistakes"][key]] for key, value in mistakes.items()]
            made[name] = one | {"kind": "figure", "wanted": right, "mistakes": close}
        else:
            wanted, why = exercises.labels_wanted(name)
            options = says.get("options", list(STANCES))
            made[name] = one | {"kind": "labels", "wanted": wanted, "why": why, "options": options,
                                "allowed": exercises.allowed(name), "items": _items(name, len(wanted))}  # fmt: skip
        made[name]["worked"] = exercises.worked(name)
    return made


def _items(question: str, number: int) -> list[str]:
    """What stands before each field of a question about labels."""
    if question in ("3a", "3c"):
        of = exercises.cases("alone" if question == "3a" else "article")
        return [f"Case {case}: {text}" for case, text in zip(of["case"], of["text"], strict=True)]
    given = {"1c": (3, 7, 8), "2d": (18, 28, 27), "4d": ()}.get(question, range(1, number + 1))
    words = exercises.statements()["text"]
    return [f"Statement {place}: {words[place]}" for place in given] or ["The share to publish"]


def known() -> dict:
    """All that the page in the browser works with: questions, the classifier's weights, the statements of a file."""
    words, model = exercises.classifier()
    first = exercises.statements().iloc[:10]
    weights = {"classes": model.classes_.tolist(), "start": model.intercept_.tolist(), "words": {
        word: [idf, *weights] for word, idf, *weights in zip(
            words.get_feature_names_out(), words.idf_.round(4).tolist(), *model.coef_.round(4).tolist(), strict=True)
    }}  # fmt: skip
    return {
        "questions": questions(),
        "classifier": weights,
        "statements": first["statement"].tolist(),
        "codebook": read_codebook().version,
    }


def page(template: str, **parts: object) -> str:
    """The HTML of one of the templates beside this file, in the style of the reports."""
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    own = Markup((HERE / "seminar.css").read_text(encoding="utf-8"))
    return PAGES.get_template(template).render(style=style + own, **parts)


def handout() -> str:
    """The two pages that every student holds: question and rules, targets, key terms."""
    book = read_codebook()
    rules = book.rules.partition("## The question")[2]
    terms = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition("\n\n")[2]
    return page("handout.html", codebook=book, rules=rendered("## The question" + rules), terms=rendered(terms))


def plan() -> str:
    """The lecturer's plan with its minutes."""
    text = (HERE / "plan.md").read_text(encoding="utf-8")
    return page("sheet.html", title="A seminar of ninety minutes: the lecturer's plan", html=rendered(text))


# Everything ---------------------------------------------------------------------------------------------------------


def build(out: Path) -> None:
    """Write students', lecturer's, browser and paper versions to the folder `out`, in the place of what is there."""
    shutil.rmtree(out, ignore_errors=True)
    sources = [nbformat.read(path, as_version=4) for path in NOTEBOOKS]
    for name, version in (("students", students), ("lecturer", lecturers)):
        suite(out / name)
        for path, notebook in zip(NOTEBOOKS, sources, strict=True):
            nbformat.write(version(notebook), out / name / path.name)
        write_text(handout(), out / name / "handout.html")
    write_text(plan(), out / "lecturer" / "plan.html")
    source = out / "lecturer" / "nbgrader" / "source" / "seminar"
    shutil.copytree(out / "students", source, ignore=shutil.ignore_patterns("*.ipynb"))
    for path in NOTEBOOKS:
        shutil.copy(path, source)
    parts = [(path.stem, steps(run(nbformat.from_dict(notebook), out / "lecturer")))
             for path, notebook in zip(NOTEBOOKS, sources, strict=True)]  # fmt: skip
    shutil.rmtree(out / "lecturer" / "labels", ignore_errors=True)  # what running the notebooks has kept
    data = Markup(json.dumps(known(), ensure_ascii=False).replace("<", "\\u003c"))
    script = Markup((HERE / "page.js").read_text(encoding="utf-8"))
    write_text(page("page.html", parts=parts, data=data, script=script), out / "browser" / "index.html")
    for name, answers in (("exercises", False), ("answers", True)):
        write_text(
            page("paper.html", parts=parts, questions=questions(), turn=TURN, answers=answers),
            out / "paper" / f"{name}.html",
        )
    shutil.copy(out / "students" / "handout.html", out / "paper")


def suite(folder: Path) -> None:
    """Write to `folder` what the notebooks stand on, so that it can be copied to a laptop, or published for Binder, as
    it is: the package without models, the codebook, the debates that are used, and a class to try with.
    """
    shutil.copytree(PACKAGE, folder / "stance", ignore=shutil.ignore_patterns("__pycache__", "_shipped"))
    shutil.copytree(CODEBOOK, folder / "data" / "codebook")
    debates = {one["id"]: one for one in map(json.loads, (DEBATES / "articles.jsonl").read_text("utf-8").splitlines())}
    kept = [json.dumps(debates[name], ensure_ascii=False) for name in exercises.corpus()["debate"].unique()]
    write_text("\n".join(kept) + "\n", folder / "data" / "debates" / "articles.jsonl")
    shutil.copy(DEBATES / "settled.jsonl", folder / "data" / "debates")
    for name in DATA:
        shutil.copy(HERE / name, folder)
    exercises.write_class(folder / "class")
    write_text("\n".join(light()) + "\n", folder / "requirements.txt")
    shutil.copy(HERE / "START.md", folder)


def light() -> list[str]:
    """The pinned dependencies that the exercises need."""
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return [pin for pin in pins if pin.partition("==")[0] in LIGHT]


def ask() -> None:
    """Write answers.csv: what the network that ships says of each case, alone and in its article."""
    from stance.classifiers.predictions import classified
    from stance.classifiers.saved import load

    table = pd.read_csv(HERE / "cases.csv", keep_default_na=False)
    target = next(one.description for one in read_codebook().targets if one.target == "targets")
    readings = {"alone": table.assign(headline="", context=""), "in_article": table[table["part"] == "article"]}
    model, said = load(), []
    for name, rows in readings.items():
        asked_of = rows[["text", "headline", "context"]].assign(target=target)
        said.append(rows[["part", "case"]].assign(reading=name).join(classified(model, asked_of)))
    pd.concat(said).round(4).to_csv(HERE / "answers.csv", index=False)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            build(ROOT / "build" / "seminar")
        case ["answers"]:
            ask()
        case ["class", folder]:
            exercises.write_class(folder)
        case _:
            sys.exit(__doc__)
