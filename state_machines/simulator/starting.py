"""How an execution comes into being: names, ARNs, idempotency. Used by the API and by tasks that start executions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from state_machines.simulator.errors import (
    ExecutionAlreadyExists,
    InvalidArn,
    InvalidExecutionInput,
    InvalidName,
    StateMachineDoesNotExist,
)
from state_machines.simulator.execution import Execution, Strand
from state_machines.simulator.kernel import Kernel
from state_machines.simulator.machine import ROOT
from state_machines.simulator.scene import role_arn
from state_machines.simulator.values import Json, Payload, detached, too_large

LIFETIME_MS: Final = 365 * 24 * 3600 * 1000
"""How long an execution may run (Step Functions quotas)."""

_NAME = re.compile(r"""[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}""")


@dataclass(frozen=True, slots=True)
class MachineArn:
    """The ARN of a state machine, perhaps of one of its versions."""

    base: str
    name: str
    version: str | None


def parse_machine_arn(arn: str) -> MachineArn:
    """Split `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME[:VERSION]`. Raises InvalidArn."""
    parts = arn.split(":")
    if len(parts) not in (7, 8) or parts[2] != "states" or parts[5] != "stateMachine":
        raise InvalidArn(f"Invalid Arn: {arn!r}")
    return MachineArn(":".join(parts[:7]), parts[6], parts[7] if len(parts) == 8 else None)


def start_execution(
    kernel: Kernel, machine_arn: str, value: Json, name: str | None, parent: str | None = None
) -> Execution:
    """Start an execution, or return the running one of the same name and input (StartExecution)."""
    if machine_arn not in kernel.registered:
        parse_machine_arn(machine_arn)
        raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{machine_arn}'")
    if name is not None and not _NAME.fullmatch(name):
        raise InvalidName(f"Invalid Name: '{name}'")
    text = _input(value)
    machine = parse_machine_arn(machine_arn)
    arn = machine.base.replace(":stateMachine:", ":execution:", 1) + f":{name or kernel.new_name()}"
    existing = kernel.executions.get(arn)
    if existing is not None:
        return _same(existing, text)
    return _create(kernel, machine_arn, machine, arn, text, parent)


def _input(value: Json) -> Payload:
    try:
        text = detached(value)
    except (TypeError, ValueError) as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: {error}") from error
    if too_large(text):
        raise InvalidExecutionInput("Invalid State Machine Execution Input: larger than 262144 bytes")
    return text


def _same(existing: Execution, text: Payload) -> Execution:
    if existing.status == "RUNNING" and existing.input.text == text.text:
        return existing
    raise ExecutionAlreadyExists(f"Execution Already Exists: '{existing.arn}'")


def _create(
    kernel: Kernel, machine_arn: str, machine: MachineArn, arn: str, text: Payload, parent: str | None
) -> Execution:
    revision = kernel.registered[machine_arn]
    execution = Execution(
        arn=arn,
        name=arn.rsplit(":", 1)[-1],
        machine_arn=machine.base,
        version_arn=machine_arn if machine.version is not None else None,
        revision=revision,
        machine=kernel.revisions[revision],
        input=text,
        start_ms=kernel.now_ms,
        place=kernel.sequence,
        parent=parent,
    )
    kernel.executions[arn] = execution
    details: dict[str, Json] = {"input": text.text, "roleArn": role_arn(arn)}
    if execution.version_arn is not None:
        details["stateMachineVersionArn"] = execution.version_arn
    kernel.record(execution, "ExecutionStarted", 0, "executionStartedEventDetails", details)
    _begin(kernel, execution)
    kernel.announce(execution)
    return execution


def _begin(kernel: Kernel, execution: Execution) -> None:
    # The first state's events have no previous event, though ExecutionStarted is there (as recorded from AWS).
    strand = Strand(0, ROOT, execution.machine.scopes[ROOT].start, execution.input, last=0)
    execution.strands[0] = strand
    execution.next_strand = 1
    kernel.push(kernel.now_ms, execution.arn, 0, 0, "enter")
    kernel.limit_lifetime(execution, execution.start_ms + LIFETIME_MS)
    if execution.machine.timeout_seconds is not None:
        due = execution.start_ms + execution.machine.timeout_seconds * 1000
        kernel.push(due, execution.arn, -1, -1, "expire")
