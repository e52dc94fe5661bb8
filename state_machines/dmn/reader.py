"""DMN XML to the model: all five namespaces by local name; of extensions the version tag.

Expressions are read in reader_expressions.py.

What a model must keep is checked in rules/; here only what cannot be read is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from state_machines.diagnostics import Diagnostic, has_errors
from state_machines.dmn import model as m
from state_machines.dmn.reader_expressions import children, read_expression, read_function, read_text, type_ref
from state_machines.xml import Element, XmlError, read_xml

NAMESPACES: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}


def read_dmn(source: bytes, *, imports: Mapping[str, m.Definitions] | None = None) -> m.Definitions:
    """Read a DMN file and check it. `imports` are the definitions that it may import, by namespace.

    Raises DmnError with all diagnostics where any of them is an error.
    """
    from state_machines.dmn.rules import check  # 20 ms that reading what was checked before does not cost

    definitions = load_dmn(source, imports=imports)
    checked = _with_diagnostics(definitions, (*definitions.diagnostics, *check(definitions)))
    if has_errors(checked.diagnostics):
        raise m.DmnError(checked.diagnostics)
    return checked


def load_dmn(source: bytes, *, imports: Mapping[str, m.Definitions] | None = None) -> m.Definitions:
    """Read a DMN file without asking the rules, as one that was checked before: what is wrong evaluates to null.

    Raises DmnError only for what is no DMN at all.
    """
    try:
        root = read_xml(source)
    except XmlError as error:
        raise m.DmnError((Diagnostic("DMN-001", "error", "", error.line, error.message),)) from error
    if root.name != "definitions" or root.namespace not in NAMESPACES:
        words = f"The document's root is '{root.name}' of '{root.namespace}', not a DMN 1.1 to 1.5 'definitions'."
        raise m.DmnError((Diagnostic("DMN-002", "error", "", root.line, words),))
    return _with_diagnostics(_definitions(root, imports or {}), tuple(_duplicates(root)))


def _with_diagnostics(read: m.Definitions, diagnostics: tuple[Diagnostic, ...]) -> m.Definitions:
    ordered = tuple(sorted(diagnostics, key=lambda d: (d.line, d.code, d.element_id)))
    parts = {name: getattr(read, name) for name in m.Definitions.__dataclass_fields__}
    return m.Definitions(**{**parts, "diagnostics": ordered})


def _duplicates(root: Element) -> list[Diagnostic]:
    """Ids must be unique within the DMN part of the file (diagram interchange apart)."""
    seen: set[str] = set()
    found = []
    for element in (e for e in root.walk() if e.namespace == root.namespace):
        id_ = element.get("id")
        if id_ and id_ in seen:
            found.append(Diagnostic("DMN-004", "error", id_, element.line, f"The id '{id_}' is used more than once."))
        seen.add(id_ or "")
    return found


def _definitions(root: Element, available: Mapping[str, m.Definitions]) -> m.Definitions:
    namespace = root.get("namespace") or ""
    imported = {
        each.get("name") or "": available[each.get("namespace") or ""]
        for each in root.all("import")
        if (each.get("namespace") or "") in available
    }
    inputs = [_input(each) for each in root.all("inputData")]
    decisions = [_decision(each, namespace) for each in root.all("decision")]
    knowledge = [_knowledge(each, namespace) for each in root.all("businessKnowledgeModel")]
    services = [_service(each, namespace) for each in root.all("decisionService")]
    types = [_item(each) for each in root.all("itemDefinition")]
    return m.Definitions(
        id=root.get("id") or "",
        name=root.get("name") or "",
        namespace=namespace,
        inputs={each.id: each for each in inputs},
        decisions={each.id: each for each in decisions},
        knowledge={each.id: each for each in knowledge},
        services={each.id: each for each in services},
        types={each.name: each for each in types},
        imports=imported,
    )


def _name(element: Element) -> str:
    variable = element.child("variable")
    name = (variable.get("name") if variable is not None else None) or element.get("name") or element.get("id") or ""
    return " ".join(name.split())


def _variable_type(element: Element) -> str:
    variable = element.child("variable")
    return type_ref(variable) if variable is not None else ""


def _id(element: Element) -> str:
    return element.get("id") or _name(element)


def _input(element: Element) -> m.InputData:
    return m.InputData(_id(element), _name(element), _variable_type(element), element.line)


def _references(element: Element, containers: tuple[str, ...], namespace: str) -> tuple[str, ...]:
    """The ids that requirements point to; those of imported models keep their namespace before the `#`."""
    found = []
    for container in (c for name in containers for c in element.all(name)):
        for each in children(container, container.namespace) or (container,):
            href = each.get("href") or ""
            found.append(_reference(href, namespace))
    return tuple(reference for reference in found if reference)


def _reference(href: str, namespace: str) -> str:
    place, hash_, id_ = href.rpartition("#")
    return id_ if not hash_ or place in ("", namespace) else href


_CAMUNDA: Final = "http://camunda.org/schema/1.0/dmn"
_ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
_REQUIREMENTS: Final = ("informationRequirement", "knowledgeRequirement")


def _decision(element: Element, namespace: str) -> m.Decision:
    requires = _references(element, _REQUIREMENTS, namespace)
    type_ = _variable_type(element)
    logic, tag = read_expression(element), _version_tag(element)
    return m.Decision(_id(element), _name(element), element.line, type_, requires, logic, tag)


def _version_tag(element: Element) -> str:
    """Camunda 7's attribute, else Camunda 8's extension element."""
    if tag := element.get("versionTag", _CAMUNDA):
        return tag
    boxes = element.all("extensionElements")
    tags = (each for box in boxes for each in box.children if (each.namespace, each.name) == (_ZEEBE, "versionTag"))
    return next((tag for each in tags if (tag := each.get("value"))), "")


def _knowledge(element: Element, namespace: str) -> m.Knowledge:
    logic = element.child("encapsulatedLogic")
    function = read_function(logic) if logic is not None else None
    requires = _references(element, ("knowledgeRequirement",), namespace)
    return m.Knowledge(_id(element), _name(element), element.line, function, requires)


def _service(element: Element, namespace: str) -> m.DecisionService:
    outputs, encapsulated, decisions, inputs = (_references(element, (name,), namespace) for name in _SERVICE_PARTS)
    return m.DecisionService(
        id=_id(element),
        name=_name(element),
        line=element.line,
        outputs=outputs,
        encapsulated=encapsulated,
        input_decisions=decisions,
        inputs=inputs,
        type_ref=_variable_type(element),
    )


_SERVICE_PARTS: Final = ("outputDecision", "encapsulatedDecision", "inputDecision", "inputData")


def _item_type(element: Element) -> str:
    """The type that an item definition refers to; of a function's, the type of its result."""
    function, reference = element.child("functionItem"), element.child("typeRef")
    if function is not None:
        return type_ref(element, function.get("outputTypeRef") or "")
    return type_ref(element, reference.text.strip() if reference is not None else "")


def _item(element: Element) -> m.ItemDefinition:
    allowed = element.child("allowedValues") or element.child("typeConstraint")
    return m.ItemDefinition(
        name=" ".join((element.get("name") or "").split()),
        line=element.line,
        type_ref=_item_type(element),
        is_collection=element.get("isCollection") == "true",
        allowed=read_text(allowed) if allowed is not None else None,
        components=tuple(_item(each) for each in element.all("itemComponent")),
        function=element.child("functionItem") is not None,
    )
