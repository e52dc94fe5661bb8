"""The context object (`$states.context`) of a strand's current state, as AWS documents it."""

from __future__ import annotations

from collections.abc import Callable

from state_machines.simulator.clock import iso
from state_machines.simulator.execution import Execution, Strand
from state_machines.simulator.values import Json


def context_of(execution: Execution, strand: Strand) -> Callable[[], dict[str, Json]]:
    """The context object, built only when an expression asks for it."""

    def build() -> dict[str, Json]:
        context: dict[str, Json] = {
            "Execution": {
                "Id": execution.arn,
                "Input": execution.input.value,
                "Name": execution.name,
                "RedriveCount": 0,
                "RoleArn": role_arn(execution.arn),
                "StartTime": iso(execution.start_ms),
            },
            "State": {
                "EnteredTime": iso(strand.entered_ms),
                "Name": strand.state,
                "RetryCount": strand.retries,
            },
            "StateMachine": {"Id": execution.machine_arn, "Name": execution.machine_name},
        }
        if strand.token is not None:
            context["Task"] = {"Token": strand.token}
        item = _item(execution, strand)
        if item is not None:
            context["Map"] = {"Item": item}
        return context

    return build


def role_arn(arn: str) -> str:
    """The role under which executions run, in the account of an ARN."""
    return f"arn:aws:iam::{arn.split(':')[4]}:role/states"


def _item(execution: Execution, strand: Strand) -> dict[str, Json] | None:
    at: Strand | None = strand
    while at is not None:
        if at.item is not None:
            return at.item
        at = None if at.parent is None else execution.strands[at.parent]
    return None
