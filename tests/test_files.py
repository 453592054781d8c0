"""Files and folders: what is read cannot hurt, what is written is whole or not there, and litter is swept."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stance.files import DEEPEST, InputError, parsed, printable, read_bytes, written_folder, written_whole


def old(place):
    """Make a workplace look as if its run had begun an hour ago."""
    os.utime(place, (time.time() - 3600,) * 2)


def held(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


# Read ----------------------------------------------------------------------------------------------------------------


def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(InputError, match=r"t\.csv: a file, not a pipe or device"):
        read_bytes(tmp_path / "t.csv")


def test_a_file_without_end_is_refused_by_its_size(tmp_path):
    with (tmp_path / "t.csv").open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(InputError, match=r"t\.csv: at most 1,000,000,000 bytes, not 1,000,000,000,000"):
        read_bytes(tmp_path / "t.csv")


@pytest.mark.parametrize(
    "text, message",
    [
        ("[" * 2_000 + "]" * 2_000, f"JSON of at most {DEEPEST} levels"),
        ('{"a":' * 100_000, f"JSON of at most {DEEPEST} levels"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), f"JSON of at most {DEEPEST} levels"),
        ("9" * 5_000, "a JSON object"),
        ('"\\ud800"', "a JSON object"),
        ("oops", "a JSON object"),
    ],
)
def test_json_that_would_hurt_is_refused_in_one_line(text, message):
    for given in (text, text.encode()):
        with pytest.raises(InputError, match=f"^f.json:3: {message}"):
            parsed(given, "f.json", 3)
    assert parsed("[" * DEEPEST + "]" * DEEPEST)


@pytest.mark.parametrize("text, shown", [
    ("a\x1b[2Jb", "a\\x1b[2Jb"), ("a\u202eb", "a\\u202eb"), ("\ud8ff.txt", "\\ud8ff.txt"), ("“é”\nтак", "“é”\nтак"),
])  # fmt: skip
def test_what_a_terminal_would_obey_is_written_out(text, shown):
    assert printable(text) == shown
    assert str(InputError("a page", text)) == f"{' '.join(shown.split())}: a page"


# Written whole -------------------------------------------------------------------------------------------------------


def test_a_full_disk_names_the_file_and_leaves_the_old_one(tmp_path):
    (tmp_path / "t.csv").write_text("old")
    with pytest.raises(OSError, match=r"No space left on device: '.*t\.csv'"), written_whole(tmp_path / "t.csv"):
        raise OSError(28, "No space left on device")
    assert held(tmp_path) == {"t.csv": "old"} and len(list(tmp_path.iterdir())) == 1


def test_a_folder_is_switched_as_one_and_keeps_what_is_not_replaced(tmp_path):
    out = tmp_path / "out"
    (out / "mine").mkdir(parents=True)
    for name, text in {"index.html": "old", "notes.txt": "mine", "mine/a.txt": "mine"}.items():
        (out / name).write_text(text)
    with written_folder(out) as new:
        (new / "index.html").write_text("new")
        (new / "picture.svg").write_text("new")
        assert held(out)["index.html"] == "old" and "picture.svg" not in held(out)
    assert held(out) == {"index.html": "new", "picture.svg": "new", "notes.txt": "mine", "mine/a.txt": "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_whose_making_fails_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="no"), written_folder(tmp_path / "out") as new:
        (new / "index.html").write_text("new")
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [".", "..", "file"])
def test_what_cannot_be_switched_is_named_before_the_work(tmp_path, monkeypatch, place):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "file").write_text("")
    monkeypatch.chdir(tmp_path / "study")
    with pytest.raises(InputError, match="the name of a folder, and not of the one that this is run in"):
        written_folder(place).__enter__()


def test_two_runs_into_one_folder_give_the_one_that_ends_last_whole(tmp_path):
    out = tmp_path / "out"
    one, other = written_folder(out), written_folder(out)
    for run, text in ((one, "one"), (other, "other")):
        new = run.__enter__()
        for name in ("a", "b"):
            (new / name).write_text(text)
    other.__exit__(None, None, None)
    assert held(out) == {"a": "other", "b": "other"}
    one.__exit__(None, None, None)
    assert held(out) == {"a": "one", "b": "one"} and len(list(tmp_path.iterdir())) == 1


# Killed --------------------------------------------------------------------------------------------------------------

WRITER = """
import sys, time
from stance.files import written_folder, written_whole
with {writing}(sys.argv[1]) as new:
    print("ready", flush=True)
    time.sleep(60)
"""


def killed(writing, path):
    run = subprocess.Popen([sys.executable, "-c", WRITER.format(writing=writing), str(path)], stdout=subprocess.PIPE)
    assert run.stdout.readline() == b"ready\n"
    return run


@pytest.mark.parametrize("writing", ["written_whole", "written_folder"])
def test_what_a_killed_run_has_left_is_swept_by_the_next_but_not_of_one_that_lives(tmp_path, writing):
    run = killed(writing, tmp_path / "out")
    (place,) = tmp_path.iterdir()
    old(place)
    with written_folder(tmp_path / "out") as new:
        (new / "a").write_text("a")
    assert place.exists()
    run.send_signal(signal.SIGKILL)
    run.wait()
    old(place)
    with written_folder(tmp_path / "out") as new:
        (new / "a").write_text("b")
    assert [path.name for path in tmp_path.iterdir()] == ["out"] and held(tmp_path / "out") == {"a": "b"}


def test_killed_between_the_switch_and_the_end_loses_nothing_of_what_was_there(tmp_path):
    """The old folder lies in the workplace, its work begun no longer: as a kill after the exchange leaves it."""
    out, place = tmp_path / "out", tmp_path / ".out.x.work"
    for folder, text in ((out, "new"), (place / "new", "old")):
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(text)
    (place / "new" / "notes.txt").write_text("mine")
    old(place)
    with written_folder(out) as new:
        (new / "index.html").write_text("newest")
    assert held(tmp_path) == {"out/index.html": "newest", "out/notes.txt": "mine"}


def test_json_lines_of_a_torn_write_are_no_file(tmp_path):
    with pytest.raises(KeyError), written_whole(tmp_path / "t.jsonl") as beside:
        beside.write_text(json.dumps({"a": 1}))
        raise KeyError
    assert not Path(tmp_path / "t.jsonl").exists()
