"""Pseudonyms: the labels and corrections of a study without the names of those who made them, for a report."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from stance.files import InputError
from stance.labels.annotations import ADJUDICATED, STATEMENTS, whole_object
from stance.study import Study


def pseudonyms(study: Study) -> dict[str, str]:
    """What to call each annotator of a study, who is named by a file or in one: 'annotator 1' up, in the order of the
    names, so that whatever is in the order of annotators stays so. What was adjudicated keeps its name.
    """
    files = [path for folder in _folders(study) for path in _files(folder) if _holds_records(path)]
    names = {path.stem for path in files}
    for path in files:
        names |= {name for line in path.read_bytes().split(b"\n") if (name := _annotator(line))}
    people = sorted(names - {ADJUDICATED})
    return {name: f"annotator {number:0{len(str(len(people)))}}" for number, name in enumerate(people, start=1)}


def unnamed(study: Study, place: str | Path) -> Study:
    """A study like this one, whose labels and corrections lie in the folder `place`, by pseudonyms (see `pseudonyms`).

    A line that cannot be read is as it was. Raises InputError for a file that cannot be read.
    """
    names = pseudonyms(study)
    try:
        for folder in _folders(study):
            (Path(place) / folder.name).mkdir()
            for path in _files(folder):
                stem, made = path.stem, path.read_bytes()
                if _holds_records(path):
                    stem, made = names.get(stem, stem), b"\n".join(_renamed(line, names) for line in made.split(b"\n"))
                (Path(place) / folder.name / f"{stem}{path.suffix}").write_bytes(made)
    except OSError as error:
        raise InputError(f"a folder of annotations ({error.strerror})", error.filename) from error
    return replace(study, annotations=Path(place) / study.annotations.name)


def _folders(study: Study) -> list[Path]:
    return [folder for folder in (study.annotations, study.corrections) if folder.is_dir()]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def _holds_records(path: Path) -> bool:
    return path.suffix == ".jsonl" and path.name != STATEMENTS


def _annotator(line: bytes) -> str:
    """The annotator of a record; empty where the line is none."""
    try:
        name = whole_object(line).get("annotator")
    except InputError:
        return ""
    return name if isinstance(name, str) else ""


def _renamed(line: bytes, names: Mapping[str, str]) -> bytes:
    if not (name := _annotator(line)) or name not in names:
        return line
    return json.dumps(whole_object(line) | {"annotator": names[name]}).encode()
