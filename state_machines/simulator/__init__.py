"""Executes Amazon States Language (JSONata) as a deterministic discrete-event simulation of AWS Step Functions.

A test and development engine: in production the engine is AWS Step Functions. No AWS, no real clock, no threads.
"""

from state_machines.simulator.clock import Clock, VirtualClock
from state_machines.simulator.errors import (
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    InvalidArn,
    InvalidDefinition,
    InvalidExecutionInput,
    InvalidName,
    InvalidOutput,
    InvalidToken,
    SimulatorError,
    StateMachineDoesNotExist,
    TaskDoesNotExist,
    TaskTimedOut,
)
from state_machines.simulator.execution import ExecutionDescription
from state_machines.simulator.machine import compile_machine
from state_machines.simulator.ports import (
    Completed,
    Failed,
    FunctionTasks,
    Outcome,
    Pending,
    Started,
    TaskError,
    TaskOutcome,
    TaskPort,
    TaskRequest,
    function_name,
)
from state_machines.simulator.resources import Resource, parse_resource
from state_machines.simulator.simulator import Simulator

__all__ = [
    "Clock",
    "Completed",
    "ExecutionAlreadyExists",
    "ExecutionDescription",
    "ExecutionDoesNotExist",
    "Failed",
    "FunctionTasks",
    "InvalidArn",
    "InvalidDefinition",
    "InvalidExecutionInput",
    "InvalidName",
    "InvalidOutput",
    "InvalidToken",
    "Outcome",
    "Pending",
    "Resource",
    "Simulator",
    "SimulatorError",
    "Started",
    "StateMachineDoesNotExist",
    "TaskDoesNotExist",
    "TaskError",
    "TaskOutcome",
    "TaskPort",
    "TaskRequest",
    "TaskTimedOut",
    "VirtualClock",
    "compile_machine",
    "function_name",
    "parse_resource",
]
