"""Large tables: what is made has no row twice, and a command that is killed is begun again."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
import typer

from stance.shipped import ROOT

from recipes import large

SCRIPT = """
import sys, time
from pathlib import Path
parts = Path(sys.argv[1])
if (parts / "0.parquet").exists():
    sys.exit()
held = bytearray(50_000_000)
for number in range(3):
    (parts / f"{number}.parquet").touch()
time.sleep(600)
"""


def test_articles_are_made_alike_each_time_and_none_twice(monkeypatch):
    monkeypatch.setattr(large, "PART", 30)
    first, again = (pd.concat(large.made(70, 4), ignore_index=True) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert len(first) == 70 == first["text"].nunique()
    assert first["published"].between("2013-01-01", "2018-12-28").all()


def test_a_command_is_killed_when_some_parts_are_finished_and_begun_again(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(large, "FINISHED", 3)
    seconds, peak = large.watched([sys.executable, "-c", SCRIPT, str(tmp_path)], tmp_path)
    assert seconds < 60 and peak > 50
    assert capsys.readouterr().out == "killed; the same command again\n"


def test_a_command_that_fails_ends_the_measurement_with_its_status():
    with pytest.raises(typer.Exit) as ended:
        large.watched([sys.executable, "-c", "raise SystemExit(2)"])
    assert ended.value.exit_code == 2


@pytest.mark.slow
def test_a_report_is_made_of_answers_from_elsewhere_and_its_pages_are_measured(tmp_path):
    """In a process of its own, since a browser may be open in this one."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'models'}"}
    words = [sys.executable, "-m", "recipes.large", "report", str(tmp_path), "--rows", "40"]
    run = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(run.stdout.strip().split("\n")[-1])
    assert told["articles"] == 40 and told["statements"] == len(pd.read_parquet(tmp_path / "statements-40.parquet"))
    assert 0 < told["index_mb"] <= told["largest_mb"] < 15 and told["seconds"] > 0 and told["peak_mb"] > 100
    if os.environ.get("CI") or told["index_opens_in"]:  # without a Chromium there is no time
        assert 0 < told["index_opens_in"] < 30
