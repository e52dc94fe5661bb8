"""The verified machines of the BPMN idioms that need no table: they run here as their pages say."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from state_machines.simulator import Simulator, VirtualClock
from state_machines.simulator.machine import compile_machine
from tests.state_machines.simulator.machines import ARN, START, Recorder, types

IDIOMS = Path(__file__).parents[4] / "shared" / "idioms"

pytestmark = pytest.mark.skipif(not IDIOMS.is_dir(), reason=f"the verified machines are not at {IDIOMS}")


def _start(name: str, value: Any, execution: str) -> tuple[Simulator, Recorder, str]:
    port = Recorder()
    definition = json.loads((IDIOMS / f"{name}.asl.json").read_text())
    simulator = Simulator({ARN: definition}, port, VirtualClock(START))
    arn = simulator.start(ARN, value, execution)
    simulator.run_until_idle()
    return simulator, port, arn


def test_every_idiom_is_a_machine_that_the_simulator_takes() -> None:
    for path in sorted(IDIOMS.glob("*.asl.json")):
        compile_machine(json.loads(path.read_text()))


@pytest.mark.parametrize(
    ("event", "path", "entered", "events"), [("task:Approve", "booked", 3, 12), ("Withdrawn", "withdrawn", 3, 12)]
)
def test_a_user_task_ends_by_completion_or_by_a_message(event: str, path: str, entered: int, events: int) -> None:
    simulator, port, arn = _start("01-user-task-boundaries", {"seconds": 60}, "i")
    simulator.send_task_success(port.tokens[0], {"event": event, "variables": {"ok": True}})
    simulator.run_until_idle()
    assert simulator.describe(arn).output == {"seconds": 60, "ok": True, "path": path}
    order = types(simulator, arn)
    assert sum(kind.endswith("StateEntered") for kind in order) == entered
    assert len(order) == events


@pytest.mark.parametrize(("seconds", "after"), [(0, 1), (1.5, 2), (3600, 3600)])
def test_a_user_task_ends_by_its_timer(seconds: float, after: int) -> None:
    simulator, _, arn = _start("01-user-task-boundaries", {"seconds": seconds}, "i")
    simulator.advance(timedelta(hours=2))
    end = simulator.describe(arn)
    assert end.output["path"] == "timer"
    assert end.stop == START + timedelta(seconds=after)
    assert len(types(simulator, arn)) == 10


@pytest.mark.parametrize("name", ["12-fresh-execution", "12b-fresh-execution-nested"])
def test_five_turns_of_two_per_execution_take_three_executions(name: str) -> None:
    simulator, port, _ = _start(name, {"more": True, "big": 12345678901234567}, "i")
    for turn in range(5):
        simulator.send_task_success(port.tokens[turn], {"variables": {"more": turn < 4}})
        simulator.run_until_idle()
    executions = simulator.executions()
    assert [execution.name for execution in executions] == ["i", "i_2", "i_3"]
    assert all(execution.status == "SUCCEEDED" for execution in executions)
    assert executions[-1].output == {"more": False, "big": 12345678901234567, "finished": True}
