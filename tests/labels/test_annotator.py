"""The widget without a page: what it draws, what it keeps to itself, and a kernel killed while somebody labels."""

import json
import os
import random
import signal
import threading
import time
from queue import Empty

import pytest
from jupyter_client.manager import start_new_kernel

from stance.classifiers.predictions import Prediction
from stance.labels.annotations import Annotation, extend, read_annotations
from stance.labels.annotator import EVERY, Annotator

KILLS = int(os.environ.get("STANCE_KILLS", 3))  # STANCE_KILLS=50 for the long run
LABELLING = """
from stance.labels.annotator import Annotator
from stance.codebook import Codebook, Target
from stance.statements.finding import Statement
words = (0, 9, "free buses", "direct", "free buses", 0, "free buses", "said", "Ada", "Ada", "", "", (), 1.0)
said = [Statement(f"a{n}-0-9", f"a{n}", *words) for n in range(3000)]
codebook = Codebook("1.0", (Target("buses", "Free buses", "free buses"),), (), (), "")
widget = Annotator(said, "ada", FOLDER, codebook=codebook)
"""


@pytest.fixture
def widget(toy, tmp_path):
    """A function that opens the annotator over the invented newspaper."""

    def opened(person="ada", **more):
        return Annotator(toy.statements, person, tmp_path, toy.articles, toy.codebook, **more)

    return opened


@pytest.fixture
def toy(request):
    return request.getfixturevalue("comparison")


def ask(widget, does, note="", seconds=1.0, item=None):
    item = item or (widget.state["item"] or {"id": ("", "")})["id"]
    widget._asked({"do": does, "item": list(item), "note": note, "seconds": seconds})
    return widget.state


def test_a_question_shows_the_words_in_their_paragraph_with_speaker_and_source(widget, toy):
    shown = widget()
    contexts = {said.statement: said.context for said in toy.statements}
    for _ in range(len(toy.statements) * len(toy.codebook.targets)):
        item = shown.state["item"]
        assert item["before"] + item["words"] + item["after"] == contexts[item["id"][0]]
        assert item["speaker"] in {"Ada Nwosu", "Tom Bell", "Joan Pike", "Bus Operators Forum"}
        assert item["source"][1] == "Fenland Argus"
        ask(shown, "none")
    assert shown.state["item"] is None
    assert (shown.state["done"], shown.state["total"]) == (16, 16)


def test_each_answer_is_on_disk_before_the_next_question_shows(widget, tmp_path):
    shown = widget()
    path = tmp_path / "ada.jsonl"
    seen = []
    shown.observe(lambda change: seen.append((change["new"]["done"], len(path.read_text().splitlines()))), "state")
    for stance in ("support", "oppose", "none"):
        ask(shown, stance)
    assert seen == [(1, 1), (2, 2), (3, 3)]


def test_other_answers_are_not_sent_to_the_page_before_somebody_asks(widget, toy, tmp_path):
    for said in toy.statements:
        for target in toy.codebook.targets:
            extend(
                [Annotation(said.statement, target.target, "oppose", "ben", "2024-01-05T10:00:00Z", note="SECRET")],
                tmp_path,
            )
    guesses = [Prediction(said.statement, target.target, "support", 0.7, 0.2, 0.1, "GUESSER")
               for said in toy.statements for target in toy.codebook.targets]  # fmt: skip
    shown = widget(predictions=guesses)
    for _ in range(3):
        assert "SECRET" not in json.dumps(shown.get_state(), default=str)
        assert "GUESSER" not in json.dumps(shown.get_state(), default=str)
        ask(shown, "none")
    assert ask(shown, "look")["others"] == [
        {"who": "ben", "stance": "oppose", "note": "SECRET"},
        {"who": "the model GUESSER", "stance": "support", "note": "support 0.70, oppose 0.20, none 0.10"},
    ]
    assert ask(shown, "none", "clear")["others"] is None
    found, _ = read_annotations(tmp_path, toy.codebook)
    assert [one.note for one in found if one.annotator == "ada"] == ["", "", "", "not blind: clear"]


def test_agreement_moves_only_now_and_then_so_that_it_does_not_give_answers_away(widget, toy, tmp_path):
    for said in toy.statements:
        extend([Annotation(said.statement, "buses", "none", "ben", "2024-01-05T10:00:00Z", codebook="1.0")], tmp_path)
    shown = widget()
    said = [shown.state["agreement"]] + [ask(shown, "none")["agreement"] for _ in range(EVERY + 2)]
    assert said == [""] * EVERY + ["Free buses: 100% of 5 the same"] * 3


def test_what_goes_wrong_is_said_and_the_question_stays(widget, tmp_path):
    shown = widget()
    question = shown.state["item"]
    (tmp_path / "ada.jsonl").mkdir()
    state = ask(shown, "support", "my note")
    assert (state["error"], state["item"], state["done"]) == (True, question, 0)
    assert state["message"] == f"Not saved. {tmp_path}/ada.jsonl: a file that can be read (Is a directory)"
    (tmp_path / "ada.jsonl").rmdir()
    assert ask(shown, "support")["message"] == "Saved: support."


def test_an_answer_is_not_called_unsaved_because_the_file_of_somebody_else_cannot_be_read(widget, tmp_path):
    shown = widget()
    (tmp_path / "ben.jsonl").mkdir()
    said = [ask(shown, "support") for _ in range(EVERY)]
    assert {state["message"] for state in said[:-1]} == {"Saved: support."}
    expected = f"Saved: support. What others answered cannot be read: {tmp_path}/ben.jsonl: a folder of annotations"
    assert said[-1]["message"].startswith(expected)
    assert (said[-1]["error"], said[-1]["done"]) == (False, EVERY)


def test_an_answer_to_a_question_that_another_tab_has_answered_changes_nothing(widget, tmp_path):
    one, other = widget(), widget()
    first = one.state["item"]["id"]
    ask(one, "support")
    state = ask(other, "oppose", item=first)
    assert state["message"] == "This one was answered in another tab, and that answer stands. Here is the next."
    assert (state["done"], state["item"]["id"]) == (1, one.state["item"]["id"])
    assert len((tmp_path / "ada.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    "does, message",
    [
        ("support", "Saved: support."),
        ("none", "Saved: no position."),
        ("skip", "Skipped; it comes again at the end."),
        ("undo", "Nothing to undo."),
        ("for", "Not saved. stance: support, oppose, none or nothing (undo), not 'for'"),
    ],
)
def test_the_page_is_told_what_was_done(widget, does, message):
    assert ask(widget(), does)["message"] == message


def test_a_note_is_one_line_of_whole_characters(widget, tmp_path):
    ask(widget(), "support", " two\nlines and half \ud83d a smile ")
    assert json.loads((tmp_path / "ada.jsonl").read_text())["note"] == "two lines and half ? a smile"


def test_a_page_without_script_gets_a_line_that_is_always_the_same(widget):
    bundles = [
        shown[0] if isinstance(shown, tuple) else shown
        for shown in (widget()._repr_mimebundle_(), widget()._repr_mimebundle_())
    ]
    assert (
        bundles[0]["text/html"]
        == bundles[1]["text/html"]
        == ("<p>In JupyterLab the annotator opens here. 0 of 16 questions are answered.</p>")
    )


def test_the_adjudicator_sees_who_said_what(widget, toy, tmp_path):
    for one in toy.annotations:
        extend([one], tmp_path)
    shown = widget("cy", adjudicate=True)
    assert shown.state["total"] == 1
    assert [(other["who"], other["stance"]) for other in shown.state["others"]] == [("ann", "oppose"), ("ben", "none")]
    assert ask(shown, "oppose", "rule 3")["item"] is None
    assert json.loads((tmp_path / "adjudicated.jsonl").read_text())["note"] == "cy: rule 3"


def test_the_adjudicator_is_told_what_went_wrong_too(widget, toy, tmp_path):
    for one in toy.annotations:
        extend([one], tmp_path)
    shown = widget("cy", adjudicate=True)
    (tmp_path / "adjudicated.jsonl").mkdir()
    state = ask(shown, "oppose")
    assert (state["error"], state["done"]) == (True, 0)
    where = f"{tmp_path}/adjudicated.jsonl"
    assert state["message"].startswith(f"Not saved. {where}: a file that can be read (Is a directory)")


# A kernel that dies --------------------------------------------------------------------------------------------------


def labelled_until_killed(folder, moment):
    """The questions whose answers were acknowledged before the kernel was killed after `moment` seconds."""
    manager, client = start_new_kernel()
    try:
        client.execute(LABELLING.replace("FOLDER", repr(str(folder))))
        comm = state = None
        while state is None or not state.get("item"):
            content = client.get_iopub_msg(timeout=60)["content"]
            assert "traceback" not in content, content
            if "item" in content.get("data", {}).get("state", {}).get("state", {}):
                comm, state = content["comm_id"], content["data"]["state"]["state"]
        acknowledged = []
        killing = threading.Timer(moment, os.kill, (manager.provisioner.pid, signal.SIGKILL))
        while True:
            content = {"do": "support", "item": state["item"]["id"], "note": "x" * 300, "seconds": 0.1}
            data = {"comm_id": comm, "data": {"method": "custom", "content": content}}
            client.shell_channel.send(client.session.msg("comm_msg", data))
            asked, state = state["item"]["id"], None
            try:
                while state is None:
                    state = client.get_iopub_msg(timeout=3)["content"].get("data", {}).get("state", {}).get("state")
            except Empty:
                assert acknowledged and not killing.is_alive(), "no acknowledgement, and the kernel was not even killed"
                return acknowledged
            assert not state["error"], state["message"]
            acknowledged.append(asked[0])
            if len(acknowledged) == 1:  # however busy the machine is, the kernel has begun to answer
                killing.start()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.slow
def test_a_kernel_that_is_killed_loses_no_acknowledged_answer(tmp_path):
    chance, acknowledged = random.Random(2018), []
    started = time.monotonic()
    for _ in range(KILLS):
        acknowledged += labelled_until_killed(tmp_path, chance.uniform(0.05, 0.8))
    lines = (tmp_path / "ada.jsonl").read_bytes().splitlines()
    rows = [json.loads(line) for line in lines]
    written = [row["statement"] for row in rows]
    assert len(acknowledged) >= KILLS
    assert set(acknowledged) <= set(written)
    assert len(set(written)) == len(written) <= len(acknowledged) + KILLS  # at most one on its way at each kill
    print(f"{KILLS} kills, {len(acknowledged)} acknowledged, {len(rows)} on disk, {time.monotonic() - started:.0f} s")
