"""What is checked of a document template at publish. The list of what may stand in one is closed.

DOC-001 cannot be read        DOC-003 unknown filter or test   DOC-005 unknown variable
DOC-002 not allowed           DOC-004 loop                     DOC-006 active or outside content
DOC-007 a pdf: tag that is not closed (it would swallow what follows)
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from jinja2 import Environment, TemplateAssertionError, TemplateSyntaxError, meta, nodes

from catalogue.documents.filters import FILTERS, LISTS, STANDARD, TESTS
from state_machines.diagnostics import Diagnostic

MAX_BYTES: Final = 500_000
MAX_LOOPS: Final = 2
RESERVED: Final = frozenset({"language", "today", "documentId"})
"""Variables that every template has."""

ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.For,
    nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Filter,
    nodes.Keyword, nodes.Concat, nodes.Add, nodes.Sub, nodes.Neg, nodes.Tuple, nodes.With,
)  # fmt: skip
_ACTIVE: Final = frozenset(
    {"script", "iframe", "object", "embed", "link", "base", "form", "input", "frame", "frameset"}
)
_LINKS: Final = frozenset({"src", "background", "data", "href", "srcset", "xlink:href"})
_PARSER: Final = Environment(autoescape=True)
_PARSER.filters |= FILTERS


def check_template(name: str, source: bytes, *, variables: frozenset[str] | None = None) -> tuple[Diagnostic, ...]:
    """All findings. `variables`: the names that the process hands over; None: unknown, so they are not checked."""
    try:
        text = _read(source)
        tree = _PARSER.parse(text)
    except TemplateSyntaxError as error:
        return (Diagnostic("DOC-001", "error", name, error.lineno, f"The template cannot be read: {error.message}."),)
    except (ValueError, RecursionError) as error:
        return (Diagnostic("DOC-001", "error", name, 0, f"The template cannot be read: {error}."),)
    found = (*_walk(tree, 0), *_names(tree, variables), *_markup(text))
    return tuple(Diagnostic(code, "error", name, line, words) for code, line, words in sorted(set(found)))


Found = Iterator[tuple[str, int, str]]


def _read(source: bytes) -> str:
    if len(source) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES} bytes")
    return source.decode()


def _walk(node: nodes.Node, loops: int) -> Found:
    if type(node) not in ALLOWED:
        yield "DOC-002", node.lineno, f"“{type(node).__name__}” is not allowed in a template."
        return
    if isinstance(node, nodes.Filter) and node.name not in FILTERS and node.name not in STANDARD:
        yield "DOC-003", node.lineno, f"There is no filter “{node.name}”."
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        yield "DOC-003", node.lineno, f"There is no test “{node.name}”."
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield "DOC-002", node.lineno, f"The name “{node.attr}” is not allowed in a template."
    if isinstance(node, nodes.For):
        loops += 1
        yield from _loop(node, loops)
    for child in node.iter_child_nodes():
        yield from _walk(child, loops)


def _loop(node: nodes.For, depth: int) -> Found:
    if depth > MAX_LOOPS:
        yield "DOC-004", node.lineno, f"Loops may be nested {MAX_LOOPS} deep."
    if node.recursive:
        yield "DOC-004", node.lineno, "A loop may not call itself."
    over = node.iter
    if isinstance(over, nodes.Filter) and over.name in LISTS:
        return
    while isinstance(over, nodes.Getattr | nodes.Getitem):
        over = over.node
    if not isinstance(over, nodes.Name):
        yield "DOC-004", node.lineno, "A loop goes over data: a variable, a part of one, or instalments."


def _names(tree: nodes.Template, variables: frozenset[str] | None) -> Found:
    if variables is None:
        return
    try:
        read = meta.find_undeclared_variables(tree)
    except TemplateAssertionError:  # an unknown filter, which has its own finding
        return
    for name in sorted(read - variables - RESERVED):
        line = next((n.lineno for n in tree.find_all(nodes.Name) if n.name == name), 0)
        yield "DOC-005", line, f"The process does not hand over a variable “{name}”."


def _markup(text: str) -> Found:
    """The HTML around the expressions, which stand for an `x` here (line breaks kept)."""
    plain = re.sub(r"\{[{%#].*?[}%#]\}", lambda found: "x" + "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    reader = _Markup()
    reader.feed(plain)
    reader.close()
    yield from reader.found
    for found in re.finditer(r"@import|url\(\s*(?![\"']?data:)|expression\s*\(|javascript:", plain, re.IGNORECASE):
        yield "DOC-006", plain.count("\n", 0, found.start()) + 1, f"“{found[0]}” would load or run something."
    for line, tag in reader.open_pdf:
        yield "DOC-007", line, f"“<{tag}>” is not closed: write “<{tag}/>” or close it."


class _Markup(HTMLParser):
    """Collects what loads or runs something, and the pdf: tags that stay open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, int, str]] = []
        self.open_pdf: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag.startswith("pdf:"):
            self.open_pdf.append((self.getpos()[0], tag))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag in _ACTIVE:
            self.found.append(("DOC-006", line, f"“<{tag}>” is not allowed in a document."))
        for name, value in attrs:
            if name.startswith("on") or name == "http-equiv":
                self.found.append(("DOC-006", line, f"“{name}” is not allowed in a document."))
            if name in _LINKS and not _is_inside(tag, name, value or ""):
                self.found.append(("DOC-006", line, f"“{name}” points outside the document."))

    def handle_endtag(self, tag: str) -> None:
        if self.open_pdf and self.open_pdf[-1][1] == tag:
            self.open_pdf.pop()


def _is_inside(tag: str, name: str, value: str) -> bool:
    if tag == "a" and name == "href":
        return value.startswith(("#", "mailto:", "https://"))
    return value.startswith("data:image/")
