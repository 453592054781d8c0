from dataclasses import replace

import pandas as pd
import pytest
from conftest import SAID

from stance.classifiers.estimators import TfidfStance
from stance.classifiers.saved import save
from stance.codebook import STANCES, Person, Stakeholder, Target
from stance.comparison import shares
from stance.comparison.comparisons import BY_HAND, UNDATED, UNMATCHED
from stance.comparison.estimates import FEW
from stance.comparison.results import Results, compare
from stance.comparison.shares import BOOTSTRAP, CORRECTED, NO_INTERVAL
from stance.files import InputError
from stance.labels.agreement import agreement
from stance.study import read_study
from stance.tables import read_table, write, write_table


def counts(frame, columns):
    rows = frame[[*columns, *STANCES]].itertuples(index=False)
    return {tuple(row[: len(columns)]): tuple(row[len(columns) :]) for row in rows}


# What counts ---------------------------------------------------------------------------------------------------------


def test_a_row_for_each_statement_and_target(comparison):
    assert len(comparison.table) == 8 * 2
    assert set(comparison.table["target"]) == {"buses", "planning"}


def test_a_hand_label_counts_before_the_model_and_says_so(comparison):
    row = comparison.table.set_index(["text", "target"]).loc[("We cannot wait another year for them.", "buses")]
    assert (row["stance"], row["decided_by"], row["annotators"]) == ("support", BY_HAND, "ann, ben")
    assert (row["predicted"], row["probability"]) == ("oppose", 0.15)


def test_annotators_who_differ_leave_the_decision_to_the_model(comparison):
    row = comparison.table.set_index(["text", "target"]).loc[("Free buses are a raid on our members,", "buses")]
    assert (row["stance"], row["decided_by"], row["label"], row["annotators"]) == ("oppose", "toy", "", "")


def test_every_row_can_be_followed_to_its_words(comparison):
    texts = {article.article: article.text for article in comparison.articles}
    for row in comparison.table.itertuples():
        assert texts[row.article][row.start : row.start + len(row.text)] == row.text
        assert row.context[row.place : row.place + len(row.text)] == row.text


def test_a_statement_repeated_in_its_paragraph_is_found_at_its_own_place(comparison):
    text = "“No.” That was all, and again: “No.”"
    said = replace(comparison.statements[0], start=32, end=35, text="No.", context=text, place=32, statement="a1-32-35")
    answers = [replace(answer, statement=said.statement) for answer in comparison.predictions[:2]]
    twice = Results((replace(comparison.articles[0], text=text),), (said,), (), tuple(answers), comparison.codebook)
    assert twice.table.loc[0, "place"] == 32


def test_undated_rows_come_last(comparison):
    assert comparison.table["year"].drop_duplicates().tolist() == ["2015", "2016", UNDATED]


# Shares --------------------------------------------------------------------------------------------------------------


def test_shares_count_every_statement_once_a_stakeholder(comparison):
    assert counts(comparison.shares, ["stakeholder", "target"]) == {
        ("council", "buses"): (2, 0, 1),
        ("council", "planning"): (1, 0, 2),
        ("operators", "buses"): (0, 3, 1),
        ("operators", "planning"): (0, 0, 4),
        (UNMATCHED, "buses"): (0, 0, 1),
        (UNMATCHED, "planning"): (0, 0, 1),
    }


def test_a_joint_statement_counts_for_each_of_its_stakeholders(comparison):
    joint = replace(comparison.statements[0], stakeholders=("council", "operators"))
    both = replace(comparison, statements=(joint, *comparison.statements[1:]))
    assert counts(both.shares, ["stakeholder", "target"])["operators", "buses"] == (1, 3, 1)
    assert counts(both.shares, ["stakeholder", "target"])["council", "buses"] == (2, 0, 1)


@pytest.mark.parametrize("number, few", [(FEW - 1, True), (FEW, False)])
def test_cells_under_five_statements_are_marked(comparison, number, few):
    said = [replace(comparison.statements[0], statement=f"a1-{place}") for place in range(number)]
    answers = [
        replace(comparison.predictions[0], statement=one.statement, target=target)
        for one in said
        for target in ("buses", "planning")
    ]
    cell = Results(comparison.articles, tuple(said), (), tuple(answers), comparison.codebook).shares.iloc[0]
    assert (cell["statements"], cell["few"]) == (number, few)


def test_shares_hold_no_missing_number_and_lie_in_their_intervals(comparison):
    for frame in (comparison.shares, comparison.timeline):
        assert not frame.isna().any().any()
        for stance in STANCES:
            assert (frame[f"{stance}_low"] <= frame[f"{stance}_share"]).all()
            assert (frame[f"{stance}_share"] <= frame[f"{stance}_high"]).all()
            assert frame[f"{stance}_low"].ge(0).all() and frame[f"{stance}_high"].le(1).all()


def test_the_timeline_adds_up_to_the_shares_and_names_the_undated(comparison):
    years = comparison.timeline.groupby(["stakeholder", "target"], sort=False)[["statements", *STANCES]].sum()
    assert years.equals(comparison.shares.set_index(["stakeholder", "target"])[["statements", *STANCES]])
    assert counts(comparison.timeline, ["stakeholder", "target", "year"])["operators", "buses", UNDATED] == (0, 1, 0)


def test_any_column_groups(comparison):
    by_target = counts(comparison.shares_by("publisher", "target"), ["target"])
    assert by_target == {("buses",): (2, 3, 3), ("planning",): (1, 0, 7)}
    assert comparison.shares_by("year")["year"].tolist() == ["2015", "2016", UNDATED]


def test_who_is_silent_and_who_is_unmatched(comparison):
    assert comparison.silent == ["Drivers Union"]
    assert comparison.unmatched == 1


# Shares where a sample is labelled ------------------------------------------------------------------------------------


STAND = "the labelled sample was drawn to stand for"


def sampled(large, probability=0.5, of=lambda copy, statement: (copy + statement) % 2 == 0):
    """Forty newspapers of which the statements that `of` names (every other) are labelled on both targets."""
    kept = [replace(one, sampling_probability=probability) for place, one in enumerate(large.annotations)
            if of(place // 16, place % 16 // 2)]  # fmt: skip
    return replace(large, annotations=tuple(kept))


def cell(made, stakeholder="council", target="buses"):
    return made.shares.set_index(["stakeholder", "target"]).loc[(stakeholder, target)]


def test_a_labelled_sample_corrects_the_share(large):
    made, row = sampled(large), cell(sampled(large))
    # The model calls every third of the council's statements opposed to the buses that the labels call in support.
    assert made.sampling == {"buses": "", "planning": ""}
    assert (row["method"], row["why"], row["labelled"], row["statements"]) == (CORRECTED, "", 60, 120)
    assert (row["support"], row["oppose"], row["none"]) == (60, 20, 40)  # counted: labels, or else the model
    assert row["support_share"] == pytest.approx(2 / 3, abs=0.02)
    assert 0.5 < row["support_low"] < row["support_share"] < row["support_high"] < 0.8
    assert row["oppose_share"] < 0.02
    assert row["net"] == pytest.approx(row["support_share"] - row["oppose_share"])
    assert row["net_low"] < row["net"] < row["net_high"]


def test_the_findings_say_that_a_share_was_corrected_and_what_was_counted(large):
    made = sampled(large)
    row, found = cell(made), made.findings[0]
    assert found.headline == "Fenbridge Council on free buses: for"
    assert found.evidence == (
        "Of 120 statements in 80 articles, 60 for, 20 against, 40 without a position; 60 labelled by annotators, "
        "60 judged by the model alone. Corrected for the model’s errors by a labelled random sample, "
        f"{row['support_share']:.0%} "
        f"(95% interval {row['support_low']:.0%} to {row['support_high']:.0%}) are for and 0% against."
    )
    assert "On free buses, a labelled random sample corrects shares and intervals for its errors." in made.basis


def test_where_all_is_labelled_the_labels_are_counted(large):
    row = cell(large)
    assert (row["method"], row["support_share"], row["labelled"]) == (BOOTSTRAP, 2 / 3, 120)
    assert "interval" not in large.basis


@pytest.mark.parametrize(
    "probability, of, why",
    [
        (0.0, lambda copy, statement: statement < 4, "how the labelled statements were chosen is not known"),
        (0.5, lambda copy, statement: copy < 10, f"{STAND} 160 statements, not for the 320 here"),
        (1.0, lambda copy, statement: copy < 30, f"{STAND} 240 statements, not for the 320 here"),
        (0.1, lambda copy, statement: copy < 30, f"{STAND} 2,400 statements, not for the 320 here"),
        (0.0125, lambda copy, statement: copy == 0 and statement < 4, "labels drawn at random stand in 1 of the art"),
        (1.0, lambda copy, statement: False, "nobody has labelled any of the statements"),
    ],
)
def test_what_is_no_random_sample_corrects_nothing(large, probability, of, why):
    row = cell(sampled(large, probability, of))
    assert row["why"].startswith(why)
    assert (row["method"], row["support_low"], row["support_high"], row["net_low"], row["net_high"]) == (
        NO_INTERVAL, 0, 1, -1, 1)  # fmt: skip
    assert row["support_share"] == row["support"] / 120


def test_labels_of_unknown_probability_are_counted_but_not_taken_for_a_sample(large):
    made = sampled(large)
    chosen = [replace(one, sampling_probability=0.0) for one in large.annotations[:160]]
    drawn = {(one.statement, one.target) for one in made.annotations}
    more = [one for one in chosen if (one.statement, one.target) not in drawn]
    both = replace(made, annotations=(*made.annotations, *more))
    assert cell(both)["labelled"] > cell(made)["labelled"]
    assert cell(both)["support_share"] == cell(made)["support_share"]


def test_what_annotators_differ_about_was_drawn_and_is_named(large):
    made = sampled(large)
    other = replace(made.annotations[0], annotator="ben", stance="none")
    assert (
        "Annotators differ on 1 sampled decision, which counts as not labelled until settled."
        in replace(made, annotations=(*made.annotations, other)).basis
    )


# Scores --------------------------------------------------------------------------------------------------------------


def test_the_model_against_hand_labels(comparison):
    # Three settled labels on buses: support, support, oppose; the model says support, oppose, oppose.
    score = comparison.scores["buses"]
    assert score.confusion.to_numpy().tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert score.accuracy == pytest.approx(2 / 3)
    assert score.macro_f1 == pytest.approx((2 / 3 + 2 / 3) / 2)  # the stance that never occurs does not count


def test_a_target_without_labels_has_no_score(comparison):
    assert list(comparison.scores) == ["buses"]
    assert replace(comparison, annotations=()).scores == {}


def test_the_model_is_scored_by_stakeholder_too(comparison):
    scores = comparison.stakeholder_scores
    assert {name: len(score.labels) for name, score in scores.items()} == {"council": 2, "operators": 1}
    assert scores["council"].ece == pytest.approx(abs(0.7 - 0.5))


def test_labels_from_one_article_bound_nothing(comparison):
    assert comparison.scores["buses"].interval("macro_f1") == (0.0, 1.0)


def test_labels_for_statements_that_are_not_there_are_counted(comparison):
    stray = replace(comparison.annotations[0], statement="zz-1-2")
    stray_too = replace(stray, annotator="ben")
    assert comparison.labels_elsewhere == 0
    more = replace(comparison, annotations=(*comparison.annotations, stray, stray_too))
    assert (more.labels_here, more.labels_elsewhere) == (3, 1)
    assert len(more.table) == 16


# What cannot be compared ---------------------------------------------------------------------------------------------


def test_a_missing_prediction_is_refused(comparison):
    with pytest.raises(InputError, match="a prediction for statement a3-104-150 and target planning"):
        replace(comparison, predictions=comparison.predictions[:-1])


@pytest.mark.parametrize("given", [(0.9, 0.15, 0.15), (0.0, 0.0, 0.0), (1.2, -0.1, -0.1), (float("nan"), 0.5, 0.5)])
def test_what_are_no_probabilities_is_refused(comparison, given):
    wrong = replace(comparison.predictions[0], **dict(zip(STANCES, given, strict=True)))
    with pytest.raises(InputError, match="that sum to 1 for statement a1-1-54 and target buses"):
        replace(comparison, predictions=(wrong, *comparison.predictions[1:]))


def test_no_statements_make_an_empty_comparison(comparison):
    empty = replace(comparison, statements=(), annotations=(), predictions=())
    assert (len(empty.table), len(empty.shares), len(empty.timeline), empty.findings, empty.scores) == (0, 0, 0, [], {})


# From files ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def newspaper(comparison, tmp_path):
    """A folder with the invented articles and one in which nobody speaks, a codebook, labels and a small model."""
    for one in comparison.articles:
        text = f"---\ntitle: {one.title}\npublished: {one.published}\n---\n\n{one.text}"
        (tmp_path / "articles").mkdir(exist_ok=True)
        (tmp_path / "articles" / f"{one.article}.md").write_text(text, encoding="utf-8")
    (tmp_path / "articles" / "rain.txt").write_text("Rain fell on Fenbridge.\n\nThe buses ran late all day.\n")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "ann.jsonl").write_text('{"torn\n')
    table = pd.DataFrame([(row[4], "buses", row[5]) for row in SAID], columns=["text", "target", "stance"])
    save(TfidfStance().fit(table, table["stance"]), tmp_path / "toy")
    book = comparison.codebook
    write(book.targets, tmp_path / "book" / "targets.csv", Target)
    write(book.stakeholders, tmp_path / "book" / "stakeholders.csv", Stakeholder)
    write((), tmp_path / "book" / "people.csv", Person)
    (tmp_path / "book" / "rules.md").write_text(book.rules)
    return tmp_path


def test_a_folder_becomes_a_comparison(newspaper):
    made = compare(newspaper / "articles", newspaper / "book", newspaper / "labels", newspaper / "toy")
    assert len(made.articles) == 4 and made.model == "toy" and made.card == {}
    assert {one.article for one in made.statements} < {one.article for one in made.articles}
    assert len(made.predictions) == len(made.statements) * 2 == len(made.table)
    assert [(one.place, one.reason.split(";")[0]) for one in made.skipped] == [
        ("rain.txt", "no statement found in it"),
        ("ann.jsonl:1", "a whole JSON object"),
    ]


def test_what_the_model_has_answered_is_not_asked_again(newspaper, monkeypatch):
    given = {"codebook": newspaper / "book", "annotations": newspaper / "labels", "model": newspaper / "toy"}
    first = compare(newspaper / "articles", **given)
    monkeypatch.setattr("stance.classifiers.answers.load", None)  # the model cannot be asked
    again = compare(newspaper / "articles", **given)
    assert (again.statements, again.predictions, again.doubtful) == (
        first.statements,
        first.predictions,
        first.doubtful,
    )
    assert again.shares.equals(first.shares)


def test_articles_in_which_no_stakeholder_speaks_are_refused_before_the_model_is_asked(newspaper):
    (newspaper / "articles" / "rain.txt").write_text("“It rained on us all day,” said Joan Pike, a passenger.\n")
    with pytest.raises(InputError, match=r"stakeholders\.csv: a stakeholder for whom one of the 1 statements was made"):
        compare(newspaper / "articles" / "rain.txt", newspaper / "book", newspaper / "labels", newspaper / "toy")


def test_each_group_of_statements_is_estimated_once(labelled, monkeypatch):
    asked = []
    once = shares._estimated
    monkeypatch.setattr(shares, "_estimated", lambda of, rows: asked.append(tuple(rows.index)) or once(of, rows))
    made = replace(labelled, since="2016-01")
    assert len(made.shares) and len(made.differences) and len(made.timeline) and len(made.changes)
    assert len(asked) == len(set(asked)) > 0


def test_a_statement_in_another_language_is_named_once(newspaper):
    (newspaper / "articles/ville.txt").write_text(
        "« La gratuité des bus est une très mauvaise idée pour la ville », said Ada Nwosu, leader of the LGA.\n\n"
        "“Nous voulons que les bus soient plus rapides dans toutes les régions,” said Ada Nwosu.\n",
        encoding="utf-8",
    )
    made = compare(newspaper / "articles", newspaper / "book", newspaper / "labels", newspaper / "toy")
    assert {one.place.partition(":")[0] for one in made.doubtful} == {"ville.txt"}
    assert len({one.place for one in made.doubtful}) == len(made.doubtful)
    assert all(one.reason.startswith("text: not in English, it seems (fr)") for one in made.doubtful)


def test_a_folder_in_which_nobody_speaks_is_refused(newspaper):
    with pytest.raises(InputError, match=r"rain\.txt: at least one article in which somebody says something"):
        compare(newspaper / "articles" / "rain.txt", newspaper / "book", newspaper / "labels", newspaper / "toy")


def test_the_agreement_worked_out_in_conftest(comparison):
    assert agreement(comparison.annotations).loc[0, "alpha"] == pytest.approx(1 - 14 / 38)


# What was made elsewhere ---------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(newspaper):
    """The newspaper's statements and answers as the commands write them, and what the comparison asks for."""
    from stance.steps import write_answers, write_statements

    given = {"articles": newspaper / "articles", "annotations": newspaper / "labels", "model": newspaper / "toy"}
    of = read_study(**given, codebook=newspaper / "book")
    write_statements(of, newspaper / "s.jsonl")
    write_answers(of, newspaper / "s.jsonl", newspaper / "p.csv")
    return given | {"codebook": newspaper / "book"}


def test_statements_and_answers_made_elsewhere_give_the_same_results(newspaper, elsewhere):
    here = compare(**elsewhere)
    there = compare(**elsewhere, statements=newspaper / "s.jsonl", predictions=newspaper / "p.csv")
    pd.testing.assert_frame_equal(here.table, there.table)
    assert here.model == there.model == "toy"


@pytest.mark.parametrize("what, change, message", [
    ("statements", lambda rows: pd.concat([rows, rows]), r"t\.csv: statement: each statement once"),
    ("statements", lambda rows: rows.assign(text="others"), r"t\.csv: statements of these articles, word for word"),
    ("statements", lambda rows: rows.assign(article="0" * 12), r"t\.csv: statements of these articles, word for word"),
    ("predictions", lambda rows: pd.concat([rows, rows]), r"t\.csv: statement: one prediction for each statement"),
    ("predictions", lambda rows: rows.assign(stance="perhaps"), r"t\.csv: stance: one of support, oppose, none, not"),
    ("predictions", lambda rows: rows.assign(statement="x"), r"t\.csv: predictions for these statements"),
    ("predictions", lambda rows: rows[1:], r"a prediction for statement \S+ and target \S+"),
    ("predictions", lambda rows: rows.assign(support="7"), r"probabilities from 0 up that sum to 1"),
])  # fmt: skip
def test_what_does_not_fit_the_articles_is_refused(newspaper, elsewhere, what, change, message):
    rows = read_table(newspaper / {"statements": "s.jsonl", "predictions": "p.csv"}[what])
    write_table(change(rows), newspaper / "t.csv")
    with pytest.raises(InputError, match=message):
        compare(**elsewhere, **{what: newspaper / "t.csv"})
