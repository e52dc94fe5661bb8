"""Boxed expressions: from XML elements to the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from state_machines.dmn import model as m
from state_machines.xml import Element


def children(element: Element, namespace: str) -> tuple[Element, ...]:
    """The children in DMN's own namespace, without descriptions and extensions."""
    skipped = ("description", "extensionElements", "variable", "question", "allowedAnswers")
    return tuple(c for c in element.children if c.namespace == namespace and c.name not in skipped)


def type_ref(element: Element, text: str | None = None) -> str:
    """The name of the type that an element refers to, without an XML prefix (DMN 1.1 writes `feel:string`)."""
    reference = (element.get("typeRef") or "") if text is None else text
    if reference.startswith("{"):
        reference = reference.partition("}")[2]
    return " ".join(reference.rpartition(":")[2].split())


def read_text(element: Element) -> m.Text:
    """The FEEL within an element's `text`; a missing one is empty."""
    inner = element.child("text")
    line = inner.line if inner is not None else element.line
    text = inner.text if inner is not None else ""
    return m.Text(text.strip(), line, element.get("id") or "", type_ref(element))


def read_expression(parent: Element) -> m.Boxed:
    """The first boxed expression among an element's children; None where there is none."""
    for each in parent.children:
        read = _READERS.get(each.name)
        if read is not None and each.namespace == parent.namespace:
            return read(each)
    return None


def _part(element: Element, name: str) -> m.Boxed:
    part = element.child(name)
    return read_expression(part) if part is not None else None


def _literal(element: Element) -> m.Literal_:
    language = element.get("expressionLanguage") or ""
    feel = language == "" or language.lower() == "feel" or "feel" in language.lower()
    return m.Literal_(read_text(element), "" if feel else language)


def _table(element: Element) -> m.DecisionTable:
    return m.DecisionTable(
        id=element.get("id") or "",
        line=element.line,
        hit_policy=element.get("hitPolicy") or "UNIQUE",
        aggregation=element.get("aggregation") or "",
        inputs=tuple(_input(each) for each in element.all("input")),
        outputs=tuple(_output(each) for each in element.all("output")),
        rules=tuple(_rule(each, number) for number, each in enumerate(element.all("rule"), 1)),
    )


def _input(element: Element) -> m.InputClause:
    expression = element.child("inputExpression")
    text = read_text(expression) if expression is not None else m.Text("", element.line)
    allowed = element.child("inputValues")
    label = element.get("label") or text.text
    return m.InputClause(element.get("id") or "", label, text, read_text(allowed) if allowed is not None else None)


def _output(element: Element) -> m.OutputClause:
    allowed, default = element.child("outputValues"), element.child("defaultOutputEntry")
    return m.OutputClause(
        id=element.get("id") or "",
        name=" ".join((element.get("name") or element.get("label") or "").split()),
        label=element.get("label") or "",
        type_ref=type_ref(element),
        allowed=read_text(allowed) if allowed is not None else None,
        default=read_text(default) if default is not None else None,
    )


def _rule(element: Element, number: int) -> m.Rule:
    return m.Rule(
        id=element.get("id") or str(number),
        line=element.line,
        tests=tuple(read_text(each) for each in element.all("inputEntry")),
        outputs=tuple(read_text(each) for each in element.all("outputEntry")),
        annotations=tuple(read_text(each).text for each in element.all("annotationEntry")),
    )


def _context(element: Element) -> m.BoxedContext:
    entries = []
    for each in element.all("contextEntry"):
        variable = each.child("variable")
        name = " ".join(((variable.get("name") if variable is not None else "") or "").split())
        reference = type_ref(variable) if variable is not None else ""
        entries.append(m.ContextEntry(name, reference, read_expression(each)))
    return m.BoxedContext(tuple(entries))


def _expressions(element: Element) -> tuple[m.Boxed, ...]:
    readers = ((each, _READERS.get(each.name)) for each in children(element, element.namespace))
    return tuple(read(each) for each, read in readers if read is not None)


def _list(element: Element) -> m.BoxedList:
    return m.BoxedList(_expressions(element))


def _relation(element: Element) -> m.Relation:
    columns = tuple(" ".join((each.get("name") or "").split()) for each in element.all("column"))
    return m.Relation(columns, tuple(_expressions(row) for row in element.all("row")))


def _invocation(element: Element) -> m.Invocation:
    arguments = []
    for binding in element.all("binding"):
        parameter = binding.child("parameter")
        name = (parameter.get("name") if parameter is not None else "") or ""
        arguments.append((" ".join(name.split()), read_expression(binding)))
    return m.Invocation(read_expression(element), tuple(arguments))


def read_function(element: Element) -> m.FunctionDefinition:
    """A function definition, also that of a business knowledge model."""
    parameters = tuple(
        (" ".join((each.get("name") or "").split()), type_ref(each)) for each in element.all("formalParameter")
    )
    kind = {"Java": "Java", "PMML": "PMML"}.get(element.get("kind") or "", "FEEL")
    return m.FunctionDefinition(parameters, read_expression(element), kind)


def _conditional(element: Element) -> m.Conditional:
    return m.Conditional(_part(element, "if"), _part(element, "then"), _part(element, "else"))


def _filter(element: Element) -> m.BoxedFilter:
    return m.BoxedFilter(_part(element, "in"), _part(element, "match"))


def _for(element: Element) -> m.BoxedIteration:
    variable = element.get("iteratorVariable") or ""
    return m.BoxedIteration("for", variable, _part(element, "in"), _part(element, "return"))


def _quantified(element: Element) -> m.BoxedIteration:
    variable = element.get("iteratorVariable") or ""
    kind: Any = element.name
    return m.BoxedIteration(kind, variable, _part(element, "in"), _part(element, "satisfies"))


_READERS: Final[dict[str, Callable[[Element], m.Boxed]]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
}
