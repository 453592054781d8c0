"""Corpora: labelled pairs of text and target, from public stance corpora and from this project's contrast corpus."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from stance.articles.reading import Article
from stance.classifiers.estimators import WORD
from stance.classifiers.predictions import pairs
from stance.classifiers.saved import sha256
from stance.codebook import STANCES, Target
from stance.files import InputError
from stance.shipped import CONTRAST, DEBATES
from stance.statements.finding import Statement
from stance.statements.quotations import find_quotations, paragraphs
from stance.statements.sentences import around, find_sentences, hide
from stance.tables import read_table

# What the shipped model learns from, with the licence that the source states. Not here: corpora for non-commercial use;
# tweets; sentiment towards people and bodies in the news, which is not stance (one such corpus, DSE, took macro-F1 on
# VAST dev from .58 to .55).
CORPORA = {
    "vast": ("VAST (Allaway & McKeown 2020): newspaper readers' comments towards topics", "none stated; for research"),
    "procon20": ("ProCon20 (Hosseinia et al. 2020): quoted statements on policy questions", "MIT"),
    "perspectrum": ("Perspectrum (Chen et al. 2019): one-sentence perspectives on claims", "CC BY-SA 4.0"),
    "argkp2021": ("ArgKP-2021 (Friedman et al. 2021): crowd arguments on motions", "CDLA-Sharing 1.0"),
    "ibm_claim_stance": ("IBM Claim Stance (Bar-Haim et al. 2017): Wikipedia claims on motions", "CC BY-SA 3.0"),
}
TESTS = {
    "debates": "debates, articles by writers not in training",
    "study": "a stranger's study: nine articles on libraries",
    "contrast": "contrast corpus, targets not in training",
    "vast": "VAST dev, topics not in training",
    "perspectrum": "Perspectrum test",
    "procon20": "ProCon20, a fifth of its questions",
}
PARTS = {"w13": "dev", "w14": "dev", "w15": "test", "w16": "test"}  # of the debates, by writer; the others train
OURS = ("targets", "integration")  # the targets of the codebook, in the debates too
STANCE_OF = {"favor": "support", "against": "oppose", "none": "none"}


def examples(corpora: str | Path) -> pd.DataFrame:
    """The labelled pairs of CORPORA in a folder: text, target, stance, corpus, test (empty for training).

    Tests are VAST's dev part, Perspectrum's test part and a fifth of ProCon20's questions, chosen by their sha256 since
    its published parts share questions. A pair counts once, and not at all where its labels conflict. No text of a test
    is in training, and no target: its pairs leave training, but VAST's few-shot topics leave the test.
    Raises InputError for a missing file or column and for an unknown label.
    """
    table = pd.concat([_corpus(Path(corpora) / f"{name}.parquet") for name in CORPORA], ignore_index=True)
    # 44 of ProCon20's questions end in the answer that its editors gave.
    table["target"] = table["target"].str.replace(r"\s*[-–—]\s*(?:YES|NO)$", "", regex=True)
    table["stance"] = table["label"].map(STANCE_OF)
    text, target = (table[name].str.lower().str.findall(WORD).str.join(" ") for name in ("text", "target"))
    fifth = target.map(lambda words: int(sha256(words.encode()), 16) % 5 == 0)
    published = {"vast": table["split"] == "dev", "perspectrum": table["split"] == "test", "procon20": fifth}
    table["test"] = ""
    for corpus, held in published.items():
        table.loc[held & (table["corpus"] == corpus), "test"] = TESTS[corpus]
    pair = text + "\n" + target
    conflicting = table.groupby(pair)["stance"].transform("nunique") > 1
    clear = (text != "") & (target != "") & ~pair.duplicated() & ~conflicting
    held, few_shot = clear & (table["test"] != ""), clear & (table["test"] == TESTS["vast"])
    training = clear & ~held & ~text.isin(text[held]) & ~target.isin(target[held & ~few_shot])
    few_shot &= target.isin(target[training])
    columns = ["text", "target", "stance", "corpus", "test"]
    return table.loc[training | held & ~few_shot, columns].reset_index(drop=True)


def _corpus(path: Path) -> pd.DataFrame:
    rows = read_table(path)
    for field in ("text", "target", "label", "split"):
        if field not in rows:
            raise InputError(f"a column of this name (found: {', '.join(map(str, rows))})", path, field=field)
    if not (known := rows["label"].isin(STANCE_OF)).all():
        raise InputError(f"one of {', '.join(STANCE_OF)}", path, int(rows.index[~known][0]), "label")
    return rows.assign(corpus=path.stem)


def contrast(folder: str | Path = CONTRAST) -> pd.DataFrame:
    """The labelled pairs of the contrast corpus, one row a statement and target: statement, text, context, target,
    wording (the id of what the target's words mean, shared with its other wordings), stance (the writer's, or what a
    dispute was settled to), first (the writer's), second (the blind second reader's, or empty), part (train, dev,
    test), subject (care or other), writer, tags, pair (shared by two minimally different statements, or empty).

    Pairs whose target has no part are left out: another part has a target that means the same.
    Raises InputError for an unknown stance, or a target that targets.csv does not name.
    """
    statements, targets = Path(folder) / "statements.jsonl", Path(folder) / "targets.csv"
    known = read_table(targets).to_dict("records")
    meanings = {(row["target"].partition("-")[0], row["wording"]): row for row in known}
    second = {row["id"]: row for row in read_table(Path(folder) / "second.jsonl").fillna("").to_dict("records")}
    rows = []
    for line, said in enumerate(read_table(statements).to_dict("records"), 1):
        writer = said["id"].partition("-")[0]
        shared = {name: "" if pd.isna(said[name]) else said[name] for name in ("context", "pair")}
        shared |= {"statement": said["id"], "text": said["text"], "writer": writer}
        shared["tags"] = tuple(said["tags"]) if isinstance(said["tags"], list) else ()
        for target, stance in said["stances"].items():
            if stance not in STANCES:
                raise InputError(f"one of {', '.join(STANCES)}", statements, line, f"stances: {target}")
            if (writer, target) not in meanings:
                raise InputError(f"a target that {targets.name} names", statements, line, f"stances: {target}")
            meant, again = meanings[writer, target], second.get(said["id"], {"stances": {}, "settled": ""})
            rows.append(shared | {
                "target": target, "wording": meant["target"], "stance": (again["settled"] or {}).get(target, stance),
                "first": stance, "second": again["stances"].get(target, ""), "part": meant["part"],
                "subject": meant["subject"],
            })  # fmt: skip
    return pd.DataFrame([row for row in rows if row["part"]])


def debates(folder: str | Path = DEBATES, file: str = "articles.jsonl") -> pd.DataFrame:
    """The labelled pairs of the debates corpus, one row a statement and target, each statement read in its article as
    `predictions.pairs` reads it: statement, article, text, headline, context, behind, target (its name), wordings (of
    the target, its name first), clauses (what counts as support and as opposition), wording (the id of what the target
    means, the same in all articles for the codebook's two), stance (the writer's, or what a dispute was settled to),
    first (the writer's), second (the blind second reader's, or empty), part (train, dev, test: by writer), writer,
    subject (care or other), manner (press or oblique), kind, speaker, organisation.

    `file` may name another one of the same form: study.jsonl, articles on one subject with a codebook of its own, none
    of which is in training. Raises InputError for an unknown stance and for a statement that its article does not hold
    once.
    """
    path = Path(folder) / file
    again = {row["id"]: row["stances"] for row in read_table(Path(folder) / "second.jsonl").to_dict("records")}
    settled = {
        (row["statement"], row["target"]): row["stance"]
        for row in read_table(Path(folder) / "settled.jsonl").to_dict("records")
    }
    rows = []
    for line, article in enumerate(read_table(path).to_dict("records"), 1):
        shared = {name: article[name] for name in ("writer", "subject", "manner")} | {"article": article["id"]}
        shared["part"] = PARTS.get(article["writer"], "train")
        second = again.get(article["id"]) or [{} for _ in article["statements"]]
        for number, (said, reread) in enumerate(zip(article["statements"], second, strict=True), 1):
            statement = f"{article['id']}-{number:02d}"
            if article["text"].count(said["text"]) != 1:
                raise InputError("a text that stands once in its article", path, line, f"statements: {number}")
            read = in_article(article["text"], said["text"], said["kind"])
            for target in article["targets"]:
                first = said["stances"].get(target["id"])
                if first not in STANCES:
                    raise InputError(
                        f"one of {', '.join(STANCES)}", path, line, f"statements: {number}: {target['id']}"
                    )
                key = target["id"] if target["id"] in OURS else f"{article['id']}-{target['id']}"
                rows.append(shared | read | {
                    "statement": statement, "kind": said["kind"], "speaker": said["speaker"],
                    "organisation": said["organisation"], "target": target["name"], "wording": key,
                    "wordings": (target["name"], *target["wordings"]),
                    "clauses": (target["support"], target["oppose"]),
                    "stance": settled.get((statement, target["id"]), first), "first": first,
                    "second": reread.get(target["id"], ""),
                })  # fmt: skip
    return pd.DataFrame(rows)


def as_read(told: pd.DataFrame, wordings: Iterable[str] | None = None) -> pd.DataFrame:
    """Pairs of the debates with the target as the program reads it, with what counts as support and as opposition;
    `wordings` are others for the targets.
    """
    given = zip(told["target"] if wordings is None else wordings, told["clauses"], strict=True)
    return told.assign(target=[Target("", "", target, *clauses).words for target, clauses in given])


def in_article(article: str, words: str, kind: str) -> dict[str, str]:
    """What a model reads of a statement in an article whose first paragraph is its headline: text, headline and
    context, as in `predictions.pairs`; and `behind`, the paragraph behind its own, which it does not read.
    """
    start = article.index(words)
    headline, _, story = article.partition("\n\n")
    if start < len(headline):  # words that the headline itself quotes
        return {"text": headline, "headline": headline, "context": "", "behind": ""}
    left, right = next(span for span in paragraphs(article) if span[0] <= start < span[1])
    paragraph = article[left:right]
    sentences = list(find_sentences(hide(paragraph, find_quotations(paragraph)), 0, len(paragraph)))
    first, last = around(sentences, start - left, start - left + len(words))
    stands = len(headline) + 2
    said = Statement(
        "", "", start - stands, start - stands + len(words), words, kind, paragraph, start - left,
        paragraph[first:last], "", "", "", "", "", (), 1.0,
    )  # fmt: skip
    whole = Article("", headline, "", "", "", "", story, "")
    read = pairs([said], [Target("", "", "")], [whole]).iloc[0][["text", "headline", "context"]].to_dict()
    return read | {"behind": article[right:].strip().partition("\n\n")[0]}


def held_out(corpora: str | Path) -> pd.DataFrame:
    """The pairs by which models are judged, one row a pair and test: the test part of the debates (also each of the
    codebook's targets and each manner by itself) and of the contrast corpus, a stranger's study, and the tests of
    `examples`. The index is the same where a pair is in several tests.

    `group` is what draws of a bootstrap keep together: the article, or the target.
    """
    told, study, ours, public = debates(), debates(file="study.jsonl"), contrast(), examples(corpora)
    told, study = (as_read(rows).assign(corpus="debates", group=rows["article"]) for rows in (told, study))
    held = pd.concat(
        [
            told[told["part"] == "test"].assign(test=TESTS["debates"]),
            study.assign(test=TESTS["study"]),
            ours[ours["part"] == "test"].assign(test=TESTS["contrast"], corpus="contrast", group=ours["wording"]),
            public[public["test"] != ""].assign(group=public["target"]),
        ],
        ignore_index=True,
    )
    tested = held[held["test"] == TESTS["debates"]]
    parts = [
        tested[tested[column] == value].assign(test=f"{TESTS['debates']}: {value}")
        for column, values in (("wording", OURS), ("manner", ("press", "oblique")))
        for value in values
    ]
    columns = ["text", "headline", "context", "target", "stance", "corpus", "test", "group", "wording"]
    return pd.concat([held, *parts])[columns].fillna("")


def with_related(training: pd.DataFrame, share: float = 0.25) -> pd.DataFrame:
    """The training pairs and, for each corpus, `share` as many pairs more that take no position: a text of the corpus
    with a target near to its own, drawn from a fixed seed among the nearest tenth but for the nearest fiftieth.

    Targets are near whose texts share words (cosine of TF-IDF). Without such pairs a model learns sentiment: it never
    meets a text that favours one thing, asked about a thing beside it.
    """
    random, tables = np.random.default_rng(0), [training]
    for _, rows in training.groupby("corpus", sort=False):
        labelled = rows[rows["stance"] != "none"]
        said = (labelled["target"] + " " + labelled["text"]).groupby(labelled["target"]).agg(" ".join)
        words = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(said)
        place = {target: number for number, target in enumerate(said.index)}
        own = rows.groupby("text")["target"].agg(set)
        drawn = labelled.sample(round(share * len(rows)), random_state=0) if len(labelled) else labelled
        near = (words[[place[target] for target in drawn["target"]]] @ words.T).toarray()
        # Nearer ones are too often the same question in other words.
        nearest = np.argsort(-near, axis=1, kind="stable")[:, max(len(said) // 50, 4) : max(len(said) // 10, 20)]
        chosen = []
        for text, order in zip(drawn["text"], nearest, strict=True):
            others = [said.index[number] for number in order if said.index[number] not in own[text]]
            chosen.append(others[random.integers(len(others))])
        tables.append(drawn.assign(target=chosen, stance="none"))
    return pd.concat(tables, ignore_index=True)
