"""Inputs: what a report was made from, written beside it, and what has changed in them since.

The same inputs give the same record, wherever they lie: it holds names, hashes and versions, and no place and no time.
"""

import hashlib
import json
import os
import platform
import re
from collections.abc import Mapping
from importlib.metadata import requires, version
from pathlib import Path
from typing import NamedTuple

import stance
from stance.classifiers.saved import DEFAULT, model_folder
from stance.files import InputError, parsed, printable
from stance.labels.pseudonyms import pseudonyms
from stance.shipped import MODELS, PACKAGE
from stance.shipped import NOTEBOOKS as SHIPPED
from stance.study import Study
from stance.tables import read_text

NOTEBOOKS = sorted(SHIPPED.glob("[1-4]_*.ipynb"))
RECORD = "inputs.json"  # its name beside index.html
VERSIONS, PAGES = "versions", "pages"
PARTS = ("study", "articles", "codebook", "annotations", "corrections", "model", "notebooks", "code", VERSIONS, PAGES)

Inputs = dict[str, dict[str, str]]


class Change(NamedTuple):
    """What is not as it was when a report was made: a part of its record, what became of it, and which item it is.

    `what` is new, gone or altered, and `name` a file; for versions, `name` says which version was then and is now.
    """

    part: str
    what: str
    name: str


def recorded(study: Study, *made_elsewhere: str | Path) -> Inputs:
    """What the report of a study rests on: by part, the sha256 of each file by its name, and the versions of the
    software.

    Files of annotators have their pseudonyms for names, unless the study shows the names.

    The parts are study (what study.toml says of the report), articles (and what was found and answered elsewhere),
    codebook, annotations, corrections, model, notebooks, code (the package itself) and versions. Raises InputError
    where one is not there.
    """
    told = {
        "title": study.title,
        "dates_to_cut": "; ".join(study.dates_to_cut),
        "leave_out": "; ".join(study.leave_out),
    }
    told["names"] = "shown" * study.names
    record = {"study": {name: value for name, value in told.items() if value}}
    record |= {part: hashes(getattr(study, part)) for part in ("articles", "codebook", "annotations")}
    record["articles"] |= {name: one for file in made_elsewhere if file for name, one in hashes(file).items()}
    record["corrections"] = hashes(study.corrections) if study.corrections.is_dir() else {}
    if not study.names:
        called = pseudonyms(study)
        for part in ("annotations", "corrections"):
            paths = {Path(name): one for name, one in record[part].items()}
            record[part] = {path.with_stem(called.get(path.stem, path.stem)).as_posix(): one
                            for path, one in paths.items()}  # fmt: skip
    folder = model_folder(study.model)  # whose name stands on the page wherever the model answered
    record["model"] = {f"{folder.resolve().name}/{name}": one for name, one in hashes(folder).items()}
    shown = sorted(path for path in (MODELS / DEFAULT).iterdir() if path.suffix in (".csv", ".parquet"))  # by notebooks
    record["notebooks"] = {name: one for path in (*NOTEBOOKS, *shown) for name, one in hashes(path).items()}
    return record | {"code": hashes(PACKAGE), VERSIONS: versions()}


def hashes(place: str | Path) -> dict[str, str]:
    """The sha256 of a file, or of each file in a folder and beneath it, by its name there.

    Hidden files, what Python makes of its own, and a model's checkpoints, which may be deleted, do not count. Raises
    InputError where there is none, or one that cannot be read.
    """
    place, found = Path(place), {}
    if not place.exists():
        raise InputError("an existing file or folder", place)
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        name = printable(path.relative_to(place if place.is_dir() else place.parent).as_posix())
        if path.is_file() and not re.search(r"/\.|/__pycache__/|/checkpoints/|/_shipped/", f"/{name}"):
            found[name] = sha256_of(path)
    return found


def sha256_of(path: Path) -> str:
    """The sha256 of a file. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"a readable file ({error.strerror})", path) from error


def total(files: Mapping[str, str]) -> str:
    """One sha256 for the names and hashes of files."""
    return hashlib.sha256(b"".join(os.fsencode(f"{name}\0{one}\n") for name, one in sorted(files.items()))).hexdigest()


def versions() -> dict[str, str]:
    """What a report is made with, by name: Python, the package and each dependency that it pins."""
    pinned = [name for name in requires("stance-notebooks") or () if "extra ==" not in name]
    names = sorted(re.split(r"[^\w-]", name)[0] for name in pinned)
    made_with = {"Python": platform.python_version(), "stance-notebooks": stance.__version__}
    return made_with | {name: version(name) for name in names}


def text_of(record: Inputs) -> str:
    """A record as the text of its file."""
    return json.dumps(record, indent=1, sort_keys=True) + "\n"


def changes(report: str | Path, now: Inputs) -> list[Change]:
    """What has changed since the report in a folder was made: in its inputs, which are `now` these, or in its pages.

    Empty where the report can still be made again. Raises InputError for a folder without a record that can be read.
    """
    folder = Path(report)
    then = _read(folder)
    pages = {name: sha256_of(folder / name) for name in then[PAGES] if (folder / name).is_file()}
    found = []
    for part, new in (now | {PAGES: pages}).items():
        old = then[part]
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                what = "new" if name not in old else "gone" if name not in new else "altered"
                both = f", {old.get(name, 'none')} then and {new.get(name, 'none')} now" if part == VERSIONS else ""
                found.append(Change(part, what, name + both))
    return found


def _read(folder: Path) -> Inputs:
    """The record of the report in a folder."""
    path = folder / RECORD
    if not path.is_file():
        raise InputError(f"a folder with a report and its record, {RECORD}", folder)
    try:
        record = parsed(read_text(path), path)
        if not all(isinstance(one, str) for part in PARTS for one in record[part].values()):
            raise TypeError
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError("the record of a report as it was written; this one is broken", path) from error
    return record
