"""Pass: a catch for an output that fails is not needed where nothing was added to an output that cannot."""

from dataclasses import replace

from state_machines.flow.names import Names
from state_machines.flow.steps import Call, Segment


def drop_certain(segment: Segment, names: Names) -> Segment:
    """Takes such catches from calls; what only they led to is dropped later.

    >>> from state_machines.flow.steps import Catch, Way
    >>> caught = Catch(("States.QueryEvaluationError",), Way("x"), "", {}, "{% 1 %}")
    >>> task = Call("t", "t", "element", Way(""), "arn", {}, "{% 1 %}", catches=(caught,))
    >>> drop_certain(Segment(Way("t"), {"t": task}), Names([])).steps["t"].catches
    ()
    """
    steps = {
        key: replace(step, catches=tuple(c for c in step.catches if not c.unless or c.unless != step.output))
        if isinstance(step, Call)
        else step
        for key, step in segment.steps.items()
    }
    return replace(segment, steps=steps)
