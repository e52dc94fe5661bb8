"""What the compiler refuses of scopes and of the events that end, interrupt or begin them."""

from collections.abc import Iterator

from state_machines.bpmn.model import Event, FlowNode, SubProcess
from state_machines.flow.graph import Graph, tag_of
from state_machines.flow.pausing import handler_waits
from state_machines.flow.timers import constant_text, cycle_of
from state_machines.library import Library

Words = Iterator[str]

_THROWN = ("error", "escalation", "terminate", "signal", "link", "compensation", "cancel")
_BOUNDARIES = ("error", "escalation", "message", "timer", "signal", "compensation", "cancel")
_STARTS = ("error", "escalation", "message", "timer", "signal", "compensation")


def sub_process_words(graph: Graph, node: SubProcess) -> Words:
    """An embedded or event sub-process."""
    if node.kind == "adHoc":
        yield from _ad_hoc_words(node)
    if node.inputs or node.outputs or node.scope.data:
        yield f"Variables of the sub-process {named(node)} of its own cannot be compiled yet."


def _ad_hoc_words(node: SubProcess) -> Words:
    """All its activities run, each once: who would start them again, or choose some, is not known."""
    if node.ad_hoc_completion is not None:
        yield f"The completion condition of the ad-hoc sub-process {named(node)} cannot be compiled yet."
    if node.ad_hoc_sequential and node.scope.flows:
        yield f"The ad-hoc sub-process {named(node)} runs one activity at a time; flows in it cannot be compiled yet."
    if not node.scope.nodes:
        yield f"The ad-hoc sub-process {named(node)} is empty."


def start_words(node: Event) -> Words:
    """The start event of an event sub-process."""
    kinds = kinds_of(node)
    if len(kinds) != 1 or kinds[0] not in _STARTS:
        yield not_yet(node)


def throw_words(node: Event) -> Words:
    """An intermediate throw event or an end event."""
    kinds = kinds_of(node)
    known = len(kinds) == 1 and kinds[0] in ("none", *_THROWN)
    sent = kinds == ["message"] and (node.job or node.definitions[0].message)
    if not known and not sent:
        yield not_yet(node)


def boundary_words(node: Event) -> Words:
    """A boundary event of a sub-process."""
    kinds = kinds_of(node)
    if len(kinds) != 1 or kinds[0] not in _BOUNDARIES:
        yield not_yet(node)


def handler_words(graph: Graph, node: FlowNode, library: Library) -> Words:
    """What follows an event that does not interrupt runs beside the activity, and the event may come again."""
    if not isinstance(node, Event) or node.interrupting or not node.definitions:
        return
    timer = node.definitions[0].timer
    if timer is not None and timer.type == "cycle" and cycle_of(constant_text(timer.value) or "") is None:
        yield f"The timer {named(node)} needs a fixed cycle such as R3/PT10M."
    once = node.position == "start" and timer is not None and timer.type != "cycle"
    if not once and handler_waits(graph, node, library):
        yield (
            f"What follows the non-interrupting event {named(node)} may wait, while the event may come again; "
            "that cannot be compiled yet."
        )


def kinds_of(node: Event) -> list[str]:
    """The kinds of an event's definitions; an event without one is `none`."""
    return [definition.kind for definition in node.definitions] or ["none"]


def not_yet(node: Event) -> str:
    """The words for an event that cannot be compiled."""
    what = " and ".join(kinds_of(node))
    beside = "" if node.interrupting else "non-interrupting "
    return f"The {beside}{what} {tag_of(node)} {named(node)} cannot be compiled yet."


def named(node: Event | SubProcess) -> str:
    """A node as diagnostics name it."""
    return f"'{node.name}' ({node.id})" if node.name else f"'{node.id}'"
