"""One invented newspaper: three articles, eight statements, two annotators, a model that errs once."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from stance.articles.reading import Article
from stance.classifiers.estimators import TfidfStance
from stance.classifiers.predictions import Prediction
from stance.classifiers.saved import save
from stance.codebook import STANCES, Codebook, Example, Stakeholder, Target, read_codebook
from stance.comparison.results import Results
from stance.labels.annotations import Annotation
from stance.statements.finding import Statement
from stance.tables import frame

HIGH_STREET = """“Free buses will bring people back to the high street,” said Ada Nwosu, leader of Fenbridge Council.

She added: “We cannot wait another year for them.”

The Bus Operators Forum said that free fares would close half of its depots.

On the top deck a boy was reading “Great Expectations”."""
RAID = """“Free buses are a raid on our members,” Tom Bell of the Forum said, “and nobody asked them first.”

“The council and the drivers should draw up the timetable at one table,” argued Ms Nwosu, who leads the council."""
DEPOT = """“We will go to court before we run one free bus,” said Tom Bell, chairman of the Bus Operators Forum.

“My nurse missed three appointments last month,” said Joan Pike, a passenger."""
HARM = """A hard day

“We were told that <script>alert(1)</script> would mend the integration of care,” said Izzi Seccombe of the LGA.

“=HYPERLINK("x") is no answer to our councils and it never was,” she added."""
PRINTED = [
    ("a1", "High street first", "2015-03-02", HIGH_STREET),
    ("a2", "A raid", "2016-05-09", RAID),
    ("a3", "Depots & courts", "", DEPOT),
]
# Speaker, stakeholders, article, kind and words of each statement; the fourth and the fifth are one sentence in two
# pieces, the second has a pronoun for its speaker. Then the model's answers on `buses` and on `planning`.
ADA, TOM = ("Ada Nwosu", ("council",)), ("Tom Bell", ("operators",))
SAID = [
    (*ADA, 0, "direct", "Free buses will bring people back to the high street,", "support", "none"),
    (*ADA, 0, "direct", "We cannot wait another year for them.", "oppose", "none"),
    ("Bus Operators Forum", TOM[1], 0, "indirect", "free fares would close half of its depots", "oppose", "none"),
    (*TOM, 1, "direct", "Free buses are a raid on our members,", "oppose", "none"),
    (*TOM, 1, "direct", "and nobody asked them first.", "none", "none"),
    (*ADA, 1, "direct", "The council and the drivers should draw up the timetable at one table,", "none", "support"),
    (*TOM, 2, "direct", "We will go to court before we run one free bus,", "oppose", "none"),
    ("Joan Pike", (), 2, "direct", "My nurse missed three appointments last month,", "none", "none"),
]
# Both annotators label the first four statements on `buses`. They agree on support, support and oppose; of the fourth
# Ann says oppose and Ben none. Krippendorff's alpha: the 8 labels are 4 support, 3 oppose and 1 none. One pair of four
# differs: observed disagreement 1/4. Expected: 1 - (4*3 + 3*2 + 1*0) / (8*7) = 38/56. alpha = 1 - 14/38 = 0.632.
LABELS = {"ann": ["support", "support", "oppose", "oppose"], "ben": ["support", "support", "oppose", "none"]}

# What takes long: a browser, a whole report, a notebook, a training, hundreds of simulations. A test that asks for one
# of these fixtures, or calls one of these functions, is slow.
SLOW = {"browser", "seminar", "made_report", "made", "write_report", "executed", "train", "simulated"}


@pytest.fixture(scope="session", autouse=True)
def kept_answers(tmp_path_factory):
    """Answers of models are kept for this run of the tests alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def pytest_collection_modifyitems(items):
    for item in items:
        calls = item.function.__code__.co_names if isinstance(item, pytest.Function) else ()
        if SLOW.intersection((*getattr(item, "fixturenames", ()), *calls)):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def comparison():
    targets = (
        Target("buses", "Free buses", "free travel on buses"),
        Target("planning", "Planning together", "planning by council and drivers together"),
    )
    bodies = (
        Stakeholder("council", "Fenbridge Council", "local government"),
        Stakeholder("operators", "Bus Operators Forum", "trade body", ("the Forum",)),
        Stakeholder("drivers", "Drivers Union", "trade union"),
    )
    articles = tuple(
        Article(key, title, "Fenland Argus", day, "", f"{key}.txt", text, key) for key, title, day, text in PRINTED
    )
    said, answers = [], []
    for speaker, stakeholders, number, kind, words, *stances in SAID:
        key, text = articles[number].article, articles[number].text
        start, end = text.index(words), text.index(words) + len(words)
        context = next(paragraph for paragraph in text.split("\n\n") if words in paragraph)
        said.append(
            Statement(
                f"{key}-{start}-{end}",
                key,
                start,
                end,
                words,
                kind,
                context,
                context.index(words),
                words,
                "said",
                speaker,
                speaker,
                "",
                "",
                stakeholders,
                1.0,
            )
        )
        for target, stance in zip(("buses", "planning"), stances, strict=True):
            sure = [0.7 if other == stance else 0.15 for other in STANCES]
            answers.append(Prediction(said[-1].statement, target, stance, *sure, "toy"))
    labels = [
        Annotation(one.statement, "buses", stance, name, "2024-01-05T10:00:00Z", codebook="1.0")
        for name, stances in LABELS.items()
        for one, stance in zip(said, stances, strict=False)
    ]
    codebook = Codebook("1.0", targets, bodies, (), "# Label rules\n\nVersion 1.0\n")
    return Results(articles, tuple(said), tuple(labels), tuple(answers), codebook)


@pytest.fixture
def labelled(comparison):
    """The newspaper with every decision labelled by one annotator, as the model has it but where it errs."""
    labels = [Annotation(one.statement, one.target, one.stance, "ann", "2024-01-05T10:00:00Z", sampling_probability=1.0)
              for one in comparison.predictions]  # fmt: skip
    labels[2] = replace(labels[2], stance="support")
    return replace(comparison, annotations=tuple(labels))


@pytest.fixture
def large(labelled):
    """Forty copies of the labelled newspaper, each an article group of its own."""
    return copied(labelled, 40)


def copied(comparison, number):
    def of(place, identifier):
        return f"{place}x{identifier}"

    copies = range(number)
    return replace(
        comparison,
        articles=tuple(replace(one, article=of(n, one.article), group=of(n, one.group))
                       for n in copies for one in comparison.articles),
        statements=tuple(replace(one, article=of(n, one.article), statement=of(n, one.statement))
                         for n in copies for one in comparison.statements),
        annotations=tuple(replace(one, statement=of(n, one.statement))
                          for n in copies for one in comparison.annotations),
        predictions=tuple(replace(one, statement=of(n, one.statement))
                          for n in copies for one in comparison.predictions),
    )  # fmt: skip


@pytest.fixture(scope="session")
def odd_articles(tmp_path_factory):
    """The digests, with a file that is no text, one in which nobody speaks, and one that means harm."""
    folder = tmp_path_factory.mktemp("articles") / "odd"
    shutil.copytree(Path(__file__).parents[1] / "data" / "articles", folder)
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "nobody.txt").write_text("Rain fell on Fenbridge all day.\n\nThe buses ran late, and nobody minded.")
    (folder / "harm.txt").write_text(HARM, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def made_report(odd_articles, tmp_path_factory):
    """The folder of a whole report on the odd articles, made once a run."""
    from stance.report.pages import write_report

    folder = tmp_path_factory.mktemp("report")
    write_report(odd_articles, folder)
    return folder


@pytest.fixture(scope="session")
def seminar(tmp_path_factory):
    """The folder that `make seminar` makes, made once a run."""
    from editions import build

    folder = tmp_path_factory.mktemp("seminar")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def cheap(tmp_path_factory):
    """The folder of a model that answers at once, and learned from the examples of the codebook."""
    rows = frame(read_codebook().examples, Example)
    folder = tmp_path_factory.mktemp("model") / "cheap"
    save(TfidfStance().fit(rows, rows["stance"]), folder)
    return folder


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    """A folder with a BERT of random weights and two layers, for inference, as `save_pretrained` writes it."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("checkpoint")
    words = "[PAD] [UNK] [CLS] [SEP] [MASK] the speaker supports targets are unfair . good trams we love hate lunch"
    words = words.split()
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.2,
        num_labels=3,
        id2label={0: "contradiction", 1: "entailment", 2: "neutral"},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture
def stance(monkeypatch, capsys):
    """A function that runs a command and gives its exit status, standard output and standard error."""

    from stance import cli

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["stance", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out, captured.err

    return run
