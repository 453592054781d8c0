"""Corrections: where people found a speaker, a stakeholder or the words wrong, and the statements as they then read.

Records are only added, beside the annotations and with the same habits: an undo is one with an empty value.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from stance.articles.reading import Article, read_articles
from stance.codebook import Codebook, checked_codebook
from stance.files import InputError
from stance.labels.annotations import add_records, moment, read_lines, whole_object
from stance.labels.standoff import with_labelled
from stance.statements.finding import Statement, find_statements
from stance.statements.stakeholders import spoken_for
from stance.study import NAME, Study
from stance.tables import LIST_SEPARATOR, Skipped, read_text

NONE = "none"  # the value of nobody, no stakeholder, no statement
FIELDS = {
    "speaker": "wrong speaker", "organisation": "wrong organisation", "stakeholders": "counts for another",
    "text": "wrong words", "statement": "no statement",
}  # fmt: skip


@dataclass(frozen=True)
class Correction:
    """One field of a statement as it should be: `field` is one of FIELDS; `value` the words, stakeholders with
    semicolons between them, `none`, or empty for an undo; `at` an ISO time.
    """

    statement: str
    field: str
    value: str
    annotator: str
    at: str
    note: str = ""


class Heard(NamedTuple):
    """What the articles of a study say, as corrected, what was left aside, and the corrections that count."""

    articles: list[Article]
    statements: list[Statement]
    skipped: list[Skipped]
    corrections: list[Correction]


def heard(
    study: Study, codebook: Codebook | None = None, shown: Callable[[Sequence[Article]], Iterable[Article]] = iter
) -> Heard:
    """What is heard in a study. `shown` may draw the progress over the articles. Raises InputError as `read_articles`
    does, and where the study leaves out all that there is.
    """
    codebook = codebook or checked_codebook(study.codebook)[0]
    articles, skipped = read_articles(study.articles)
    kept = []
    for article in articles:
        if is_left_out(article, study):
            skipped.append(Skipped(article.path, f"left out by {NAME}"))
        else:
            kept.append(article)
    known = {name for one in articles for name in (one.article, one.title, one.path, Path(one.path).name)}
    skipped += [Skipped(NAME, f"leave_out: no article {name!r}") for name in study.leave_out if name not in known]
    if not kept:
        raise InputError("at least one article that is not left out", study.folder / NAME, field="leave_out")
    corrections, torn = read_corrections(study.corrections)
    found = [(article, find_statements(article)) for article in shown(kept)]
    counting = {(one.statement, one.field): one for one in corrections}
    statements = [one for article, said in found for one in corrected(said, article, codebook, counting, torn)]
    statements = with_labelled(statements, kept, study.annotations)
    there = {one.statement for _, said in found for one in said}
    if lost := [one for one in corrections if one.statement not in there]:
        reason = f"{len(lost)} corrections of statements that are not here; kept, but of no effect"
        torn.append(Skipped(str(study.corrections), reason))
    return Heard(kept, statements, skipped + torn, [one for one in corrections if one.statement in there])


def is_left_out(article: Article, study: Study) -> bool:
    """Whether study.toml leaves an article out, by file, title or identifier."""
    names = {article.article, article.title, article.path, Path(article.path).name}
    return not names.isdisjoint(study.leave_out)


def corrected(
    said: Sequence[Statement], article: Article, codebook: Codebook,
    counting: Mapping[tuple[str, str], Correction], refused: list[Skipped],
) -> list[Statement]:  # fmt: skip
    """The statements of an article as corrected; who speaks decides anew for whom, unless that was corrected itself."""
    made = []
    for one in said:
        own = {name: "" if found.value == NONE else found.value for name in FIELDS
               if (found := counting.get((one.statement, name)))}  # fmt: skip
        if "statement" in own:
            continue
        if "speaker" in own:
            other = next((it for it in said if own["speaker"] and it.speaker == own["speaker"]), None)
            role, organisation = (other.role, other.organisation) if other else ("", "")
            one = replace(one, speaker=own["speaker"], role=role, organisation=organisation, confidence=1.0)
        if "organisation" in own:
            one = replace(one, organisation=own["organisation"], role=one.role if "speaker" in own else "")
        if "text" in own:
            place = one.context.find(own["text"])
            if place < 0 or not own["text"]:
                refused.append(Skipped(one.statement, "text: the corrected words do not stand in its paragraph"))
            else:
                start, end = one.start - one.place + place, one.start - one.place + place + len(own["text"])
                sentence = one.sentence if own["text"] in one.sentence else own["text"]
                one = replace(one, text=own["text"], place=place, start=start, end=end, sentence=sentence)
        [one] = spoken_for([one], article, codebook)
        if "stakeholders" in own:
            of = tuple(name.strip() for name in own["stakeholders"].split(LIST_SEPARATOR) if name.strip())
            bodies = {body.stakeholder for body in codebook.stakeholders}
            if unknown := [name for name in of if name not in bodies]:
                refused.append(Skipped(one.statement, f"stakeholders: {unknown[0]!r} is no longer in the codebook"))
            else:
                one = replace(one, stakeholders=of)
        made.append(one)
    return made


def read_corrections(folder: str | Path) -> tuple[list[Correction], list[Skipped]]:
    """The corrections that count in `folder` (none where it is not there), and the lines left aside with the reasons.

    Of each (statement, field) the newest counts, whoever made it; an undo removes it.
    """
    records, skipped = _records(folder)
    kept: dict[tuple[str, str], tuple[datetime, Correction]] = {}
    for at, one in records:
        key = one.statement, one.field
        if key not in kept or at >= kept[key][0]:
            kept[key] = at, one
    return [one for _, one in kept.values() if one.value], skipped


def last_corrected(folder: str | Path) -> list[datetime]:
    """The time of the newest correction in `folder`, be it an undo; none where there is none."""
    return sorted(at for at, _ in _records(folder)[0])[-1:]


def _records(folder: str | Path) -> tuple[list[tuple[datetime, Correction]], list[Skipped]]:
    """Every correction in `folder`, undone ones too, and the lines left aside; none where there is no folder."""
    if not Path(folder).exists():
        return [], []
    return read_lines(folder, lambda _, line: checked_correction(whole_object(line)))


def checked_correction(row: Mapping[str, Any]) -> tuple[datetime, Correction]:
    """The time and the correction of the fields in `row`. Raises InputError naming the field."""
    if missing := [field.name for field in fields(Correction)[:-1] if field.name not in row]:
        raise InputError("this field in the record", field=missing[0])
    one = Correction(**{field.name: row[field.name] for field in fields(Correction) if field.name in row})
    for name, value in asdict(one).items():
        if not isinstance(value, str) or not (value.strip() or name in ("value", "note")):
            raise InputError(f"text, not {value!r:.60}", field=name)
    if one.field not in FIELDS:
        raise InputError(f"one of {', '.join(FIELDS)}, not {one.field!r:.60}", field="field")
    if one.field == "statement" and one.value not in (NONE, ""):
        raise InputError(f"{NONE} or nothing (undo), not {one.value!r:.60}", field="value")
    try:
        return moment(one.at), one
    except ValueError as error:
        raise InputError(f"an ISO date and time, not {one.at!r:.60}", field="at") from error


def value_of(field: str, typed: str, statement: Statement, codebook: Codebook) -> str:
    """The value of a correction from what a person typed. Raises InputError for what cannot be one."""
    if field == "statement":
        return NONE
    if field == "text" and not (typed and typed in statement.context):
        raise InputError("words as they stand in the paragraph", field="words")
    if field != "stakeholders":
        return typed or NONE
    known = {name.casefold(): body.stakeholder for body in codebook.stakeholders
             for name in (body.stakeholder, body.name, *body.aliases)}  # fmt: skip
    asked = [name.strip() for name in typed.split(LIST_SEPARATOR) if name.strip()]
    if unknown := [name for name in asked if name.casefold() not in known]:
        bodies = ", ".join(body.name for body in codebook.stakeholders)
        raise InputError(f"stakeholders of the codebook ({bodies}), not {unknown[0]!r}", field="counts for")
    return LIST_SEPARATOR.join(dict.fromkeys(known[name.casefold()] for name in asked)) or NONE


def add_corrections(corrections: Iterable[Correction], folder: str | Path) -> None:
    """Write corrections behind those of their annotators in `folder`, all or none, and wait for the disk.

    Raises InputError for one that could not be read again, and for a file that cannot be added to.
    """
    corrections = list(corrections)
    for one in corrections:
        checked_correction(asdict(one))
    add_records(corrections, folder)


def exported_corrections(corrections: Iterable[Correction]) -> str:
    """The corrections as JSONL, as their folder holds them."""
    return "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in corrections)


def imported_corrections(path: str | Path, folder: str | Path) -> tuple[int, int, list[Skipped]]:
    """How many corrections of a JSONL file were added to `folder`, how many stood there already, and the lines that
    could not be used. Raises InputError where none can.
    """
    found, skipped = [], []
    for number, line in enumerate(read_text(path).encode().split(b"\n"), start=1):
        try:
            found += [checked_correction(whole_object(line))[1]] if line.strip() else []
        except InputError as error:
            skipped.append(Skipped(f"{path}:{number}", str(error)))
    if not found:
        raise InputError(f"at least one correction{f' ({skipped[0].reason})' if skipped else ''}", path)
    there = set(read_corrections(folder)[0])
    add_corrections(new := [one for one in found if one not in there], folder)
    return len(new), len(found) - len(new), skipped
