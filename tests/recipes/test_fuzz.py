"""A short run of the fuzzing command on each door; a long one is in models/recipes/README.md."""

import json

import pytest

from stance.files import InputError

from recipes import fuzz
from recipes.fuzz import DOORS, fuzzed, main


@pytest.mark.parametrize("door", DOORS)
def test_each_door_answers_or_refuses_in_one_line(door):
    done, faults = fuzzed(door, 40, seed=1_000_000_000)
    assert (done, faults) == (40, [])


def test_a_door_that_does_neither_is_named_with_the_seed_that_repeats_it(monkeypatch):
    def broken(chance, folder):
        raise KeyError("x") if chance.random() < 0.5 else InputError("two\nlines")

    monkeypatch.setitem(DOORS, "broken", broken)
    done, faults = fuzzed("broken", 20)
    again = fuzzed("broken", 1, seed=int(faults[0].split()[2].strip(":")))
    assert done == 20 and "KeyError: 'x'" in faults[0] and again[1] == faults[:1]


def test_a_run_goes_on_where_the_last_one_was(tmp_path, monkeypatch):
    tried = []
    monkeypatch.setattr(fuzz, "DOORS", {"one": lambda chance, folder: tried.append(chance.random())})
    counts = tmp_path / "counts.json"
    for times in (3, 3, 5):
        with pytest.raises(fuzz.typer.Exit) as ended:
            main("one", times=times, counts=str(counts))
        assert ended.value.exit_code == 0
    assert json.loads(counts.read_text()) == {"one": 5} and len(set(tried)) == len(tried) == 5


def test_a_parquet_file_that_says_wrong_things_of_its_columns_does_not_end_the_process():
    assert fuzzed("table", 1, seed=10_093) == (1, [])


def test_a_parquet_file_that_holds_fewer_rows_than_it_says_is_refused():
    assert fuzzed("table", 1, seed=8883) == (1, [])


def test_a_null_character_in_a_path_of_a_study_is_refused():
    assert fuzzed("study", 1, seed=19_125) == (1, [])
