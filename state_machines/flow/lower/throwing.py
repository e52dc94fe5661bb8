"""Events that throw: errors, escalations, terminations. Who catches them is known when the model is compiled."""

from dataclasses import dataclass, replace

from state_machines.bpmn.model import Event
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher, catchers
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.compensation import lower_cancel, lower_compensation_throw
from state_machines.flow.lower.errors import caught, caught_around
from state_machines.flow.lower.escalating import lower_uncaught
from state_machines.flow.lower.escaping import escaped
from state_machines.flow.lower.handlers import handle_beside
from state_machines.flow.lower.incidents import unsettled
from state_machines.flow.lower.leaving import end_level, leave, leave_to
from state_machines.flow.lower.publishing import lower_message_throw, lower_signal_throw
from state_machines.flow.lower.waiting import key_text
from state_machines.flow.steps import Compute, Decide, Passed, Rule, Through, Way


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
    return leave(b, end_level(b, graph), f"terminated:{node.id}", node.id, lambda owner: owner.end_of(graph))


def _error(b: SegmentBuilder, node: Event, key: str) -> None:
    """An error, led to the nearest who catches it; where its code is computed, to the one of those who catch any."""
    thrown, code = node.definitions[0], _code(b, node)
    words = key_text(b.build.expressions.value(thrown.words, node)) if thrown.words else ""
    found = catchers(b.build, node, "error", None if thrown.computed else thrown.code)
    ways = [Caught(c, leave_to(b, c), caught(b, c, code, words or code)) for c in found]
    if _certain(node, found):
        _go(b, node, key, ways[0].way, ways[0].output)
        return
    unheard = jsonata.text(f"The error of '{node.id}' is caught nowhere.")
    way, output = escaped(b, node, jsonata.obj({"code": code, "message": words or unheard}))
    out = Rule("true", way.after(Passed("element", node.id)), asl(output))
    if node.id in b.graph(node).unheard:
        around = replace(out, condition=caught_around(code))
        _choose(b, node, key, ways, (around, Rule("true", _unheard(b, node, key, code))))
    elif ways:
        _choose(b, node, key, ways, (out,))
    else:
        _go(b, node, key, way, output)


def _unheard(b: SegmentBuilder, node: Event, key: str, code: str) -> Way:
    """What comes of an error that nobody catches, nor a caller (`flow.unheard`). A retry throws it again."""
    ended = b.after(node).after(Passed("element", node.id))
    if b.build.process.engine == "camunda7":
        return ended
    cause = asl(f"""'Nobody catches the error "' & {code} & '".'""")
    return unsettled(b, node, key, "UnhandledError", cause, Way(key, (), "continues"), ended)


def _escalation(b: SegmentBuilder, node: Event, key: str) -> None:
    """An escalation that nobody in the process catches may be caught by its caller."""
    thrown, code = node.definitions[0], _code(b, node)
    found = catchers(b.build, node, "escalation", None if thrown.computed else thrown.code)
    ways = [Caught(c, _escalated(b, node, c), caught(b, c, code, "''")) for c in found]
    if _certain(node, found):
        _go(b, node, key, ways[0].way, ways[0].output)
    elif not ways:
        lower_uncaught(b, node, code, key)
    else:
        further = b.helper(node.id, "uncaught")
        lower_uncaught(b, node, code, further)
        _choose(b, node, key, ways, (Rule("true", Way(further)),))


def _escalated(b: SegmentBuilder, node: Event, catcher: Catcher) -> Way:
    interrupting = catcher.event.interrupting
    return leave_to(b, catcher) if interrupting else handle_beside(b, catcher, node, b.after(node))


@dataclass(frozen=True)
class Caught:
    """One who may catch what is thrown: the way there, and JSONata of the variables on it."""

    catcher: Catcher
    way: Way
    output: str


def _code(b: SegmentBuilder, node: Event) -> str:
    """JSONata of the code that an event throws."""
    thrown = node.definitions[0]
    return key_text(b.build.expressions.value(thrown.computed, node)) if thrown.computed else jsonata.text(thrown.code)


def _certain(node: Event, found: list[Catcher]) -> bool:
    """Whether the first who catches is the one, whatever the code turns out to be."""
    return bool(found) and (not node.definitions[0].computed or not found[0].code)


def _choose(b: SegmentBuilder, node: Event, key: str, ways: list[Caught], uncaught: tuple[Rule, ...]) -> None:
    """By the code that was computed; the last of them may catch any."""
    code, passed = _code(b, node), Passed("element", node.id)
    rules = [
        Rule(
            f"{code} = {jsonata.text(c.catcher.code)}" if c.catcher.code else "true", c.way.after(passed), asl(c.output)
        )
        for c in ways
    ]
    rules += uncaught if not ways or ways[-1].catcher.code else []
    b.add(Decide(key, node.id, "choice", tuple(rules), rules[-1].way))
