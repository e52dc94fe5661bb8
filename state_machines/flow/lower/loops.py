"""Activities that run several times one after the other: sequential multi-instances and standard loops.

A loop is states that lead back. What it counts stands in variables of the machine; what its activity sees, such as the
element variable, is put into the scope for each turn, and what it hid there comes back when the loop is left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import Activity, MultiInstance, StandardLoop
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.incidents import unusable
from state_machines.flow.lower.instances import (
    appended,
    at_place,
    conditions_scope,
    counters,
    instances_of,
    lower_parallel,
    reads_of,
)
from state_machines.flow.steps import Compute, Decide, Rule, Way


@dataclass(frozen=True)
class Loop:
    """A loop before it is steps. Texts are JSONata; `turn` is the variable that counts the turns that are done."""

    turn: str
    go_on: str
    local: Mapping[str, str]
    """What the activity sees in a turn."""
    begin: Mapping[str, Json] = field(default_factory=dict)
    next: Mapping[str, Json] = field(default_factory=dict)
    gives: str = "{}"
    invalid: str = ""
    """When the loop cannot begin at all."""
    test_before: bool = True


def lower_loop(b: SegmentBuilder, node: Activity, key: str) -> None:
    """An activity with a loop or multi-instance marker."""
    if isinstance(node.loop, StandardLoop):
        _loop(b, node, key, _standard(b, node, node.loop, key))
    elif isinstance(node.loop, MultiInstance) and node.loop.sequential:
        _loop(b, node, key, _sequential(b, node, node.loop, key))
    elif isinstance(node.loop, MultiInstance):
        lower_parallel(b, node, node.loop, key)


def _loop(b: SegmentBuilder, node: Activity, key: str, loop: Loop) -> None:
    after = b.after(node)
    more, following, leave = (b.helper(node.id, role) for role in ("more", "next", "leave"))
    saved = b.build.names.variable("hidden", key)
    listed = ", ".join(jsonata.text(name) for name in loop.local)
    hidden = f"$merge([{{}}, $sift({INPUT}, function($v, $k) {{ $k in [{listed}] }})])"
    b.looped(node, loop.local, saved)
    body = b.body(replace(node, loop=None), b.completed(node, Way(following)))
    begin = {loop.turn: 0, **loop.begin, **({saved: asl(hidden)} if loop.local else {})}
    given = jsonata.merge(INPUT, jsonata.obj(loop.local)) if loop.local else ""
    seen = asl(jsonata.merge(INPUT, "{'loopCounter': 1}")) if loop.local and not loop.test_before else ""
    b.add(Compute(key, node.id, "helper", Way(more) if loop.test_before else body, seen, begin))
    rules = [Rule(loop.go_on, body, asl(given) if given else "")]
    if loop.invalid:
        rules.insert(0, Rule(loop.invalid, unusable(b, node, key, key)))
    b.add(Decide(more, node.id, "choice", tuple(rules), Way(leave)))
    advance = {loop.turn: asl(f"${loop.turn} + 1"), **loop.next}
    b.add(Compute(following, node.id, "helper", Way(more), "", advance))
    back = jsonata.merge(jsonata.without(INPUT, loop.local), f"${saved}") if loop.local else INPUT
    left = back if loop.gives == "{}" else jsonata.merge(back, loop.gives)
    b.add(Compute(leave, node.id, "helper", after, asl(left)))


def _standard(b: SegmentBuilder, node: Activity, loop: StandardLoop, key: str) -> Loop:
    turn = b.build.names.variable("turn", key)
    seen = "loopCounter" in reads_of(node) | reads_of(loop.condition)
    variables = jsonata.merge(INPUT, jsonata.obj({"loopCounter": f"${turn}"})) if seen else INPUT
    tests = [f"${turn} < {loop.maximum}"] if loop.maximum is not None else []
    if loop.condition is not None:
        tests.append(b.build.expressions.condition(loop.condition, node, variables))
    local = {"loopCounter": f"(${turn} + 1)"} if seen else {}
    return Loop(turn, " and ".join(f"({test})" for test in tests), local, test_before=loop.test_before)


def _sequential(b: SegmentBuilder, node: Activity, loop: MultiInstance, key: str) -> Loop:
    names = b.build.names
    turn, items, results, done = (names.variable(purpose, key) for purpose in ("turn", "items", "results", "done"))
    dialect = b.build.process.dialect
    total = f"$count(${items})"
    first = 0 if dialect == "camunda7" else 1
    local = {
        **({loop.element_variable: at_place(items, f"${turn}")} if loop.element_variable else {}),
        "loopCounter": f"(${turn} + {first})",
        **counters(dialect, total, "1", f"${turn}"),
    }
    begin: dict[str, Json] = {items: asl(instances_of(b, node, loop))}
    following: dict[str, Json] = {}
    gives, go_on = "{}", f"${turn} < {total}"
    if loop.output_collection and loop.output_element is not None:
        value = b.build.expressions.value(loop.output_element, node)
        begin[results] = []
        following[results] = asl(appended(f"${results}", value))
        gives = jsonata.obj({loop.output_collection: f"${results}"})
    if loop.completion_condition is not None:
        counted = conditions_scope(counters(dialect, total, "0", f"(${turn} + 1)"))
        begin[done] = False
        following[done] = asl(b.build.expressions.condition(loop.completion_condition, node, counted))
        go_on = f"{go_on} and $not(${done})"
    return Loop(turn, go_on, local, begin, following, gives, f"$type(${items}) != 'array'")
