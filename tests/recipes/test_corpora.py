import json
import re

import pandas as pd
import pytest

from stance.classifiers.adaptation import labelled
from stance.files import InputError
from stance.shipped import ANNOTATIONS, DATA, DEBATES, DIGESTS
from stance.tables import read_table

from recipes.agreement import agreement
from recipes.corpora import CONTRAST, CORPORA, TESTS, contrast, debates, examples, with_related

VAST, PERSPECTRUM, PROCON = (TESTS[name] for name in ("vast", "perspectrum", "procon20"))


def written(folder, **tables):
    """Corpora of (text, target, label, split) rows; those not named have one row."""
    for name in CORPORA:
        rows = tables.get(name, [(f"A {name} text.", f"the {name} target", "favor", "train")])
        pd.DataFrame(rows, columns=["text", "target", "label", "split"]).to_parquet(folder / f"{name}.parquet")
    return folder


def rows_of(table, corpus):
    rows = table[table["corpus"] == corpus]
    return list(rows[["text", "target", "stance", "test"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    "corpus, rows, expected",
    [
        # labels are named as ours are
        (
            "vast",
            [("Yes.", "it", "favor", "train"), ("No.", "it", "against", "train"), ("Hm.", "it", "none", "train")],
            [("Yes.", "it", "support", ""), ("No.", "it", "oppose", ""), ("Hm.", "it", "none", "")],
        ),
        # a pair counts once, however it is written
        (
            "vast",
            [("Yes, do!", "trams", "favor", "train"), ("yes do", "Trams", "favor", "train")],
            [("Yes, do!", "trams", "support", "")],
        ),
        # and not at all with two labels
        (
            "vast",
            [("Yes.", "it", "favor", "train"), ("Yes.", "it", "against", "train"), ("No.", "it", "against", "train")],
            [("No.", "it", "oppose", "")],
        ),
        # nothing without words
        (
            "vast",
            [("...", "trams", "favor", "train"), ("Yes.", "?", "favor", "train"), ("Yes.", "trams", "favor", "train")],
            [("Yes.", "trams", "support", "")],
        ),
        # a topic of training is no new topic
        (
            "vast",
            [("Yes.", "it", "favor", "train"), ("No.", "it", "against", "dev"), ("No.", "trams", "against", "dev")],
            [("Yes.", "it", "support", ""), ("No.", "trams", "oppose", VAST)],
        ),
        # a text of a test leaves training, and so does a target
        (
            "perspectrum",
            [
                ("It is dear.", "Build it", "against", "train"),
                ("It is dear.", "Buy it", "against", "test"),
                ("It is fun.", "Buy it", "favor", "dev"),
                ("It is old.", "Sell it", "favor", "dev"),
            ],
            [("It is dear.", "Buy it", "oppose", PERSPECTRUM), ("It is old.", "Sell it", "support", "")],
        ),
        # the answer that ProCon's editors append is taken off
        (
            "procon20",
            [("It does.", "Does it float? – YES", "favor", "train")],
            [("It does.", "Does it float?", "support", "")],
        ),
    ],
)
def test_the_pairs_of_a_corpus(tmp_path, corpus, rows, expected):
    assert rows_of(examples(written(tmp_path, **{corpus: rows})), corpus) == expected


def test_a_fifth_of_the_questions_of_procon_is_held_out_whole(tmp_path):
    rows = [
        (f"View {view} on {number}.", f"Should plan {number} go on?", "favor", "train")
        for number in range(200)
        for view in range(2)
    ]
    table = examples(written(tmp_path, procon20=rows))
    procon = table[table["corpus"] == "procon20"]
    held = procon[procon["test"] == PROCON]
    assert 0.12 < len(held) / len(procon) < 0.28
    assert set(held["target"]).isdisjoint(procon[procon["test"] == ""]["target"])


def test_a_text_held_out_in_one_corpus_is_not_trained_on_in_another(tmp_path):
    table = examples(
        written(
            tmp_path,
            perspectrum=[("It is dear.", "Buy it", "against", "test")],
            argkp2021=[
                ("It is dear!", "We should sell it", "favor", "train"),
                ("It is far.", "buy it", "favor", "train"),
                ("It is near.", "We should keep it", "favor", "train"),
            ],
        )
    )
    assert [text for text, *_ in rows_of(table, "argkp2021")] == ["It is near."]


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda folder: (folder / "vast.parquet").unlink(), "vast.parquet: a readable file"),
        (
            lambda folder: pd.DataFrame({"text": ["a"]}).to_parquet(folder / "vast.parquet"),
            r"vast.parquet: target: a column of this name \(found: text\)",
        ),
        (
            lambda folder: pd.DataFrame(
                [("a", "b", "favor", "dev"), ("a", "b", "pro", "dev")], columns=["text", "target", "label", "split"]
            ).to_parquet(folder / "vast.parquet"),
            "vast.parquet:2: label: one of favor, against, none",
        ),
    ],
)
def test_a_corpus_that_is_not_as_expected_is_named(tmp_path, spoil, message):
    spoil(written(tmp_path))
    with pytest.raises(InputError, match=message):
        examples(tmp_path)


# Related targets ----------------------------------------------------------------------------------------------------


def test_related_targets_give_none_to_texts_of_every_corpus():
    training = pd.DataFrame(
        [(f"View {n} on plan {n % 40}.", f"plan {n % 40}", "support", "argkp2021", "") for n in range(200)]
        + [(f"Yes to tram {n % 30}, line {n}.", f"tram {n % 30}", "oppose", "vast", "") for n in range(60)]
        + [("Hm.", "tram 3", "none", "vast", "")],
        columns=["text", "target", "stance", "corpus", "test"],
    )
    table = with_related(training, 0.25)
    added = table[len(training) :]
    assert table[: len(training)].equals(training)
    assert added.groupby("corpus").size().to_dict() == {"argkp2021": 50, "vast": 15}
    assert set(added["stance"]) == {"none"}
    assert not added.merge(training, on=["text", "target"]).size  # never a target that the text is labelled for
    assert with_related(training, 0.25).equals(table)


def test_a_related_target_is_near_to_the_texts_own_but_not_among_the_nearest():
    subjects = {"rail": "train track ticket", "road": "lorry asphalt tyre"}
    training = pd.DataFrame(
        [
            (f"{words} {n}", f"{subject} plan {n}", "support", "vast", "")
            for subject, words in subjects.items()
            for n in range(60)
        ],
        columns=["text", "target", "stance", "corpus", "test"],
    )
    added = with_related(training, 0.5)[120:]
    assert (added["target"].str[:4] == added["text"].map(lambda text: "rail" if "track" in text else "road")).all()


# The contrast corpus ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ours():
    return contrast()


def test_the_contrast_corpus_is_as_large_and_as_mixed_as_its_card_says(ours):
    statements = ours.drop_duplicates("statement")
    assert len(statements) >= 2500 and len(ours) >= 10_000
    assert 0.4 < (statements["subject"] == "care").mean() < 0.7
    assert ours["stance"].value_counts(normalize=True).min() > 0.2
    words = statements["text"].str.split().str.len()
    assert words.min() >= 5 and words.max() <= 70
    assert not statements["text"].str.casefold().duplicated().any()


SENTIMENT = re.compile(
    r"\b(?:(?:welcom|concern|disappoint|fail|unfair|fair|great|disast|proud|sham|disgrac|delight|pleas|regret|fear|worr|hope"
    r"|success|harm|damag|hurt|cruel|support|oppos|object|applaud|prais|condemn|critic|reckless|absurd|important|benefit"
    r"|improv|threat|punish|brilliant|scandal|insult|outrag|unaccept|unreal|unattain|grateful|thank)\w*|good|better|best"
    r"|bad|worse|worst|badly|wonderful|excellent|terrible|awful|loved?|lovely|hated?|happy|glad|sorry|sad|angry|wrong|right"
    r"|back(?:s|ed|ing)|sensible|vital|crucial|wasted?|useless|tragedy|impossible|scrap|likes?|wants?)\b",
    re.IGNORECASE,
)


def test_half_of_the_statements_have_no_word_of_sentiment(ours):
    statements = ours.drop_duplicates("statement")["text"]
    assert (~statements.str.contains(SENTIMENT)).mean() > 0.5


def test_no_target_or_writer_of_dev_and_test_occurs_in_train(ours):
    for name in ("target", "wording", "writer", "statement", "text"):
        values = ours[name].str.casefold().groupby(ours["part"]).agg(set)
        assert not values["train"] & values["dev"] and not values["train"] & values["test"], name
        assert not values["dev"] & values["test"], name


def test_a_reader_who_sees_the_target_alone_cannot_tell_the_stance(ours):
    often = ours[ours.groupby("wording")["wording"].transform("size") >= 20]
    shares = often.groupby("wording")["stance"].value_counts(normalize=True).unstack(fill_value=0)
    assert len(shares) > 150
    assert (shares.max(axis=1) < 0.9).mean() > 0.97


def test_the_statements_of_a_minimal_pair_have_the_same_targets_and_differ():
    pairs = {}
    for line in (CONTRAST / "statements.jsonl").read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        pairs.setdefault(said.get("pair"), []).append(said["stances"])
    del pairs[None]
    assert len(pairs) > 200
    for pair, (one, other) in pairs.items():
        assert set(one) == set(other) and one != other, pair


def test_a_fifth_was_read_again_and_every_dispute_is_settled(ours):
    again = ours[ours["second"] != ""]
    assert again["statement"].nunique() >= ours["statement"].nunique() / 5
    agreed = again[again["first"] == again["second"]]
    assert (agreed["stance"] == agreed["first"]).all()
    assert len(agreed) / len(again) > 0.9


@pytest.mark.parametrize(
    "said, message",
    [
        ({"stances": {"trams": "favor"}}, r"statements\.jsonl:1: stances: trams: one of support, oppose, none"),
        ({"stances": {"buses": "support"}}, r"statements\.jsonl:1: stances: buses: a target that targets\.csv names"),
    ],
)
def test_a_label_or_target_that_nobody_knows_is_refused(tmp_path, said, message):
    (tmp_path / "targets.csv").write_text("target,wording,subject,part\nx-T1,trams,other,train\n")
    row = {"id": "x-1", "text": "We want trams.", "context": "", "pair": "", "tags": []} | said
    (tmp_path / "statements.jsonl").write_text(json.dumps(row) + "\n")
    (tmp_path / "second.jsonl").write_text("")
    with pytest.raises(InputError, match=message):
        contrast(tmp_path)


def test_a_pair_whose_target_is_in_no_part_is_left_out(tmp_path):
    (tmp_path / "targets.csv").write_text("target,wording,subject,part\nx-T1,trams,other,train\nx-T2,buses,other,\n")
    row = {
        "id": "x-1",
        "text": "We want trams.",
        "context": "",
        "pair": "",
        "tags": ["plain"],
        "stances": {"trams": "support", "buses": "none"},
    }
    (tmp_path / "statements.jsonl").write_text(json.dumps(row) + "\n")
    (tmp_path / "second.jsonl").write_text(
        json.dumps({"id": "x-1", "stances": {"trams": "none", "buses": "none"}, "settled": {"trams": "none"}}) + "\n"
    )
    (row,) = contrast(tmp_path).to_dict("records")
    assert (row["target"], row["first"], row["second"], row["stance"]) == ("trams", "support", "none", "none")
    assert (row["wording"], row["writer"], row["tags"]) == ("x-T1", "x", ("plain",))


# Labels ---------------------------------------------------------------------------------------------------------------


def test_digests_of_one_article_are_one_group_with_it(tmp_path):
    sources = {path.name: re.search(r"^source: (\w+)", path.read_text(), re.M)[1] for path in DIGESTS.glob("*.md")}
    table = labelled(DIGESTS)
    assert table["group"].nunique() == len(set(sources.values())) == 5 < len(sources)
    assert set(table["group"]) == set(pd.read_csv(ANNOTATIONS / "articles.csv")["article"])
    copies = tmp_path / "copies"  # where a digest says nothing of its source it is a group of its own
    copies.mkdir()
    for path in DIGESTS.glob("*.md"):
        (copies / path.name).write_text(re.sub(r"^source: .*\n", "", path.read_text(), flags=re.M))
    assert labelled(copies)["group"].nunique() > 5


# The debates ---------------------------------------------------------------------------------------------------------

TOLD = debates()


def test_the_debates_are_as_large_as_the_data_card_says():
    card = (DATA / "README.md").read_text(encoding="utf-8")
    each = TOLD.drop_duplicates("statement")
    assert f"{TOLD['article'].nunique()} invented news articles, {len(each):,} statements, {len(TOLD):,} labels" in card
    for part, rows in TOLD.groupby("part"):
        said = each[each["part"] == part]
        counts = rows["first"].value_counts()
        line = (
            f"| {rows['writer'].nunique()} | {rows['article'].nunique()} | {len(said):,} | {counts['support']:,} "
            f"| {counts['oppose']:,} | {counts['none']:,} |"
        )
        assert line in card


def test_no_writer_of_the_debates_is_in_two_parts_and_the_test_has_two():
    assert (TOLD.groupby("writer")["part"].nunique() == 1).all()
    test = TOLD[TOLD["part"] == "test"]
    assert (test["writer"].nunique(), test["article"].nunique() >= 45) == (2, True)
    texts = TOLD.groupby("text")["part"].nunique()
    assert texts.max() == 1


def test_a_statement_of_the_debates_is_read_in_its_article():
    texts = {row["id"]: row["text"] for row in read_table(DEBATES / "articles.jsonl").to_dict("records")}
    for row in TOLD.drop_duplicates("statement").itertuples():
        assert texts[row.article].startswith(row.headline + "\n\n")
        assert row.context == "" or row.context in texts[row.article]
        stands_before = texts[row.article].index(row.context) + len(row.context) if row.context else 0
        assert texts[row.article].rindex(row.text) >= stands_before


def test_two_readers_of_the_debates_agree_as_the_data_card_says():
    table = agreement(TOLD).set_index("target")
    assert table["labels"].to_dict() == {"targets": 689, "integration": 689, "the articles' own": 4776}
    assert table["same"].round(3).to_dict() == {"targets": 0.981, "integration": 0.99, "the articles' own": 0.979}
    assert table["alpha"].round(2).to_dict() == {"targets": 0.96, "integration": 0.97, "the articles' own": 0.95}
    disputed = TOLD[(TOLD["second"] != "") & (TOLD["first"] != TOLD["second"])]
    assert len(disputed) == len(read_table(DEBATES / "settled.jsonl"))
    assert (disputed["stance"] == disputed["second"]).sum() == 92


@pytest.mark.parametrize(
    "change, message",
    [
        (
            lambda row: row["statements"][0]["stances"].update(t1="maybe"),
            r"jsonl:1: statements: 1: t1: one of",
        ),
        (
            lambda row: row["statements"][0].update(text="Buses."),
            r"jsonl:1: statements: 1: a text that",
        ),
    ],
)
def test_a_broken_article_of_the_debates_is_named(tmp_path, change, message):
    row = {
        "id": "w01-01", "writer": "w01", "subject": "other", "manner": "press",
        "text": "Buses\n\n“Late,” said Ada Nwosu.",
        "targets": [{"id": "t1", "name": "buses", "wordings": ["trams"], "support": "for", "oppose": "against"}],
        "statements": [{"text": "Late,", "kind": "direct", "speaker": "Ada Nwosu", "organisation": "",
                        "stances": {"t1": "none"}}],
    }  # fmt: skip
    (tmp_path / "second.jsonl").touch()
    (tmp_path / "settled.jsonl").touch()
    (tmp_path / "articles.jsonl").write_text(json.dumps(row))
    assert debates(tmp_path)["stance"].tolist() == ["none"]
    change(row)
    (tmp_path / "articles.jsonl").write_text(json.dumps(row))
    with pytest.raises(InputError, match=message):
        debates(tmp_path)
