"""What the compiler refuses of scopes and of the events that end, interrupt or begin them."""

from collections.abc import Iterator

from state_machines.bpmn.model import Event, FlowNode, SubProcess
from state_machines.flow.graph import Graph
from state_machines.flow.timers import wrong_cycle

Words = Iterator[str]

_TOGETHER = ("message", "timer", "signal", "conditional")
"""What a parallel multiple event can wait for."""
_LEADS_AWAY = ("compensation", "link", "terminate", "cancel")


def sub_process_words(graph: Graph, node: SubProcess) -> Words:
    """An embedded or event sub-process."""
    if node.kind == "adHoc":
        yield from _ad_hoc_words(node)


def _ad_hoc_words(node: SubProcess) -> Words:
    """All its activities run, each once, or those that are named: who would start them again is not known."""
    if not node.scope.nodes:
        yield f"The ad-hoc sub-process {named(node)} is empty."


def event_words(graph: Graph, node: Event) -> Words:
    """An event of any position."""
    kinds = kinds_of(node)
    if not node.takes_any and any(kind not in _TOGETHER for kind in kinds):
        known = ", ".join(_TOGETHER)
        yield f"The event {named(node)} waits for all of its definitions: only {known} can be among them."
    elif len(kinds) > 1 and (alone := [kind for kind in kinds if kind in _alone(node)]):
        yield f"The event {named(node)} has several definitions: draw that of {alone[0]} as an event apart."
    elif node.outputs and any(kind in _LEADS_AWAY for kind in kinds):
        yield f"The output mappings of {named(node)} cannot be carried out: {' and '.join(kinds)} gives no variables."
    elif node.position in ("intermediateThrow", "end"):
        yield from _throw_words(node)


def _alone(node: Event) -> tuple[str, ...]:
    """What has nothing to do with other definitions: compensation is thrown beside others, but caught by itself."""
    return ("link",) if node.position in ("intermediateThrow", "end") else ("compensation", "link")


def _throw_words(node: Event) -> Words:
    """A message that is thrown has a name, or work to do."""
    for definition in node.definitions:
        if definition.kind == "message" and not (node.job or definition.message):
            yield f"The event {named(node)} does not say which message it throws."


def handler_words(graph: Graph, node: FlowNode) -> Words:
    """An event that does not interrupt, and may come again."""
    if not isinstance(node, Event) or node.interrupting or not node.definitions:
        return
    timer = next((definition.timer for definition in node.definitions if definition.timer), None)
    words = wrong_cycle(timer) if timer is not None and timer.type == "cycle" else ""
    if words:
        yield f"The timer {named(node)} has no cycle. {words}"


def kinds_of(node: Event) -> list[str]:
    """The kinds of an event's definitions; an event without one is `none`."""
    return [definition.kind for definition in node.definitions] or ["none"]


def named(node: Event | SubProcess) -> str:
    """A node as diagnostics name it."""
    return f"'{node.name}' ({node.id})" if node.name else f"'{node.id}'"
