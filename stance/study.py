"""The study: where its articles, codebook and labels lie, which model answers, and what its report is called.

It is a folder with a file study.toml. What ships with the suite is one too.
"""

import json
import os
import re
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from stance.files import InputError
from stance.shipped import NOTEBOOKS, ROOT, TEMPLATES
from stance.tables import read_text, write_text

NAME = "study.toml"
PLACES = ("articles", "codebook", "annotations")
LISTS = ("dates_to_cut", "leave_out")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
SKELETON = TEMPLATES / "study"  # what `new_study` copies


@dataclass(frozen=True)
class Study:
    """One study. The places are whole paths; `model` is a name or a whole path; `title` is empty where the report asks
    its own question; `dates_to_cut` are ISO dates that part before from since, as far as they go; `leave_out` names
    articles by file, title or identifier; `names` says whether a report names the annotators, or calls them annotator
    1, annotator 2.
    """

    folder: Path
    articles: Path
    codebook: Path
    annotations: Path
    model: str
    title: str = ""
    dates_to_cut: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    names: bool = False

    @property
    def corrections(self) -> Path:
        """The folder of corrections, beside that of the annotations; it may not be there."""
        return self.annotations.parent / "corrections"


def read_study(folder: "str | Path | Study" = "", **given: "str | Path") -> Study:
    """The study of a folder, or else of the working folder or the nearest above it that has a study.toml, or else the
    worked case that ships. Each of `given` (articles, codebook, annotations, model) that is not empty overrides it.

    Raises InputError for a folder without study.toml, a key that there is not, a value that cannot be used, and a place
    that is not there.

    >>> from stance.shipped import ROOT
    >>> read_study(ROOT).dates_to_cut
    ('2017-07',)
    """
    study = folder if isinstance(folder, Study) else _read(_place(folder))
    changed: dict[str, Any] = {name: Path(value) if name in PLACES else str(value)
                               for name, value in given.items() if str(value)}  # fmt: skip
    study = replace(study, **changed)
    for name in PLACES:
        if not (place := getattr(study, name)).exists():
            if str(given.get(name, "")):
                raise InputError("an existing file or folder", place)
            moved = f"an existing file or folder, not {str(place)!r}; if it was moved, say here where it is now"
            raise InputError(moved, study.folder / NAME, field=name)
    return study


def _place(folder: str | Path) -> Path:
    if str(folder):
        if not (Path(folder) / NAME).is_file():
            raise InputError(f"the folder of a study, with a file {NAME}; `stance new` makes one", folder)
        return Path(folder)
    here = Path.cwd()
    return next((place for place in (here, *here.parents) if (place / NAME).is_file()), ROOT)


def _read(folder: Path) -> Study:
    path = folder / NAME
    try:
        said = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"TOML, as `stance new` writes it ({error})", path) from error
    kinds = {field.name: list if field.name in LISTS else bool if field.name == "names" else str
             for field in fields(Study) if field.name != "folder"}  # fmt: skip
    words = {list: 'a list, such as ["2017-07"]', str: "text between quotation marks", bool: "true or false"}
    for key, value in said.items():
        kind = kinds.get(key)
        if not kind or not isinstance(value, kind):
            expected = f"{words[kind]}, not {value!r:.60}" if kind else f"one of {', '.join(kinds)}"
            raise InputError(expected, path, field=key)
    if missing := [name for name in (*PLACES, "model") if name not in said]:
        raise InputError("this key, as `stance new` writes it", path, field=missing[0])
    if bad := [name for name in (*PLACES, "model") if "\0" in said[name]]:
        raise InputError("a path, without a null character", path, field=bad[0])
    said |= {key: tuple(map(str, said[key])) for key in LISTS if key in said}
    if wrong := [date for date in said.get("dates_to_cut", ()) if not DATE.fullmatch(date)]:
        raise InputError(f"ISO dates such as 2017-07 or 2017-07-01, not {wrong[0]!r}", path, field="dates_to_cut")
    said |= {name: (folder / said[name]).resolve() for name in PLACES}
    if (folder / said["model"]).is_dir():
        said["model"] = str(folder.resolve() / said["model"])
    return Study(folder, **said)


def write_study(study: Study, folder: str | Path) -> None:
    """Write a study.toml to `folder` that says what `study` says, with whole paths."""
    said = {field.name: getattr(study, field.name) for field in fields(Study) if field.name != "folder"}
    values = {name: [*value] if name in LISTS else str(value.resolve()) if name in PLACES else value
              for name, value in said.items()}  # fmt: skip
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in values.items())  # JSON's are TOML's
    write_text("".join(lines), Path(folder) / NAME)


def new_study(folder: str | Path, articles: str | Path = "", begun: bool = False) -> Study:
    """The study that is made in a new folder, of `articles` that lie elsewhere, or else of its own folder articles/.

    Raises InputError for a folder that holds anything, unless its articles, codebook and labels are there already and
    it is only `begun`; and for articles that are not there.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) if not begun else (folder / NAME).exists())):
        raise InputError("a new folder, or an empty one", folder)
    if str(articles) and not Path(articles).exists():
        raise InputError("an existing file or folder", articles)
    place = (
        Path(os.path.relpath(Path(articles).resolve(), folder.resolve())).as_posix() if str(articles) else "articles"
    )
    for path in sorted(path for path in SKELETON.rglob("*") if path.is_file()):
        if begun and (folder / path.relative_to(SKELETON)).exists():
            continue
        text = read_text(path).replace("ARTICLES", place).replace("STUDY", folder.resolve().name)
        write_text(text, folder / path.relative_to(SKELETON))
    for path in sorted(NOTEBOOKS.glob("[1-4]_*.ipynb")):
        write_text(read_text(path), folder / "notebooks" / path.name)
    for name in ("annotations", "corrections", *(() if str(articles) else ("articles",))):
        (folder / name).mkdir(exist_ok=begun)
    return read_study(folder)
