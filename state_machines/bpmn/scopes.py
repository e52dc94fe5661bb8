"""Processes and sub-processes: the nodes, flows, lanes, associations and data of each scope."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from state_machines.bpmn import findings as codes
from state_machines.bpmn.attributes import flag
from state_machines.bpmn.model import (
    Association,
    DataObject,
    FlowNode,
    Scope,
    SequenceFlow,
    SubProcess,
    SubProcessKind,
    Value,
)
from state_machines.bpmn.namespaces import BPMN, zeebe_extension
from state_machines.bpmn.nodes import READERS, Surroundings, activity_fields
from state_machines.bpmn.references import References
from state_machines.bpmn.values import Notation
from state_machines.xml import Element

SUB_PROCESSES: Final[dict[str, SubProcessKind]] = {
    "subProcess": "embedded",
    "transaction": "transaction",
    "adHocSubProcess": "adHoc",
}


def read_scope(element: Element, references: References, outer: Mapping[str, str] | None = None) -> Scope:
    """What a process or sub-process element holds, in the file's order. `outer`: the variables around it, by id."""
    flows, data = tuple(_flows(element, references)), tuple(_data(element))
    around = Surroundings(
        _by_node(flows, lambda f: f.target),
        _by_node(flows, lambda f: f.source),
        _lanes(element),
        references,
        {**(outer or {}), **{each.id: each.name for each in data}, **_drawn(element, data)},
    )
    return Scope(
        nodes=tuple(_nodes(element, around)),
        flows=flows,
        associations=tuple(
            Association(a.get("sourceRef") or "", a.get("targetRef") or "") for a in element.all("association", BPMN)
        ),
        data=data if references.notation.engine == "bpmn" else (),
    )


def _flows(element: Element, references: References) -> Iterator[SequenceFlow]:
    """The sequence flows. One without an id, which BPMN allows, is named by its ends and place."""
    for place, flow in enumerate(element.all("sequenceFlow", BPMN)):
        source, target = ((flow.get(end) or "").strip() for end in ("sourceRef", "targetRef"))
        flow_id = flow.get("id") or (f"{source}-{target}-{place}" if source and target else "")
        if not flow_id:
            _missing_id(flow, references)
        condition = flow.child("conditionExpression", BPMN)
        yield SequenceFlow(
            flow_id,
            " ".join((flow.get("name") or "").split()),
            source,
            target,
            flow.line,
            references.notation.condition(condition, flow_id) if condition is not None else None,
        )


def _by_node(flows: Iterable[SequenceFlow], end: Callable[[SequenceFlow], str]) -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for flow in flows:
        index.setdefault(end(flow), []).append(flow.id)
    return {node_id: tuple(ids) for node_id, ids in index.items()}


def _nodes(element: Element, around: Surroundings) -> Iterator[FlowNode]:
    for child in element.children:
        if child.namespace != BPMN or not (child.name in READERS or child.name in SUB_PROCESSES):
            continue
        node_id = (child.get("id") or "").strip()
        if not node_id:
            _missing_id(child, around.references)
        elif child.name in READERS:
            yield READERS[child.name](child, node_id, around)
        else:
            yield _sub_process(child, node_id, around)


def _missing_id(element: Element, references: References) -> None:
    references.notation.findings.error(
        codes.MISSING_ID, "", element.line, f"A {element.name} has no id. Give it one, or draw it again."
    )


def _sub_process(element: Element, node_id: str, around: Surroundings) -> SubProcess:
    notation = around.references.notation
    kind = SUB_PROCESSES[element.name]
    if flag(element, "triggeredByEvent", False, notation.findings):
        kind = "event"
    completion = element.child("completionCondition", BPMN)
    ad_hoc = zeebe_extension(element, "adHoc")
    return SubProcess(
        **activity_fields(element, node_id, around),
        kind=kind,
        scope=read_scope(element, around.references, around.data),
        ad_hoc_sequential=element.get("ordering") == "Sequential",
        ad_hoc_completion=notation.condition(completion, node_id) if completion is not None else None,
        ad_hoc_cancel_remaining=flag(element, "cancelRemainingInstances", True, notation.findings),
        ad_hoc_elements=_given(ad_hoc, "activeElementsCollection", node_id, notation),
        ad_hoc_output=(ad_hoc.get("outputCollection") or "").strip() if ad_hoc else "",
        ad_hoc_output_element=_given(ad_hoc, "outputElement", node_id, notation),
    )


def _given(ad_hoc: Element | None, name: str, owner: str, notation: Notation) -> Value | None:
    return notation.computed(ad_hoc.get(name), name, owner, ad_hoc.line) if ad_hoc else None


def _lanes(element: Element) -> dict[str, str]:
    """The innermost lane of each node, by the lane's name."""
    found: dict[str, str] = {}
    for lane_set in (*element.all("laneSet", BPMN), *element.all("childLaneSet", BPMN)):
        for lane in lane_set.all("lane", BPMN):
            name = " ".join((lane.get("name") or "").split())
            if name:
                found |= {reference.text.strip(): name for reference in lane.all("flowNodeRef", BPMN)}
            found |= _lanes(lane)
    return found


def _data(element: Element) -> Iterator[DataObject]:
    """Data objects and properties, which neither Camunda knows as variables of a scope.

    A data object is often named only where it is drawn, on its reference.
    """
    drawn = {r.get("dataObjectRef"): r.get("name") for r in reversed(element.all("dataObjectReference", BPMN))}
    for child in element.children:
        if child.namespace == BPMN and child.name in ("dataObject", "property") and child.get("id"):
            identity = child.get("id") or ""
            yield DataObject(identity, child.get("name") or drawn.get(identity) or identity)


def _drawn(element: Element, data: Iterable[DataObject]) -> dict[str, str]:
    """The variables of data objects by the ids of the places where they are drawn."""
    names = {each.id: each.name for each in data}
    found = ((r.get("id") or "", r.get("dataObjectRef") or "") for r in element.all("dataObjectReference", BPMN))
    return {drawn: names[meant] for drawn, meant in found if meant in names}
