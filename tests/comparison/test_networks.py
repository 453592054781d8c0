"""Networks of who says what with whom: DNA's own figures on its own sample, each option, and the intervals' promise."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stance.comparison.networks import (
    ALLOWED,
    Way,
    clusters,
    coded,
    coded_in_dna,
    moving,
    network,
    within,
    write_networks,
)
from stance.files import InputError
from stance.labels.dna import Coding, Dna, Document, read_dna, write_dna
from stance.shipped import DIGESTS

SAMPLE = Path(__file__).parents[3] / "shared" / "dna" / "sample.dna"
needs_sample = pytest.mark.skipif(not SAMPLE.exists(), reason="DNA's own sample is not at hand, nor ours to pass on")
EPA, SENATE = "Environmental Protection Agency", "Senate"
# Article, date, who, on what, which side: Ann and Ben agree on trams and differ on buses, Cy speaks of trams only.
SAID = [
    ("a", "2016-01-04", "Ann", "buses", "support"), ("a", "2016-01-04", "Ann", "buses", "support"),
    ("b", "2016-01-10", "Ann", "buses", "support"), ("b", "2016-01-10", "Ben", "buses", "oppose"),
    ("c", "2016-02-01", "Ann", "trams", "oppose"), ("c", "2016-02-01", "Ben", "trams", "oppose"),
    ("d", "2017-03-01", "Cy", "trams", "oppose"), ("d", "2017-03-01", "Cy", "trams", "support"),
    ("e", "", "Cy", "trams", "none"),
]  # fmt: skip


def said(rows):
    table = pd.DataFrame(rows, columns=["article", "published", "actor", "target", "stance"])
    return table.assign(statement=table.index, group=table["article"], kind="")


ROWS = said(SAID)


# DNA's own figures ---------------------------------------------------------------------------------------------------


@needs_sample
@pytest.mark.parametrize("way, shape, total, ties", [
    (Way("two", "ignore"), (7, 6), 40, 22),
    (Way("one", "ignore"), (7, 7), 276, 21),
    (Way("one", "congruence"), (7, 7), 160, 16),
])  # fmt: skip
def test_the_sample_gives_what_dna_gives(way, shape, total, ties):
    made = network(coded_in_dna(read_dna(SAMPLE)[0]), way)
    assert (made.weights.shape, made.weights.sum(), len(made.ties)) == (shape, total, ties)


@needs_sample
def test_one_tie_of_the_sample():
    made = network(coded_in_dna(read_dna(SAMPLE)[0]), Way("one", "ignore"))
    tie = made.ties[(made.ties["one"] == EPA) & (made.ties["other"] == SENATE)]
    assert tie["weight"].tolist() == [22]
    assert (made.kinds[EPA], made.statements[EPA]) == ("Government", 11)


@needs_sample
def test_persons_of_the_sample():
    made = network(coded_in_dna(read_dna(SAMPLE)[0], "person"), Way("two", "ignore"))
    assert made.weights.shape == (7, 6) and "Joel Bluestein" in made.rows


# Each option ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way, expected", [
    # Rows Ann, Ben, Cy; columns buses, trams.
    (Way("two", "ignore"), [[3, 1], [1, 1], [0, 2]]),
    (Way("two", "subtract"), [[3, -1], [-1, -1], [0, 0]]),
    (Way("two", "combine"), [[1, 2], [2, 2], [0, 3]]),
    (Way("two", "ignore", "activity"), [[3 / 4, 1 / 4], [1 / 2, 1 / 2], [0, 1]]),
    (Way("two", "ignore", "prominence"), [[3 / 4, 1 / 4], [1 / 4, 1 / 4], [0, 1 / 2]]),
    (Way("two", "subtract", "activity"), [[3 / 4, -1 / 4], [-1 / 2, -1 / 2], [0, 0]]),
    # Congruence: on trams Ann and Ben 1, each with Cy's one against 1. Conflict: on buses 3 x 1, on trams Cy's one for.
    (Way("one", "ignore"), [[0, 4, 2], [4, 0, 2], [2, 2, 0]]),
    (Way("one", "congruence"), [[0, 1, 1], [1, 0, 1], [1, 1, 0]]),
    (Way("one", "conflict"), [[0, 3, 1], [3, 0, 1], [1, 1, 0]]),
    (Way("one", "subtract"), [[0, -2, 0], [-2, 0, 0], [0, 0, 0]]),
    (Way("one", "congruence", "average"), [[0, 1 / 3, 1 / 3], [1 / 3, 0, 1 / 2], [1 / 3, 1 / 2, 0]]),
    # Jaccard of Ann and Ben: shared 1, Ann's alone 3, Ben's alone 1. Ann and Cy: 1, 3, 1. Ben and Cy: 1, 1, 1.
    (Way("one", "congruence", "jaccard"), [[0, 1 / 5, 1 / 5], [1 / 5, 0, 1 / 3], [1 / 5, 1 / 3, 0]]),
    # Lengths: Ann (3, 1), Ben (1, 1), Cy (1, 1).
    (Way("one", "congruence", "cosine"), [[0, 20**-0.5, 20**-0.5], [20**-0.5, 0, 1 / 2], [20**-0.5, 1 / 2, 0]]),
    (Way("one", "ignore", "cosine"), [[0, 4 / 20**0.5, 2 / 40**0.5], [4 / 20**0.5, 0, 2 / 8**0.5],
                                      [2 / 40**0.5, 2 / 8**0.5, 0]]),
    # What counts once: Ann says it twice in article a and again six days later, in the same month, in another ISO week.
    (Way("two", "ignore", "none", "article"), [[2, 1], [1, 1], [0, 1]]),
    (Way("two", "subtract", "none", "article"), [[2, -1], [-1, -1], [0, 0]]),
    (Way("two", "ignore", "none", "week"), [[1, 1], [1, 1], [0, 1]]),
    (Way("two", "ignore", "none", "month"), [[1, 1], [1, 1], [0, 1]]),
    (Way("two", "ignore", "none", "year"), [[1, 1], [1, 1], [0, 1]]),
    (Way("two", "ignore", "none", "once"), [[1, 1], [1, 1], [0, 1]]),
])  # fmt: skip
def test_a_way_to_count(way, expected):
    made = network(ROWS, way)
    assert made.rows == ("Ann", "Ben", "Cy")
    np.testing.assert_allclose(made.weights, expected)


@pytest.mark.parametrize("duplicates, days, number", [
    ("week", ["2016-01-04", "2016-01-10", "2016-01-11"], 2),
    ("week", ["2015-12-31", "2016-01-02"], 1),  # one ISO week in two years
    ("week", ["2016-01-04", "2017-01-04"], 2),  # the first week of two years
    ("month", ["2016-01-04", "2017-01-04"], 2),
    ("month", ["2016-01-04", "2016-01", "", ""], 3),  # the undated count by article
    ("year", ["2016-01-04", "2016-12-31", "2016"], 1),
    ("once", ["2016-01-04", "2017-12-31", ""], 1),
])  # fmt: skip
def test_what_counts_once(duplicates, days, number):
    rows = said([(f"a{place}", day, "Ann", "buses", "support") for place, day in enumerate(days)])
    assert network(rows, Way("two", "ignore", "none", duplicates)).weights.tolist() == [[number]]


@pytest.mark.parametrize("since, until, left", [
    ("", "", 9), ("2016", "", 8), ("", "2016", 6), ("2016-01-10", "2016-02-01", 4), ("2016-02", "2016-02", 2),
    ("2018", "", 0),
])  # fmt: skip
def test_a_range_of_time(since, until, left):
    assert len(within(ROWS, since, until)) == left


@pytest.mark.parametrize("day, since, kept", [
    ("2016", "2016", True), ("2016", "2016-05", False), ("2017", "2016-05", True), ("2015", "2016-05", False),
    ("2016-05", "2016-05-02", False), ("", "2016", False),
])  # fmt: skip
def test_a_date_that_does_not_tell_lies_in_no_range(day, since, kept):
    assert bool(len(within(said([("a", day, "Ann", "buses", "support")]), since))) is kept


def test_who_or_what_is_excluded():
    assert set(within(ROWS, exclude=["Ann"])["actor"]) == {"Ben", "Cy"}
    assert set(within(ROWS, exclude=["buses", "Cy"])["target"]) == {"trams"}


def test_isolates_are_nodes_without_ties():
    made = network(within(ROWS, "2017"), Way("one"), nodes=ROWS)
    assert (made.rows, len(made.ties), made.statements) == (("Ann", "Ben", "Cy"), 0, {"Ann": 0, "Ben": 0, "Cy": 2})
    assert network(within(ROWS, "2017"), Way("one")).rows == ("Cy",)


def test_a_window_moves_on_by_one_unit():
    made = moving(ROWS, "2 months", Way("two", "ignore"))
    assert [(one.since, one.until, int(one.weights.sum())) for one in made] == [
        ("2016-01-04", "2016-03-03", 6), ("2017-01-04", "2017-03-03", 2),
    ]  # fmt: skip
    assert [one.since for one in moving(ROWS, "1 year", Way("two"))] == ["2016-01-04", "2017-01-04"]


@pytest.mark.parametrize("call, message", [
    (lambda: network(ROWS, Way("three")), "mode: one of two, one, not 'three'"),
    (lambda: network(ROWS, Way("two", "conflict")), "agreement: one of subtract, ignore, combine with mode two"),
    (lambda: network(ROWS, Way("one", "combine")), "agreement: one of congruence, conflict, subtract, ignore with"),
    (lambda: network(ROWS, Way("two", "ignore", "cosine")), "normalise: one of none, activity, prominence with"),
    (lambda: network(ROWS, Way("two", "combine", "activity")), "normalise: none where agreement is combine"),
    (lambda: network(ROWS, Way("two", "ignore", "none", "day")), "duplicates: one of statement, article, week, month"),
    (lambda: network(ROWS[ROWS["stance"] == "none"]), "at least one statement by somebody named that takes a position"),
    (lambda: within(ROWS, "May"), "since: an ISO date such as 2017-07"),
    (lambda: within(ROWS, "", "", ["Dee"]), "exclude: an actor or a target with statements, not 'Dee'"),
    (lambda: moving(ROWS, "six months"), "window: a length such as '6 months'"),
    (lambda: moving(ROWS[8:], "6 months"), "window: a length such as '6 months', and statements with dates"),
])  # fmt: skip
def test_what_cannot_be_made_is_refused_in_a_line(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).startswith(message)


# Of a comparison -----------------------------------------------------------------------------------------------------


def test_a_comparison_counts_what_counts(labelled):
    made = network(coded(labelled), Way("two", "ignore"), labelled)
    assert made.rows == ("Bus Operators Forum", "Fenbridge Council")
    assert made.columns == ("Free buses", "Planning together")
    assert made.weights.tolist() == [[3, 0], [2, 1]]
    assert made.kinds == {"Bus Operators Forum": "trade body", "Fenbridge Council": "local government"}


def test_persons_are_those_who_are_named(labelled):
    assert network(coded(labelled, "person"), Way("two", "ignore"), labelled).rows == (
        "Ada Nwosu", "Bus Operators Forum", "Tom Bell",
    )  # fmt: skip


def test_a_joint_statement_counts_for_each(labelled):
    joint = replace(labelled.statements[0], stakeholders=("council", "operators"))
    both = replace(labelled, statements=(joint, *labelled.statements[1:]))
    more = (
        network(coded(both), Way("two", "ignore"), both).weights
        - network(coded(labelled), Way("two", "ignore")).weights
    )
    assert more.sum() == 1


def test_no_interval_where_a_model_alone_decided(large):
    bare = replace(large, annotations=())
    made = network(coded(bare), Way("two", "ignore"), bare)
    assert np.isnan(made.low).all() and made.weights.sum() > 0
    assert not np.isnan(network(coded(large), Way("two", "ignore"), large).low).all()


def sampled(large, share=0.5, seed=3):
    kept = np.random.default_rng(seed).random(len(large.annotations)) < share
    labels = [replace(one, sampling_probability=share) for one, k in zip(large.annotations, kept, strict=True) if k]
    return replace(large, annotations=tuple(labels))


def test_a_labelled_sample_corrects_the_counts_as_it_does_the_shares(large):
    half = sampled(large)
    made = network(coded(half), Way("two", "subtract"), half)
    shares = half.shares.set_index(["stakeholder", "target"])
    for row, name in enumerate(("operators", "council")):
        for column, target in enumerate(("buses", "planning")):
            of = shares.loc[name, target]
            assert of["method"] == "prediction-powered"
            assert made.weights[row, column] == pytest.approx(of["statements"] * of["net"])
    assert (made.low[:, 0] < made.weights[:, 0]).all() and (made.weights[:, 0] < made.high[:, 0]).all()


def test_duplicates_left_out_of_a_sample_leave_no_interval(large):
    half = sampled(large)
    assert np.isnan(network(coded(half), Way("two", "subtract", "none", "article"), half).low).all()


# Intervals and camps -------------------------------------------------------------------------------------------------


def simulated(random, groups):
    """Articles of a debate in which Ann is mostly for buses, Ben mostly against; some say nothing."""
    rows = []
    for group in range(groups):
        for actor, chance in (("Ann", 0.8), ("Ben", 0.3)):
            for target, often in (("buses", 1.5), ("trams", 0.7)):
                lean = random.beta(6 * chance, 6 * (1 - chance))  # one article leans as a whole
                for _ in range(random.poisson(often)):
                    rows.append((f"g{group}", "", actor, target, "support" if random.random() < lean else "oppose"))
    return said(rows)


@pytest.mark.parametrize("way", [
    Way("two", "ignore"), Way("two", "subtract"), Way("one", "congruence"), Way("one", "subtract", "average"),
    Way("one", "congruence", "cosine"),
])  # fmt: skip
def test_intervals_hold_what_other_articles_would_show(way):
    random = np.random.default_rng(7)
    groups, held = 30, []
    truth = network(simulated(random, 3000), way)
    scale = {"two": groups / 3000, "one": (groups / 3000) ** 2}[way.mode]
    scale = {"none": scale, "average": groups / 3000, "cosine": 1}[way.normalise]
    for _ in range(120):
        made = network(simulated(random, groups), way)
        right = truth.weights * scale
        seen = made.weights != 0
        held += ((made.low <= right) & (right <= made.high))[seen].tolist()
    assert 0.9 <= np.mean(held) <= 0.99


def test_fewer_than_five_articles_give_no_interval():
    assert np.isnan(network(ROWS[:8], Way("two", "ignore")).low).all()
    five = pd.concat([ROWS, said([("f", "", "Ann", "buses", "support")])])
    assert not np.isnan(network(five, Way("two", "ignore")).low[0, 0])


def test_two_camps_are_found_and_stay():
    rows = [(f"g{n}", "", actor, "buses", side) for n in range(20)
            for actor, side in zip("abcd", ["support"] * 2 + ["oppose"] * 2, strict=True)]  # fmt: skip
    found = clusters(said(rows), Way("one", "subtract"))
    assert found.camps == (("a", "b"), ("c", "d"))
    assert found.modularity == pytest.approx(0.5) and found.low == pytest.approx(0.5) == found.high
    assert set(found.stays.values()) == {1.0}


def test_a_camp_of_one_article_does_not_stay():
    rows = [(f"g{n}", "", actor, "buses", "support") for n in range(6) for actor in "ab"]
    rows += [("only", "", actor, "trams", "support") for actor in "bc" for _ in range(9)]
    found = clusters(said(rows), Way("one", "congruence"))
    assert found.stays["c"] < found.stays["a"] < 1


def test_where_all_differ_there_are_no_camps():
    found = clusters(said([("a", "", "Ann", "buses", "support"), ("b", "", "Ben", "buses", "oppose")]), Way("one"))
    assert (found.modularity, found.camps) == (0.0, (("Ann",), ("Ben",)))


# Files ---------------------------------------------------------------------------------------------------------------


def test_a_network_goes_out_as_its_ending_says(tmp_path):
    import networkx as nx

    made = network(ROWS, Way("two", "subtract"))
    for ending in ("csv", "graphml", "jsonl"):
        write_networks([made], tmp_path / f"n.{ending}")
    assert (tmp_path / "n.csv").read_text() == "name,buses,trams\nAnn,3,-1\nBen,-1,-1\nCy,0,0\n"
    graph = nx.read_graphml(tmp_path / "n.graphml")
    assert sorted(graph.nodes) == ["actor Ann", "actor Ben", "actor Cy", "target buses", "target trams"]
    assert graph.edges["actor Ann", "target buses"]["weight"] == 3
    assert graph.nodes["actor Ann"] == {"name": "Ann", "mode": "actor", "kind": "", "statements": 4}
    assert pd.read_json(tmp_path / "n.jsonl", lines=True)[["one", "other", "weight"]].to_numpy().tolist() == [
        ["Ann", "buses", 3], ["Ann", "trams", -1], ["Ben", "buses", -1], ["Ben", "trams", -1],
    ]  # fmt: skip


def test_an_actor_may_have_the_name_of_a_target(tmp_path):
    made = network(said([("a", "", "buses", "buses", "support")]), Way("two", "ignore"))
    assert list(made.graph.edges) == [("actor buses", "target buses")]


@pytest.mark.parametrize("number, name, message", [
    (1, "n.xls", "a name that ends in .csv or .graphml or .jsonl"),
    (2, "n.csv", "a name that ends in .jsonl for many networks"),
])  # fmt: skip
def test_another_ending_is_refused(tmp_path, number, name, message):
    with pytest.raises(InputError, match=message):
        write_networks([network(ROWS)] * number, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_every_way_that_is_offered_can_be_made():
    for mode, options in ALLOWED.items():
        for agreement in options["agreement"]:
            for normalise in options["normalise"] if agreement != "combine" else ("none",):
                made = network(ROWS, Way(mode, agreement, normalise))
                assert np.isfinite(made.weights).all()
                if normalise in ("jaccard", "cosine") and agreement != "subtract":
                    assert (made.weights <= 1 + 1e-9).all() or agreement == "conflict"


def test_a_hundred_thousand_statements_take_seconds(tmp_path, capsys):
    random, number = np.random.default_rng(0), 100_000
    drawn = zip(random.integers(1, 20_001, number), random.zipf(1.3, number) % 200, random.integers(0, 20, number),
                random.integers(0, 2, number), strict=True)  # fmt: skip
    codings = [Coding(int(article), 0, 5, "a", "", f"org {who}", f"concept {what}", ("support", "oppose")[side])
               for article, who, what, side in drawn]  # fmt: skip
    days = [
        Document(one, "t", "words", "", f"{2000 + one % 20}-0{1 + one % 9}-{10 + one % 18}") for one in range(1, 20_001)
    ]
    write_dna(Dna(tuple(days), tuple(codings), {}), tmp_path / "large.dna")
    begun = time.process_time()
    rows = coded_in_dna(read_dna(tmp_path / "large.dna")[0])
    for way, name in ((Way("two"), "two.graphml"), (Way("one", "congruence", "average"), "one.graphml")):
        write_networks([network(rows, way)], tmp_path / name)
    taken = time.process_time() - begun
    with capsys.disabled():
        print(
            f"\n100,000 statements of 200 organisations from .dna to two networks with intervals: {taken:.1f} s of CPU"
        )
    assert taken < 10


# On the command line -------------------------------------------------------------------------------------------------


@needs_sample
@pytest.mark.parametrize("words, lines", [
    (("--agreement", "ignore"), 22),
    (("--mode", "one", "--agreement", "ignore"), 21),
    (("--mode", "one"), 16),
    (("--of", "person", "--since", "2005-02-10", "--duplicates", "article", "--exclude", "Sierra Club"), None),
    (("--window", "7 days", "--isolates"), None),
])  # fmt: skip
def test_networks_on_the_command_line(stance, tmp_path, words, lines):
    if "--of" in words:
        words = (*words[:-1], "Navin Nayak")
    status, out, err = stance("networks", SAMPLE, "-o", tmp_path / "n.jsonl", *words)
    assert (status, out) == (0, "") and "regular expressions: 6" in err
    assert lines in (None, len((tmp_path / "n.jsonl").read_text().splitlines()))


def test_networks_of_articles(stance, cheap, tmp_path):
    status, _, _ = stance("networks", DIGESTS, "-o", tmp_path / "n.csv", "--model", cheap, "--mode", "one")
    assert status == 0
    table = pd.read_csv(tmp_path / "n.csv", index_col="name")
    assert "Local Government Association" in table and (table.to_numpy() == table.to_numpy().T).all()


@pytest.mark.parametrize("words, message", [
    (("-o", "n.xls"), "n.xls: a name that ends in .csv or .graphml or .jsonl"),
    (("-o", "n.csv", "--window", "6 months"), "n.csv: a name that ends in .jsonl for many networks"),
    (("-o", "n.csv", "--of", "party"), "of: organisation or person, not 'party'"),
])  # fmt: skip
def test_a_wrong_word_is_told_before_anything_is_read(stance, words, message):
    assert stance("networks", "nowhere", *words) == (2, "", f"stance: {message}\n")
