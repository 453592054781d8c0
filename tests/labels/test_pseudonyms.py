"""Pseudonyms: nobody's name leaves the folder of labels unless a study says so."""

import json
import shutil

import pytest

from stance.files import InputError
from stance.labels.annotations import read_annotations
from stance.labels.corrections import read_corrections
from stance.labels.pseudonyms import pseudonyms, unnamed
from stance.report.inputs import recorded
from stance.report.pages import write_report
from stance.shipped import ANNOTATIONS, CODEBOOK, DIGESTS
from stance.study import read_study

PEOPLE = {"reader-1": "Zuleika Featherstonehaugh", "reader-2": "quentin.q"}


@pytest.fixture
def study(tmp_path, cheap):
    """The worked case as labelled and corrected by people with names."""
    of = tmp_path / "study"
    (of / "articles").mkdir(parents=True)
    shutil.copytree(CODEBOOK, of / "codebook")
    for path in sorted(DIGESTS.glob("*.md"))[:4]:
        shutil.copy(path, of / "articles")
    (of / "annotations").mkdir()
    for path in ANNOTATIONS.glob("*.*"):
        text = path.read_text(encoding="utf-8")
        for name, person in PEOPLE.items():
            text = text.replace(name, person)
        (of / "annotations" / f"{PEOPLE.get(path.stem, path.stem)}{path.suffix}").write_text(text, encoding="utf-8")
    record = {
        "statement": "a-0-9",
        "field": "speaker",
        "value": "Ada",
        "annotator": "quentin.q",
        "at": "2024-01-05T10:00",
    }
    (of / "corrections").mkdir()
    (of / "corrections" / "quentin.q.jsonl").write_text(json.dumps(record) + "\n{torn by quentin.q\n", encoding="utf-8")
    (of / "study.toml").write_text(
        f'articles = "articles"\ncodebook = "codebook"\nannotations = "annotations"\nmodel = {json.dumps(str(cheap))}\n'
    )
    return read_study(of)


def test_each_annotator_has_a_number_in_the_order_of_names(study):
    assert pseudonyms(study) == {"Zuleika Featherstonehaugh": "annotator 1", "quentin.q": "annotator 2"}


def test_a_named_one_in_a_file_of_another_name_has_one_too(study):
    path = study.annotations / "quentin.q.jsonl"
    path.rename(study.annotations / "tablet 3.jsonl")
    assert set(pseudonyms(study)) == {*PEOPLE.values(), "tablet 3"}


def test_labels_and_corrections_are_the_same_but_for_the_names(study, tmp_path):
    other = unnamed(study, tmp_path)
    names = pseudonyms(study) | {"adjudicated": "adjudicated"}
    for read in (lambda of: read_annotations(of.annotations)[0], lambda of: read_corrections(of.corrections)[0]):
        was, now = read(study), read(other)
        assert sorted((one.statement, names[one.annotator], one.at) for one in was) == sorted(
            (one.statement, one.annotator, one.at) for one in now
        )
    assert len(read_corrections(other.corrections)[1]) == 1  # the torn line is still one


def test_a_report_names_nobody_unless_it_is_asked(study, tmp_path):
    write_report(out=tmp_path / "report", study=study, notebooks=False)
    pages = {path.name: path.read_bytes() for path in (tmp_path / "report").iterdir() if path.suffix != ".xlsx"}
    assert b"annotator 1" in pages["index.html"] and b"annotator 2" in pages["statements.csv"]
    assert not [name for name, page in pages.items() for person in PEOPLE.values() if person.encode() in page]
    (study.folder / "study.toml").open("a").write("names = true\n")
    write_report(out=tmp_path / "report", study=read_study(study.folder), notebooks=False)
    assert b"quentin.q" in (tmp_path / "report" / "index.html").read_bytes()


def test_the_record_of_a_report_names_nobody(study):
    record = recorded(study)
    assert {"annotator 1.jsonl", "annotator 2.jsonl", "adjudicated.jsonl"} <= set(record["annotations"])
    assert list(record["corrections"]) == ["annotator 2.jsonl"]


def test_names_is_yes_or_no(study):
    (study.folder / "study.toml").open("a").write('names = "yes"\n')
    with pytest.raises(InputError, match="names: true or false"):
        read_study(study.folder)
