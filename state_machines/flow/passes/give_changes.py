"""Pass: what a branch gives is what it has changed. Whole scopes would be a fork's payload once for each branch.

The branch's first state keeps what it is given in a variable; each end compares its output with that.
"""

from collections.abc import Mapping
from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.flow.jsonata import INPUT, asl, changes
from state_machines.flow.names import Names
from state_machines.flow.steps import END, Call, Compute, Decide, Delay, Fork, Segment, Step, merges, ways_of

NOTHING = asl("{}")


def give_changes(segment: Segment, names: Names) -> Segment:
    """Every branch of a fork that takes over changes gives no more than that.

    >>> from state_machines.flow.jsonata import MERGE_BRANCHES
    >>> from state_machines.flow.steps import Way
    >>> branch = Segment(Way("c"), {"c": Compute("c", "c", "element", Way(""))})
    >>> fork = Fork("f", "f", "helper", Way(""), (branch,), MERGE_BRANCHES)
    >>> give_changes(Segment(Way("f"), {"f": fork}), Names([])).steps["f"].branches[0].steps["c"].output
    '{% {} %}'
    """
    return replace(segment, steps={key: _merging(step, names) for key, step in segment.steps.items()})


def _merging(step: Step, names: Names) -> Step:
    if not isinstance(step, Fork) or not merges(step):
        return step
    before = names.variable("given", step.key)
    return replace(step, branches=tuple(_giving(branch, before) for branch in step.branches))


def _giving(branch: Segment, before: str) -> Segment:
    start = branch.start.to
    if not any(_writes(step) for step in branch.steps.values()):
        return replace(branch, steps={key: _ended(step, NOTHING) for key, step in branch.steps.items()})
    again = any(way.to == start for step in branch.steps.values() for way in ways_of(step))
    given = f"($exists(${before}) ? ${before} : {INPUT})" if again else INPUT
    steps = {key: _changed(step, given if key == start else f"${before}") for key, step in branch.steps.items()}
    if any(way.to != END for way in ways_of(branch.steps[start])):
        steps[start] = _assigning(steps[start], {before: asl(given)})
    return replace(branch, steps=steps)


def _writes(step: Step) -> bool:
    """Whether the variables behind a step may be others than before it."""
    if isinstance(step, Decide):
        return any(rule.output not in ("", asl(INPUT)) for rule in step.rules)
    if isinstance(step, Call | Fork) and any(catch.output != asl(INPUT) for catch in step.catches):
        return True
    unchanged = ("", asl(INPUT)) if isinstance(step, Compute | Delay) else (asl(INPUT),)
    return isinstance(step, Compute | Delay | Call | Fork) and step.output not in unchanged


def _changed(step: Step, before: str) -> Step:
    if not isinstance(step, Compute | Delay | Call | Fork) or step.way.to != END:
        return step
    if isinstance(step, Fork):
        return replace(step, output=changes(before, step.output))
    after = step.output or asl(INPUT if isinstance(step, Compute | Delay) else "$states.result")
    return replace(step, output=asl(changes(before, after[2:-2].strip())))


def _ended(step: Step, output: str) -> Step:
    ends = isinstance(step, Compute | Delay | Call) and step.way.to == END
    return replace(step, output=output) if ends else step  # type: ignore[call-arg]  # these have one


def _assigning(step: Step, given: Mapping[str, Json]) -> Step:
    """A step that keeps something, whichever way it is left."""
    if isinstance(step, Call | Fork):
        caught = tuple(replace(catch, assign={**catch.assign, **given}) for catch in step.catches)
        return replace(step, assign={**step.assign, **given}, catches=caught)
    if isinstance(step, Compute | Decide | Delay):
        return replace(step, assign={**step.assign, **given})
    return step
