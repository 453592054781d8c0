"""The wheel: it holds the whole package and what ships with it, and works where there is no checkout."""

import os
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STANCE = ROOT / "stance"


def run(*command, cwd, **settings):
    """What a command prints; its environment names no checkout."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | settings
    done = subprocess.run([*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A Python that has the wheel, and of this environment everything else."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).symlink_to(ROOT / name)
    pip = sys.executable, "-m", "pip", "--quiet"
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source, cwd=folder)
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    [wheel] = folder.glob("*.whl")
    run(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    purelib = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    Path(purelib, "everything-else.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


def test_every_room_is_in_the_wheel():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    rooms = [path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in STANCE.rglob("__init__.py")]
    assert sorted(told) == sorted([*rooms, "stance._shipped"])


@pytest.mark.slow
def test_a_wheel_makes_a_report_where_there_is_no_checkout(installed, tmp_path):
    code = "import stance, stance.shipped as s; print(stance.__file__, *sorted(p.name for p in s.DIGESTS.iterdir()))"
    file, *digests = run(installed, "-c", code, cwd=tmp_path).split()
    assert Path(file).is_relative_to(installed.parents[1])
    (tmp_path / "three").mkdir()
    for name in digests[:3]:
        (tmp_path / "three" / name).write_bytes((ROOT / "data" / "articles" / name).read_bytes())
    stance = installed.parent / "stance"
    assert run(stance, "report", "three", "-o", "out", "--model", "fast", cwd=tmp_path) == "out/index.html\n"
    pages = {path.name for path in (tmp_path / "out").iterdir()}
    assert pages >= {"index.html", "summary.html", "figures.csv", "inputs.json", "4_comparison.html"}
    assert "nothing has changed" in run(stance, "report", "three", "--check", "out", "--model", "fast", cwd=tmp_path)
