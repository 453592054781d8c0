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
from stance.labels.handouts import leaf, straight
from stance.labels.sessions import Pair, Session
from stance.shipped import ANNOTATIONS, TEMPLATES
from stance.statements.finding import Statement

EVERY = 10  # answers between two looks at the agreement: after each one it would give away the others' answers
KINDS = {"direct": "quoted", "fragment": "quoted in part", "indirect": "reported"}


class Annotator(anywidget.AnyWidget):
    """A widget that asks `annotator` about `statements` and keeps the answers in a file of that name in `folder`.

    `draw` may give order, size, core and seed (see `queues.queue`). `articles` give title, publisher and date;
    `predictions` the model's answers, shown on request only. With `adjudicate` it asks about what people disagree on,
    shows what each said, and writes as 'adjudicated'. Raises InputError as `sessions.Session` does.
    """

    _esm = TEMPLATES / "annotator.js"
    _css = TEMPLATES / "annotator.css"
    state = traitlets.Dict().tag(sync=True)
    codebook = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        statements: Iterable[Statement],
        annotator: str,
        folder: str | Path = ANNOTATIONS,
        articles: Iterable[Article] = (),
        codebook: Codebook | None = None,
        predictions: Sequence[Any] = (),
        adjudicate: bool = False,
        **draw: Any,
    ):
        codebook = codebook or read_codebook()
        self._statements = {statement.statement: statement for statement in statements}
        self._targets = {target.target: target for target in codebook.targets}
        self._articles = {article.article: article for article in articles}
        self._guesses = {(guess.statement, guess.target): guess for guess in predictions}
        drawn_from = self._statements.values()
        self._session = Session(drawn_from, annotator, codebook, folder, predictions, adjudicate, **draw)
        self._agreement = ""
        super().__init__(codebook=leaf(codebook, deeper=2))
        self.on_msg(lambda _, content, __: self._asked(content))
        self._show("")

    def _asked(self, content: dict[str, Any]) -> None:
        """Do what the page asks, then show what is so; what could not be done is said there, and the question stays."""
        pair = tuple(content["item"])
        note = " ".join(content["note"].split()).encode(errors="replace").decode()  # no half characters, no line ends
        try:
            self._session.refresh()
            if content["do"] == "undo":
                undone = self._session.undo()
                self._show(f"Undone: {undone.stance or 'skip'}. Here it is again." if undone else "Nothing to undo.")
            elif pair not in self._session.pending:
                self._show("This one was answered in another tab, and that answer stands. Here is the next.")
            elif content["do"] == "look":
                self._show("Other answers are shown; the note will say that this label was not given blind.", look=True)
            elif content["do"] == "skip":
                self._session.skip(pair, content["seconds"], note)
                self._show("Skipped; it comes again at the end.")
            else:
                self._session.label(pair, content["do"], content["seconds"], note)
                self._show(f"Saved: {'no position' if content['do'] == 'none' else content['do']}.")
        except InputError as error:
            self._show(f"Not saved. {error}", error=True)

    def _show(self, message: str, error: bool = False, look: bool = False) -> None:
        session, pending = self._session, self._session.pending
        others = None
        try:
            if pending and (look or session.adjudicate):
                others = self._others(pending[0])
            if not error and not session.adjudicate and session.answered % EVERY == 0:
                self._agreement = self._agreed()
        except InputError as problem:  # the answer is safe all the same, so it is not called unsaved
            message = f"{message} What others answered cannot be read: {problem}".strip()
        self.state = {
            "serial": self.state.get("serial", 0) + 1,
            "message": message,
            "error": error,
            "who": f"{session.person}, who settles what is disputed" if session.adjudicate else session.person,
            "path": str(session.path),
            "done": session.answered,
            "total": len(session.items),
            "minutes": session.minutes_left,
            "agreement": self._agreement,
            "remarks": [f"{place}: {reason}" for place, reason in session.remarks],
            "item": self._drawn(pending[0]) if pending else None,
            "others": others,
        }

    def _agreed(self) -> str:
        """How well this annotator agrees with others, in words; empty where nobody else has labelled the same."""
        return "; ".join(
            f"{self._targets[row['target']].name}: {row['agreement']:.0%} of {row['statements']} the same"
            + ("" if math.isnan(row["alpha"]) else f", alpha {row['alpha']:.2f}")
            for row in self._session.agreement().to_dict("records")
        )

    def _drawn(self, pair: Pair) -> dict[str, Any]:
        """What the page draws of a question: the words in their paragraph, who says them and where, and the target."""
        statement, target = self._statements[pair[0]], self._targets[pair[1]]
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
            "target": target.name,
            "description": target.description,
            "support": target.support,
            "oppose": target.oppose,
        }
        return {name: [*map(straight, value)] if name == "source" else straight(value) for name, value in shown.items()}

    def _others(self, pair: Pair) -> list[dict[str, str]]:
        """What other people and the model answered: it is not read, let alone sent, before somebody asks."""
        shown = [
            {"who": label.annotator, "stance": label.stance, "note": label.note} for label in self._session.look(pair)
        ]
        guess = self._guesses.get(pair)
        if guess:
            likely = ", ".join(f"{stance} {getattr(guess, stance):.2f}" for stance in STANCES)
            shown.append({"who": f"the model {guess.model}", "stance": guess.stance, "note": likely})
        return shown

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and for pages that run no script a line of HTML, which is the same for the same answers."""
        shown: Any = super()._repr_mimebundle_(**kwargs)
        bundle = shown[0] if isinstance(shown, tuple) else shown
        done = f"{self.state['done']} of {self.state['total']} questions are answered"
        bundle["text/html"] = f"<p>In JupyterLab the annotator opens here. {done}.</p>"
        return shown
