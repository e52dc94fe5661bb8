"""Executions that a task starts: `states:startExecution` alone, with `.sync`, `.sync:2` and `.waitForTaskToken`."""

from __future__ import annotations

import json

from state_machines.simulator.errors import SimulatorError, StateFailed
from state_machines.simulator.execution import Execution, Strand
from state_machines.simulator.kernel import Kernel
from state_machines.simulator.resources import SYNC, Resource
from state_machines.simulator.starting import start_execution
from state_machines.simulator.values import Json, encode


def start_nested(
    kernel: Kernel, execution: Execution, strand: Strand, resource: Resource, arguments: Json
) -> dict[str, Json]:
    """Start the child and return the call's own answer. Raises StateFailed when AWS would refuse to start it."""
    if not isinstance(arguments, dict) or not isinstance(arguments.get("StateMachineArn"), str):
        raise StateFailed("States.Runtime", "The argument StateMachineArn of states:startExecution is missing.")
    name = arguments.get("Name")
    try:
        child = start_execution(kernel, arguments["StateMachineArn"], _input(arguments), name, execution.arn)
    except SimulatorError as error:
        raise StateFailed(f"StepFunctions.{type(error).__name__}Exception", f"{error} (Service: Sfn)") from error
    if resource.pattern in SYNC:
        strand.child = child.arn
        child.waiters.append([execution.arn, strand.id, strand.turn])
        kernel.mark("execution", child.arn)
    return {"ExecutionArn": child.arn, "StartDate": child.start_ms}


def _input(arguments: dict[str, Json]) -> Json:
    value = arguments.get("Input", {})
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise StateFailed("StepFunctions.InvalidExecutionInputException", str(error)) from error


def child_result(child: Execution, resource: Resource) -> dict[str, Json]:
    """What `.sync` (JSON as texts) and `.sync:2` (JSON as values) show of an ended child: its description."""
    values = resource.pattern == "sync:2"
    result: dict[str, Json] = {
        "ExecutionArn": child.arn,
        "Input": child.input.value if values else child.input.text,
        "InputDetails": {"Included": True},
        "Name": child.name,
        "RedriveCount": 0,
        "StartDate": child.start_ms,
        "StateMachineArn": child.machine_arn,
        "Status": child.status,
        "StopDate": child.stop_ms,
    }
    if child.version_arn is not None:
        result["StateMachineVersionArn"] = child.version_arn
    if child.output is not None:
        result |= {"Output": child.output.value if values else child.output.text, "OutputDetails": {"Included": True}}
    return result | {key: text for key, text in (("Error", child.error), ("Cause", child.cause)) if text is not None}


def child_failure(child: Execution, resource: Resource) -> str:
    """The cause of a `.sync` task whose child did not succeed: the description as a text."""
    return encode(child_result(child, resource))
