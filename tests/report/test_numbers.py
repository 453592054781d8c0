"""Numbers: those of a report as one tidy table."""

from dataclasses import replace

import pytest

from stance.report.numbers import COLUMNS, numbers
from stance.tables import read_table, write_table


def test_every_share_stands_with_its_interval_and_method(labelled):
    table = numbers(labelled)
    assert list(table) == COLUMNS
    shares = labelled.shares.set_index(["stakeholder", "target"])
    for row in table.query("section == 'stances' and measure == 'support share'").to_dict("records"):
        of = shares.loc[(row["stakeholder"], row["target"])]
        assert (row["value"], row["low"], row["high"], row["n"], row["method"]) == pytest.approx(
            (of["support_share"], of["support_low"], of["support_high"], of["statements"], of["method"]), abs=1e-6
        )


@pytest.mark.parametrize(
    "section, measure",
    [
        ("stances", "net"), ("timeline", "oppose statements"), ("differences", "net difference"),
        ("differences", "p, Holm-adjusted"), ("differences", "net without speaker 0.9"), ("classifier", "macro-F1"),
        ("classifier", "F1 of none"), ("classifier", "expected calibration error"),
        ("classifier", "left to a person for an error of 0.1"),
    ],
)  # fmt: skip
def test_each_part_of_the_report_has_its_rows(labelled, section, measure):
    unsure = replace(labelled, statements=(replace(labelled.statements[0], confidence=0.8), *labelled.statements[1:]))
    rows = numbers(unsure).query("section == @section and measure == @measure")
    assert len(rows) and rows["value"].map(lambda value: isinstance(value, float)).all()


def test_what_has_no_interval_has_none_here(comparison):
    table = numbers(comparison)
    without = table[table["method"] == "none"]
    assert len(without) and (without[["low", "high"]] == "").all(axis=None)
    assert not (table["measure"] == "p").any()


def test_a_difference_says_which_is_subtracted_from_which(large):
    row = numbers(large).query("measure == 'net difference' and target == 'buses'").iloc[0]
    expected = large.differences.query("target == 'buses'").iloc[0]
    assert row["stakeholder"] == "council minus operators"
    assert (row["value"], row["n"]) == (pytest.approx(expected["difference"], abs=1e-6), 280)


def test_the_table_is_read_again_as_it_was_written(labelled, tmp_path):
    table = numbers(labelled)
    write_table(table, tmp_path / "figures.csv")
    again = read_table(tmp_path / "figures.csv")
    assert len(again) == len(table) and "nan" not in set(again.to_numpy().ravel())
    assert again["value"].astype(float).tolist() == table["value"].tolist()
