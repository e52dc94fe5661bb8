"""Activities that run several times one after the other: sequential multi-instances and standard loops.

A loop is states that lead back. What it counts stands in variables of the machine; what its activity sees, such as the
element variable, is put into the scope for each turn, and what it hid there comes back when the loop is left.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from state_machines.asl.model import Json
from state_machines.bpmn.model import Activity, MultiInstance, StandardLoop, Text
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.choosing import Choosing
from state_machines.flow.data import COUNTERS, counters, entered, left, own
from state_machines.flow.expressions import reads
from state_machines.flow.instance_data import element_and_output, instance
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.lower.behavior import throws
from state_machines.flow.lower.ended import appended
from state_machines.flow.lower.incidents import unusable
from state_machines.flow.lower.instances import (
    at_place,
    instances_of,
    lower_parallel,
    mapped_in,
)
from state_machines.flow.steps import Compute, Decide, Rule, Way


@dataclass(frozen=True)
class Loop:
    """A loop before it is steps. Texts are JSONata; `turn` is the variable that counts the turns that are done."""

    turn: str
    go_on: Callable[[], str]
    """Whether there is another turn: evaluated before each, with `context` as its variables."""
    local: Mapping[str, str]
    """What the activity sees in a turn."""
    context: str = INPUT
    begin: Mapping[str, Json] = field(default_factory=dict)
    next: Callable[[], Mapping[str, Json]] = dict
    gives: str = "{}"
    invalid: str = ""
    """When the loop cannot begin at all."""
    test_before: bool = True


def lower_loop(
    b: SegmentBuilder, node: Activity, key: str, after: Way, turned: Callable[[Way], Way] = lambda way: way
) -> None:
    """An activity with a loop or multi-instance marker. `after`: what follows when it has ended.

    `turned`: from the end of one of several turns to where the next one begins.
    """
    if isinstance(node.loop, StandardLoop):
        _loop(b, node, key, after, _standard(b, node, node.loop, key), turned)
    elif isinstance(node.loop, MultiInstance) and node.loop.sequential:
        _loop(b, node, key, after, _sequential(b, node, node.loop, key), turned)
    elif isinstance(node.loop, MultiInstance):
        lower_parallel(b, node, node.loop, key, after)


def lower_unless_none(b: SegmentBuilder, node: Activity, key: str, onward: str) -> None:
    """The choice before a loop that may have no turn, or a multi-instance no instance: past all, or onward."""
    none, output = "", INPUT
    if isinstance(node.loop, StandardLoop):
        standard = _standard(b, node, node.loop, onward)
        none = f"(${standard.turn} := 0; $not({standard.go_on()}))"
    elif isinstance(node.loop, MultiInstance):
        none = f"($l := {instances_of(b, node, node.loop)}; $type($l) = 'array' ? $count($l) = 0 : false)"
        if node.loop.output_collection:
            output = jsonata.merge(INPUT, jsonata.obj({node.loop.output_collection: "[]"}))
    rule = Rule(none, b.after(node), asl(output) if output != INPUT else "")
    b.add(Decide(key, node.id, "choice", (rule,), Way(onward)))


def may_have_none(node: Activity) -> bool:
    """Whether an activity may run no time at all."""
    loop = node.loop
    if isinstance(loop, StandardLoop):
        return loop.test_before and loop.condition is not None
    return isinstance(loop, MultiInstance) and not (isinstance(loop.cardinality, Text) and int(loop.cardinality.text))


def _loop(b: SegmentBuilder, node: Activity, key: str, after: Way, loop: Loop, turned: Callable[[Way], Way]) -> None:
    more, following, leave = (b.helper(node.id, role) for role in ("more", "next", "leave"))
    saved = b.build.names.variable("hidden", key)
    listed = ", ".join(jsonata.text(name) for name in loop.local)
    hidden = f"$merge([{{}}, $sift({INPUT}, function($v, $k) {{ $k in [{listed}] }})])"
    if not isinstance(node, Choosing):
        b.looped(node, loop.local, saved)
    then = turned(Way(following))
    if isinstance(node.loop, MultiInstance) and node.loop.thrown is not None:
        then = throws(b, node, node.loop.thrown, f"${loop.turn} = 0" if node.loop.behavior == "One" else "", then)
    body = mapped_in(b, node, b.body(instance(node), then))
    begin = {loop.turn: 0, **loop.begin, **({saved: asl(hidden)} if loop.local else {})}
    marks = _marks(loop, saved, hidden) if loop.local and not isinstance(node, Choosing) else ("{}", "{}", "{}")
    given = jsonata.merge(INPUT, jsonata.obj(loop.local), marks[1]) if loop.local else ""
    seen = asl(jsonata.merge(INPUT, "{'loopCounter': 1}", marks[0])) if loop.local and not loop.test_before else ""
    b.add(Compute(key, node.id, "helper", Way(more) if loop.test_before else body, seen, begin))
    with b.outside(node, more, loop.context):
        rules = [Rule(loop.go_on(), body, asl(given) if given else "")]
        if loop.invalid:
            rules.insert(0, Rule(loop.invalid, unusable(b, node, key, key)))
        b.add(Decide(more, node.id, "choice", tuple(rules), Way(leave)))
    with b.outside(node, following):
        advance = {loop.turn: asl(f"${loop.turn} + 1"), **loop.next()}
        b.add(Compute(following, node.id, "helper", Way(more), "", advance))
    back = jsonata.merge(jsonata.without(INPUT, loop.local), f"${saved}", marks[2]) if loop.local else INPUT
    behind = back if loop.gives == "{}" else jsonata.merge(back, loop.gives)
    b.add(Compute(leave, node.id, "helper", after, asl(behind)))


def _marks(loop: Loop, saved: str, hidden: str) -> tuple[str, str, str]:
    """What tells that variables are a turn's own: before the first turn, before any other, and behind the last."""
    around = f"{INPUT}.{RESERVED}.own"
    outer = f"(${loop.turn} = 0 ? {around} : {around}.around)"
    again = entered(own(loop.local, f"${saved}", outer))
    return entered(own(loop.local, hidden)), again, f"(${loop.turn} = 0 ? {{}} : {left()})"


def _standard(b: SegmentBuilder, node: Activity, loop: StandardLoop, key: str) -> Loop:
    turn = b.build.names.variable("turn", key)
    seen = "loopCounter" in reads(node)
    variables = jsonata.merge(INPUT, jsonata.obj({"loopCounter": f"${turn}"})) if seen else INPUT

    def go_on() -> str:
        tests = [f"${turn} < {loop.maximum}"] if loop.maximum is not None else []
        if loop.condition is not None:
            tests.append(b.build.expressions.condition(loop.condition, node, variables, COUNTERS))
        return " and ".join(f"({test})" for test in tests)

    local = {"loopCounter": f"(${turn} + 1)"} if seen else {}
    return Loop(turn, go_on, local, variables, test_before=loop.test_before)


def _sequential(b: SegmentBuilder, node: Activity, loop: MultiInstance, key: str) -> Loop:
    names = b.build.names
    turn, items, results = (names.variable(purpose, key) for purpose in ("turn", "items", "results"))
    total = f"$count(${items})"
    first, usual = (0, "nrOf") if b.build.process.dialect == "camunda7" else (1, "numberOf")
    local = element_and_output(node, loop, at_place(items, f"${turn}"))
    if not isinstance(node, Choosing):
        numbers = counters(total, "1", f"${turn}").items()
        local |= {"loopCounter": f"(${turn} + {first})"}
        local |= {name: value for name, value in numbers if name.startswith(usual) or name in reads(node)}
    collects = loop.output_collection and loop.output_element is not None
    collected = {loop.output_collection: f"${results}"} if collects else {}
    local |= {name: value for name, value in collected.items() if name in reads(node)}
    active = "1" if b.build.process.dialect == "camunda7" else "0"
    counted = jsonata.merge(INPUT, jsonata.obj({**counters(total, active, f"${turn}"), **collected}))

    def go_on() -> str:
        left = f"${turn} < {total}"
        if loop.completion_condition is None:
            return left
        enough = b.build.expressions.condition(loop.completion_condition, node, counted, COUNTERS)
        return f"{left} and (${turn} = 0 or $not({enough}))"

    begin: dict[str, Json] = {items: asl(instances_of(b, node, loop))}
    if collects:
        begin[results] = []

    def following() -> dict[str, Json]:
        if not collects or loop.output_element is None:
            return {}
        return {results: asl(appended(f"${results}", b.build.expressions.value(loop.output_element, node, moves=True)))}

    listed = f"${results}"
    if loop.completion_condition is not None:  # as many as there are items, also where it was enough before the last
        listed = f"$append({listed}, $map([$count({listed}) + 1..{total}], function($i) {{ null }}))"
    gives = jsonata.obj({loop.output_collection: listed}) if collects else "{}"
    return Loop(turn, go_on, local, counted, begin, following, gives, f"$type(${items}) != 'array'")
