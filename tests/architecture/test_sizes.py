"""The house's numbers: sizes of files and functions, and that every module says what it is."""

import ast
from statistics import median

from tests.architecture.sources import sources

TABLES = {
    "contract/routes.py",  # a table
}


def test_files_stay_small() -> None:
    lines = {s.path: s.lines for s in sources() if s.path not in TABLES and s.lines > 3}
    assert median(lines.values()) <= 120
    assert {path: n for path, n in lines.items() if n > 500} == {}


def test_functions_stay_small() -> None:
    sizes = {f"{s.path}:{f.name}": _length(f) for s in sources() for f in s.functions}
    ordered = sorted(sizes.values())
    assert median(ordered) <= 8
    assert ordered[int(len(ordered) * 0.9)] <= 25
    assert {name: n for name, n in sizes.items() if n > 80} == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, the docstring aside."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_every_module_says_what_it_is() -> None:
    assert [s.path for s in sources() if s.tree.body and not ast.get_docstring(s.tree)] == []


def test_public_functions_say_what_they_do() -> None:
    def silent(node: ast.AST) -> bool:
        return isinstance(node, ast.FunctionDef | ast.ClassDef) and not ast.get_docstring(node)

    missing = [
        f"{s.path}:{node.name}"
        for s in sources()
        for node in s.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and silent(node)
    ]
    assert missing == []
