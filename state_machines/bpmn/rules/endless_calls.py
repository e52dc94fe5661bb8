"""BPMN-127: processes that call each other can end."""

from collections.abc import Iterator, Mapping, Set
from typing import Final

from state_machines.bpmn.model import CallActivity, Event, FlowNode, Model, Process, Scope, SubProcess, Text
from state_machines.bpmn.rules.walk import finding, label
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-127"


def check(model: Model) -> Iterator[Diagnostic]:
    """A process whose every way calls itself again, never ends. Remedy: draw a way past the call activity.

    Judged are calls inside the file. A repetition that a gateway or a boundary event can leave is allowed.
    """
    processes = {process.id: process for process in model.processes if process.executable}
    called = {key: set(_called(process.scope)) & processes.keys() for key, process in processes.items()}
    ending = _ending(processes, called)
    for key, process in processes.items():
        if key not in ending and _can_end(process.scope, set()):
            for node in process.scope.walk():
                if isinstance(node, CallActivity) and _target(node) in called[key] - ending:
                    words = f"{label(node)} calls processes that call this one again, without an end on any way. "
                    yield finding(CODE, node, words + "Draw a way past it.")


def _ending(processes: Mapping[str, Process], called: Mapping[str, Set[str]]) -> set[str]:
    """The processes that can end, beginning with those that need no other for it."""
    callers: dict[str, list[str]] = {}
    for key, targets in called.items():
        for target in targets:
            callers.setdefault(target, []).append(key)
    ending: set[str] = set()
    pending = list(processes)
    while pending:
        key = pending.pop()
        if key not in ending and _can_end(processes[key].scope, called[key] - ending):
            ending.add(key)
            pending += callers.get(key, ())
    return ending


def _called(scope: Scope) -> Iterator[str]:
    return (_target(node) for node in scope.walk() if isinstance(node, CallActivity))


def _target(node: CallActivity) -> str:
    return node.called.process.text if node.called and isinstance(node.called.process, Text) else ""


def _can_end(scope: Scope, endless: Set[str]) -> bool:
    """Whether a way leads to an end of the scope, if calls of these processes do not come back."""
    nodes, targets = {node.id: node for node in scope.nodes}, {flow.id: flow.target for flow in scope.flows}
    boundaries = _boundaries(scope)
    attached = {node_id for ids in boundaries.values() for node_id in ids}
    pending = [node.id for node in scope.nodes if not node.incoming and node.id not in attached]
    seen: set[str] = set()
    while pending:
        node = nodes.get(pending.pop())
        if node is None or node.id in seen:
            continue
        seen.add(node.id)
        pending += boundaries.get(node.id, ())
        if _passable(node, endless):
            if not node.outgoing:
                return True
            pending += [targets[flow] for flow in node.outgoing if flow in targets]
    return not scope.nodes


def _boundaries(scope: Scope) -> dict[str, list[str]]:
    boundaries: dict[str, list[str]] = {}
    for node in scope.nodes:
        if isinstance(node, Event) and node.attached_to:
            boundaries.setdefault(node.attached_to, []).append(node.id)
    return boundaries


def _passable(node: FlowNode, endless: Set[str]) -> bool:
    if node.repeats:
        return True  # perhaps not once
    if isinstance(node, CallActivity):
        return _target(node) not in endless
    return not isinstance(node, SubProcess) or _can_end(node.scope, endless)
