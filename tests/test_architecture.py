"""The order of the rooms, and of the modules in each: all stand only on what is before them, and imports are light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

STANCE = Path(__file__).parents[1] / "stance"
ROOMS = {
    "": ["shipped", "files", "tables", "codebook", "study", "parts"],
    "articles": ["dates", "stories", "markup", "formats", "bundles", "copies", "reading"],
    "statements": [
        "lexicon", "cues", "mentions", "quotations", "sentences", "verbs", "clauses", "reports", "quoted", "bodies",
        "people", "speakers", "attributions", "finding", "stakeholders",
    ],
    "labels": [
        "annotations", "agreement", "classes", "standoff", "corrections", "pseudonyms", "queues", "sessions",
        "handouts", "exchange", "dna", "annotator",
    ],
    "classifiers": [
        "estimators", "precisions", "runs", "networks", "saved", "answers", "predictions", "reasons", "adaptation",
    ],
    "comparison": [
        "estimates", "scores", "words", "comparisons", "shares", "positions", "contrasts", "hinges", "findings",
        "networks", "results", "effort",
    ],
    "report": [
        "exhibits", "share_pictures", "contrast_pictures", "score_pictures", "network_pictures", "numbers",
        "transcripts", "documents", "inputs", "notebooks", "pages",
    ],
}  # fmt: skip
LAST = ["steps", "options", "cli_labels", "cli"]
ORDER = [f"{room}.{name}".strip(".") for room, names in ROOMS.items() for name in names] + LAST
EDGES = {"labels.annotator", "cli"}  # what people run; nothing else stands on them
VAGUE = {"utils", "util", "helpers", "core", "pipeline", "common", "misc", "base"}
LONGEST, LARGEST = 450, 200  # lines of a module, of a class
WHOLE = 14_530  # lines of the package today; the plan is 6,900


def path_of(name):
    return STANCE / f"{name.replace('.', '/')}.py"


def imported(path):
    """The modules of the package that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name.startswith("stance.")}
        elif isinstance(node, ast.ImportFrom) and node.level:
            pytest.fail(f"{path.name}: imports name the whole module, so that this test can read them")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "stance":
            inner = [f"{node.module}.{name.name}" for name in node.names]
            found |= {one if path_of(one.removeprefix("stance.")).exists() else node.module for one in inner}
    return {name.removeprefix("stance.") for name in found} - {"stance"}


def test_the_order_names_every_module():
    there = {path.relative_to(STANCE).with_suffix("").as_posix().replace("/", ".") for path in STANCE.rglob("*.py")}
    assert sorted(ORDER) == sorted(name for name in there if not name.endswith("__init__"))


@pytest.mark.parametrize("name", ORDER)
def test_imports_run_only_downward(name):
    below = ORDER[: ORDER.index(name)]
    assert imported(path_of(name)) - set(below) == set()


def test_nothing_stands_on_the_edges_or_on_the_recipes():
    for name in set(ORDER) - EDGES:
        assert imported(path_of(name)).isdisjoint(EDGES)
        assert "recipes" not in path_of(name).read_text(encoding="utf-8").split("import", 1)[0]


@pytest.mark.parametrize("room", [room for room in ROOMS if room])
def test_a_room_itself_imports_nothing(room):
    assert imported(STANCE / room / "__init__.py") == set()


@pytest.mark.parametrize("name", ORDER)
def test_a_module_is_short_and_says_what_it_produces(name):
    text = path_of(name).read_text(encoding="utf-8")
    tree = ast.parse(text)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert len(text.splitlines()) <= LONGEST
    assert [one.name for one in classes if one.end_lineno - one.lineno >= LARGEST] == []
    assert not VAGUE.intersection(name.split("."))
    assert ast.get_docstring(tree)


def test_the_package_is_small():
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in STANCE.rglob("*.py")) <= WHOLE


@pytest.mark.parametrize("code, unwanted", [
    ("import stance", "pandas numpy sklearn torch transformers ipywidgets matplotlib"),
    ("import stance.articles.reading, stance.statements.stakeholders",
     "sklearn torch transformers trafilatura matplotlib"),
    ("import stance.classifiers.saved, stance.steps", "torch transformers trafilatura matplotlib"),
    ("import stance.report.exhibits", "torch transformers trafilatura"),
])  # fmt: skip
def test_an_import_loads_nothing_that_it_does_not_need(code, unwanted):
    told = f"import sys; {code}; print([name for name in {unwanted.split()!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout == "[]\n"
