"""History events: their shapes for GetExecutionHistory and for the log that Step Functions writes at level ALL."""

from __future__ import annotations

from typing import Any, Final

from state_machines.simulator.clock import from_ms
from state_machines.simulator.execution import Event, Execution
from state_machines.simulator.values import Json

EVENT_LIMIT: Final = 25_000
"""Events that an execution's history may have (Step Functions quotas)."""

_DATA = frozenset({"input", "output", "parameters", "assignedVariables", "error", "cause"})
_TRUNCATABLE = {"input": "inputDetails", "output": "outputDetails", "assignedVariables": "assignedVariablesDetails"}


def history_event(event: Event, event_id: int) -> dict[str, Any]:
    """One entry of GetExecutionHistory's `events`, as botocore returns it."""
    kind, previous, ms, key, details = event
    entry = {"timestamp": from_ms(ms), "type": kind, "id": event_id, "previousEventId": previous}
    if key:
        flags = {flag: {"truncated": False} for name, flag in _TRUNCATABLE.items() if name in details}
        entry[key] = {**details, **flags}
    return entry


def log_record(execution: Execution, event: Event, event_id: int) -> dict[str, Json]:
    """The log record of an event at level ALL without execution data."""
    kind, previous, ms, _, details = event
    return {
        "id": str(event_id),
        "type": kind,
        "details": {name: value for name, value in details.items() if name not in _DATA},
        "previous_event_id": str(previous),
        "event_timestamp": str(ms),
        "execution_arn": execution.arn,
        "redrive_count": "0",
    }
