"""Parallel multi-instances of more instances than an execution has events for: each share of them in one of its own.

Up to a share's size the Map runs where it stands, at no state's cost. Beyond it there is a Map of shares around it:
each runs a copy of the Map, for its part of the places, in an execution that is waited for.
"""

from dataclasses import replace

from state_machines.flow.build import SegmentBuilder
from state_machines.flow.copies import variables_in, with_keys, with_variables
from state_machines.flow.jsonata import INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.lower.elsewhere import DRAWN, HANDED, entry, handed_over, taken_over
from state_machines.flow.lower.resuming import FLAT, OUTPUT, Nested, rethrown, start_nested
from state_machines.flow.steps import END, Compute, Decide, Each, Rule, Segment, Step, Way


def share(
    b: SegmentBuilder, each: Each, known: frozenset[str], size: int, entries: list[Segment]
) -> tuple[dict[str, Step], dict[str, str]]:
    """The steps that are added, and which of them stands before the Map. `size`: items of the Map in a share."""
    names, element = b.build.names, each.element
    check, shares = b.helper(each.key, "many"), b.helper(each.key, "shares")
    name, ended = b.helper(each.key, "share"), b.helper(shares, "ended")
    carried = tuple(sorted(known & variables_in({each.key: each})))
    thrown, drawn = names.variable("thrown", name), names.variable("execution", name)
    inner = b  # a builder of its own, for what stands in the Map of shares
    find, run = b.helper(name, "find"), b.helper(name, "run")
    given = handed_over(name, carried, {"first": f"{INPUT}.first"})
    told = f"$type({OUTPUT}) = 'array' ? {OUTPUT} : []"
    kept = {thrown: asl(f"$exists({OUTPUT}.thrown) ? {OUTPUT}.thrown : {{}}")}
    execution = f"{INSTANCE_ID} & '_' & ${drawn}"
    nested = Nested(find, run, execution, given, told, kept, Way(ended), Way(END), {drawn: DRAWN})
    start_nested(inner, b.node(element), nested)
    rule = rethrown(inner, b.node(element), b.helper(name, "rethrow"), thrown)
    inner.add(Decide(ended, element, "helper", (rule,), Way(END)))
    branch = Segment(Way(find), dict(inner.steps), element)
    entries.append(_entry(b, each, name, carried, size))
    b.build.handed |= {shares, name}
    every = f"$count({each.items})"
    parts = f"[0..$ceil({every} / {size}) - 1]"
    item = {"first": f"$states.context.Map.Item.Value * {size}", RESERVED: f"{INPUT}.{RESERVED}"}
    around = replace(each, key=shares, branches=(branch,), items=parts, given=item, many=False)
    many = Rule(f"{every} > {size}", Way(shares))
    return {check: Decide(check, element, "choice", (many,), Way(each.key)), shares: around}, {each.key: check}


def _entry(b: SegmentBuilder, each: Each, name: str, carried: tuple[str, ...], size: int) -> Segment:
    names = b.build.names
    own = {variable: names.variable("on", variable) for variable in carried}
    keys = {step.key: names.of_element(step.key) for step in Segment(Way(END), {each.key: each}).walk()}
    first = f"{HANDED}.first"
    mine = f"[$filter({each.items}, function($v, $i) {{ $i >= {first} and $i < {first} + {size} }})]"
    alone = replace(each, way=Way(END), output=FLAT, catches=(), assign={}, items=mine)
    copy = with_keys(with_variables(alone, own), keys, {})
    begin = Compute(b.helper(name, "begin"), each.element, "helper", Way(copy.key), asl(INPUT), taken_over(own))
    branch = Segment(Way(begin.key), {begin.key: begin, copy.key: copy}, each.element)
    b.build.steps += len(keys)
    return entry(name, branch, FLAT)
