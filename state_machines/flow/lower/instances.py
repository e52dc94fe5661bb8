"""Multi-instances: what they are made of, and the parallel ones as inline Maps.

An item works on a copy of the scope and gives back what it changed and its output; changes are merged in the order of
the items, the later winning. Step Functions runs at most 40 items of an inline Map at once, so that where instances
may wait there is a Map of Maps: 40 times 40 wait at the same time. More are shared out (`shares`).
"""

from collections.abc import Mapping
from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import Activity, FlowNode, MultiInstance, SubProcess, Task, Text
from state_machines.by_reference.marks import KEY, LIST_KEY, SEEN, is_marked, listed, whole
from state_machines.flow import jsonata
from state_machines.flow.build import MAX_DEPTH, Exit, SegmentBuilder
from state_machines.flow.catching import branch_level, event_level
from state_machines.flow.choosing import Choosing
from state_machines.flow.data import counters, locals_of, own
from state_machines.flow.expressions import reads
from state_machines.flow.instance_data import element_and_output, instance, kept
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.lower.cut_off import catches as cut_off
from state_machines.flow.lower.cut_off import failure
from state_machines.flow.lower.ended import (
    Ended,
    appended,
    lower_ended,
    lower_enough,
    with_counters,
)
from state_machines.flow.lower.incidents import unusable
from state_machines.flow.shared import picked
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
    if not is_marked(value):
        seen = whole(["'list'"], jsonata.obj({"list": value}))
        value = f"({SEEN} := {seen}; {SEEN}.list)"
    return f"($c := {listed(value)}; $type($c) = 'array' ? $c : null)"


def at_place(items: str, place: str) -> str:
    """JSONata of one of the elements, or of where it stands if the list is large.

    Null is taken for nothing by some, so it is said.
    """
    first = f"${items}[0]"
    address = f"($type({first}) = 'object' ? $lookup({first}, '{LIST_KEY}') : null)"
    elsewhere = f"{{'{KEY}': $r & '#' & $string({place})}}"
    here = f"($e := ${items}[{place}]; $exists($e) ? $e : null)"
    return f"($r := {address}; $type($r) = 'string' ? {elsewhere} : {here})"


def lower_parallel(b: SegmentBuilder, node: Activity, loop: MultiInstance, key: str, after: Way) -> None:
    """A parallel multi-instance."""
    if b.bounds.depth >= MAX_DEPTH:
        b.build.say("FLOW-031", "error", node, f"More than {MAX_DEPTH} forks stand inside each other.")
        return
    names = b.build.names
    each, check = b.helper(node.id, "instances"), b.helper(node.id, "list")
    base, items, entered = (names.variable(purpose, key) for purpose in ("before", "items", "begun"))
    local = _local(b, node, loop, items)
    state = "/".join((*b.graph(node).path, each))
    ended = Ended(node, loop, state, base, items, entered, tuple(local))
    listed: dict[str, Json] = {base: asl(INPUT), items: asl(instances_of(b, node, loop))}
    recorded = loop.completion_condition is not None or loop.thrown is not None or bool(ended.counted)
    if recorded:
        listed[entered] = asl("$states.context.State.EnteredTime")
    b.add(Compute(key, node.id, "helper", Way(check), "", listed))
    invalid = Rule(f"$type(${items}) != 'array'", unusable(b, node, key, key))
    b.add(Decide(check, node.id, "choice", (invalid,), Way(each)))
    exits: dict[str, Exit] = {}
    item = _item(b, ended, exits, recorded=recorded)
    if loop.completion_condition is not None:
        lower_enough(b, ended, exits, after)
    item = _begun(b, node, item, _given(b, base, local))
    given = {"place": "$states.context.Map.Item.Value"}
    output = _merged(loop)
    # Errors that leave what is around the Map as well are none of its own.
    failed = failure(b, node, each, key, after, (item,))
    catches = (*cut_off(b, node, each, exits, (item,)), failed)
    unknown = not isinstance(loop.cardinality, Text) or int(loop.cardinality.text) > AT_ONCE
    if not _many(node, loop):
        every = f"$count(${items}) = 0 ? [] : [0..$count(${items}) - 1]"
        b.add(Each(each, node.id, "helper", after, (item,), output, every, given, catches=catches, many=unknown))
        return
    part = b.helper(node.id, "part")
    last = f"$min([$states.input.first + {AT_ONCE - 1}, $count(${items}) - 1])"
    inner = Each(part, node.id, "helper", Way(END), (item,), "$states.result", f"[$states.input.first..{last}]", given)
    parts = f"$count(${items}) = 0 ? [] : [0..$ceil($count(${items}) / {AT_ONCE}) - 1]"
    first = {"first": f"$states.context.Map.Item.Value * {AT_ONCE}"}
    segment = Segment(Way(part), {part: inner}, node.id)
    b.add(Each(each, node.id, "helper", after, (segment,), output, parts, first, catches=catches, many=unknown))


def _local(b: SegmentBuilder, node: Activity, loop: MultiInstance, items: str) -> dict[str, str]:
    """What an instance has for itself; of the counters that never change those that it reads, and the usual one."""
    place = f"{INPUT}.place"
    first = 0 if b.build.process.dialect == "camunda7" else 1
    usual = "nrOfInstances" if b.build.process.dialect == "camunda7" else "numberOfInstances"
    seen = {usual, *reads(replace(node, loop=None))}
    element = element_and_output(node, loop, at_place(items, place))
    if isinstance(node, Choosing):
        return element
    numbers = {n: v for n, v in counters(f"$count(${items})", "0", "0").items() if n in seen}
    return {**element, "loopCounter": f"({place} + {first})", **numbers}


def _given(b: SegmentBuilder, base: str, local: Mapping[str, str]) -> str:
    """What an item begins with: the scope, what is its own, and its place among all items around it."""
    outer = f"${base}.{RESERVED}.at & '.' & " if b.bounds.items else ""
    about = [f"${base}.{RESERVED}", f"{{'at': {outer}$string({INPUT}.place)}}"]
    if local:
        about.append(own(local, picked(local, f"${base}"), f"${base}.{RESERVED}.own"))
    return jsonata.merge(f"${base}", jsonata.obj(local), f"{{'{RESERVED}': {jsonata.merge(*about)}}}")


def _begun(b: SegmentBuilder, node: Activity, item: Segment, given: str) -> Segment:
    """An item that makes its variables of its place. A Map could do so too, but not every checker of ASL knows."""
    key = b.helper(node.id, "item")
    steps = {key: Compute(key, node.id, "helper", item.start, asl(given)), **item.steps}
    return replace(item, start=Way(key), steps=steps)


def _item(b: SegmentBuilder, ended: Ended, exits: dict[str, Exit], *, recorded: bool) -> Segment:
    node, loop = ended.node, ended.loop
    bounds = replace(b.bounds, stop="", fork=node.id, depth=b.bounds.depth + 1, items=b.bounds.items + 1)
    depth = len(b.graph(node).path)
    bounds = replace(bounds, level=branch_level(depth) if isinstance(node, Choosing) else event_level(depth + 1))
    inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
    done = b.helper(node.id, "done")
    own = ", ".join(jsonata.text(name) for name in (*ended.own, RESERVED))
    changed = f"$not($k in [{own}]) and $not($v = $lookup(${ended.base}, $k))"
    members = {"changes": f"$sift({INPUT}, function($v, $k) {{ {changed} }})"}
    if not isinstance(node, Choosing):
        inner.looped(node, ended.own)
    way = Way(b.helper(node.id, "ended") if recorded else done)
    with inner.outside(node, way.to):
        if loop.output_collection and loop.output_element is not None:
            members["output"] = b.build.expressions.value(loop.output_element, node, moves=True)
        gives = jsonata.obj(members)
        inner.add(Compute(done, node.id, "helper", Way(END), asl(gives)))
        if recorded:
            lower_ended(inner, ended, way.to, gives, Way(done))
    segment = inner.filled(mapped_in(inner, node, inner.body(instance(node), way)))
    return with_counters(inner, ended, segment) if ended.counted else segment


def _merged(loop: MultiInstance) -> str:
    """The scope behind the Map. Results of parts are lists themselves."""
    flat = "$reduce($states.result, function($all, $r) { $append($all, $r) }, [])"
    merged = f"$reduce($ended, function($acc, $r) {{ $merge([$acc, $r.changes]) }}, {INPUT})"
    if loop.output_collection:
        outputs = f"$reduce($ended, function($acc, $r) {{ {appended('$acc', '$r.output')} }}, [])"
        merged = jsonata.merge(merged, jsonata.obj({loop.output_collection: outputs}))
    return jsonata.bounded(f"($ended := {flat}; {merged})")


def _many(node: Activity, loop: MultiInstance) -> bool:
    """Whether more instances than one Map runs at once may wait at the same time."""
    if isinstance(loop.cardinality, Text) and int(loop.cardinality.text) <= AT_ONCE:
        return False
    if isinstance(node, Choosing):
        return len(node.scope.nodes) > AT_ONCE
    inside: list[FlowNode] = [node, *(node.scope.walk() if isinstance(node, SubProcess) else ())]
    return any(not isinstance(each, Task) or each.kind not in _BETWEEN for each in inside)


def mapped_in(b: SegmentBuilder, node: Activity, way: Way) -> Way:
    """The way to an instance that maps in what its output reads: then it is mapped before it."""
    if not kept(node):
        return way
    key = b.helper(node.id, "inputs")
    with b.outside(node, key):
        given = locals_of(node, b.build.expressions).values
        b.add(Compute(key, node.id, "helper", way, asl(jsonata.merge(INPUT, given))))
    return Way(key)
