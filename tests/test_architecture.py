"""The order of the modules: each stands only on those before it, and the first import of the package is light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

STANCE = Path(__file__).parents[1] / "stance"
ORDER = [
    "records", "stories", "articles", "codebook", "estimates", "measures",
    "cues", "mentions", "quotations", "sentences", "clauses", "speakers", "statements", "stakeholders", "scores",
    "annotations", "classifiers", "finetuned", "models", "corpora", "evaluation", "recipes",
    "comparison", "contrasts", "pictures", "charts", "figures", "transcripts", "inputs", "report",
    "queues", "sessions", "handouts", "exchange", "annotator",
    "bench", "cli",
]  # fmt: skip
EDGES = {"annotator", "bench", "cli"}  # what people run; nothing else stands on them
VAGUE = {"utils", "util", "helpers", "core", "pipeline", "common", "misc", "base"}


def imported(path):
    """The modules of the package that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.removeprefix("stance.") for name in node.names if name.name.startswith("stance.")}
        elif isinstance(node, ast.ImportFrom) and node.module == "stance":
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stance."):
            found.add(node.module.removeprefix("stance."))
        elif isinstance(node, ast.ImportFrom) and node.level:
            pytest.fail(f"{path.name}: imports name the whole module, so that this test can read them")
    return found


def test_the_order_names_every_module():
    assert sorted(ORDER) == sorted(path.stem for path in STANCE.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", ORDER)
def test_imports_run_only_downward(name):
    below = ORDER[: ORDER.index(name)]
    assert imported(STANCE / f"{name}.py") - set(below) == set()


def test_nothing_stands_on_the_edges():
    for name in set(ORDER) - EDGES:
        assert imported(STANCE / f"{name}.py").isdisjoint(EDGES)


def test_the_package_itself_imports_no_module():
    assert imported(STANCE / "__init__.py") == set()


@pytest.mark.parametrize("name", ORDER)
def test_a_module_is_short_and_says_what_it_produces(name):
    text = (STANCE / f"{name}.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 500
    assert name not in VAGUE
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("code, unwanted", [
    ("import stance", "pandas numpy sklearn torch transformers ipywidgets matplotlib"),
    ("import stance.articles, stance.stakeholders", "sklearn torch transformers trafilatura matplotlib"),
    ("import stance.models", "torch transformers trafilatura matplotlib"),
])  # fmt: skip
def test_an_import_loads_nothing_that_it_does_not_need(code, unwanted):
    told = f"import sys; {code}; print([name for name in {unwanted.split()!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout == "[]\n"
