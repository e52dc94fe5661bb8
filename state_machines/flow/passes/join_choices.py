"""Pass: a choice that leads straight to another choice takes over its rules, and a transition is saved."""

from dataclasses import replace

from state_machines.flow.names import Names
from state_machines.flow.steps import Decide, Segment, Step, Way

MAX_RULES = 16


def join_choices(segment: Segment, names: Names) -> Segment:
    """Joins a choice with the one that its default leads to, as long as the rules stay few.

    Rules keep their order, so the first true one is the same as before. Ways taken on the way to the second choice
    are passed on all of its ways. A choice that comes back to itself is left alone.
    """
    steps = dict(segment.steps)
    for key in segment.steps:
        step = steps[key]
        seen = {key}
        while isinstance(step, Decide) and (joined := _joined(step, steps, seen)):
            steps[key] = step = joined
    return replace(segment, steps=steps)


def _joined(step: Decide, steps: dict[str, Step], seen: set[str]) -> Decide | None:
    second = steps.get(step.default.to)
    if not isinstance(second, Decide) or second.key in seen or len(step.rules) + len(second.rules) > MAX_RULES:
        return None
    if any(way.outcome == "continues" for way in (*(rule.way for rule in second.rules), second.default)):
        return None
    seen.add(second.key)
    rules = (*step.rules, *(replace(rule, way=_through(step.default, rule.way)) for rule in second.rules))
    return replace(step, rules=rules, default=_through(step.default, second.default))


def _through(first: Way, second: Way) -> Way:
    return replace(second, path=(*first.path, *second.path), outcome=first.outcome)
