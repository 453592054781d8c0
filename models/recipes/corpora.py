"""Corpora: labelled pairs of text and target, from public stance corpora and from this project's contrast corpus."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from stance.classifiers.estimators import WORD
from stance.classifiers.saved import sha256
from stance.codebook import STANCES
from stance.shipped import CONTRAST
from stance.tables import InputError, read_table

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
    "contrast": "contrast corpus, targets not in training",
    "vast": "VAST dev, topics not in training",
    "perspectrum": "Perspectrum test",
    "procon20": "ProCon20, a fifth of its questions",
}
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


def held_out(corpora: str | Path) -> pd.DataFrame:
    """The pairs by which models are judged: the tests of `examples` and the contrast corpus's test part."""
    public, ours = examples(corpora), contrast()
    ours = ours[ours["part"] == "test"].assign(test=TESTS["contrast"], corpus="contrast")
    public = public.assign(group=public["target"], context="")
    held = pd.concat([ours.assign(group=ours["wording"]), public[public["test"] != ""]], ignore_index=True)
    return held[["text", "context", "target", "stance", "corpus", "test", "group"]]


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
