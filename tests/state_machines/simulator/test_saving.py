"""A run that is stopped after every step, written as text, read again and continued ends as one that was not.

What is written is what has changed, over what was written before.
"""

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.simulator import Simulator, TaskError, VirtualClock
from tests.effort import effort
from tests.state_machines.simulator.machines import (
    ARN,
    START,
    Recorder,
    function_task,
    machine,
    scope,
    simulate,
    wait_for_token,
)

NESTED = ARN.replace(":m", ":nested")


def _fails_on_threes(payload: Any) -> Any:
    if len(json.dumps(payload)) % 3 == 0:
        raise TaskError("Three", "a multiple of three")
    return {"got": payload}


def _catching(name: str, state: dict[str, Any]) -> dict[str, Any]:
    state["Retry"] = [{"ErrorEquals": ["Three"], "MaxAttempts": 1, "JitterStrategy": "FULL"}]
    state["Catch"] = [
        {"ErrorEquals": ["States.ALL"], "Assign": {f"e_{name}": "{% $states.errorOutput %}"}, "Next": name}
    ]
    return state


def _simple(name: str) -> st.SearchStrategy[dict[str, Any]]:
    nested = {"StateMachineArn": NESTED, "Input": "{% $states.input %}"}
    start = "arn:aws:states:::states:startExecution.sync:2"
    return st.sampled_from(
        [
            {"Type": "Pass", "Assign": {f"v_{name}": "{% [$random(), $uuid(), $states.input] %}"}},
            {"Type": "Wait", "Seconds": 7},
            {"Type": "Fail", "Error": "Three"},
            function_task("f", Output="{% $merge([{}, {'out': $string($states.result)}]) %}"),
            wait_for_token(TimeoutSeconds=20),
            wait_for_token(HeartbeatSeconds=5, Output="{% $states.context.Task.Token %}"),
            {"Type": "Task", "Resource": start, "Arguments": nested, "Output": "{% $states.result.Output %}"},
        ]
    ).map(dict)


@st.composite
def bodies(draw: st.DrawFn, names: Any = None, depth: int = 0) -> dict[str, Any]:
    """A scope of up to three states, some of which run scopes of their own."""
    names = names or count()
    states: dict[str, dict[str, Any]] = {}
    for _ in range(draw(st.integers(1, 3))):
        name = f"S{next(names)}"
        kind = draw(st.sampled_from(["simple", "simple", "Parallel", "Map"])) if depth < 2 else "simple"
        if kind == "simple":
            states[name] = draw(_simple(name))
        elif kind == "Parallel":
            branches = [draw(bodies(names, depth + 1)) for _ in range(draw(st.integers(1, 3)))]
            states[name] = {"Type": "Parallel", "Branches": branches}
        else:
            item = {"ItemProcessor": draw(bodies(names, depth + 1)), "MaxConcurrency": draw(st.integers(0, 2))}
            tolerated = {"ToleratedFailureCount": 1} if draw(st.booleans()) else {}
            states[name] = {"Type": "Map", "Items": "{% [1,2,3] %}", **item, **tolerated}
    last = f"S{next(names)}"
    for name, state in list(states.items()):
        if state["Type"] in ("Task", "Parallel", "Map") and draw(st.booleans()):
            states[name] = _catching(last, state)
    return scope(**states, **{last: {"Type": "Pass"}})


class Written:
    """Rows as somebody keeps them who writes changes over what there was."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], dict[int, str]] = {}

    def over(self, changes: list[Any]) -> None:
        for kind, key, part, text in changes:
            if text is None:
                self._texts.pop((kind, key), None)
            else:
                self._texts.setdefault((kind, key), {})[part] = text

    def rows(self) -> list[Any]:
        return [(*key, part, text) for key, parts in self._texts.items() for part, text in parts.items()]


def _merged(rows: list[Any]) -> dict[tuple[str, str], list[Any]]:
    """Each key with its own value and, of an execution, all its events, however many parts they came in."""
    merged: dict[tuple[str, str], list[Any]] = {}
    for kind, key, part, text in sorted(rows):
        value = json.loads(text)
        merged[kind, key] = [*merged.get((kind, key), []), *(value if part else [value])]
    return merged


def _drive(definition: dict[str, Any], interrupted: bool) -> tuple[Any, Any]:
    """Run to the end, answering open tokens in turn and letting time pass when nothing else can happen."""
    port, clock = Recorder({"f": _fails_on_threes}), VirtualClock(START)
    simulator = simulate({"QueryLanguage": "JSONata", **definition}, port)
    simulator._kernel.clock = clock
    simulator.register(
        NESTED, machine(W={"Type": "Wait", "Seconds": 3}, P={"Type": "Pass", "Output": {"nested": True}})
    )
    simulator.start(ARN, {"a": [1, None, "ä"]}, "run")
    written = Written()
    for turn in count():
        if interrupted:
            written.over(simulator.changes())
            assert _merged(written.rows()) == _merged(simulator.dump())
            simulator = Simulator.restore(written.rows(), port, clock)
        if simulator.step():
            continue
        if port.tokens and turn % 3:
            _answer(simulator, port.tokens.pop(0))
        elif (due := simulator.next_due()) is not None:
            clock.set(due)
        elif not port.tokens:
            break
    return [simulator.history(e.arn) for e in simulator.executions()], simulator.executions()


def _answer(simulator: Simulator, token: str) -> None:
    try:
        if len(token) + ord(token[-5]) & 1:
            simulator.send_task_success(token, {"answered": True})
        else:
            simulator.send_task_failure(token, "Three")
    except Exception as error:
        assert type(error).__name__ == "TaskTimedOut"


@effort(60)
@given(bodies())
def test_interrupted_runs_end_alike(definition: dict[str, Any]) -> None:
    assert _drive(definition, interrupted=True) == _drive(definition, interrupted=False)


def test_dumps_of_other_formats_are_refused() -> None:
    dump = [("simulator", "-", 0, '{"format": 0}'), *simulate(machine(P={"Type": "Pass"})).dump()[1:]]
    with pytest.raises(ValueError, match="format"):
        Simulator.restore(dump, Recorder(), VirtualClock(START))
