"""How many states a second the simulator executes, with and without expressions, under the virtual clock."""

import time
from datetime import UTC, datetime
from typing import Any

from benchmarks.figures import Goal, Table, Value
from state_machines.asl.model import Json
from state_machines.feel import parse
from state_machines.feel.translation import to_jsonata_condition
from state_machines.simulator import FunctionTasks, Simulator, VirtualClock

ROUNDS = 4_000
GUARDED = 1_000
PLAIN = 10_000
_MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:measured"


def measure_simulation() -> Table:
    """One row a kind of machine."""
    rows = [
        _row("Pass, no expressions", _row_of_passes(), ROUNDS, PLAIN),
        _row("Pass and Choice that count", _loop("{% $n < " + str(ROUNDS) + " %}"), 2 * ROUNDS + 2, GUARDED),
        _row("Choice by a guarded FEEL condition", _guarded(), 2 * ROUNDS + 2, GUARDED),
    ]
    goal = Goal(
        f"at least {GUARDED:,} with expressions, {PLAIN:,} without",
        lambda row: float(row["states per second"]) >= float(row["goal"]),
    )
    return Table("Simulator, processor time", rows, (goal,))


def _row_of_passes() -> dict[str, Json]:
    states: dict[str, Json] = {f"S{i}": {"Type": "Pass", "Next": f"S{i + 1}"} for i in range(ROUNDS - 1)}
    states[f"S{ROUNDS - 1}"] = {"Type": "Pass", "End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "S0", "States": states}


def _guarded() -> dict[str, Json]:
    """A condition as the compiler emits it, beside the one that ends the loop."""
    condition = to_jsonata_condition(parse('amount > 1000 and channel = "web"')).jsonata
    return _loop(f"{{% ({condition}) and $n < {ROUNDS} %}}")


def _loop(condition: str) -> dict[str, Json]:
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Begin",
        "States": {
            "Begin": {"Type": "Pass", "Assign": {"n": 0}, "Next": "Count"},
            "Count": {"Type": "Pass", "Assign": {"n": "{% $n + 1 %}"}, "Next": "More"},
            "More": {"Type": "Choice", "Choices": [{"Condition": condition, "Next": "Count"}], "Default": "Done"},
            "Done": {"Type": "Succeed"},
        },
    }


def _row(name: str, machine: dict[str, Json], states: int, goal: int) -> dict[str, Value]:
    simulator = Simulator({_MACHINE: machine}, FunctionTasks({}), VirtualClock(datetime(2026, 1, 1, tzinfo=UTC)))
    given: dict[str, Any] = {"amount": 2_000, "channel": "web"}
    begun = time.process_time()
    execution = simulator.start(_MACHINE, given)
    simulator.run_until_idle()
    taken = time.process_time() - begun
    if simulator.describe(execution).status != "SUCCEEDED":
        raise RuntimeError(f"the machine ended with {simulator.describe(execution)}")
    return {"machine": name, "states": states, "states per second": round(states / taken), "goal": goal}
