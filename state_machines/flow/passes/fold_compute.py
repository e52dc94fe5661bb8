"""Pass: what only computes is computed by the state before it, in its output, and a transition is saved.

A state before that several ways leave can do so too, if it is a choice: each of its rules has an output of its own.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from state_machines.flow.jsonata import INPUT, asl, bounded, fits
from state_machines.flow.names import Names
from state_machines.flow.steps import Call, Compute, Decide, Passed, Rule, Segment, Step, Way

MAX_LENGTH = 20_000
MAX_CHAIN = 8
BEFORE = "$variables_before"
_STRINGS = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`""")


def fold_compute(segment: Segment, names: Names) -> Segment:
    """Folds each `Compute` into the calls, choices and computations that lead to it.

    >>> task = Call("t", "t", "element", Way("c"), "arn", {}, "{% $states.result %}")
    >>> added = Compute("c", "c", "element", Way(""), "{% $merge([$states.input, {'a': '$states.input'}]) %}")
    >>> folded = fold_compute(Segment(Way("t"), {"t": task, "c": added}), Names([])).steps["t"]
    >>> folded.output
    "{% ($variables_before := $states.result; $merge([$variables_before, {'a': '$states.input'}])) %}"
    """
    return replace(segment, steps={key: _folded(step, segment.steps) for key, step in segment.steps.items()})


def _folded(step: Step, steps: Mapping[str, Step]) -> Step:
    if isinstance(step, Call | Compute) and step.output:
        parks = step.large is not None if isinstance(step, Compute) else _parks(step)
        way, output = _onward(step.way, step.output, steps, step.assign, parks=parks)
        if output != step.output and isinstance(step, Call) and parks:
            output = asl(bounded(output[2:-2].strip()))
        return replace(step, way=way, output=output)
    if isinstance(step, Decide):
        return replace(step, rules=tuple(each for rule in step.rules for each in _rules(rule, steps)))
    return step


def _parks(call: Call) -> bool:
    """Whether an output that is too large is an incident: what is added may make it so."""
    return any({"States.ALL", "States.QueryEvaluationError"} & {*catch.errors} for catch in call.catches)


def _rules(rule: Rule, steps: Mapping[str, Step]) -> tuple[Rule, ...]:
    """The rule with what it computes. If that may be too large: then the way to the incident, as another rule."""
    first = steps.get(rule.way.to)
    large = first.large if isinstance(first, Compute) else None
    way, output = _onward(rule.way, rule.output or asl(INPUT), steps, parks=large is not None)
    if way == rule.way:
        return (rule,)
    if large is None:
        return (replace(rule, way=way, output=output),)
    small = f"({rule.condition}) and {fits(output[2:-2].strip())}"
    return Rule(small, way, output), replace(rule, way=replace(rule.way, to=large.to))


def _onward(
    way: Way, output: str, steps: Mapping[str, Step], assigned: Collection[str] = (), *, parks: bool
) -> tuple[Way, str]:
    """The way behind what could be folded, and the whole output. A state's output does not see what it assigns.

    `parks`: what may be too large can be folded, because there is an incident for it.
    """
    for _ in range(MAX_CHAIN):
        step = steps.get(way.to)
        if way.outcome == "continues" or not isinstance(step, Compute) or not step.output or step.assign:
            break
        if step.large is not None and not parks:
            break
        if any(f"${name}" in step.output for name in assigned):
            break
        combined = _combined(output, step.output)
        if combined is None:
            break
        output = combined
        passed = (Passed("element", step.element),) if step.role == "element" else ()
        way = replace(way, to=step.way.to, path=(*way.path, *passed, *step.way.path))
    return way, output


def _combined(first: str, second: str) -> str | None:
    """One output after the other; None where the texts cannot be joined with certainty."""
    inner, outer = first[2:-2].strip(), second[2:-2].strip()
    code = _STRINGS.sub("", outer)
    # A slash may begin a regular expression, in which quotes are no strings.
    if "/" in code or len(inner) + len(outer) > MAX_LENGTH:
        return None
    if inner == INPUT:
        return second
    parts = re.split(f"({_STRINGS.pattern})", outer)
    moved = "".join(part if i % 2 else part.replace(INPUT, BEFORE) for i, part in enumerate(parts))
    return asl(f"({BEFORE} := {inner}; {moved})")
