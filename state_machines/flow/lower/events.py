"""Events that are no wait points: starts, ends, links in between, and pauses."""

from collections.abc import Callable
from dataclasses import replace

from state_machines.bpmn.model import Event
from state_machines.flow import jsonata
from state_machines.flow.build import MAX_DEPTH, SegmentBuilder
from state_machines.flow.catching import branch_level
from state_machines.flow.data import NO_LOCALS, output_of
from state_machines.flow.jsonata import DPC, INPUT, MERGE_BRANCHES, RESERVED, asl
from state_machines.flow.lower.calls import lower_work
from state_machines.flow.lower.throwing import lower_throw
from state_machines.flow.lower.waiting import known_times, lower_receive, unheard
from state_machines.flow.steps import END, Compute, Delay, Fork, Through, Way
from state_machines.flow.timers import moment, seconds_left

_LAST = ("escalation", "error", "terminate", "cancel")
"""What may lead a token away, in the order in which it is thrown behind all else."""


def lower_event(b: SegmentBuilder, node: Event, key: str) -> None:
    """Any event that stands in the flow; boundary events belong to their activity."""
    if node.position == "start" and (node.initiator or node.outputs) and node.takes_any:
        _begin(b, node, key)
    elif node.position == "intermediateCatch":
        lower_catch(b, node, key)
    elif len(node.definitions) > 1 and node.position in ("intermediateThrow", "end"):
        _throw_all(b, node, key)
    elif node.job is not None:
        lower_work(b, node, key)
    elif node.definitions and node.position in ("intermediateThrow", "end"):
        lower_throw(b, node, key)
    elif node.outputs:
        b.add(Compute(key, node.id, "element", b.after(node), asl(unheard(b, node))))
    else:
        b.add(Through(key, node.id, "helper", b.through(node)))


def _begin(b: SegmentBuilder, node: Event, key: str) -> None:
    """A start event that does something: its mappings, and Camunda 7's initiator, the user who started the instance."""
    mapped = unheard(b, node)
    if node.definitions and node.outputs and b.build.process.dialect != "camunda7":
        # What the event brought stands among the variables already: only what is mapped stays.
        outputs = output_of(node, b.build.expressions, NO_LOCALS, INPUT, keeps=False, base="{}")
        mapped = jsonata.merge(outputs, f"{{'{RESERVED}': {INPUT}.{RESERVED}}}")
    initiator = jsonata.obj({node.initiator: f"{DPC}.initiator"} if node.initiator else {})
    b.add(Compute(key, node.id, "element", b.after(node), asl(jsonata.merge(mapped, initiator))))


def _throw_all(b: SegmentBuilder, node: Event, key: str) -> None:
    """A throw event with several definitions: all are thrown, one after the other; what leads away comes last."""
    definitions = sorted(node.definitions, key=lambda d: _LAST.index(d.kind) if d.kind in _LAST else -1)
    keys = [key, *(b.helper(node.id, "next") for _ in definitions[1:])]
    for part, definition in enumerate(definitions):
        last = part + 1 == len(definitions)
        thrown = replace(node, definitions=(definition,), job=node.job if definition.kind == "message" else None)
        if last:
            lower_event(b, thrown, keys[part])
        else:
            with b.leading(node, Way(keys[part + 1], (), "continues")):
                lower_event(b, thrown, keys[part])
            step = b.steps[keys[part]]
            b.steps[keys[part]] = replace(step, role="helper") if step.role == "element" else step


def lower_catch(b: SegmentBuilder, node: Event, key: str) -> None:
    """An intermediate catch event: a pause for a timer, a wait point for anything else."""
    if node.definitions and node.definitions[0].kind == "link":
        b.add(Through(key, node.id, "helper", b.through(node)))
    elif [d.kind for d in node.definitions] == ["timer"]:
        _pause(b, node, key)
    elif node.definitions:
        (lower_receive if node.takes_any else _catch_all)(b, node, key)
    else:
        b.add(Through(key, node.id, "helper", b.through(node)))


def _pause(b: SegmentBuilder, node: Event, key: str) -> None:
    timer = node.definitions[0].timer
    when = moment(timer, node, b.build.expressions) if timer else "The timer has no date and no duration."
    if isinstance(when, str):
        b.build.say("FLOW-011", "error", node, when, timer.value.line if timer else 0)
        return
    seconds = asl(seconds_left(when.deadline)) if when.pause is None else -(-when.pause // 1000)
    after = mapped(b, node, b.after(node))
    b.add(Delay(key, node.id, "element", after, seconds))
    known_times(b, node, key, (when,), after)


def mapped(b: SegmentBuilder, node: Event, way: Way) -> Way:
    """The way behind an event with the state that carries out its output mappings, if it has some."""
    if not node.outputs:
        return way
    key = b.once(f"{node.id}\0mapped", node.id, "mapped")
    b.add(Compute(key, node.id, "helper", way, asl(unheard(b, node))))
    return Way(key, (), "continues")


def _catch_all(b: SegmentBuilder, node: Event, key: str) -> None:
    """An event that waits for all of its definitions: a fork of one wait for each."""

    def waiting(inner: SegmentBuilder, place: int) -> Way:
        wait = inner.helper(node.id, "part")
        lower_part(inner, replace(node, definitions=(node.definitions[place],), outputs=()), wait)
        return Way(wait)

    fork_definitions(b, node, key, waiting)


def fork_definitions(b: SegmentBuilder, node: Event, key: str, part: Callable[[SegmentBuilder, int], Way]) -> None:
    """The fork of an event that needs all of its definitions. `part` lowers the one of a place in its own segment, and
    answers where that begins."""
    if b.bounds.depth >= MAX_DEPTH:
        b.build.say("FLOW-031", "error", node, f"More than {MAX_DEPTH} forks stand inside each other.")
        return
    level = branch_level(len(b.graph(node).path))
    bounds = replace(b.bounds, region=None, fork=node.id, depth=b.bounds.depth + 1, level=level)
    branches = []
    for place in range(len(node.definitions)):
        inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b)
        branches.append(inner.filled(part(inner, place), node.id))
    b.add(Fork(key, node.id, "element", mapped(b, node, b.after(node)), tuple(branches), MERGE_BRANCHES))


def lower_part(b: SegmentBuilder, part: Event, key: str) -> None:
    """One of several definitions that must all come, in a segment of its own: the event itself is shown elsewhere."""
    before = set(b.steps)
    with b.leading(part, Way(END)):
        lower_catch(b, part, key)
    for name in b.steps.keys() - before:
        if b.steps[name].role == "element":
            b.steps[name] = replace(b.steps[name], role="helper")
