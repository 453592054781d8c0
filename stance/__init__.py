"""Stakeholder stance analysis: who said what, for which organisation, and whether it supports or opposes a target.

Five functions lead from a folder of articles to a report; each is loaded when it is first asked for.

>>> import stance
>>> from stance.shipped import DIGESTS
>>> articles, skipped = stance.read_articles(DIGESTS)
>>> statements = stance.find_statements(articles)
>>> statements[0].kind, statements[0].stakeholders
('indirect', ('lga', 'nhs_england'))

`stance.classify(statements)` is then what a model reads in each of them, `stance.compare(DIGESTS)` all of it with
shares and intervals, and `stance.write_report(DIGESTS, "reports")` writes that as pages.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for editors and type checkers, which load nothing
    from stance.articles.reading import read_articles
    from stance.comparison.results import compare
    from stance.report.pages import write_report
    from stance.steps import classify, find_statements

__version__ = "0.5.0"
__all__ = ["classify", "compare", "find_statements", "read_articles", "write_report"]

_ROOMS = {
    "read_articles": "stance.articles.reading",
    "find_statements": "stance.steps",
    "classify": "stance.steps",
    "compare": "stance.comparison.results",
    "write_report": "stance.report.pages",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
