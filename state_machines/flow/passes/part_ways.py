"""Pass: where two ways from one state to another pass different elements, each gets a state of its own.

Telemetry sees states only; without this it could not tell which flows a token took.
"""

from dataclasses import replace

from state_machines.flow.names import Names
from state_machines.flow.steps import END, Compute, Segment, Step, Way, map_ways


def part_ways(segment: Segment, names: Names) -> Segment:
    """Puts an empty state into every second, different way between the same two states.

    >>> from state_machines.flow.steps import Decide, Passed, Rule
    >>> ways = [Way("a", (Passed("flow", f),)) for f in ("f1", "f2")]
    >>> choice = Decide("c", "c", "choice", (Rule("true", ways[0]),), ways[1])
    >>> sorted(part_ways(Segment(Way("c"), {"c": choice}), Names([])).steps)
    ['c', 'f2_way']
    """
    steps: dict[str, Step] = {}
    for key, step in segment.steps.items():
        added: list[Compute] = []
        taken: dict[str, Way] = {}

        def parted(way: Way, owner: Step = step, taken: dict[str, Way] = taken, added: list[Compute] = added) -> Way:
            known = taken.setdefault(way.to, way)
            if way.to == END or known == way:
                return way
            middle = next((c for c in added if (c.way.to, c.way.path) == (way.to, way.path)), None)
            if middle is None:
                middle = Compute(_name(way, owner, names), owner.element, "helper", Way(way.to, way.path, way.outcome))
                added.append(middle)
            return replace(way, to=middle.key, path=(), outcome="continues")

        steps[key] = map_ways(step, parted)
        steps.update((middle.key, middle) for middle in added)
    return replace(segment, steps=steps)


def _name(way: Way, owner: Step, names: Names) -> str:
    flows = [passed.id for passed in way.path if passed.kind == "flow"]
    return names.of_helper(flows[0] if flows else owner.key, "way")
