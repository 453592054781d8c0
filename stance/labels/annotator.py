"""The annotator: a widget in which a person labels statements by single keys, and loses no label.

The page draws `state` and asks; it decides nothing. What it asks is done and on disk before `state` shows what is next.
"""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from stance.articles.reading import Article
from stance.codebook import STANCES, Codebook, read_codebook
from stance.files import InputError
from stance.labels.annotations import ADJUDICATED
from stance.labels.corrections import FIELDS, Correction
from stance.labels.handouts import leaf, straight
from stance.labels.sessions import Pair, Session
from stance.shipped import TEMPLATES
from stance.statements.finding import Statement
from stance.study import read_study

EVERY = 10  # answers between two looks at the agreement: after each one it would give away the others' answers
CORRECTIONS = {  # what the page asks for: the field, and the note where it says more than the field
    "speaker": ("speaker", ""), "body": ("stakeholders", ""), "words": ("text", ""), "nothing": ("statement", ""),
    "copy": ("statement", "near-copy"),
}  # fmt: skip
KINDS = {"direct": "quoted", "fragment": "quoted in part", "indirect": "reported"}


class Annotator(anywidget.AnyWidget):
    """A widget that asks about statements and keeps the answers in a file of the annotator's name in `folder`, and
    corrections in the folder beside it. Without a name it asks for one first.

    `articles` give title, publisher, date and text; `predictions` the model's answers, shown on request only; `told` is
    what the first screen says of the state of things, a line each. `order` is that of `queues.queue`. With `adjudicate`
    it asks about what people disagree on, shows what each said, and writes as 'adjudicated'. Raises InputError as
    `sessions.Session` does.
    """

    _esm = TEMPLATES / "annotator.js"
    _css = TEMPLATES / "annotator.css"
    state = traitlets.Dict().tag(sync=True)
    codebook = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        statements: Iterable[Statement],
        annotator: str = "",
        folder: str | Path = "",
        articles: Iterable[Article] = (),
        codebook: Codebook | None = None,
        predictions: Sequence[Any] = (),
        adjudicate: bool = False,
        order: str = "random",
        told: Sequence[str] = (),
    ):
        self._codebook = codebook or read_codebook(read_study().codebook)
        self._folder = Path(folder) if str(folder) else read_study().annotations
        self._statements = {statement.statement: statement for statement in statements}
        self._targets = {target.target: target for target in self._codebook.targets}
        self._articles = {article.article: article for article in articles}
        self._guesses = {(guess.statement, guess.target): guess for guess in predictions}
        self._opened: dict[str, Any] = {"adjudicate": adjudicate, "order": order, "predictions": predictions,
                        "groups": {name: article.group for name, article in self._articles.items()}}  # fmt: skip
        self._session: Session | None = None
        self._agreement, self._told = "", list(told)
        super().__init__(codebook=leaf(self._codebook, deeper=2))
        self.on_msg(lambda _, content, __: self._asked(content))
        if annotator:
            self._open(annotator)
        else:
            self._show("")

    def _open(self, annotator: str) -> None:
        self._session = Session(self._statements.values(), annotator, self._codebook, self._folder, **self._opened)
        self._show("")

    def _asked(self, content: dict[str, Any]) -> None:
        """Do what the page asks, then show what is so; what could not be done is said there, and the question stays."""
        pair = tuple(content["item"])
        # No half characters, no line ends.
        note, value = (
            " ".join(content.get(name, "").split()).encode(errors="replace").decode() for name in ("note", "value")
        )
        try:
            if content["do"] == "name":
                self._open(value)
                return
            if not (session := self._session):
                raise InputError("your name first", field="annotator")
            session.refresh()
            if content["do"] == "go":
                session.go(pair)
                self._show("Here it is; a new answer takes the place of the old.")
            elif content["do"] == "only":
                session.only = value
                self._show("Only these are asked about now." if value else "All are asked about again.")
            elif content["do"] == "undo":
                undone = session.undo()
                what = FIELDS[undone.field] if isinstance(undone, Correction) else undone and undone.stance
                self._show(f"Undone: {what or 'skip'}. Here it is again." if undone else "Nothing to undo.")
            elif pair not in session.pending:
                self._show("This one was answered in another tab, and that answer stands. Here is the next.")
            else:
                self._answered(session, pair, content["do"], content.get("seconds", 0.0), note, value)
        except InputError as error:
            self._show(f"Not saved. {error}", error=True)

    def _answered(self, session: Session, pair: Pair, does: str, seconds: float, note: str, value: str) -> None:
        """Do what is asked about the question on the page."""
        if does == "look":
            self._show("Other answers are shown; the note will say that this label was not given blind.", look=True)
        elif does == "skip":
            session.skip(pair, seconds, note)
            self._show("Skipped; it comes again at the end.")
        elif does in CORRECTIONS:
            field, said = CORRECTIONS[does]
            session.correct(pair[0], field, value, said or note)
            self._show(f"Corrected: {said or FIELDS[field]}.")
        else:
            session.label(pair, does, seconds, note)
            self._show(f"Saved: {'no position' if does == 'none' else does}.")

    def _show(self, message: str, error: bool = False, look: bool = False) -> None:
        serial = self.state.get("serial", 0) + 1
        if not (session := self._session):
            there = sorted(path.stem for path in self._folder.glob("*.jsonl")) if self._folder.is_dir() else []
            names = [name for name in there if name not in (ADJUDICATED, "statements")]
            self.state = {"serial": serial, "message": message, "error": error, "names": names, "told": self._told}
            return
        pending, others = session.pending, None
        try:
            if pending and (look or session.adjudicate):
                others = self._others(pending[0])
            if not error and not session.adjudicate and session.answered % EVERY == 0:
                self._agreement = self._agreed()
        except InputError as problem:  # the answer is safe all the same, so it is not called unsaved
            message = f"{message} What others answered cannot be read: {problem}".strip()
        self.state = {
            "serial": serial,
            "message": message,
            "error": error,
            "told": self._told if not session.answered else [],
            "who": f"{session.person}, who settles what is disputed" if session.adjudicate else session.person,
            "path": str(session.path),
            "done": session.answered,
            "total": len(session.items),
            "minutes": session.minutes_left,
            "agreement": self._agreement,
            "remarks": [f"{place}: {reason}" for place, reason in session.remarks],
            "item": self._drawn(pending[0]) if pending else None,
            "others": others,
            "only": session.only,
            "bodies": [[body.stakeholder, body.name] for body in self._codebook.stakeholders],
            "answers": self._listed(),
        }

    def _listed(self) -> list[dict[str, Any]]:
        """The answers of who labels here, the newest first, to go back to."""
        counting = self._session.counting if self._session else {}
        return [
            {"id": pair, "stance": label.stance, "target": self._targets[pair[1]].name, "note": label.note,
             "speaker": self._statements[pair[0]].speaker, "words": self._statements[pair[0]].text}
            for pair, label in reversed(counting.items()) if label.stance
        ]  # fmt: skip

    def _agreed(self) -> str:
        """How well this annotator agrees with others, in words; empty where nobody else has labelled the same."""
        return "; ".join(
            f"{self._targets[row['target']].name}: {row['agreement']:.0%} of {row['statements']} the same"
            + ("" if math.isnan(row["alpha"]) else f", alpha {row['alpha']:.2f}")
            for row in (self._session.agreement().to_dict("records") if self._session else ())
        )

    def _drawn(self, pair: Pair) -> dict[str, Any]:
        """What the page draws of a question: the words in their paragraph, who says them and where, and the target."""
        statement, target = self._statements[pair[0]], self._targets[pair[1]]
        counting = self._session.counting if self._session else {}
        article = self._articles.get(statement.article)
        parts = (statement.role, "" if statement.organisation in statement.role else statement.organisation)
        shown = {
            "id": pair,
            "before": statement.context[: statement.place],
            "words": statement.text,
            "after": statement.context[statement.place + len(statement.text) :],
            "speaker": statement.speaker or statement.mention or "Speaker not named",
            "role": ", ".join(filter(None, parts)),
            "kind": KINDS.get(statement.kind, statement.kind),
            "source": list(filter(None, (article.title, article.publisher, article.published))) if article else [],
            "bodies": list(statement.stakeholders),
            "speakers": sorted({one.speaker for one in self._statements.values() if one.article == statement.article}),
            "article": [article.text[: statement.start], article.text[statement.end :]] if article else [],
            "corrected": [
                f"{FIELDS[one.field]}: {one.value}"
                for one in (self._session.corrections if self._session else ())
                if one.statement == pair[0]
            ],
            "targets": [
                [one.name, counting[pair[0], name].stance if (pair[0], name) in counting else "", name]
                for name, one in self._targets.items()
            ],
            "target": target.name,
            "description": target.description,
            "support": target.support,
            "oppose": target.oppose,
        }
        return {name: [*map(straight, value)] if name == "source" else straight(value) for name, value in shown.items()}

    def _others(self, pair: Pair) -> list[dict[str, str]]:
        """What other people and the model answered: it is not read, let alone sent, before somebody asks."""
        labels = self._session.look(pair) if self._session else []
        shown = [{"who": label.annotator, "stance": label.stance, "note": label.note} for label in labels]
        guess = self._guesses.get(pair)
        if guess:
            likely = ", ".join(f"{stance} {getattr(guess, stance):.2f}" for stance in STANCES)
            shown.append({"who": f"the model {guess.model}", "stance": guess.stance, "note": likely})
        return shown

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and for pages that run no script a line of HTML, which is the same for the same answers."""
        shown: Any = super()._repr_mimebundle_(**kwargs)
        bundle = shown[0] if isinstance(shown, tuple) else shown
        done = f"{self.state.get('done', 0)} of {self.state.get('total', 0)} questions are answered"
        if not self._session:
            done = "It asks for your name first"
        bundle["text/html"] = f"<p>In JupyterLab the annotator opens here. {done}.</p>"
        return shown
