"""What is found and reckoned has not moved: see make.py beside this file, which also writes it anew."""

import json
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent
GOLDEN = [json.loads(line) for line in (HERE / "statements.jsonl").read_text(encoding="utf-8").splitlines()]
SOURCES = list(dict.fromkeys(row["source"] for row in GOLDEN))


@pytest.fixture(scope="module")
def make():
    import importlib.util

    spec = importlib.util.spec_from_file_location("golden_make", HERE / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def found(make):
    return json.loads(json.dumps(make.statements()))


@pytest.mark.parametrize("source", SOURCES)
def test_the_statements_are_the_same(found, source):
    rows = [row for row in found if row["source"] == source]
    if source == "press" and not rows:
        pytest.skip("the press articles are not at hand, and none may be in the repository")
    assert rows == [row for row in GOLDEN if row["source"] == source]


@pytest.mark.slow
@pytest.mark.parametrize("source", ["digests", "press"])
def test_the_figures_are_the_same(make, source, tmp_path, monkeypatch):
    if not make.SOURCES[source].is_dir():
        pytest.skip("the press articles are not at hand, and none may be in the repository")
    monkeypatch.setattr(make, "SOURCES", {source: make.SOURCES[source]})
    golden = pd.read_csv(HERE / f"figures-{source}.csv")
    monkeypatch.setattr(make, "HERE", tmp_path)
    monkeypatch.setenv(make.CHOSEN, "")  # put back afterwards
    make.main(["figures"])
    made = pd.read_csv(tmp_path / f"figures-{source}.csv")
    numbers = ["value", "low", "high", "n"]
    pd.testing.assert_frame_equal(made.drop(columns=numbers), golden.drop(columns=numbers))
    # A network's probabilities differ a little from processor to processor, and with them what they round to.
    pd.testing.assert_frame_equal(made[numbers], golden[numbers], atol=0.02)
