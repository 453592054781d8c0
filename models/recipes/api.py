"""docs/api.md, made from the docstrings of the package, which is read and not run: `python -m recipes.api`."""

import ast
import re
from collections.abc import Iterator

import stance
from stance.shipped import PACKAGE, ROOT
from stance.tables import write_text

API = ROOT / "docs" / "api.md"
HEAD = """# What the package offers

Made from the docstrings by `make docs`: change those, not this page. Names that begin with `_` are for the inside, and
not listed. The five functions that most users need can be had from `stance` itself:

"""
Definition = ast.FunctionDef | ast.ClassDef


def api() -> str:
    """Every public function and class of the package with its docstring, in Markdown, room by room."""
    modules = {path.relative_to(PACKAGE.parent).with_suffix(""): path for path in sorted(PACKAGE.rglob("*.py"))}
    texts = {".".join(name.parts): path.read_text(encoding="utf-8") for name, path in modules.items()}
    trees = {name: ast.parse(text) for name, text in texts.items() if not name.endswith(("__init__", "cli"))}
    places = {name: stance._ROOMS[name] for name in stance.__all__}
    links = [f"- [`stance.{name}`](#{_anchor(f'{place}.{name}')})" for name, place in places.items()]
    return HEAD + "\n".join([*links, "", *(line for name, tree in trees.items() for line in _module(name, tree))])


def _module(name: str, tree: ast.Module) -> Iterator[str]:
    public = list(_public(tree))
    if public:
        yield from (f"## {name}", "", _prose(ast.get_docstring(tree) or ""), "")
    for node in public:
        yield from _entry(name, node)
        if isinstance(node, ast.ClassDef):
            for method in _public(node):
                yield from _entry(f"{name}.{node.name}", method)


def _public(tree: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_") and ast.get_docstring(node):
            yield node


def _entry(place: str, node: Definition) -> Iterator[str]:
    yield from (f"### {place}.{node.name}", "")
    if isinstance(node, ast.FunctionDef) and not _is_property(node):
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        yield from ("```python", f"{node.name}({ast.unparse(node.args)}){returns}", "```", "")
    elif isinstance(node, ast.ClassDef):
        fields = [ast.unparse(line) for line in node.body if isinstance(line, ast.AnnAssign)]
        if fields:
            yield from ("```python", *fields, "```", "")
    yield from (_prose(ast.get_docstring(node) or ""), "")


def _is_property(node: ast.FunctionDef) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in node.decorator_list)


def _prose(docstring: str) -> str:
    """A docstring as Markdown: its examples stand apart as code."""
    return re.sub(r"(?m)(^>>> .*(?:\n.+)*)", r"```python\n\1\n```", docstring)


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w-]", "", heading.lower())


if __name__ == "__main__":
    write_text(api(), API)
