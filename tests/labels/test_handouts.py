import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from stance.codebook import STANCES, Example, read_codebook
from stance.files import InputError
from stance.labels.handouts import handout, leaf
from stance.shipped import CODEBOOK

PAGE = Path(__file__).parents[2] / "docs" / "codebook.html"


def test_each_label_of_each_target_has_two_clear_and_two_borderline_examples():
    codebook = read_codebook()
    for target in codebook.targets:
        for stance in STANCES:
            kinds = [one.kind for one in codebook.examples if (one.target, one.stance) == (target.target, stance)]
            assert sorted(kinds) == ["borderline"] * 2 + ["clear"] * 2


def test_the_page_that_is_handed_out_is_the_codebook_of_today():
    """If this fails: stance codebook -o docs/codebook.html."""
    assert str(leaf(read_codebook())) in PAGE.read_text(encoding="utf-8")


def test_the_page_holds_every_rule_and_example_and_loads_nothing():
    codebook = read_codebook()
    page = handout(codebook)
    assert page.count("<li><q>") == len(codebook.examples) == 24
    assert page.count("<h1") == 1
    assert "Rules for the hard cases" in page
    for word in ("<script", "http:", "https:", "url("):
        assert word not in page


def test_what_somebody_writes_into_a_codebook_is_text_on_the_page():
    harm = "<script>alert(1)</script>"
    codebook = read_codebook()
    examples = (Example("targets", "support", "clear", harm, harm),)
    targets = tuple(replace(target, name=harm) for target in codebook.targets)
    assert "<script" not in handout(replace(codebook, rules=f"# R\n\n{harm}\n", examples=examples, targets=targets))


def test_headings_go_down_as_told():
    assert "<h3" in leaf(read_codebook(), deeper=2)
    assert "<h1" not in leaf(read_codebook(), deeper=2)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(CODEBOOK, tmp_path / "codebook")


def test_a_codebook_needs_no_examples(folder):
    (folder / "examples.csv").unlink()
    assert read_codebook(folder).examples == ()
    assert "examples" not in leaf(read_codebook(folder)).split("Target:")[1]


@pytest.mark.parametrize(
    "row, message",
    [
        ("trams,support,clear,Yes,why", r"examples\.csv: target: one of targets, integration for 'Yes', not 'trams'"),
        ("targets,for,clear,Yes,why", r"examples\.csv: stance: one of support, oppose, none for 'Yes', not 'for'"),
        ("targets,none,odd,Yes,why", r"examples\.csv: kind: one of clear, borderline for 'Yes', not 'odd'"),
    ],
)
def test_an_example_of_nothing_is_refused(folder, row, message):
    (folder / "examples.csv").write_text(f"target,stance,kind,text,why\n{row}\n")
    with pytest.raises(InputError, match=message):
        read_codebook(folder)
