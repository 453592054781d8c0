"""Pictures of networks: the numbers in the words, the table and the links; the line that stands where none is drawn."""

import base64
import re
from dataclasses import replace

import pytest

from stance.report.network_pictures import affiliation, congruence, missing
from stance.report.numbers import numbers


@pytest.fixture
def debate(large):
    """The large newspaper with the drivers' union beside the council, so that there are three stakeholders."""
    said = tuple(replace(one, stakeholders=(*one.stakeholders, "drivers")) if one.stakeholders == ("council",) else one
                 for one in large.statements)  # fmt: skip
    return replace(large, statements=said)


def test_two_stakeholders_make_no_network_and_a_line_says_so(large):
    said = "No network is drawn: it takes 3 stakeholders and 2 targets on which they take a position, and here are "
    said += "2 and 2."
    assert missing(large) == said
    for picture in (affiliation(large), congruence(large)):
        assert (picture.svg, picture.alt) == ("", said)
    assert "networks" not in set(numbers(large)["section"])


def test_nobody_at_all_makes_no_network(comparison):
    nobody = replace(comparison, statements=tuple(replace(one, stakeholders=()) for one in comparison.statements))
    assert missing(nobody).endswith("and here are 0 and 0.")


def test_the_words_the_table_and_the_figures_say_the_same(debate):
    picture = affiliation(debate)
    tie = debate.affiliation["all"].ties.iloc[0]
    words = f"{tie['weight']:.2f}".removesuffix(".00").replace("-", "−")
    assert f"{tie['one']} on {tie['other']}: {words} (" in picture.alt
    assert picture.table["Balance"].str.startswith(f"{words}\n").any()
    table = numbers(debate).query(
        "section == 'networks' and year == '' and measure == 'tie, subtract' and target != ''"
    )
    assert table["value"].tolist() == debate.affiliation["all"].ties["weight"].round(6).tolist()


def test_each_count_and_each_stakeholder_leads_to_its_statements(debate):
    assert '<a href="#s-operators-buses-oppose">' in affiliation(debate).__html__()
    assert '<a href="#s-drivers">Drivers Union</a>' in congruence(debate).__html__()


def test_sides_differ_by_colour_and_by_line_and_sureness_by_breadth(debate):
    svg = affiliation(debate).svg
    solid = re.findall(r'style="fill: none; stroke: #0b5c94;[^"]*"', svg)
    broken = re.findall(r'style="fill: none; stroke-dasharray: [^"]*stroke: #c8500a[^"]*"', svg)
    assert solid and broken
    assert any("stroke-opacity: 0.3" in style for style in solid)


def test_the_same_network_gives_the_same_bytes(debate):
    assert affiliation(debate).svg == affiliation(replace(debate)).svg
    assert congruence(debate).svg == congruence(replace(debate)).svg


def test_camps_and_how_they_hold_are_in_words(debate):
    picture = congruence(debate)
    assert (
        "Camps, by the fill of their circles: 1: Drivers Union, Fenbridge Council; 2: Bus Operators Forum."
        in picture.alt
    )
    assert picture.note.endswith("of the others stay in a stakeholder’s camp, or out of it.")


def test_before_and_since_stand_side_by_side(debate):
    table = affiliation(replace(debate, dates=("2016-01",))).table
    assert {"Before January 2016", "Since January 2016"} <= set(table)
    assert table["Before January 2016"].tolist() != table["Since January 2016"].tolist()


def test_where_nobody_takes_a_side_in_a_period_it_is_said(debate):
    late = replace(debate, dates=("2030",))
    assert affiliation(late).table["Since 2030"].tolist() == ["0"] * len(affiliation(late).table)


def test_the_picture_is_embedded_and_has_its_alt_text(debate):
    html = congruence(debate).__html__()
    assert base64.b64encode(b"<?xml").decode()[:6] in html and 'alt="A network of agreement minus conflict.' in html
