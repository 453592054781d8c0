"""Notebooks of a report: run over the same articles, and shown as pages."""

import os
import re
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode

from stance.labels.handouts import rendered
from stance.report.exhibits import page
from stance.shipped import ROOT


class NotebookError(RuntimeError):
    """A cell of a notebook failed. `str(error)` is one line: the notebook, the cell and what went wrong."""


def executed(notebook: Path, folder: str | Path) -> NotebookNode:
    """The notebook with the outputs of a fresh kernel, run in a folder, such as that of a study.

    Raises NotebookError, in one line, where a cell fails.
    """
    node = nbformat.read(notebook, as_version=4)
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "PYTHONPATH": path, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    client = NotebookClient(
        node,
        timeout=None,  # some take an hour, and whoever waits can stop them; a kernel that died is noticed
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute(env=environment)
    except CellExecutionError as error:
        cell = next(
            place
            for place, cell in enumerate(node.cells, start=1)
            if any(output.output_type == "error" for output in cell.get("outputs", []))
        )
        reason = " ".join(f"{error.ename}: {error.evalue}".split())
        raise NotebookError(f"{notebook.name}, cell {cell}: {reason}") from error
    except DeadKernelError as error:  # killed from outside, by a system without memory perhaps
        raise NotebookError(f"{notebook.name}: {error}") from error
    return node


def notebook_page(notebook: NotebookNode, here: str, pages: dict[str, str]) -> str:
    """The HTML of an executed notebook: its prose, its code and what the code shows."""
    highlighted = Highlight2HTML(pygments_lexer="python3")
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cells.append(("text", rendered(cell.source)))
        elif cell.source.strip():
            cells.append(("code", Markup(highlighted(cell.source).strip())))
            cells.extend(("output", shown) for output in cell.outputs if (shown := _shown(output)))
    title = re.search(r"^# (.+)$", "\n".join(cell.source for cell in notebook.cells), re.MULTILINE)
    return page("notebook.html", here, pages, title[1] if title else pages[here], cells=cells)


def _shown(output: NotebookNode) -> Markup:
    """An output as HTML. What goes to standard error (warnings, progress) is no part of a page."""
    if output.output_type == "stream":
        return Markup("<pre>{}</pre>").format(output.text.rstrip()) if output.name == "stdout" else Markup()
    if "text/html" in output.data:
        return Markup(output.data["text/html"].replace('href="#s-', 'href="index.html#s-'))
    if "text/markdown" in output.data:
        return rendered(output.data["text/markdown"], 2)
    return Markup("<pre>{}</pre>").format(output.data.get("text/plain", ""))
