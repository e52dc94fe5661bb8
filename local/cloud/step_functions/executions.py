"""Executions as the API shows them: descriptions, lists, history pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local.cloud.step_functions.paging import page
from state_machines.simulator import ExecutionDescription, Simulator

Body = Mapping[str, Any]
_DATA = frozenset({"input", "output", "parameters"})


def described(simulator: Simulator, body: Body) -> dict[str, Any]:
    """DescribeExecution."""
    execution = simulator.describe(str(body["executionArn"]))
    answer = _item(execution) | {
        "input": _text(execution.input),
        "inputDetails": {"included": True},
        "output": _text(execution.output) if execution.status == "SUCCEEDED" else None,
        "outputDetails": {"included": True},
        "error": execution.error,
        "cause": execution.cause,
    }
    return _present(answer)


def machine_of(simulator: Simulator, body: Body) -> dict[str, Any]:
    """DescribeStateMachineForExecution: what is read of it here, the definition."""
    arn = str(body["executionArn"])
    machine = simulator.describe(arn).machine_arn
    return {
        "stateMachineArn": machine,
        "name": machine.rpartition(":")[2],
        "definition": json.dumps(simulator.definition(arn)),
        "roleArn": "arn:aws:iam::000000000000:role/local",
        "updateDate": simulator.describe(arn).start.timestamp(),
    }


def listed(simulator: Simulator, body: Body) -> dict[str, Any]:
    """ListExecutions, newest first."""
    found = simulator.executions(body.get("stateMachineArn"), body.get("statusFilter"))
    executions, more = page(found[::-1], body)
    return {"executions": [_present(_item(execution)) for execution in executions], **more}


def history_page(simulator: Simulator, body: Body) -> dict[str, Any]:
    """GetExecutionHistory."""
    events = simulator.history(str(body["executionArn"]))
    if body.get("reverseOrder"):
        events = events[::-1]
    part, more = page(events, body)
    data = bool(body.get("includeExecutionData", True))
    return {"events": [_event(event, data) for event in part], **more}


def _item(execution: ExecutionDescription) -> dict[str, Any]:
    return {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine_arn,
        "stateMachineVersionArn": execution.version_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start.timestamp(),
        "stopDate": execution.stop.timestamp() if execution.stop else None,
    }


def _event(event: Mapping[str, Any], data: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in event.items():
        if isinstance(value, datetime):
            shown[name] = value.timestamp()
        elif isinstance(value, dict) and not data:
            shown[name] = {key: part for key, part in value.items() if key not in _DATA}
        else:
            shown[name] = value
    return shown


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _present(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if value is not None}
