"""Pass: what computes more than a state can hand on is a choice, whose other way is the incident. No state is added."""

from dataclasses import replace

from state_machines.flow.jsonata import fits
from state_machines.flow.names import Names
from state_machines.flow.steps import Compute, Decide, Rule, Segment, Step


def guard_sizes(segment: Segment, names: Names) -> Segment:
    """Makes a choice of each `Compute` that may be too large.

    >>> from state_machines.flow.steps import Way
    >>> script = Compute("s", "s", "element", Way(""), "{% $states.input %}", large=Way("s_incident"))
    >>> guard_sizes(Segment(Way("s"), {"s": script}), Names([])).steps["s"].default.to
    's_incident'
    """
    return replace(segment, steps={key: _guarded(step) for key, step in segment.steps.items()})


def _guarded(step: Step) -> Step:
    if not isinstance(step, Compute) or step.large is None:
        return step
    rule = Rule(fits(step.output[2:-2].strip()), step.way, step.output)
    return Decide(step.key, step.element, step.role, (rule,), step.large, step.assign)
