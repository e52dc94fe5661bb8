"""Multi-instance and standard loop characteristics of activities."""

from collections.abc import Callable, Mapping

from state_machines.bpmn import findings as codes
from state_machines.bpmn.associations import data_behind
from state_machines.bpmn.attributes import flag, one_of, whole_number
from state_machines.bpmn.events import thrown_by
from state_machines.bpmn.model import Expression, MultiInstance, StandardLoop, Text, Value
from state_machines.bpmn.namespaces import BPMN, camunda, zeebe_extension
from state_machines.bpmn.references import References
from state_machines.bpmn.values import Notation, whole_juel
from state_machines.xml import Element

_BEHAVIORS = ("None", "One", "All", "Complex")
_THROWN = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}


def read_loop(
    element: Element, owner: str, references: References, data: Mapping[str, str]
) -> MultiInstance | StandardLoop | None:
    """The loop of an activity, or None. `data`: the names of variables by the ids of data objects and properties."""
    notation = references.notation
    multi = element.child("multiInstanceLoopCharacteristics", BPMN)
    if multi is not None:
        return _multi_instance(multi, owner, references, lambda reference: data_behind(element, reference, data))
    standard = element.child("standardLoopCharacteristics", BPMN)
    return _standard(standard, owner, notation) if standard is not None else None


def _standard(element: Element, owner: str, notation: Notation) -> StandardLoop:
    condition = element.child("loopCondition", BPMN)
    maximum = whole_number(element.get("loopMaximum"), "loopMaximum", owner, element.line, notation.findings)
    test_before = flag(element, "testBefore", False, notation.findings)
    expression = notation.condition(condition, owner) if condition is not None else None
    return StandardLoop(test_before, expression, maximum, element.line)


def _multi_instance(
    element: Element, owner: str, references: References, variable: Callable[[str], str]
) -> MultiInstance | None:
    notation = references.notation
    zeebe = zeebe_extension(element, "loopCharacteristics")
    cardinality_element = element.child("loopCardinality", BPMN)
    cardinality = _cardinality(cardinality_element, owner, notation) if cardinality_element is not None else None
    collection = _collection(element, zeebe, owner, notation, variable)
    if (collection is None) == (cardinality is None):
        how_many = "neither a collection nor a number" if collection is None else "both a collection and a number"
        notation.findings.error(
            codes.BAD_VALUE, owner, element.line, f"The multi-instance has {how_many} of instances. Give exactly one."
        )
        return None
    completion = element.child("completionCondition", BPMN)
    behavior = one_of(element.get("behavior"), _BEHAVIORS, "All", "behavior", owner, element.line, notation.findings)
    thrown = _THROWN.get(behavior)
    return MultiInstance(
        sequential=flag(element, "isSequential", False, notation.findings),
        collection=collection,
        cardinality=cardinality,
        element_variable=_element_variable(element, zeebe),
        output_collection=_output_collection(element, zeebe, variable),
        output_element=_output_element(element, zeebe, owner, notation),
        completion_condition=notation.condition(completion, owner) if completion is not None else None,
        behavior=behavior,
        thrown=thrown_by(element, thrown, owner, references) if thrown else None,
        line=element.line,
    )


def _cardinality(element: Element, owner: str, notation: Notation) -> Value:
    value = notation.element_value(element, owner)
    if isinstance(value, Text) and not (value.text.isascii() and value.text.isdigit()):
        return Expression(value.text, "feel", element.line)
    return value


def _collection(
    element: Element, zeebe: Element | None, owner: str, notation: Notation, variable: Callable[[str], str]
) -> Value | None:
    """The collection; Camunda 7 and plain BPMN may name a variable."""
    if zeebe is not None and zeebe.get("inputCollection"):
        return notation.computed(zeebe.get("inputCollection"), "input collection", owner, zeebe.line)
    if text := (camunda(element, "collection") or "").strip():
        return Expression(whole_juel(text) or text, "juel", element.line)
    reference = element.child("loopDataInputRef", BPMN)
    if reference is None or not reference.text.strip():
        return None
    value = notation.value(reference.text, reference.line)
    return Expression(variable(value.text), "feel", reference.line) if isinstance(value, Text) else value


def _element_variable(element: Element, zeebe: Element | None) -> str:
    if zeebe is not None:
        return (zeebe.get("inputElement") or "").strip()
    return (camunda(element, "elementVariable") or _item_name(element, "inputDataItem")).strip()


def _output_collection(element: Element, zeebe: Element | None, variable: Callable[[str], str]) -> str:
    if zeebe is not None:
        return (zeebe.get("outputCollection") or "").strip()
    reference = element.child("loopDataOutputRef", BPMN)
    return variable(reference.text.strip()) if reference is not None else ""


def _output_element(element: Element, zeebe: Element | None, owner: str, notation: Notation) -> Value | None:
    if zeebe is not None:
        return notation.computed(zeebe.get("outputElement"), "output element", owner, zeebe.line)
    name = _item_name(element, "outputDataItem")
    return Expression(name, "feel", element.line) if name else None


def _item_name(element: Element, kind: str) -> str:
    item = element.child(kind, BPMN)
    return (item.get("name") or item.get("id") or "") if item is not None else ""
