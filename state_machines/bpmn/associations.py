"""Plain BPMN's data associations: which variables an element takes in and gives out, and under which names.

The dialects map by extensions of their own and take associations for drawings.
"""

from collections.abc import Iterator, Mapping

from state_machines.bpmn.mappings import Mappings
from state_machines.bpmn.model import Expression, IoMapping
from state_machines.bpmn.namespaces import BPMN
from state_machines.bpmn.values import Notation
from state_machines.xml import Element

_NOTHING_DONE = ("task", "manualTask")


def read_associations(element: Element, data: Mapping[str, str], notation: Notation) -> tuple[Mappings, Mappings]:
    """The (input, output) mappings of a flow node, between the variables of `data`, by id, and its inputs and outputs.

    An input or output without a name is a drawing, as are those of tasks in which nothing is done, and data stores
    (BPMN 2.0.2, 10.4.2).
    """
    if notation.dialect != "bpmn" or element.name in _NOTHING_DONE:
        return (), ()
    known = {**data, **item_names(element)}
    ins, outs = _named(element, "dataInput"), _named(element, "dataOutput")
    return tuple(_mapped(element, "dataInputAssociation", known, ins)), tuple(
        _mapped(element, "dataOutputAssociation", outs, known)
    )


def data_behind(element: Element, reference: str, data: Mapping[str, str]) -> str:
    """The variable that a reference means: data by its id, or an input or output by what it is associated with."""
    for association in _associations(element):
        source, target = _end(association, "sourceRef"), _end(association, "targetRef")
        if reference in (source, target):
            other = target if reference == source else source
            return data.get(other, data.get(reference, reference))
    return data.get(reference, reference)


def item_names(element: Element) -> dict[str, str]:
    """The variables of one instance of a multi-instance, by the ids of its data items."""
    loop = element.child("multiInstanceLoopCharacteristics", BPMN)
    items = [item for kind in ("inputDataItem", "outputDataItem") if loop for item in loop.all(kind, BPMN)]
    return {item.get("id") or "": item.get("name") or item.get("id") or "" for item in items}


def _associations(element: Element) -> tuple[Element, ...]:
    return (*element.all("dataInputAssociation", BPMN), *element.all("dataOutputAssociation", BPMN))


def _named(element: Element, kind: str) -> dict[str, str]:
    """The names of an element's inputs or outputs, by their ids; those of activities stand in a box."""
    boxes = (element, *element.all("ioSpecification", BPMN))
    return {
        each.get("id") or "": name for box in boxes for each in box.all(kind, BPMN) if (name := _name(each.get("name")))
    }


def _mapped(element: Element, kind: str, sources: Mapping[str, str], targets: Mapping[str, str]) -> Iterator[IoMapping]:
    for association in element.all(kind, BPMN):
        source, target = (sources.get(_end(association, "sourceRef")), targets.get(_end(association, "targetRef")))
        if source and target and _name(source) and _name(target):
            yield IoMapping(target, Expression(source, "feel", association.line))


def _name(text: str | None) -> str:
    """A name that variables may have; empty: words for people."""
    name = (text or "").strip()
    return name if name.isidentifier() else ""


def _end(association: Element, end: str) -> str:
    found = association.child(end, BPMN)
    return found.text.strip() if found is not None else ""
