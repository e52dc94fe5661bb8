"""How many states a second the simulator executes: a loop that counts in JSONata, under the virtual clock."""

import time
from datetime import UTC, datetime

from benchmarks.figures import Table
from state_machines.asl.model import Json
from state_machines.simulator import FunctionTasks, Simulator, VirtualClock

ROUNDS = 4_000
LOOP: dict[str, Json] = {
    "QueryLanguage": "JSONata",
    "StartAt": "Begin",
    "States": {
        "Begin": {"Type": "Pass", "Assign": {"n": 0}, "Next": "Count"},
        "Count": {"Type": "Pass", "Assign": {"n": "{% $n + 1 %}"}, "Next": "More"},
        "More": {
            "Type": "Choice",
            "Choices": [{"Condition": f"{{% $n < {ROUNDS} %}}", "Next": "Count"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed"},
    },
}
_MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:loop"


def measure_simulation() -> Table:
    """One row."""
    simulator = Simulator({_MACHINE: LOOP}, FunctionTasks({}), VirtualClock(datetime(2026, 1, 1, tzinfo=UTC)))
    begun = time.process_time()
    execution = simulator.start(_MACHINE, {})
    simulator.run_until_idle()
    taken = time.process_time() - begun
    if simulator.describe(execution).status != "SUCCEEDED":
        raise RuntimeError(f"the loop ended with {simulator.describe(execution)}")
    states = 2 * ROUNDS + 2
    return Table(
        "Simulator", [{"loop": "Pass and Choice", "states": states, "states per second": round(states / taken)}]
    )
