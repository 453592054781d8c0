"""The codebook: the shipped one is whole, and what is wrong in one is said by file and field."""

import shutil

import pytest

from stance.codebook import STANCES, Person, Target, read_codebook
from stance.files import InputError
from stance.shipped import CODEBOOK

PEOPLE = "person,stakeholder,role,start,end,aliases\n"
STAKEHOLDERS = "stakeholder,name,kind,aliases\nforum,Bus Operators Forum,trade body,BOF; the Forum\n"
TARGETS = "target,name,description\nbuses,Free buses,free travel on buses\n"


@pytest.fixture
def folder(tmp_path):
    """A small codebook without fault."""
    (tmp_path / "targets.csv").write_text(TARGETS)
    (tmp_path / "stakeholders.csv").write_text(STAKEHOLDERS)
    (tmp_path / "people.csv").write_text(PEOPLE + "Ada Nwosu,forum,chair,2011,,Ada O. Nwosu\n")
    (tmp_path / "rules.md").write_text("# Label rules\n\nVersion 2.1\n\nJudge the words.\n")
    return tmp_path


def test_the_shipped_codebook():
    codebook = read_codebook()
    assert [target.target for target in codebook.targets] == ["targets", "integration"]
    followed = {stakeholder.stakeholder for stakeholder in codebook.stakeholders}
    assert followed >= {"lga", "adass", "nhs_england", "nhs_confederation", "department_of_health",
                        "lancashire_county_council"}  # fmt: skip
    assert codebook.version in codebook.rules
    assert all(target.description and target.support and target.oppose for target in codebook.targets)
    assert all(stakeholder.name and stakeholder.kind for stakeholder in codebook.stakeholders)
    assert STANCES == ("support", "oppose", "none")


def test_the_shipped_names_mean_one_stakeholder_each():
    names = [name.casefold() for each in read_codebook().stakeholders for name in (each.name, *each.aliases)]
    assert len(set(names)) == len(names)


def test_the_shipped_people_are_never_two_things_at_once():
    people = read_codebook().people
    assert all((person.start or "0") <= (person.end or "9999") for person in people)
    for one in people:
        for other in people:
            if one.person == other.person and one.stakeholder != other.stakeholder:
                assert (one.end or "9999") < (other.start or "0") or (other.end or "9999") < (one.start or "0")


def test_a_codebook_is_read_from_its_folder(folder):
    codebook = read_codebook(folder)
    assert codebook.version == "2.1"
    assert codebook.targets[0].description == "free travel on buses"
    assert codebook.stakeholders[0].aliases == ("BOF", "the Forum")
    assert codebook.people == (Person("Ada Nwosu", "forum", "chair", "2011", "", ("Ada O. Nwosu",)),)
    assert codebook.rules.endswith("Judge the words.\n")


@pytest.mark.parametrize("row", [
    "library,Library hours,longer hours in the library",  # your own target is one more row
    "bus_2,Night buses,buses at night",
])  # fmt: skip
def test_a_target_is_one_more_row(folder, row):
    (folder / "targets.csv").write_text(f"{TARGETS}{row}\n")
    assert [target.target for target in read_codebook(folder).targets] == ["buses", row.split(",")[0]]


def test_people_may_be_none(folder):
    (folder / "people.csv").write_text(PEOPLE)
    assert read_codebook(folder).people == ()


@pytest.mark.parametrize("file, text, message", [
    # A missing column
    ("targets.csv", "target,name\nbuses,Free buses\n", r"targets\.csv: description: a column of this name"),
    ("stakeholders.csv", "stakeholder,name\nforum,Forum\n", r"stakeholders\.csv: kind: a column of this name"),
    ("people.csv", "person,role\nAda Nwosu,chair\n", r"people\.csv: stakeholder: a column of this name"),
    # No target at all, or one without words
    ("targets.csv", "target,name,description\n", r"targets\.csv: at least one target"),
    ("targets.csv", "target,name,description\nbuses,Free buses, \n", r"targets\.csv: description: words for .* buses"),
    # An identifier used twice, or that is none
    ("targets.csv", f"{TARGETS}buses,Buses,free buses\n", r"targets\.csv: target: each identifier once, not 'buses'"),
    ("stakeholders.csv", f"{STAKEHOLDERS}forum,Forum,body,\n", r"stakeholders\.csv: stakeholder: each .* 'forum'"),
    ("targets.csv", f"{TARGETS}Free buses,Buses,free buses\n", r"targets\.csv: target: lower-case .* not 'Free buses'"),
    ("targets.csv", f"{TARGETS},Buses,free buses\n", r"targets\.csv: target: lower-case letters, digits and _, not ''"),
    ("stakeholders.csv", f"{STAKEHOLDERS}2nd,Second,body,\n", r"stakeholders\.csv: stakeholder: lower-case .* '2nd'"),
    # A person of an unknown stakeholder, or a year that is none
    ("people.csv", f"{PEOPLE}Ada Nwosu,council,leader,,,\n",
     r"people\.csv: stakeholder: an identifier from stakeholders\.csv for Ada Nwosu, not 'council'"),
    ("people.csv", f"{PEOPLE}Ada Nwosu,forum,chair,May 2011,,\n",
     r"people\.csv: start: a year or nothing for Ada Nwosu, not 'May 2011'"),
    ("people.csv", f"{PEOPLE}Ada Nwosu,forum,chair,2011,20,\n", r"people\.csv: end: a year or nothing .* not '20'"),
    # A name that would stand in every text, or in none
    ("stakeholders.csv", f"{STAKEHOLDERS}other,,body,\n", r"stakeholders\.csv: names with a letter .* not ''"),
    ("stakeholders.csv", f"{STAKEHOLDERS}other,...,body,\n", r"stakeholders\.csv: names with a letter .* '\.\.\.'"),
    ("stakeholders.csv", f"{STAKEHOLDERS}other,Other,body,-;O\n", r"stakeholders\.csv: names with a letter .* not '-'"),
    ("people.csv", f"{PEOPLE},forum,chair,2011,,\n", r"people\.csv: names with a letter in them, not ''"),
    ("stakeholders.csv", f"{STAKEHOLDERS}f2,Bus Operators Forum,body,\n",
     r"stakeholders\.csv: aliases: each name for one stakeholder, not 'Bus Operators Forum' for \w+ and f2"),
    # Rules without a version, or without an end
    ("rules.md", "Version 1.0\n" + "x" * 300_000, r"rules\.md: at most 200,000 characters, not 300,012"),
    ("rules.md", "# Label rules\n\nVersion\n", r"rules\.md: a line such as 'Version 1\.0'"),
    ("rules.md", "", r"rules\.md: a line such as 'Version 1\.0'"),
])  # fmt: skip
def test_what_is_wrong_is_said(folder, file, text, message):
    (folder / file).write_text(text)
    with pytest.raises(InputError, match=message):
        read_codebook(folder)


@pytest.mark.parametrize("file", ["targets.csv", "stakeholders.csv", "people.csv", "rules.md"])
def test_a_missing_file_is_said(folder, file):
    (folder / file).unlink()
    with pytest.raises(InputError, match=rf"{file}: a readable file \(No such file"):
        read_codebook(folder)


def test_the_shipped_codebook_is_read_from_a_copy_as_well(tmp_path):
    copy = shutil.copytree(CODEBOOK, tmp_path / "codebook")
    assert read_codebook(copy) == read_codebook(str(copy)) == read_codebook()


def test_a_semicolon_too_many_is_no_alias(folder):
    (folder / "stakeholders.csv").write_text(f"{STAKEHOLDERS}lga,LGA,body,LGA;; the Association ;\n")
    assert read_codebook(folder).stakeholders[-1].aliases == ("LGA", "the Association")


def test_a_codebook_may_follow_nobody(folder):
    (folder / "stakeholders.csv").write_text(STAKEHOLDERS.split("\n")[0] + "\n")
    (folder / "people.csv").write_text(PEOPLE)
    assert read_codebook(folder).stakeholders == ()


@pytest.mark.parametrize(
    "support, oppose, words",
    [
        ("", "", "free buses"),
        ("wants them", "does not", "free buses (support: wants them; opposition: does not)"),
        ("", "calls them dear", "free buses (opposition: calls them dear)"),
    ],
)
def test_a_model_reads_a_target_with_what_counts_as_which_side(support, oppose, words):
    assert Target("buses", "Buses", "free buses", support, oppose).words == words
