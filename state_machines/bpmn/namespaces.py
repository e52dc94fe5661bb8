"""The XML namespaces of BPMN files and the attributes of the two vendor dialects. No meaning is given here."""

from typing import Final

from state_machines.xml import Element

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MODELER: Final = "http://camunda.org/schema/modeler/1.0"
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
CAMUNDA: Final = frozenset(
    {
        "http://camunda.org/schema/1.0/bpmn",
        "http://operaton.org/schema/1.0/bpmn",
        "http://activiti.org/bpmn",
        "http://flowable.org/bpmn",
    }
)
"""One language: Camunda 7 descends from Activiti, as Flowable does, and Operaton from Camunda 7."""


def is_bpmn(element: Element, *names: str) -> bool:
    """Whether an element is a BPMN element with one of these names (any name if none is given)."""
    return element.namespace == BPMN and (not names or element.name in names)


def camunda(element: Element, name: str) -> str | None:
    """The value of an attribute in Camunda 7's namespace."""
    return next((value for uri in CAMUNDA if (value := element.get(name, uri)) is not None), None)


def extensions(element: Element) -> tuple[Element, ...]:
    """The children of all `extensionElements` of an element."""
    return tuple(c for box in element.all("extensionElements", BPMN) for c in box.children)


def camunda_result(element: Element) -> str:
    """The variable of a result in Camunda 7's namespace, under its name or its former one; empty: none."""
    return camunda(element, "resultVariable") or camunda(element, "resultVariableName") or ""


def camunda_extension(element: Element, name: str) -> Element | None:
    """The first extension element of this name in Camunda 7's namespace."""
    return next((e for e in extensions(element) if e.name == name and e.namespace in CAMUNDA), None)


def camunda_children(element: Element, name: str) -> tuple[Element, ...]:
    """The children of this name in Camunda 7's namespace."""
    return tuple(c for c in element.children if c.name == name and c.namespace in CAMUNDA)


def zeebe_extension(element: Element, name: str) -> Element | None:
    """The first extension element of this name in Camunda 8's namespace."""
    return next((e for e in extensions(element) if e.name == name and e.namespace == ZEEBE), None)
