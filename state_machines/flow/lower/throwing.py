"""Events that throw: errors, escalations, terminations. Who catches them is known when the model is compiled."""

from state_machines.bpmn.model import Event
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import body_level, catchers, event_level, event_sub_processes
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.compensation import lower_cancel, lower_compensation_throw
from state_machines.flow.lower.errors import caught
from state_machines.flow.lower.escalating import lower_uncaught
from state_machines.flow.lower.escaping import escaped
from state_machines.flow.lower.handlers import handle_beside
from state_machines.flow.lower.leaving import leave, leave_to
from state_machines.flow.lower.publishing import lower_message_throw, lower_signal_throw
from state_machines.flow.lower.waiting import key_text
from state_machines.flow.steps import Compute, Passed, Through, Way


def lower_throw(b: SegmentBuilder, node: Event, key: str) -> None:
    """An intermediate throw event, or an end event that is more than an end."""
    kind = node.definitions[0].kind
    if kind == "terminate":
        _go(b, node, key, _terminated(b, node))
    elif kind == "error":
        _error(b, node, key)
    elif kind == "escalation":
        _escalation(b, node, key)
    elif kind == "compensation":
        lower_compensation_throw(b, node, key)
    elif kind == "cancel":
        lower_cancel(b, node, key)
    elif kind == "signal":
        lower_signal_throw(b, node, key)
    elif kind == "message" and (message := node.definitions[0].message):
        lower_message_throw(b, node, message, key)
    else:
        b.add(Through(key, node.id, "helper", b.through(node)))


def _go(b: SegmentBuilder, node: Event, key: str, way: Way, output: str = INPUT) -> None:
    """Past the event; what it changes for whoever catches it is computed on the way."""
    if output == INPUT:
        b.add(Through(key, node.id, "helper", way.after(Passed("element", node.id))))
    else:
        b.add(Compute(key, node.id, "element", way, asl(output)))


def _terminated(b: SegmentBuilder, node: Event) -> Way:
    """To the end of the scope; whatever else runs in it is cut off."""
    graph = b.graph(node)
    depth = len(graph.path)
    beside = b.build.handles_aside(graph) or any(not start.interrupting for _, start in event_sub_processes(graph))
    level = event_level(depth) if beside else body_level(depth)
    return leave(b, level, f"terminated:{node.id}", node.id, lambda owner: owner.end_of(graph))


def _error(b: SegmentBuilder, node: Event, key: str) -> None:
    thrown, code = node.definitions[0], node.definitions[0].code
    found = catchers(b.build, node, "error", code)
    words = key_text(b.build.expressions.value(thrown.words, node)) if thrown.words else ""
    if found:
        said = words or jsonata.text(code)
        _go(b, node, key, leave_to(b, found[0]), caught(b, found[0], jsonata.text(code), said))
        return
    unheard = jsonata.text(f"The error of '{node.id}' is caught nowhere.")
    told = jsonata.obj({"code": jsonata.text(code), "message": words or unheard})
    way, output = escaped(b, node, told)
    _go(b, node, key, way, output)


def _escalation(b: SegmentBuilder, node: Event, key: str) -> None:
    """An escalation that nobody in the process catches may be caught by its caller."""
    code = node.definitions[0].code
    found = catchers(b.build, node, "escalation", code)
    if found and found[0].event.interrupting:
        _go(b, node, key, leave_to(b, found[0]), caught(b, found[0], jsonata.text(code), "''"))
    elif found:
        seen = caught(b, found[0], jsonata.text(code), "''")
        _go(b, node, key, handle_beside(b, found[0], node, b.after(node)), seen)
    else:
        lower_uncaught(b, node, code, key)
