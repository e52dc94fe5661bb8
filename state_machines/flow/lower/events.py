"""Events that are no wait points: starts, ends, links in between, and pauses."""

from state_machines.bpmn.model import Event
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import DPC, INPUT, asl
from state_machines.flow.lower.calls import lower_work
from state_machines.flow.lower.throwing import lower_throw
from state_machines.flow.lower.waiting import lower_receive
from state_machines.flow.steps import Compute, Delay, Through, Way
from state_machines.flow.timers import moment, pause_seconds, seconds_left


def lower_event(b: SegmentBuilder, node: Event, key: str) -> None:
    """Any event that stands in the flow; boundary events belong to their activity."""
    if node.initiator:
        _begin(b, node, key)
    elif node.position == "intermediateCatch":
        lower_catch(b, node, key)
    elif node.job is not None:
        lower_work(b, node, key)
    elif node.definitions and node.position in ("intermediateThrow", "end"):
        lower_throw(b, node, key)
    else:
        b.add(Through(key, node.id, "helper", b.through(node)))


def _begin(b: SegmentBuilder, node: Event, key: str) -> None:
    """Camunda 7's initiator: a variable with the user who started the instance."""
    output = jsonata.merge(INPUT, jsonata.obj({node.initiator: f"{DPC}.initiator"}))
    b.add(Compute(key, node.id, "element", b.after(node), asl(output)))


def lower_catch(b: SegmentBuilder, node: Event, key: str) -> None:
    """An intermediate catch event: a pause for timers, a wait point for messages and signals."""
    if node.definitions and node.definitions[0].kind == "link":
        b.add(Through(key, node.id, "helper", b.through(node)))
    elif node.definitions and node.definitions[0].kind == "timer":
        _pause(b, node, key)
    elif node.definitions:
        lower_receive(b, node, key)
    else:
        b.add(Through(key, node.id, "helper", b.through(node)))


def _pause(b: SegmentBuilder, node: Event, key: str) -> None:
    timer = node.definitions[0].timer
    when = moment(timer, node, b.build.expressions) if timer else "The timer has no date and no duration."
    if isinstance(when, str):
        b.build.say("FLOW-011", "error", node, when, timer.value.line if timer else 0)
        return
    seconds: int | str
    if when.constant is not None and not when.absolute:
        seconds = -(-when.constant // 1000)
    else:
        seconds = asl(seconds_left(when.deadline) if when.absolute else pause_seconds(when.expression))
    way: Way = b.after(node)
    b.add(Delay(key, node.id, "element", way, seconds))
