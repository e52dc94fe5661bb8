"""From steps, after the passes, to the typed machine. A mapping of one to one: nothing is decided here."""

from functools import singledispatch

from state_machines.asl.model import (
    Branch,
    Catcher,
    Choice,
    Fail,
    Json,
    Machine,
    Map,
    Parallel,
    Pass,
    Rule,
    State,
    Task,
    Wait,
)
from state_machines.bpmn.model import Process
from state_machines.flow.jsonata import asl
from state_machines.flow.steps import Call, Compute, Decide, Delay, Each, Fork, Segment, Step, Throw


def to_machine(process: Process, segment: Segment) -> Machine:
    """The machine of a process."""
    name = f"{process.name} ({process.id})" if process.name else process.id
    return Machine(name.replace("${", "$ {"), _branch(segment))


def _branch(segment: Segment) -> Branch:
    return Branch(segment.start.to, tuple((key, _state(step)) for key, step in segment.steps.items()))


@singledispatch
def _state(step: Step) -> State:
    raise TypeError(f"this step should be folded away: {step!r}")


@_state.register
def _(step: Compute) -> State:
    return Pass(step.way.to, step.output, step.assign)


@_state.register
def _(step: Call) -> State:
    catch = _catchers(step)
    return Task(step.resource, step.arguments, step.way.to, step.output, step.assign, step.timeout, step.retry, catch)


@_state.register
def _(step: Delay) -> State:
    return Wait(step.way.to, step.seconds, step.timestamp, step.output, step.assign)


@_state.register
def _(step: Decide) -> State:
    rules = tuple(Rule(asl(rule.condition), rule.way.to, rule.output, rule.assign) for rule in step.rules)
    return Choice(rules, step.default.to, step.assign)


@_state.register
def _(step: Fork) -> State:
    branches = tuple(_branch(branch) for branch in step.branches)
    return Parallel(branches, step.way.to, asl(step.output), _catchers(step), step.arguments, step.assign)


@_state.register
def _(step: Throw) -> State:
    return Fail(step.error, step.cause)


@_state.register
def _(step: Each) -> State:
    item = _branch(step.branches[0])
    given: dict[str, Json] = {name: asl(value) for name, value in step.given.items()}
    return Map(asl(step.items), item, step.way.to, given, asl(step.output), _catchers(step), step.assign)


def _catchers(step: Call | Fork) -> tuple[Catcher, ...]:
    return tuple(Catcher(c.errors, c.way.to, c.output, c.assign) for c in step.catches)
