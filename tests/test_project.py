"""The project around the package: versions, dependencies, notices, and that no press article is copied into it."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import stance

ROOT = Path(__file__).parents[1]
ARTICLES = ROOT.parent / "shared" / "articles"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = dict(pin.split("==") for pin in PROJECT["dependencies"])
NAMES = {
    "scikit-learn": "sklearn",
    "charset-normalizer": "charset_normalizer",
    "python-docx": "docx",
}  # what is imported under another name
NOT_IMPORTED = {"jupyterlab", "lxml-html-clean"}  # decision 1 says who needs them
OPTIONAL = {"distributed", "openvino"}  # the extras
TEXT = (".py", ".md", ".txt", ".ipynb", ".json", ".jsonl", ".csv", ".yml", ".yaml", ".toml", ".html", ".css", ".cff")
RUN = 12  # words in a row that count as copied
QUOTED = 5  # words of a quoted fragment at most


def tracked(*endings):
    """The text files that git tracks or would add, by their endings."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git repository, so which files are the project's cannot be told")
    return [ROOT / name for name in names if name.endswith(endings) and (ROOT / name).is_file()]


# Versions and dependencies -------------------------------------------------------------------------------------------


def test_every_dependency_is_pinned():
    assert all(re.fullmatch(r"[\w-]+==[\w.]+", pin) for pin in PROJECT["dependencies"])
    for pins in PROJECT["optional-dependencies"].values():
        assert all(re.fullmatch(r"[\w-]+==[\w.]+", pin) for pin in pins)


def test_conda_users_get_the_same_versions():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert "- -c requirements.lock" in text
    assert re.findall(r"^ +- (\S+==\S+)$", text, re.MULTILINE) == PROJECT["dependencies"]
    assert f"python{PROJECT['requires-python']}" in text


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def stood_on(*names):
    """The distributions that `names` stand on in this environment, with their versions, themselves among them."""
    asked, found = [Requirement(name) for name in names], {}
    while asked:
        one = asked.pop()
        known = found.setdefault(canonical(one.name), {"version": distribution(one.name).version, "extras": set()})
        for extra in ({""} | one.extras) - known["extras"]:
            known["extras"].add(extra)
            needed = map(Requirement, distribution(one.name).requires or [])
            asked += [need for need in needed if not need.marker or need.marker.evaluate({"extra": extra})]
    return {name: known["version"].split("+")[0] for name, known in found.items()}


def test_the_lock_file_names_every_package_that_ours_stand_on():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {canonical(name): version for name, version in re.findall(r"^(\S+)==(\S+)$", text, re.MULTILINE)}
    extras = PROJECT["optional-dependencies"].values()
    pins = [pin.split("==") for pin in [*PROJECT["dependencies"], *(pin for extra in extras for pin in extra)]]
    assert {name: locked.get(canonical(name)) for name, _ in pins} == dict(pins)
    assert stood_on(*(name for name, _ in pins)).items() <= locked.items()
    assert not re.search(r"@|//|\+|\s-", text.split("\n", 1)[1])  # no address, no build of one machine


def test_what_is_imported_is_depended_upon_and_the_other_way_round():
    found = set()
    for path in (ROOT / "stance").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    declared = {NAMES.get(name, name) for name in PINS}
    assert found - set(sys.stdlib_module_names) - {"stance"} - OPTIONAL == declared - NOT_IMPORTED


def test_one_version_everywhere():
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert (stance.__version__, cited[1], newest[1]) == (PROJECT["version"],) * 3


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_is_half_a_page_in_four_parts(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Rejected", "Consequence"]
    assert len(text.split()) <= 450


def test_the_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1)) != []


def test_the_decisions_name_every_dependency():
    text = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text(encoding="utf-8")
    assert [name for name in PINS if f"`{name}`" not in text] == []


# No article is copied ------------------------------------------------------------------------------------------------


def words(text):
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).split()


def runs(text):
    said = words(text)
    return {" ".join(said[at : at + RUN]) for at in range(len(said) - RUN + 1)}


def test_a_run_of_twelve_words_is_noticed_whatever_the_marks():
    sentence = "One two three, four five: six seven eight nine ten eleven twelve"
    assert runs(sentence + " thirteen") & runs(f"Said he: ‘{sentence.upper()}’.") == {" ".join(words(sentence))}
    assert not runs(sentence) & runs(sentence.replace("six", "6"))


def test_no_file_holds_twelve_words_in_a_row_of_a_press_article():
    pages = sorted(ARTICLES.glob("*.txt"))
    if not pages:
        pytest.skip(f"no articles at {ARTICLES} to compare with, and none may be in the repository")
    of_the_press = set().union(*(runs(page.read_text(encoding="utf-8", errors="replace")) for page in pages))
    copied = {path.name: runs(path.read_text(encoding="utf-8")) & of_the_press for path in tracked(*TEXT)}
    assert {name for name, common in copied.items() if common} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "articles").glob("*.md")), ids=lambda path: path.stem)
def test_a_digest_quotes_five_words_at_most(path):
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    # Between two letters ’ and ' are apostrophes, and do not close.
    marks = r"“([^“”]+)”", r'"([^"]+)"', r"(?<!\w)‘((?:[^‘’]|’(?=\w))+)’(?!\w)", r"(?<!\w)'((?:[^']|'(?=\w))+)'(?!\w)"
    quoted = [fragment for pair in marks for fragment in re.findall(pair, body)]
    assert [fragment for fragment in quoted if len(fragment.split()) > QUOTED] == []


def test_the_digests_do_quote():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "data" / "articles").glob("*.md"))
    assert len(re.findall('[“‘"]', text)) > 20


# What must not be in it ----------------------------------------------------------------------------------------------


def test_no_path_of_one_machine_and_nothing_by_pickle():
    for path in tracked(".py", ".md", ".ipynb", ".toml", ".yml", ".yaml", "Makefile", "run"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.~-])/(?:home|root|Users|work)/\w", text), path
        if path.parent.name == "stance":
            assert not re.search(r"\b(?:pickle|joblib|dill)\b|torch\.load\(", text), path


def test_files_are_small_enough_for_git():
    """But for weights, which tests/recipes measures, and the two corpora, five million bytes of statements."""
    large = ROOT / "models", ROOT / "data" / "contrast", ROOT / "data" / "debates"
    sizes = {path: path.stat().st_size for path in tracked("") if not any(path.is_relative_to(one) for one in large)}
    assert {path.name for path, size in sizes.items() if size > 1_000_000} == set()


def test_notebooks_are_read_as_json():
    for path in tracked(".ipynb"):
        assert json.loads(path.read_text(encoding="utf-8"))["nbformat"] == 4


# What the data card says ---------------------------------------------------------------------------------------------


def test_two_passes_over_the_press_articles_agree_as_the_data_card_says():
    folder = ROOT / "data" / "annotations"
    first, second = (
        {row["statement"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
        for path in (folder / "statements.jsonl", folder / "second-pass" / "statements.jsonl")
    )
    assert len(first) == 56 and first.keys() < second.keys()
    assert [row["kind"] for name, row in second.items() if name not in first] == ["indirect"] * 3
    for name, row in first.items():
        same = ("kind", "organisation", "stakeholders")
        assert [row[field] for field in same] == [second[name][field] for field in same]
        assert row["speaker"].lower().removeprefix("the ") == second[name]["speaker"].lower().removeprefix("the ")
