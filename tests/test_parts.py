"""Work that memory does not hold: what is finished is kept, whatever ends the run, and nothing is done twice."""

import functools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stance import steps, tables
from stance.files import InputError
from stance.parts import notes_of, outcomes, write_joined
from stance.study import read_study
from stance.tables import read_table, table_parts, write_table

STANCE = Path(sys.executable).with_name("stance")


def doubled(number):
    return pd.DataFrame({"number": [number], "twice": [2 * number]}), [("told", str(number))]


def worked(output, numbers, work=doubled, engine=""):
    with outcomes(work, ((number,) for number in numbers), output, engine) as found:
        write_joined(found, output)
        return [note for table in found for note in notes_of(table)]


# Parts of a table ----------------------------------------------------------------------------------------------------

ROWS = pd.DataFrame({"text": ["a", "b\nb", "=c", "", "e"], "target": ["x"] * 5})


@pytest.mark.parametrize("ending", tables.FORMATS)
@pytest.mark.parametrize("rows", [1, 2, 5, 9])
def test_the_parts_of_a_table_are_its_rows_with_their_lines(tmp_path, ending, rows):
    write_table(ROWS, tmp_path / f"t{ending}")
    whole, parts = read_table(tmp_path / f"t{ending}"), list(table_parts(tmp_path / f"t{ending}", rows))
    assert [len(part) for part in parts] == [rows] * (5 // rows) + [5 % rows] * (5 % rows > 0)
    assert [line for part in parts for line in part.index] == whole.index.tolist()
    assert pd.concat(parts).to_dict("records") == whole.to_dict("records")


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_without_rows_has_one_part_with_its_columns(tmp_path, ending):
    write_table(ROWS[:0], tmp_path / f"t{ending}")
    [part] = table_parts(tmp_path / f"t{ending}", 2)
    assert (list(part), len(part)) == (["text", "target"], 0)


def test_what_is_broken_further_down_is_told_when_it_is_reached(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"text": "a"}\n{"text": "b"}\n{"text"\n')
    parts = table_parts(tmp_path / "t.jsonl", 2)
    assert len(next(parts)) == 2
    with pytest.raises(InputError, match=r"t\.jsonl:3: a JSON object"):
        next(parts)


def test_a_corrupt_row_group_of_parquet_is_one_line_with_its_place(tmp_path):
    path = tmp_path / "t.parquet"
    rows = pd.DataFrame({"text": np.random.default_rng(0).bytes(40_000).hex(" ").split(" "), "target": "x"})
    rows.to_parquet(path, row_group_size=1_000, index=False)
    broken = bytearray(path.read_bytes())
    middle = len(broken) // 2
    broken[middle : middle + 2_000] = bytes(2_000)
    path.write_bytes(broken)
    with pytest.raises(InputError, match=r"t\.parquet:\d+: a Parquet table \(") as told:
        list(table_parts(path, 500))
    assert str(told.value).count("\n") == 0


# Joined --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", tables.FORMATS)
def test_parts_are_joined_to_what_the_whole_would_be(tmp_path, ending):
    kept = [tmp_path / f"{place}{ending}" for place in range(3)]
    for path, rows in zip(kept, [ROWS[:2], ROWS[2:2], ROWS[2:]], strict=True):
        write_table(rows, path)
    write_joined(kept, tmp_path / f"joined{ending}")
    write_table(ROWS, tmp_path / f"whole{ending}")
    joined, whole = read_table(tmp_path / f"joined{ending}"), read_table(tmp_path / f"whole{ending}")
    assert joined.to_dict("records") == whole.to_dict("records")
    if ending != ".parquet":
        assert (tmp_path / f"joined{ending}").read_bytes() == (tmp_path / f"whole{ending}").read_bytes()


def test_a_list_that_is_empty_throughout_a_part_and_a_column_without_values_are_joined(tmp_path):
    kept = [tmp_path / "1.parquet", tmp_path / "2.parquet"]
    for path, row in zip(kept, [((), None, 1), (("lga",), "b", 1.5)], strict=True):
        write_table(pd.DataFrame([row], columns=["stakeholders", "role", "weight"]), path)
    write_joined(kept, tmp_path / "joined.parquet")
    joined = read_table(tmp_path / "joined.parquet")
    assert [list(one) for one in joined["stakeholders"]] == [[], ["lga"]]
    assert joined["weight"].tolist() == [1.0, 1.5]


def test_columns_of_two_types_are_told_and_the_parts_kept(tmp_path):
    def mixed(number):
        return pd.DataFrame({"value": ["a" if number else 1]}), []

    with pytest.raises(InputError, match=r"columns of one type in all rows"):
        worked(tmp_path / "t.parquet", range(2), mixed)
    assert len(list((tmp_path / ".t.parquet.parts").glob("*.parquet"))) == 2


# A run that ends before its work does --------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt(), InputError("a word")])
def test_what_was_finished_is_not_done_again(tmp_path, fault):
    done = []

    @functools.wraps(doubled)
    def failing(number):
        done.append(number)
        if number == 2 and done.count(2) == 1:
            raise fault
        return doubled(number)

    with pytest.raises(type(fault)):
        worked(tmp_path / "t.csv", range(4), failing)
    assert not (tmp_path / "t.csv").exists()
    assert worked(tmp_path / "t.csv", range(4), failing) == [("told", str(number)) for number in range(4)]
    assert done == [0, 1, 2, 2, 3]
    assert (tmp_path / "t.csv").read_text() == "number,twice\n0,0\n1,2\n2,4\n3,6\n"
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_a_part_is_done_again_where_what_is_given_has_changed(tmp_path):
    def stopping(numbers):
        yield from numbers
        raise InputError("a whole table")

    with pytest.raises(InputError):
        worked(tmp_path / "t.csv", stopping([0, 1, 2]))
    worked(tmp_path / "t.csv", [0, 7, 2])
    assert read_table(tmp_path / "t.csv")["number"].tolist() == ["0", "7", "2"]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A table of 6,000 rows, a model that has read three sentences, and what `classify` gives undisturbed."""
    from stance.classifiers.estimators import TfidfStance
    from stance.classifiers.saved import save

    folder = tmp_path_factory.mktemp("asked")
    X = pd.DataFrame({"text": ["Free buses are good", "Free buses are bad", "It rained"], "target": "free buses"})
    save(TfidfStance(features=2**10).fit(X, ["support", "oppose", "none"]), folder / "toy")
    texts = [f"The {number}th bus is {'good' if number % 3 else 'bad'}" for number in range(6_000)]
    write_table(pd.DataFrame({"text": texts, "target": "free buses"}), folder / "t.csv")
    steps.write_answers(read_study(model=folder / "toy"), folder / "t.csv", folder / "whole.csv")
    return folder


def kept(output):
    return sorted(path.name for path in output.parent.glob(f".{output.name}.parts/*.csv") if path.name[0] != ".")


@pytest.mark.slow
def test_after_kill_9_the_same_command_goes_on(asked, tmp_path, monkeypatch):
    output = tmp_path / "t.csv"
    command = [STANCE, "classify", asked / "t.csv", "-o", output, "--model", asked / "toy"]
    run = subprocess.Popen(list(map(str, command)))
    while len(kept(output)) < 2:
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.wait()
    finished, done = len(kept(output)), []
    work = steps._judged
    monkeypatch.setattr(steps, "_judged", functools.wraps(work)(lambda *given: done.append(0) or work(*given)))
    steps.write_answers(read_study(model=asked / "toy"), asked / "t.csv", output)
    assert finished >= 2 and len(done) == 6 - finished
    assert output.read_bytes() == (asked / "whole.csv").read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".csv"] == []


# Past one machine ----------------------------------------------------------------------------------------------------


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and three workers, each a process: its address, and the processes."""
    pytest.importorskip("distributed", reason="pip install 'stance-notebooks[dask]'")
    place = tmp_path / "scheduler" / "file.json"
    place.parent.mkdir()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place.parent}
    quiet["env"] = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    shared = ["--scheduler-file", str(place), "--no-dashboard"]
    one = [str(STANCE.with_name("dask")), "worker", *shared, "--nthreads", "1", "--no-nanny"]
    processes = [subprocess.Popen([one[0], "scheduler", *shared, "--port", "0", "--host", "127.0.0.1"], **quiet)]
    processes += [subprocess.Popen(one, **quiet) for _ in range(3)]
    while not place.exists():
        assert processes[0].poll() is None
        time.sleep(0.1)
    yield f"dask:{json.loads(place.read_text())['address']}", processes
    for process in processes:
        process.kill()
        process.wait()


def once(output, parts, then):
    """A thread that waits until so many parts are finished, and then does something."""

    def wait():
        while len(kept(output)) < parts:
            time.sleep(0.005)
        then()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


@pytest.mark.slow
def test_three_workers_of_which_one_is_killed_give_the_same_table(asked, cluster, tmp_path):
    engine, (_, *workers) = cluster
    output = tmp_path / "t.csv"
    thread = once(output, 1, workers[0].kill)
    steps.write_answers(read_study(model=asked / "toy"), asked / "t.csv", output, engine=engine)
    thread.join()
    assert [worker.poll() is None for worker in workers] == [False, True, True]
    assert output.read_bytes() == (asked / "whole.csv").read_bytes()


@pytest.mark.slow
def test_statements_by_workers_are_those_of_one_machine(cluster, tmp_path):
    text = "“Buses {} should be free,” said Ada Nwosu, leader of the LGA."
    words = [text.format(number % 450) for number in range(500)]  # some are copies, in another part
    write_table(pd.DataFrame({"text": words}), tmp_path / "a.parquet")
    of = read_study(articles=tmp_path / "a.parquet")
    told = [steps.write_statements(of, tmp_path / f"{name}.jsonl", engine=engine)
            for name, engine in (("here", ""), ("there", cluster[0]))]  # fmt: skip
    assert (tmp_path / "here.jsonl").read_bytes() == (tmp_path / "there.jsonl").read_bytes()
    assert len(read_table(tmp_path / "here.jsonl")) == 450
    assert told[0] == told[1] and len(told[0]) == 50
    assert told[0][0] == ("left out", "a.parquet:451", "an exact copy of a.parquet:1")


@pytest.mark.slow
def test_a_scheduler_that_goes_away_is_one_line_and_the_run_goes_on_elsewhere(asked, cluster, tmp_path, monkeypatch):
    engine, (scheduler, *_) = cluster
    output = tmp_path / "t.csv"
    monkeypatch.setattr("stance.parts.PATIENCE", 5)
    once(output, 1, scheduler.kill)
    with pytest.raises(InputError, match=r"engine: a scheduler and workers that answer.* goes on from there"):
        steps.write_answers(read_study(model=asked / "toy"), asked / "t.csv", output, engine=engine)
    assert 0 < len(kept(output)) < 6
    steps.write_answers(read_study(model=asked / "toy"), asked / "t.csv", output)
    assert output.read_bytes() == (asked / "whole.csv").read_bytes()


def test_a_worker_with_another_model_says_so(asked):
    with pytest.raises(InputError, match="the one on this worker differs"):
        steps._judged(str(asked / "toy"), "0" * 64, "", "t.csv", pd.DataFrame(), pd.DataFrame())


def test_a_worker_without_the_model_says_so(asked):
    with pytest.raises(InputError, match="no-such: the name of a model"):
        steps._judged("no-such", "0" * 64, "", "t.csv", pd.DataFrame(), pd.DataFrame())


@pytest.mark.parametrize("engine, message", [
    ("spark", "engine: dask or dask:ADDRESS, not 'spark'"),
    ("dask:127.0.0.1:9", "127.0.0.1:9: engine: a scheduler and workers that answer"),
])  # fmt: skip
def test_an_engine_that_is_not_there(tmp_path, monkeypatch, engine, message):
    if engine != "spark":
        pytest.importorskip("distributed", reason="pip install 'stance-notebooks[dask]'")
    monkeypatch.setattr("stance.parts.PATIENCE", 1)
    with pytest.raises(InputError, match=message):
        worked(tmp_path / "t.csv", [1], engine=engine)


def test_without_dask_its_name_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"engine: Dask \(pip install 'stance-notebooks\[dask\]'\)"):
        worked(tmp_path / "t.csv", [1], engine="dask")


# A folder of tables --------------------------------------------------------------------------------------------------


def test_a_folder_of_tables_is_read_as_one_with_all_columns(asked, tmp_path):
    folder = tmp_path / "parts"
    write_table(pd.DataFrame({"text": ["good"], "target": ["buses"]}), folder / "1.parquet")
    write_table(pd.DataFrame({"text": ["bad"], "target": ["buses"], "id": ["x"]}), folder / "2.jsonl")
    write_table(pd.DataFrame({"text": [], "target": []}), folder / "3.csv")
    steps.write_answers(read_study(model=asked / "toy"), folder, tmp_path / "t.csv")
    answers = read_table(tmp_path / "t.csv")
    assert answers[["text", "target", "id"]].to_numpy().tolist() == [["good", "buses", ""], ["bad", "buses", "x"]]


def test_in_a_folder_the_row_that_cannot_be_judged_is_told_with_its_file_before_the_work(asked, tmp_path):
    folder = tmp_path / "parts"
    write_table(pd.DataFrame({"text": ["good"], "target": ["buses"]}), folder / "1.csv")
    write_table(pd.DataFrame({"text": ["good", " "], "target": ["buses"] * 2}), folder / "2.csv")
    with pytest.raises(InputError, match=r"parts/2\.csv:3: text: some words"):
        steps.write_answers(read_study(model=asked / "toy"), folder, tmp_path / "t.csv")
    assert not list(tmp_path.glob(".*"))
