"""The form between BPMN and ASL: steps joined by ways. A way knows which elements and flows it passes.

Each step becomes one state, except `Through`, which the passes fold away. No JSON and no names of states here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from state_machines.asl.model import Json, Retrier
from state_machines.flow.jsonata import MERGE_BRANCHES

Role = Literal["element", "incident", "choice", "helper", "entry"]
"""`entry`: nothing leads there; a token may be put there from outside."""
Outcome = Literal["completed", "cancelled", "failed", "continues"]

END = ""
"""The `to` of a way that leaves its segment."""


@dataclass(frozen=True)
class Passed:
    """An element or a sequence flow that a token passes, or a sub-process without a state of its own.

    Such a one is `entered`, and then passed as an `element` when it has completed, or `cancelled`. It may go on
    `elsewhere`, in another execution, whose token is `inside` from the beginning.
    """

    kind: Literal["element", "flow", "entered", "cancelled", "elsewhere", "inside"]
    id: str


@dataclass(frozen=True)
class Way:
    """From one step to the next: what is passed, in order, and how the element of the first step is left."""

    to: str
    path: tuple[Passed, ...] = ()
    outcome: Outcome = "completed"

    def after(self, *passed: Passed) -> "Way":
        """The same way with something passed before it."""
        return replace(self, path=(*passed, *self.path))


@dataclass(frozen=True)
class Catch:
    """A way for an error."""

    errors: tuple[str, ...]
    way: Way
    output: str
    assign: Mapping[str, Json] = field(default_factory=dict)
    unless: str = ""
    """Not needed where the output of its step is this one."""


@dataclass(frozen=True)
class Rule:
    """A way for a condition: JSONata that is exactly true or false. `output` replaces the scope's variables."""

    condition: str
    way: Way
    output: str = ""
    assign: Mapping[str, Json] | None = None
    """In place of what the step assigns."""


@dataclass(frozen=True)
class Step:
    """What all steps share. `key` is the name of the state, unique in the machine."""

    key: str
    element: str
    role: Role


@dataclass(frozen=True)
class Through(Step):
    """Passes and does nothing."""

    way: Way


@dataclass(frozen=True)
class Compute(Step):
    """Computes new variables (JSONata `output`); empty: only passes, but stays a state."""

    way: Way
    output: str = ""
    assign: Mapping[str, Json] = field(default_factory=dict)
    large: Way | None = None
    """Where the variables may be too large then: the way to the incident, with those from before."""


@dataclass(frozen=True)
class Call(Step):
    """Calls a service, or waits at a wait point."""

    way: Way
    resource: str
    arguments: Json
    output: str = ""
    assign: Mapping[str, Json] = field(default_factory=dict)
    timeout: int | str | None = None
    retry: tuple[Retrier, ...] = ()
    catches: tuple[Catch, ...] = ()


@dataclass(frozen=True)
class Delay(Step):
    """Waits for a while or until a moment."""

    way: Way
    seconds: int | str | None = None
    timestamp: str | None = None
    output: str = ""
    assign: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Decide(Step):
    """Takes the first way whose condition is true."""

    rules: tuple[Rule, ...]
    default: Way
    assign: Mapping[str, Json] = field(default_factory=dict)
    """Whichever way is taken, but for rules with an `assign` of their own."""


@dataclass(frozen=True)
class Fork(Step):
    """Runs segments at the same time; `way` is taken when all have ended."""

    way: Way
    branches: tuple["Segment", ...]
    output: str
    catches: tuple[Catch, ...] = field(default=(), kw_only=True)
    arguments: str = field(default="", kw_only=True)
    """What the branches are given (as ASL writes it); empty: the variables."""
    assign: Mapping[str, Json] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class Each(Fork):
    """Runs its one segment for each item at the same time.

    `items` is JSONata of a list, `given` of the members of an item's input.
    """

    items: str = "[]"
    given: Mapping[str, str] = field(default_factory=dict)
    many: bool = field(default=False, kw_only=True)
    """Whether there may be more items than an execution has events for."""


@dataclass(frozen=True)
class Throw(Step):
    """Ends the machine, or the innermost fork around it that catches this error."""

    error: str
    cause: str


@dataclass(frozen=True)
class Segment:
    """Steps with one entry: the body of a machine or of a branch. `element` is the fork that it belongs to."""

    start: Way
    steps: Mapping[str, Step]
    element: str = ""

    def walk(self) -> Iterator[Step]:
        """Every step, those of branches included, in order."""
        for step in self.steps.values():
            yield step
            if isinstance(step, Fork):
                for branch in step.branches:
                    yield from branch.walk()


def ways_of(step: Step) -> tuple[Way, ...]:
    """The ways out of a step, those of its branches not included; the ordinary way first (of a Decide: last)."""
    if isinstance(step, Decide):
        return (*(rule.way for rule in step.rules), step.default)
    if isinstance(step, Call | Fork):
        return (step.way, *(catch.way for catch in step.catches))
    if isinstance(step, Compute) and step.large is not None:
        return (step.way, step.large)
    if isinstance(step, Through | Compute | Delay):
        return (step.way,)
    if isinstance(step, Throw):
        return ()
    raise TypeError(f"not a step: {step!r}")


def map_ways(step: Step, change: Callable[[Way], Way]) -> Step:
    """The step with each of its ways changed, in the order of `ways_of`."""
    if isinstance(step, Decide):
        rules = tuple(replace(rule, way=change(rule.way)) for rule in step.rules)
        return replace(step, rules=rules, default=change(step.default))
    if isinstance(step, Call | Fork):
        way = change(step.way)
        return replace(step, way=way, catches=tuple(replace(c, way=change(c.way)) for c in step.catches))
    if isinstance(step, Compute) and step.large is not None:
        return replace(step, way=change(step.way), large=change(step.large))
    if isinstance(step, Through | Compute | Delay):
        return replace(step, way=change(step.way))
    if isinstance(step, Throw):
        return step
    raise TypeError(f"not a step: {step!r}")


def map_segments(segment: Segment, change: Callable[[Segment], Segment]) -> Segment:
    """Applies `change` to every segment, inner ones first."""
    steps = {
        key: replace(step, branches=tuple(map_segments(b, change) for b in step.branches))
        if isinstance(step, Fork)
        else step
        for key, step in segment.steps.items()
    }
    return change(replace(segment, steps=steps))


def merges(step: Fork) -> bool:
    """Whether a fork takes over what its branches have changed."""
    return MERGE_BRANCHES in step.output


def lists_tokens(step: Fork) -> bool:
    """Whether a fork gives a list, one entry for each token or part, and not variables."""
    return step.output.startswith(("$reduce($states.result, function($all", "$states.result"))
