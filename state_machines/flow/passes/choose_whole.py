"""Pass: what computes with variables is a choice, and no catch computes. A choice can look before it reads."""

from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.by_reference.marks import is_marked
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.names import Names
from state_machines.flow.steps import Call, Catch, Compute, Decide, Fork, Rule, Segment, Step, Way

_CAUGHT = "$states.errorOutput"
_ENTERED = "$states.context.State.EnteredTime"


def choose_whole(segment: Segment, names: Names) -> Segment:
    """Makes choices of all computations that read variables, those in catches included.

    >>> script = Compute("s", "s", "element", Way("t"), "{% $whole(['a'], $states.input) %}")
    >>> chosen = choose_whole(Segment(Way("s"), {"s": script}), Names([])).steps["s"]
    >>> chosen.rules[0].condition, chosen.rules[0].way.to
    ('true', 't')
    """
    steps: dict[str, Step] = {}
    for key, step in segment.steps.items():
        steps[key] = _chosen(step)
        if isinstance(step, Call | Fork):
            caught = [_caught(catch, step, names, steps) for catch in step.catches]
            steps[key] = replace(step, catches=tuple(caught))
    return replace(segment, steps=steps)


def _chosen(step: Step) -> Step:
    if not isinstance(step, Compute) or not is_marked(f"{step.output}{step.assign}"):
        return step
    rule = Rule("true", step.way, step.output)
    return Decide(step.key, step.element, step.role, (rule,), step.way, step.assign)


def _caught(catch: Catch, step: Step, names: Names, steps: dict[str, Step]) -> Catch:
    marked = {name: value for name, value in catch.assign.items() if is_marked(str(value))}
    if not (marked or is_marked(catch.output)):
        return catch
    key = names.of_helper(step.key, "caught")
    seen = {text: names.variable("caught", step.key) for text in (_CAUGHT, _ENTERED)}

    def later(text: str) -> str:
        """An expression as the choice has it, which is another state."""
        return text.replace(_CAUGHT, f"${seen[_CAUGHT]}").replace(_ENTERED, f"${seen[_ENTERED]}")

    assign: dict[str, Json] = {name: later(str(value)) for name, value in marked.items()}
    rule = Rule("true", catch.way, later(catch.output))
    steps[key] = Decide(key, step.element, "helper", (rule,), catch.way, assign)
    kept = {name: value for name, value in catch.assign.items() if name not in marked}
    kept |= {name: asl(text) for text, name in seen.items()}
    return replace(catch, way=Way(key, (), "continues"), output=asl(INPUT), assign=kept)
