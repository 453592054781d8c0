"""Write what is found and reckoned today: python tests/golden/make.py [statements|figures]

`statements.jsonl` holds, for each digest, piece and press article, what was found and what was left out: places and
attributions, none of the words. `figures-digests.csv` and `figures-press.csv` are the figures of the two reports. The
tests beside this file compare. Written anew only where a change is meant, and then read as a diff.
"""

import json
import os
import sys
from pathlib import Path

from stance.articles.reading import Article, read_articles
from stance.classifiers.precisions import CHOSEN
from stance.codebook import read_codebook
from stance.comparison.results import compare
from stance.report.numbers import numbers
from stance.statements.finding import read_statements
from stance.statements.stakeholders import attributed
from stance.tables import write_csv

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PRESS = ROOT.parent / "shared" / "articles"
SOURCES = {"digests": ROOT / "data" / "articles", "press": PRESS}
PIECES = ("pieces", "pieces2", "pieces3")


def texts() -> dict[str, list[Article]]:
    """The articles of each source that is at hand."""
    from recipes.scores import read_pieces

    found = {name: read_articles(folder)[0] for name, folder in SOURCES.items() if folder.is_dir()}
    return found | {name: read_pieces(ROOT / "tests" / "statements" / name)[0] for name in PIECES}


def statements() -> list[dict[str, object]]:
    """What is found in each text and what is left out, one row a statement or stretch."""
    codebook, rows = read_codebook(), []
    for source, articles in texts().items():
        for article in articles:
            for said in attributed([article], codebook):
                kept = ("kind", "place", "cue", "speaker", "role", "organisation", "stakeholders", "confidence")
                row = {name: getattr(said, name) for name in kept} | {"sentence": len(said.sentence)}
                rows.append({"source": source, "statement": said.statement} | row)
            rows += [
                {"source": source, "left_out": f"{left.article}-{left.start}-{left.end}", "reason": left.reason}
                for left in read_statements(article)[1]
            ]
    return rows


def main(what: list[str]) -> None:
    """Write the files that are asked for, or all."""
    if "statements" in what or not what:
        lines = [json.dumps(row, ensure_ascii=False) for row in statements()]
        (HERE / "statements.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if "figures" in what or not what:
        os.environ[CHOSEN] = "fp32"  # bfloat16 rounds otherwise on another processor
        for name, folder in SOURCES.items():
            write_csv(numbers(compare(folder)), HERE / f"figures-{name}.csv")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "models"))  # where the recipes are
    main(sys.argv[1:])
