"""Multi-instances: what they are made of, and the parallel ones as inline Maps.

An item works on a copy of the scope and gives back what it changed and its output; changes are merged in the order of
the items, the later winning. Step Functions runs at most 40 items of an inline Map at once, so that where instances
may wait there is a Map of Maps: 40 times 40 wait at the same time.
"""

from collections.abc import Mapping
from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import Activity, FlowNode, MultiInstance, SubProcess, Task, Text
from state_machines.flow import jsonata
from state_machines.flow.build import MAX_DEPTH, Exit, SegmentBuilder
from state_machines.flow.catching import event_level
from state_machines.flow.expressions import reads
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.lower.cut_off import catches as cut_off
from state_machines.flow.lower.incidents import failure_catch, unusable
from state_machines.flow.steps import END, Compute, Decide, Each, Rule, Segment, Way

AT_ONCE = 40
"""Items of one inline Map that run at the same time (Step Functions' quota)."""
_BETWEEN = ("script", "businessRule", "manual", "task")
"""Tasks that never wait."""


def instances_of(b: SegmentBuilder, node: Activity, loop: MultiInstance) -> str:
    """JSONata of the list that the instances are made of; null where there is none."""
    if isinstance(loop.cardinality, Text):
        return f"[1..{int(loop.cardinality.text)}]"
    if loop.cardinality is not None:
        number = b.build.expressions.value(loop.cardinality, node)
        return f"($n := {number}; $type($n) = 'number' ? ($n >= 0 and $floor($n) = $n ? [1..$n] : null) : null)"
    if loop.collection is None:
        return "null"
    value = b.build.expressions.value(loop.collection, node)
    return f"($c := {value}; $type($c) = 'array' ? $c : null)"


def counters(dialect: str, total: str, active: str, completed: str) -> Mapping[str, str]:
    """The numbers that activities and completion conditions of a multi-instance read, under the dialect's names."""
    if dialect == "camunda7":
        return {"nrOfInstances": total, "nrOfActiveInstances": active, "nrOfCompletedInstances": completed}
    return {
        "numberOfInstances": total,
        "numberOfActiveInstances": active,
        "numberOfCompletedInstances": completed,
        "numberOfTerminatedInstances": "0",
    }


def conditions_scope(numbers: Mapping[str, str]) -> str:
    """What a completion condition reads."""
    return jsonata.merge(INPUT, jsonata.obj(numbers))


def appended(results: str, value: str) -> str:
    """JSONata of a list with one value more, which may itself be a list."""
    return f"($v := {value}; $append({results}, $type($v) = 'array' ? [[$v]] : [$exists($v) ? $v : null]))"


def at_place(items: str, place: str) -> str:
    """JSONata of one of the elements; null is taken for nothing by some, so it is said."""
    return f"($e := ${items}[{place}]; $exists($e) ? $e : null)"


def reads_of(*what: object) -> frozenset[str]:
    """The variables that expressions, or an activity with all that it holds, read."""
    return frozenset(name for one in what for name in _reads(one))


def lower_parallel(b: SegmentBuilder, node: Activity, loop: MultiInstance, key: str) -> None:
    """A parallel multi-instance."""
    if b.bounds.depth >= MAX_DEPTH:
        b.build.say("FLOW-031", "error", node, f"More than {MAX_DEPTH} forks stand inside each other.")
        return
    names = b.build.names
    base, items = names.variable("before", key), names.variable("items", key)
    each, check = b.helper(node.id, "instances"), b.helper(node.id, "list")
    after = b.after(node)
    listed: dict[str, Json] = {base: asl(INPUT), items: asl(instances_of(b, node, loop))}
    b.add(Compute(key, node.id, "helper", Way(check), "", listed))
    invalid = Rule(f"$type(${items}) != 'array'", unusable(b, node, key, key))
    b.add(Decide(check, node.id, "choice", (invalid,), Way(each)))
    local = _local(b, loop, items)
    exits: dict[str, Exit] = {}
    item = _item(b, node, loop, base, local, exits)
    given = _given(b, base, local)
    output = _merged(loop)
    # Errors that leave what is around the Map as well are none of its own.
    failed = failure_catch(b, node, each, key, after, ("States.QueryEvaluationError",))
    catches = (*cut_off(b, node, each, exits, (item,)), failed)
    if not _many(node, loop):
        every = f"$count(${items}) = 0 ? [] : [0..$count(${items}) - 1]"
        b.add(Each(each, node.id, "helper", after, (item,), output, every, given, catches=catches))
        return
    part = b.helper(node.id, "part")
    last = f"$min([$states.input.first + {AT_ONCE - 1}, $count(${items}) - 1])"
    inner = Each(part, node.id, "helper", Way(END), (item,), "$states.result", f"[$states.input.first..{last}]", given)
    parts = f"$count(${items}) = 0 ? [] : [0..$ceil($count(${items}) / {AT_ONCE}) - 1]"
    first = f"{{'first': $states.context.Map.Item.Value * {AT_ONCE}}}"
    segment = Segment(Way(part), {part: inner}, node.id)
    b.add(Each(each, node.id, "helper", after, (segment,), output, parts, first, catches=catches))


def _local(b: SegmentBuilder, loop: MultiInstance, items: str) -> dict[str, str]:
    place = "$states.context.Map.Item.Value"
    first = 0 if b.build.process.dialect == "camunda7" else 1
    total = "nrOfInstances" if b.build.process.dialect == "camunda7" else "numberOfInstances"
    element = {loop.element_variable: at_place(items, place)} if loop.element_variable else {}
    return {**element, "loopCounter": f"({place} + {first})", total: f"$count(${items})"}


def _given(b: SegmentBuilder, base: str, local: Mapping[str, str]) -> str:
    """An item's input: the scope, what is its own, and its place among all items around it."""
    outer = f"${base}.{RESERVED}.at & '.' & " if b.bounds.items else ""
    at = f"$merge([${base}.{RESERVED}, {{'at': {outer}$string($states.context.Map.Item.Value)}}])"
    return jsonata.merge(f"${base}", jsonata.obj(local), f"{{'{RESERVED}': {at}}}")


def _item(
    b: SegmentBuilder,
    node: Activity,
    loop: MultiInstance,
    base: str,
    local: Mapping[str, str],
    exits: dict[str, Exit],
) -> Segment:
    bounds = replace(b.bounds, stop="", fork=node.id, depth=b.bounds.depth + 1, items=True)
    bounds = replace(bounds, level=event_level(len(b.graph(node).path) + 1))
    inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
    done = b.helper(node.id, "done")
    own = ", ".join(jsonata.text(name) for name in (*local, RESERVED))
    changed = f"$not($k in [{own}]) and $not($v = $lookup(${base}, $k))"
    members = {"changes": f"$sift({INPUT}, function($v, $k) {{ {changed} }})"}
    if loop.output_collection and loop.output_element is not None:
        members["output"] = b.build.expressions.value(loop.output_element, node)
    inner.add(Compute(done, node.id, "helper", Way(END), asl(jsonata.obj(members))))
    inner.looped(node, local)
    return inner.from_body(replace(node, loop=None), inner.completed(node, Way(done)))


def _merged(loop: MultiInstance) -> str:
    """The scope behind the Map. Results of parts are lists themselves."""
    flat = "$reduce($states.result, function($all, $r) { $append($all, $r) }, [])"
    merged = f"$reduce($ended, function($acc, $r) {{ $merge([$acc, $r.changes]) }}, {INPUT})"
    if loop.output_collection:
        outputs = f"$reduce($ended, function($acc, $r) {{ {appended('$acc', '$r.output')} }}, [])"
        merged = jsonata.merge(merged, jsonata.obj({loop.output_collection: outputs}))
    return f"($ended := {flat}; {merged})"


def _many(node: Activity, loop: MultiInstance) -> bool:
    """Whether more instances than one Map runs at once may wait at the same time."""
    if isinstance(loop.cardinality, Text) and int(loop.cardinality.text) <= AT_ONCE:
        return False
    inside: list[FlowNode] = [node, *(node.scope.walk() if isinstance(node, SubProcess) else ())]
    return any(not isinstance(each, Task) or each.kind not in _BETWEEN for each in inside)


def _reads(what: object) -> frozenset[str]:
    if not isinstance(what, FlowNode):
        return reads(what)
    from state_machines.flow.sharing import read

    return frozenset().union(
        *(read(each) for each in (what, *(what.scope.walk() if isinstance(what, SubProcess) else ())))
    )
