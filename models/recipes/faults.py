"""Faults: commands killed or put to sleep at random moments, on a full disk and in a read-only folder; what was lost.

    python -m recipes.faults --kills 200        each long command, killed so often; takes hours
    python -m recipes.faults --kills 5 --only statements

After each fault, whatever stands under a final name must be whole, old or new, and the inputs as they were. After the
last one the command is run to its end, and must leave no litter. Lost is what is not so. The disk that is full is a
small tmpfs, for which one must be root; where it cannot be mounted, the table says so.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from stance.labels.annotations import read_records
from stance.report.inputs import PAGES, RECORD, changes
from stance.shipped import ANNOTATIONS, CODEBOOK, DIGESTS
from stance.tables import read_table

ANSWERS = """
import sys
from stance.codebook import read_codebook
from stance.labels.annotations import Annotation, extend
for number in range(10_000):
    extend([Annotation(f"a-{number}-1", "targets", "none", "ada", "2024-01-05T10:00:00Z", codebook="1")], sys.argv[1])
    print(number, flush=True)
"""


SLEEP = 3  # seconds


class Outcome(NamedTuple):
    """What a fault did: how often it was tried, how often it struck while the command ran, and what was lost."""

    command: str
    fault: str
    tried: int
    struck: int
    lost: int


class Command(NamedTuple):
    """A long command: its words, given the folder to work in; the name of what it writes; whether that is whole."""

    words: Callable[[Path], list[str]]
    writes: str
    is_whole: Callable[[Path], bool]


def is_table(path: Path) -> bool:
    """Whether a table can be read, and holds rows."""
    return len(read_table(path)) > 0


def is_report(folder: Path) -> bool:
    """Whether each page of a report is what its record says."""
    then = json.loads((folder / RECORD).read_text())
    return not [
        one for one in changes(folder, {part: then[part] for part in then if part != PAGES}) if one.part == PAGES
    ]


def is_page(path: Path) -> bool:
    """Whether a page has its end."""
    return path.read_text(encoding="utf-8").rstrip().endswith("</html>")


def stance(*words: str | Path) -> list[str]:
    """The words of a command of ours."""
    return [sys.executable, "-m", "stance.cli", *map(str, words)]


COMMANDS = {
    "statements": Command(lambda at: stance("statements", at / "in", "-o", at / "out.jsonl"), "out.jsonl", is_table),
    "classify": Command(
        lambda at: stance("classify", at / "asked.csv", "--model", "fast", "-o", at / "out.parquet"),
        "out.parquet",
        is_table,
    ),
    "codebook": Command(lambda at: stance("codebook", "-o", at / "out.html"), "out.html", is_page),
    "report": Command(
        lambda at: stance("report", at / "in", "--model", "fast", "--to", "markdown", "-o", at / "out"),
        "out",
        is_report,
    ),
}


def laid(at: Path) -> None:
    """Lay the inputs of all commands into a folder."""
    shutil.copytree(DIGESTS, at / "in")
    asked = "text,target\n" + "We want it.,free buses\n" * 200
    (at / "asked.csv").write_text(asked)


def printed(at: Path) -> str:
    """One hash for the inputs in a folder."""
    files = [at / "asked.csv", *sorted((at / "in").iterdir())]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def run(words: list[str], seconds: float | None = None) -> tuple[int, str]:
    """The exit status and the standard error of a command, killed with all it started after so many seconds."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        return process.wait(seconds), process.communicate()[1]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return -signal.SIGKILL, ""


@contextmanager
def ready(command: Command) -> Iterator[tuple[Path, str, float]]:
    """A folder with the inputs and what the command makes of them; their hash; the seconds that it took."""
    with tempfile.TemporaryDirectory() as place:
        at = Path(place)
        laid(at)
        inputs, begun = printed(at), time.monotonic()
        assert run(command.words(at))[0] == 0
        yield at, inputs, time.monotonic() - begun


def killed(name: str, kills: int, chance: random.Random) -> Outcome:
    """A command killed so often, at random moments of its run; one that ends before its moment was tried in vain."""
    command, tried, struck, lost = COMMANDS[name], 0, 0, 0
    with ready(command) as (at, inputs, takes):
        while struck < kills:
            begun, tried = time.monotonic(), tried + 1
            if run(command.words(at), chance.random() * takes)[0] == -signal.SIGKILL:
                struck += 1
            else:
                takes = time.monotonic() - begun  # the machine was busier before
            lost += not (command.is_whole(at / command.writes) and printed(at) == inputs)
        for path in at.glob(".*"):
            os.utime(path, (begun := time.time() - 3600, begun))  # as if an hour had passed
        lost += run(command.words(at))[0] != 0 or not command.is_whole(at / command.writes) or any(at.glob(".*"))
    return Outcome(name, "kill -9", tried, struck, lost)


def annotator_killed(kills: int, chance: random.Random) -> Outcome:
    """One who answers, killed at random moments: every answer that was called saved must be in the file."""
    lost = 0
    with tempfile.TemporaryDirectory() as place:
        for number in range(kills):
            folder = Path(place) / str(number)
            words = [sys.executable, "-c", ANSWERS, str(folder)]
            process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True)
            assert process.stdout
            process.stdout.readline()
            time.sleep(chance.random())
            os.killpg(process.pid, signal.SIGKILL)
            said = 1 + len(process.stdout.read().split("\n")[:-1])
            lost += len({one.annotation.statement for one in read_records(folder)[0]}) < said
    return Outcome("annotator", "kill -9", kills, kills, lost)


def asleep(name: str, times: int, chance: random.Random) -> Outcome:
    """A command that stands still for some seconds, as when a laptop is shut, and goes on."""
    command, struck, lost = COMMANDS[name], 0, 0
    with ready(command) as (at, inputs, takes):
        for _ in range(times):
            process = subprocess.Popen(
                command.words(at), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            time.sleep(chance.random() * takes)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGSTOP)
                time.sleep(SLEEP)
                struck += process.poll() is None
                os.killpg(process.pid, signal.SIGCONT)
            lost += process.wait() != 0 or not command.is_whole(at / command.writes) or printed(at) != inputs
    return Outcome(name, "asleep", times, struck, lost)


def fill(path: Path) -> None:
    """Write a file until its disk has no room left."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass


def refused(name: str) -> Iterator[Outcome]:
    """A command on a full disk, and in a folder that cannot be written to: one line, the old file, the inputs."""
    command = COMMANDS[name]
    with tempfile.TemporaryDirectory() as place:
        for fault, options in (("disk full", "size=256k"), ("read-only", "ro")):
            disk = Path(place) / fault.replace(" ", "-")
            disk.mkdir()
            if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], capture_output=True).returncode:
                yield Outcome(name, f"{fault} (no leave to mount: not tried)", 0, 0, 0)
                continue
            try:
                at = Path(place) / f"at {fault}"
                laid(at)
                words = [one.replace(str(at / command.writes), str(disk / command.writes)) for one in command.words(at)]
                if fault == "disk full":
                    fill(disk / "filler")
                status, error = run(words)
                one_line = error.strip().split("\n")[-1].startswith("stance: ") and "Traceback" not in error
                half = (disk / command.writes).exists()
                yield Outcome(name, fault, 1, int(status != 0), int(status == 0 or not one_line or half))
            finally:
                subprocess.run(["umount", disk], check=True)


def main(
    kills: Annotated[int, typer.Option(help="How often each command is killed.")] = 5,
    only: Annotated[str, typer.Option(help="One command; by default all of them, and one who answers.")] = "",
    seed: Annotated[int, typer.Option(help="Of the moments.")] = 0,
) -> None:
    """Try faults and print what was lost; exit status 1 where anything was."""
    chance = random.Random(seed)
    shipped = {path: path.read_bytes() for place in (ANNOTATIONS, CODEBOOK) for path in place.glob("*.*")}
    outcomes = []
    print(*Outcome._fields, sep="\t")
    for name in [only] if only else [*COMMANDS, "annotator"]:
        if name == "annotator":
            found: Iterator[Outcome] = iter([annotator_killed(kills, chance)])
        else:
            found = iter([killed(name, kills, chance), asleep(name, kills // 20, chance), *refused(name)])
        for outcome in found:
            print(*outcome, sep="\t", flush=True)
            outcomes.append(outcome)
    untouched = all(path.read_bytes() == before for path, before in shipped.items())
    raise typer.Exit(bool(sum(one.lost for one in outcomes)) or not untouched)


if __name__ == "__main__":
    typer.run(main)
