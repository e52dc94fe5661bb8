"""The one JSON form of a typed machine, keys always in the same order. Deciding what to emit is not done here."""

from collections.abc import Mapping
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
    Retrier,
    Rule,
    State,
    Task,
    Wait,
)


def emit(machine: Machine) -> dict[str, Json]:
    """A machine as the plain JSON object that Step Functions takes."""
    return {"Comment": machine.comment, "QueryLanguage": "JSONata", **emit_branch(machine.body)}


def emit_branch(branch: Branch) -> dict[str, Json]:
    """A branch as JSON, its states in the order in which the compiler made them."""
    return {"StartAt": branch.start_at, "States": {name: emit_state(state) for name, state in branch.states}}


@singledispatch
def emit_state(state: State) -> dict[str, Json]:
    """One state as JSON."""
    raise TypeError(f"not a state: {state!r}")


@emit_state.register
def _(state: Task) -> dict[str, Json]:
    return _present(
        {
            "Type": "Task",
            "Resource": state.resource,
            "Arguments": state.arguments,
            "TimeoutSeconds": state.timeout_seconds,
            "Assign": _assign(state.assign),
            "Output": state.output or None,
            "Retry": [_retrier(retrier) for retrier in state.retry] or None,
            "Catch": [_catcher(catcher) for catcher in state.catch] or None,
            **_next(state.next),
        }
    )


@emit_state.register
def _(state: Pass) -> dict[str, Json]:
    return _present(
        {"Type": "Pass", "Assign": _assign(state.assign), "Output": state.output or None, **_next(state.next)}
    )


@emit_state.register
def _(state: Choice) -> dict[str, Json]:
    choices: list[Json] = [_rule(rule, state.assign) for rule in state.rules]
    return _present({"Type": "Choice", "Choices": choices, "Default": state.default, "Assign": _assign(state.assign)})


@emit_state.register
def _(state: Wait) -> dict[str, Json]:
    return _present(
        {
            "Type": "Wait",
            "Seconds": state.seconds,
            "Timestamp": state.timestamp,
            "Assign": _assign(state.assign),
            "Output": state.output or None,
            **_next(state.next),
        }
    )


@emit_state.register
def _(state: Parallel) -> dict[str, Json]:
    branches: list[Json] = [emit_branch(branch) for branch in state.branches]
    return _present(
        {
            "Type": "Parallel",
            "Arguments": state.arguments or None,
            "Branches": branches,
            "Assign": _assign(state.assign),
            "Output": state.output or None,
            "Catch": [_catcher(catcher) for catcher in state.catch] or None,
            **_next(state.next),
        }
    )


@emit_state.register
def _(state: Fail) -> dict[str, Json]:
    return {"Type": "Fail", "Error": state.error, "Cause": state.cause}


@emit_state.register
def _(state: Map) -> dict[str, Json]:
    return _present(
        {
            "Type": "Map",
            "Items": state.items,
            "ItemSelector": dict(state.item_selector) or None,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **emit_branch(state.item)},
            "Assign": _assign(state.assign),
            "Output": state.output or None,
            "Catch": [_catcher(catcher) for catcher in state.catch] or None,
            **_next(state.next),
        }
    )


def _retrier(retrier: Retrier) -> Json:
    return {
        "ErrorEquals": list(retrier.errors),
        "IntervalSeconds": retrier.interval_seconds,
        "MaxAttempts": retrier.max_attempts,
        "BackoffRate": retrier.backoff_rate,
    }


def _catcher(catcher: Catcher) -> Json:
    return _present(
        {
            "ErrorEquals": list(catcher.errors),
            "Assign": _assign(catcher.assign),
            "Output": catcher.output or None,
            "Next": catcher.next,
        }
    )


def _rule(rule: Rule, assign: Mapping[str, Json]) -> Json:
    own = assign if rule.assign is None else rule.assign
    return _present(
        {"Condition": rule.condition, "Assign": _assign(own), "Output": rule.output or None, "Next": rule.next}
    )


def _assign(assign: Mapping[str, Json]) -> Json:
    return dict(assign) or None


def _next(name: str) -> dict[str, Json]:
    return {"Next": name} if name else {"End": True}


def _present(fields: dict[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in fields.items() if value is not None}
