"""The commands as a person at a terminal meets them: what is printed where, what is written, and the exit status."""

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from stance import cli, tables
from stance.articles.reading import read_articles
from stance.classifiers import saved as models
from stance.classifiers.estimators import TfidfStance
from stance.classifiers.predictions import predictions
from stance.codebook import read_codebook
from stance.shipped import ANNOTATIONS, CODEBOOK
from stance.statements.finding import Statement
from stance.statements.stakeholders import attributed

ROOT = Path(__file__).parents[1]
STANCE = Path(sys.executable).with_name("stance")
BUSES = "“Buses should be free,” said Ada Nwosu, leader of the LGA.\n\nA boy was reading “Great Expectations” there.\n"
RAIN = "Rain fell on Fenbridge all day.\n\nThe buses ran late, and nobody minded.\n"


@pytest.fixture
def press(tmp_path):
    folder = tmp_path / "press"
    folder.mkdir()
    (folder / "buses.txt").write_text(BUSES, encoding="utf-8")
    (folder / "rain.txt").write_text(RAIN, encoding="utf-8")
    (folder / "binary.txt").write_bytes(bytes(range(256)))
    return folder


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """The folder of a model that has read four sentences."""
    texts = ["Free buses are good", "Free buses are bad", "It rained on the buses", "Buses are good and free"]
    X = pd.DataFrame({"text": texts, "target": "free buses"})
    folder = tmp_path_factory.mktemp("models") / "toy"
    models.save(TfidfStance(features=2**10).fit(X, ["support", "oppose", "none", "support"]), folder)
    return folder


def table(path, **columns):
    tables.write_table(pd.DataFrame(columns), path)
    return path


# statements ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", tables.FORMATS)
def test_statements_are_written_in_the_format_of_the_ending(stance, press, tmp_path, ending):
    status, out, _ = stance("statements", press, "-o", tmp_path / f"said{ending}")
    (said,) = tables.read(tmp_path / f"said{ending}", Statement)
    assert (status, out, said.text, said.speaker) == (0, "", "Buses should be free,", "Ada Nwosu")
    assert said.stakeholders == ("lga",)


def test_what_was_left_out_is_named_at_the_end_with_the_reason(stance, press):
    _, _, err = stance("statements", press, "-o", "-")
    assert err.splitlines() == [
        "left out: binary.txt: a binary file, not text",
        "left out: rain.txt: no statement found in it",
    ]


def test_a_hyphen_prints_csv_and_nothing_else(stance, press):
    status, out, _ = stance("statements", press, "-o", "-")
    assert status == 0
    assert out.splitlines()[0] == ",".join(field.name for field in fields(Statement))
    assert len(out.splitlines()) == 2


def test_explain_says_why_words_in_marks_are_no_statement(stance, press, tmp_path):
    _, _, err = stance("statements", press, "-o", tmp_path / "said.csv", "--explain")
    heads, row = err.splitlines()[:2]
    assert heads.split() == ["article", "place", "words", "what", "why"]
    start = BUSES.index("Great")
    assert re.split(" {2,}", row) == [
        "buses.txt", f"{start}-{start + 18}", "Great Expectations", "no statement", "a title or a name"
    ]  # fmt: skip


@pytest.mark.parametrize("text, words, reason", [
    ("“Buses should be free for everybody,” one nurse said.", "Buses should be free for everybody,",
     "nobody is named: “one nurse”"),
    ("“Buses should be free for everybody.”", "Buses should be free for everybody.",
     "no attribution in its sentence or beside it was understood"),
])  # fmt: skip
def test_explain_says_why_a_statement_has_no_speaker(stance, tmp_path, text, words, reason):
    (tmp_path / "nurse.txt").write_text(text, encoding="utf-8")
    status, _, err = stance("statements", tmp_path / "nurse.txt", "-o", tmp_path / "said.csv", "--explain")
    assert status == 0
    row = ["nurse.txt", f"1-{1 + len(words)}", words, "no speaker", reason]
    assert re.split(" {2,}", err.splitlines()[1]) == row


def test_explain_names_no_statement_whose_speaker_is_known(stance, press, tmp_path):
    assert "Buses should be free" not in stance("statements", press, "-o", tmp_path / "said.csv", "--explain")[2]


# classify ------------------------------------------------------------------------------------------------------------


def test_a_table_keeps_its_rows_their_order_and_its_other_columns(stance, toy, tmp_path):
    texts = ["Buses are bad", "Buses are good"]
    file = table(tmp_path / "t.csv", note=["b", "a"], target=["free buses"] * 2, text=texts)
    status, _, err = stance("classify", file, "-o", tmp_path / "p.csv", "--model", toy)
    answers = tables.read_table(tmp_path / "p.csv")
    assert (status, err) == (0, "")
    assert list(answers) == ["note", "target", "text", "stance", "support", "oppose", "none", "model"]
    assert (answers["note"].tolist(), set(answers["model"])) == (["b", "a"], {"toy"})
    assert answers["stance"].tolist() == ["oppose", "support"]
    assert answers[["support", "oppose", "none"]].astype(float).sum(axis=1).tolist() == pytest.approx([1, 1])


def test_a_statement_is_judged_towards_each_target_of_the_codebook(stance, toy, tmp_path):
    file = table(tmp_path / "s.jsonl", statement=["a1-0-9", "a1-9-18"], text=["Buses are good", "Rain"])
    stance("classify", file, "-o", tmp_path / "p.jsonl", "--model", toy)
    answers = tables.read_table(tmp_path / "p.jsonl")
    targets = [target.target for target in read_codebook().targets]
    assert list(zip(answers["statement"], answers["target"], strict=True)) == [
        (statement, target) for statement in ("a1-0-9", "a1-9-18") for target in targets]  # fmt: skip


def test_statements_that_were_found_can_be_classified_as_they_are(stance, press, toy, tmp_path):
    stance("statements", press, "-o", tmp_path / "said.csv")
    status, _, _ = stance("classify", tmp_path / "said.csv", "-o", tmp_path / "p.parquet", "--model", toy)
    answers = pd.read_parquet(tmp_path / "p.parquet")
    assert (status, len(answers)) == (0, len(read_codebook().targets))
    assert list(answers)[-6:] == ["target", "stance", "support", "oppose", "none", "model"]


@pytest.mark.slow
def test_what_stands_before_a_text_is_read_where_the_table_has_it(stance, tmp_path):
    file = table(
        tmp_path / "t.csv",
        text=["She said that they are."] * 2,
        target=["free buses"] * 2,
        context=["", "Free buses are the best thing that ever came to this town."],
    )
    stance("classify", file, "-o", tmp_path / "p.csv", "--model", "fast")
    answers = tables.read_table(tmp_path / "p.csv")
    assert answers["stance"].tolist() == ["none", "support"]


@pytest.mark.slow
def test_with_its_article_a_statement_is_read_as_the_report_reads_it(stance, tmp_path):
    (tmp_path / "press").mkdir()
    (tmp_path / "press/a.txt").write_text(
        "Ada Nwosu spoke on the national targets for delayed transfers of care, which she called harmful.\n\n"
        "“We want them gone,” said Ada Nwosu, leader of Fenshire County Council.\n\n“Nobody asked us,” she said.\n",
        encoding="utf-8",
    )
    stance("statements", tmp_path / "press", "-o", tmp_path / "said.csv")
    for name, more in (("with", ["--articles", tmp_path / "press"]), ("without", [])):
        stance("classify", tmp_path / "said.csv", "-o", tmp_path / f"{name}.csv", "--model", "fast", *more)
    given = {name: tables.read_table(tmp_path / f"{name}.csv") for name in ("with", "without")}
    found, _ = read_articles(tmp_path / "press")
    codebook = read_codebook()
    expected = predictions(models.load("fast"), attributed(found, codebook), codebook.targets, found)
    assert given["with"]["support"].astype(float).tolist() == pytest.approx([one.support for one in expected], abs=1e-6)
    assert given["without"]["support"].tolist() != given["with"]["support"].tolist()
    torn = table(tmp_path / "torn.csv", statement=["a1-0-9"], text=["Yes"])
    _, _, err = stance("classify", torn, "-o", tmp_path / "p.csv", "--model", "fast", "--articles", tmp_path / "press")
    assert err == f"stance: {torn}:2: start: where in its article the statement begins, a number\n"


@pytest.mark.slow
def test_a_doubtful_answer_is_named_by_the_line_of_its_file_and_once(stance, tmp_path):
    file = table(
        tmp_path / "s.csv",
        statement=["a1-0-9", "a1-9-18"],
        text=["We are glad.", "Wir sind der Meinung, dass die neue Linie viel zu teuer ist."],
    )
    status, _, err = stance("classify", file, "-o", tmp_path / "p.csv", "--model", "fast")
    assert (status, err.count("\n")) == (0, 1)
    assert err.startswith(f"doubtful: {file}:3: text: not in English, it seems (de)")


def test_an_identifier_of_the_codebook_stands_for_its_description(stance, toy, tmp_path):
    target = read_codebook().targets[0]
    file = table(tmp_path / "t.csv", text=["Buses"] * 2, target=[target.target, target.description])
    stance("classify", file, "-o", tmp_path / "p.csv", "--model", toy)
    answers = tables.read_table(tmp_path / "p.csv")
    assert answers["target"].tolist() == [target.target, target.description]
    assert answers["support"].nunique() == 1


@pytest.mark.slow
def test_the_default_model_is_in_the_repository(stance, tmp_path):
    file = table(tmp_path / "t.csv", text=["Buses are good"], target=["free buses"])
    status, out, _ = stance("classify", file, "-o", "-")
    assert (status, out.splitlines()[1].split(",")[-1]) == (0, models.DEFAULT)


# hydrate -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def labelled(press, tmp_path, monkeypatch):
    """Labels for the buses, for an article that was printed otherwise and for one that nobody holds."""
    from stance.articles.reading import read_articles

    key = next(article.article for article in read_articles(press)[0] if article.path == "buses.txt")
    folder = tmp_path / "labels"
    folder.mkdir()
    rows = ["article,path", f"{key},buses.txt", "ffffffffffff,rain.txt", "000000000000,gone.txt"]
    (folder / "articles.csv").write_text("\n".join(rows))
    row = {"statement": f"{key}-1-22", "article": key, "start": 1, "end": 22, "kind": "direct"}
    (folder / "statements.jsonl").write_text(json.dumps(row) + "\n")
    return folder


def test_hydrate_brings_back_the_words_and_says_what_was_found(stance, labelled, press, tmp_path):
    status, out, _ = stance("hydrate", press, "-o", tmp_path / "said.csv", "--annotations", labelled)
    (said,) = tables.read(tmp_path / "said.csv", Statement)
    assert (status, said.text) == (0, "Buses should be free,")
    outcomes = [line.split(maxsplit=3)[1:3] for line in out.splitlines()[1:]]
    assert outcomes == [["buses.txt", "found"], ["rain.txt", "refused"], ["gone.txt", "not"]]


def test_hydrate_prints_csv_and_says_the_rest_on_standard_error(stance, labelled, press):
    _, out, err = stance("hydrate", press, "-o", "-", "--annotations", labelled)
    assert out.startswith("statement,article,") and "refused" not in out
    assert "rain.txt" in err and "refused" in err


def test_hydrate_without_a_labelled_article_ends_in_one_line(stance, labelled, press):
    (press / "buses.txt").write_text(RAIN.replace("Rain", "Snow"))
    status, out, err = stance("hydrate", press, "--annotations", labelled)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "at least one labelled article (buses.txt: its text is another: " in err


# What cannot be used is said in one line, with status 2 --------------------------------------------------------------


@pytest.mark.parametrize("columns, message", [
    ({"text": ["a", ""], "target": ["b", "b"]}, r"t.csv:3: text: some words"),
    ({"text": ["a", "..."], "target": ["b", "b"]}, r"t.csv:3: text: some words"),
    ({"text": ["a", "b"], "target": ["b", " "]}, r"t.csv:3: target: some words"),
    ({"text": [], "target": []}, r"t.csv: at least one row"),
    ({"text": ["a"]}, r"t.csv: target: a column of this name (found: text)"),
    ({"target": ["a"]}, r"t.csv: text: a column of this name (found: target)"),
    ({"statement": ["a"]}, r"t.csv: text: a column of this name (found: statement)"),
    ({"text": ["a"], "target": ["b"], "none": ["0"]}, r"t.csv: none: no column of this name, which an answer gets"),
])  # fmt: skip
def test_a_table_that_cannot_be_judged(stance, toy, tmp_path, columns, message):
    file = table(tmp_path / "t.csv", **columns)
    status, out, err = stance("classify", file, "-o", tmp_path / "p.csv", "--model", toy)
    assert (status, out, err) == (2, "", f"stance: {tmp_path}/{message}\n")
    assert not (tmp_path / "p.csv").exists()


def test_missing_cells_of_json_are_named_too(stance, toy, tmp_path):
    (tmp_path / "t.jsonl").write_text('{"text": "a", "target": "b"}\n\n{"text": "a", "target": null}\n')
    status, _, err = stance("classify", tmp_path / "t.jsonl", "-o", tmp_path / "p.csv", "--model", toy)
    assert (status, err) == (2, f"stance: {tmp_path}/t.jsonl:3: target: some words\n")


@pytest.mark.parametrize("words, message", [
    (["statements", "{tmp}/none", "-o", "{tmp}/s.csv"], "none: an existing file or folder"),
    (["statements", "{tmp}/empty", "-o", "{tmp}/s.csv"], "empty: a folder with articles in it"),
    (["statements", "{tmp}/press/binary.txt", "-o", "{tmp}/s.csv"], "binary.txt: at least one article that can be"),
    (["statements", "{tmp}/press/rain.txt", "-o", "-"], "rain.txt: at least one article in which somebody says"),
    (["statements", "{tmp}/none", "-o", "{tmp}/s.xlsx"], "s.xlsx: an output name that ends in .jsonl, .csv,"),
    (["statements", "{tmp}/press", "-o", "{tmp}/press/rain.txt/s.csv"], "rain.txt: a folder that can be written to"),
    (["statements", "{tmp}/press"], "Missing option '-o'"),
    (["statements", "--frobnicate"], "No such option: --frobnicate"),
    (["classify", "{tmp}/press/rain.txt", "-o", "-"], "rain.txt: a file name that ends in .jsonl, .csv, .parquet"),
    (["classify", "{tmp}/t.csv", "-o", "-", "--model", "no-such"], "no-such: the name of a model"),
    (["report", "{tmp}/none"], "none: an existing file or folder"),
    (["report", "{tmp}/press", "--to", "pdf"], "to: one of html, markdown, docx, not 'pdf'"),
    (["train", "--base", "b", "-o", "{tmp}/m"], "Missing option '--labels'"),
    (["train", "--labels", "{tmp}", "--base", "b", "-o", "{tmp}/m"], "labels of statements that these articles hold"),
    (["train", "--labels", "{tmp}", "--base", "b", "-o", "{tmp}/t.csv/m"], "t.csv/m: a folder that can be written to"),
    (["classify", "{tmp}/t.csv", "-o", "{tmp}/empty.csv"], "empty.csv: the name of a file, not of a folder"),
    (["hydrate", "{tmp}/none"], "none: an existing file or folder"),
    (["frobnicate"], "No such command 'frobnicate'"),
])  # fmt: skip
def test_errors_are_one_line(stance, press, tmp_path, words, message):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.csv").mkdir()
    table(tmp_path / "t.csv", text=["a"], target=["b"])
    status, out, err = stance(*(word.format(tmp=tmp_path) for word in words))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err and "Traceback" not in err
    assert not list(tmp_path.glob(".*")) and not (tmp_path / "s.csv").exists()


def test_a_full_disk_is_one_line(stance, press, tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "replace", full)
    status, _, err = stance("statements", press, "-o", tmp_path / "s.csv")
    assert (status, err.count("\n")) == (1, 1)
    assert "No space left on device" in err


def test_a_fault_of_ours_is_not_hidden(stance, press, monkeypatch):
    def fault(path, whole):
        raise ValueError("a fault of ours")

    monkeypatch.setattr("stance.steps.sources", fault)
    monkeypatch.setattr(sys, "argv", ["stance", "statements", str(press), "-o", "-"])
    with pytest.raises(ValueError, match="a fault of ours"):
        cli.main()


# report, train ------------------------------------------------------------------------------------------------


def test_report_hands_on_the_study_and_names_what_was_left_out(stance, press, tmp_path, monkeypatch):
    asked = []
    made = SimpleNamespace(skipped=[("a.txt", "empty")], doubtful=[("b.txt: 3-9", "text: not in English")])
    monkeypatch.setattr("stance.report.pages.write_report", lambda **how: asked.append(how) or made)
    status, out, err = stance("report", press, "-o", tmp_path)
    stance("report", press, "-o", tmp_path, "--model", "mine", "--codebook", press, "--annotations", press)
    _, told, _ = stance("report", "--articles", press, "-o", tmp_path, "--to", "markdown", "--why", "--no-notebooks")
    given = [(of.articles, of.codebook, of.annotations, of.model) for of in (how.pop("study") for how in asked)]
    assert given == [
        (press, CODEBOOK, ANNOTATIONS, models.DEFAULT),
        (press, press, press, "mine"),
        (press, CODEBOOK, ANNOTATIONS, models.DEFAULT),
    ]
    html = {"out": str(tmp_path), "to": "html", "why": False, "notebooks": True, "statements": "", "predictions": ""}
    assert asked == [html, html, html | {"to": "markdown", "why": True, "notebooks": False}]
    assert told == f"{tmp_path}/report.md\n"
    assert (status, out) == (0, f"{tmp_path}/index.html\n")
    assert err == "left out: a.txt: empty\ndoubtful: b.txt: 3-9: text: not in English\n"


def test_a_notebook_that_fails_is_one_line(stance, press, monkeypatch):
    from stance.report.notebooks import NotebookError

    def failing(*given, **how):
        raise NotebookError("1_statements.ipynb, cell 2: NameError: no such name")

    monkeypatch.setattr("stance.report.pages.write_report", failing)
    assert stance("report", press) == (1, "", "stance: 1_statements.ipynb, cell 2: NameError: no such name\n")


def test_train_prints_the_scores_of_the_model_before_and_after(stance, monkeypatch, tmp_path):
    rows = pd.DataFrame({"test": "Buses", "stance": ["support", "oppose"], "group": ["a", "b"], "target": "buses"})
    right = rows.assign(model="mine", support=[0.8, 0.1], oppose=[0.1, 0.8], none=0.1)
    wrong = rows.assign(model="base", support=[0.1, 0.8], oppose=[0.8, 0.1], none=0.1)
    asked = []
    monkeypatch.setattr(
        "stance.classifiers.adaptation.adapt", lambda *given: asked.append(given) or pd.concat([right, wrong])
    )
    out = tmp_path / "mine"
    _, told, _ = stance(
        "train", "--labels", "labels", "--articles", "press", "--base", "models/stance-mpnet", "-o", out
    )
    stance("train", "--labels", "labels", "-o", out)
    assert asked == [
        ("labels", "press", "models/stance-mpnet", str(out)),
        ("labels", "", models.DEFAULT, str(out)),
    ]
    shown = [line.split() for line in told.splitlines()]
    assert [shown[0], shown[3]] == [["mine"], ["base"]]
    accuracy = shown[1].index("accuracy")
    assert [shown[2][accuracy], shown[5][accuracy]] == ["1.000", "0.000"]


# The process ---------------------------------------------------------------------------------------------------------


def test_help_loads_nothing_heavy():
    heavy = "pandas numpy sklearn torch transformers trafilatura matplotlib nbclient"
    code = f"import sys, stance.cli; print([name for name in {heavy.split()!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_stance_alone_prints_the_help():
    told = subprocess.run([STANCE], capture_output=True, text=True)
    assert told.returncode == 0
    assert all(
        command in told.stdout for command in ("statements", "classify", "report", "hydrate", "train", "codebook")
    )


def test_a_reader_who_leaves_early_is_no_error(press):
    command = f"'{STANCE}' statements '{ROOT / 'data' / 'articles'}' -o - | head -c 10"
    shell = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (shell.stdout, shell.stderr) == ("statement,", "")


STOPPED = """
import sys, time
from stance import cli, steps

steps.write_answers = lambda *given: (print("begun", flush=True), time.sleep(60))
sys.argv = ["stance", "classify", "t.csv", "-o", "p.csv"]
cli.main()
"""


def test_a_stop_by_the_keyboard_is_one_line_and_leaves_nothing(tmp_path):
    heeding = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}  # a job in the background ignores it
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": tmp_path}
    with subprocess.Popen([sys.executable, "-c", STOPPED], start_new_session=True, **pipes, **heeding) as running:
        try:
            assert running.stdout.readline() == "begun\n"
            running.send_signal(signal.SIGINT)
            assert running.communicate(timeout=60)[1] == "stance: stopped\n"
        finally:
            running.kill()
    assert running.returncode == 130
    assert list(tmp_path.iterdir()) == []


# What comes in ----------------------------------------------------------------------------------------------------


def test_an_article_whose_name_is_not_utf8_is_read_and_named(stance, tmp_path):
    (tmp_path / "in").mkdir()
    for name, text in ((b"\xff\x1b[2J.txt", "“It rained,” said Ada Nwosu of the LGA."), (b"\xfe.txt", "Nobody spoke.")):
        (tmp_path / "in" / os.fsdecode(name)).write_text(text, encoding="utf-8")
    status, _, told = stance("statements", tmp_path / "in", "-o", tmp_path / "out.jsonl")
    assert status == 0 and "\\udcfe.txt" in told and "\x1b" not in told
    assert stance("statements", tmp_path / "in", "-o", "-")[0] == 0


@pytest.mark.parametrize("field, value", [("context", ["a"]), ("headline", {"a": 1}), ("text", ["a"]), ("target", [1])])
def test_a_cell_that_is_no_text_is_named(stance, toy, tmp_path, field, value):
    row = {"text": "We want it.", "target": "trams"} | {field: value}
    (tmp_path / "t.jsonl").write_text(json.dumps(row) + "\n")
    status, _, told = stance("classify", tmp_path / "t.jsonl", "-o", "-", "--model", toy)
    assert status == 2 and f"t.jsonl:1: {field}: " in told


def test_a_terminal_without_the_letters_gets_them_written_out(press):
    words = [sys.executable, "-m", "stance.cli", "statements", str(press), "-o", "-"]
    told = subprocess.run(words, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, check=True)
    assert b"said" in told.stdout
    told.stdout.decode("utf-8")
