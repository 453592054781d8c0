"""The licences of all that the lock names are listed, and none forbids what we do."""

from pathlib import Path

from recipes.corpora import CORPORA
from recipes.licences import COMPATIBLE, locked, rows

LISTED = (Path(__file__).parents[2] / "docs" / "licences.md").read_text(encoding="utf-8")
FOR_TESTS_ONLY = {"krippendorff"}  # no part of what is installed or passed on


def test_the_list_names_every_package_of_the_lock():
    """If this fails: python -m recipes.licences, into docs/licences.md."""
    listed = {tuple(line.strip("| ").split(" | ")[:2]) for line in LISTED.splitlines() if line.count(" | ") == 2}
    assert listed >= set(locked().items())


def test_every_licence_lets_us_do_what_we_do():
    strict = {name for name, _, licence in rows() if not COMPATIBLE.search(licence)}
    assert strict == FOR_TESTS_ONLY


def test_the_corpora_that_the_models_learned_from_are_listed():
    assert all(f"| {description} | {licence} |" in LISTED for description, licence in CORPORA.values())
