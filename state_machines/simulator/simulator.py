"""The simulator's public face: register machines, start and drive executions, answer tokens, look, dump and restore."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from state_machines.simulator.clock import Clock, VirtualClock, from_ms
from state_machines.simulator.dispatch import perform
from state_machines.simulator.errors import (
    ExecutionDoesNotExist,
    InvalidOutput,
    InvalidToken,
    TaskDoesNotExist,
    TaskTimedOut,
)
from state_machines.simulator.execution import Execution, ExecutionDescription, Strand
from state_machines.simulator.history import history_event
from state_machines.simulator.kernel import Kernel, describe
from state_machines.simulator.machine import compile_machine
from state_machines.simulator.ports import Outcome, TaskPort, TaskRequest
from state_machines.simulator.saving import Row, all_rows, changed_rows, load
from state_machines.simulator.starting import parse_machine_arn, start_execution
from state_machines.simulator.tasks import beat, settle_call
from state_machines.simulator.values import Json, detached, too_large

OnLog = Callable[[dict[str, Json]], None]
OnStatus = Callable[[ExecutionDescription], None]


class Simulator:
    """Runs state machines. Single-threaded; a host that uses threads must serialise its calls.

    Nothing happens but in `step` (and what calls it): all other methods look, or enqueue.
    """

    def __init__(
        self,
        machines: Mapping[str, Mapping[str, Json]],
        tasks: TaskPort,
        clock: Clock,
        *,
        tokens: Callable[[], str] | None = None,
        on_log: OnLog | None = None,
        on_status: OnStatus | None = None,
    ) -> None:
        self._kernel = Kernel(tasks, clock, tokens=tokens, on_log=on_log, on_status=on_status)
        self._stepping = False
        for arn, definition in machines.items():
            self.register(arn, definition)

    # Machines

    def register(self, arn: str, definition: Mapping[str, Json]) -> None:
        """Make a definition known under the ARN of a state machine or of a version of one.

        Executions keep the definition that they started on. Raises InvalidArn, InvalidDefinition.
        """
        parse_machine_arn(arn)
        machine = compile_machine(definition)
        kernel = self._kernel
        revision = max(kernel.revisions, default=0) + 1
        kernel.revisions[revision] = machine
        kernel.registered[arn] = revision
        kernel.mark("revision", str(revision))
        kernel.mark("registered", arn)
        self._drop_revisions()

    def unregister(self, arn: str) -> None:
        """Forget a definition; running executions go on. Unknown ARNs are ignored, as DeleteStateMachine does."""
        self._kernel.registered.pop(arn, None)
        self._kernel.mark("registered", arn)
        self._drop_revisions()

    def _drop_revisions(self) -> None:
        kernel = self._kernel
        used = {*kernel.registered.values(), *(execution.revision for execution in kernel.executions.values())}
        for key in kernel.revisions.keys() - used:
            del kernel.revisions[key]
            kernel.mark("revision", str(key))

    # Executions

    def start(self, machine_arn: str, input: Json, name: str | None = None) -> str:  # noqa: A002 - AWS's word
        """Start an execution and return its ARN; the same name and input return the one that runs.

        Raises StateMachineDoesNotExist, ExecutionAlreadyExists, InvalidName, InvalidExecutionInput, InvalidArn.
        """
        return start_execution(self._kernel, machine_arn, input, name).arn

    def stop(self, execution_arn: str, error: str | None = None, cause: str | None = None) -> None:
        """Abort a running execution with the children it waits for; an ended one stays as it is (StopExecution).

        Inside a TaskPort's call this is enqueued. Raises ExecutionDoesNotExist.
        """
        execution = self._find(execution_arn)
        action = (0, 0, execution.arn, -1, -1, "stop", {"error": error, "cause": cause})
        if self._stepping:
            self._kernel.push(-1, *action[2:])
        else:
            perform(self._kernel, action)

    def describe(self, execution_arn: str) -> ExecutionDescription:
        """What DescribeExecution tells. Raises ExecutionDoesNotExist."""
        return describe(self._find(execution_arn))

    def definition(self, execution_arn: str) -> Mapping[str, Json]:
        """What DescribeStateMachineForExecution tells of the definition. Raises ExecutionDoesNotExist."""
        return self._find(execution_arn).machine.definition

    def history(self, execution_arn: str) -> list[dict[str, Any]]:
        """All events, as GetExecutionHistory returns them (botocore's shapes). Raises ExecutionDoesNotExist."""
        events = self._find(execution_arn).events
        return [history_event(event, at) for at, event in enumerate(events, start=1)]

    def executions(self, machine_arn: str | None = None, status: str | None = None) -> list[ExecutionDescription]:
        """Executions in the order of their start, of one machine (all versions) or version, in one status."""
        return [
            describe(execution)
            for execution in self._kernel.executions.values()
            if machine_arn in (None, execution.machine_arn, execution.version_arn)
            and status in (None, execution.status)
        ]

    def forget(self, execution_arn: str) -> None:
        """Drop an ended execution with its history. Raises ExecutionDoesNotExist, ValueError while it runs."""
        execution = self._find(execution_arn)
        if execution.status == "RUNNING":
            raise ValueError(f"{execution_arn} is running")
        del self._kernel.executions[execution.arn]
        self._kernel.mark("execution", execution.arn)
        for token in execution.tokens:
            del self._kernel.token_index[token]
        if execution.revision not in self._kernel.registered.values():
            self._drop_revisions()

    def _find(self, execution_arn: str) -> Execution:
        execution = self._kernel.executions.get(execution_arn)
        if execution is None:
            raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{execution_arn}'")
        return execution

    # Time

    def step(self) -> bool:
        """Perform the next due thing: at most one state's entry, or one event that ends a wait. False: none is due."""
        kernel = self._kernel
        self._expire()
        now = kernel.now_ms
        while kernel.queue and kernel.queue[0][0] <= now:
            action = kernel.pop()
            self._stepping = True
            try:
                if perform(kernel, action):
                    return True
            finally:
                self._stepping = False
        return False

    def _expire(self) -> None:
        kernel = self._kernel
        while kernel.lifetimes and kernel.lifetimes[0][0] <= kernel.now_ms:
            due, arn = heapq.heappop(kernel.lifetimes)
            kernel.push(due, arn, -1, -1, "expire")

    def run_until_idle(self) -> int:
        """Perform all that is due now; the number of steps."""
        steps = 0
        while self.step():
            steps += 1
        return steps

    def next_due(self) -> datetime | None:
        """When the next thing is due, not before now; None: only an answer from outside can move anything.

        The service's limit of one year is not counted, though `step` enforces it.
        """
        kernel = self._kernel
        while kernel.queue and not kernel.is_valid(kernel.queue[0]):
            kernel.pop()
        return from_ms(max(kernel.queue[0][0], kernel.now_ms)) if kernel.queue else None

    def advance(self, duration: timedelta) -> None:
        """Let virtual time pass: everything that becomes due happens at its time, in order. Needs a VirtualClock."""
        clock = self._kernel.clock
        if not isinstance(clock, VirtualClock):
            raise TypeError("only a VirtualClock can be advanced")
        end = clock.now() + duration
        self.run_until_idle()
        while (due := self._next_with_lifetimes()) is not None and due <= end:
            clock.set(max(due, clock.now()))
            self.run_until_idle()
        clock.set(end)

    def _next_with_lifetimes(self) -> datetime | None:
        due, lifetimes = self.next_due(), self._kernel.lifetimes
        if not lifetimes:
            return due
        end = from_ms(max(lifetimes[0][0], self._kernel.now_ms))
        return end if due is None else min(due, end)

    # Task tokens

    def send_task_success(self, token: str, output: Json) -> None:
        """Answer a token with a result (a JSON value).

        Raises InvalidOutput, InvalidToken, TaskDoesNotExist, TaskTimedOut.
        """
        try:
            answer = detached(output)
        except (TypeError, ValueError) as error:
            raise InvalidOutput(f"Invalid Output: {error}") from error
        if too_large(answer):
            raise InvalidOutput("Invalid Output: larger than 262144 bytes")
        self._answer(token, {"output": answer.value})

    def send_task_failure(self, token: str, error: str | None = None, cause: str | None = None) -> None:
        """Answer a token with an error. Raises InvalidToken, TaskDoesNotExist, TaskTimedOut."""
        self._answer(token, {"error": error, "cause": cause})

    def send_task_heartbeat(self, token: str) -> None:
        """Say that the task is alive. Raises InvalidToken, TaskDoesNotExist, TaskTimedOut."""
        beat(self._kernel, *self._waiting(token))

    def _answer(self, token: str, data: dict[str, Json]) -> None:
        execution, strand = self._waiting(token)
        # From here on the answer counts: the timers that are still queued belong to the turn before.
        strand.turn += 1
        strand.open = False
        self._kernel.push(self._kernel.now_ms, execution.arn, strand.id, strand.turn, "answer", data)

    def _waiting(self, token: str) -> tuple[Execution, Strand]:
        kernel = self._kernel
        if token not in kernel.token_index:
            if kernel.has_issued(token):
                raise TaskDoesNotExist("Task Does Not Exist: its execution was forgotten")
            raise InvalidToken("Invalid Token: 'Invalid token'")
        execution = kernel.executions[kernel.token_index[token]]
        strand = execution.strands.get(execution.tokens[token])
        if strand is None or strand.token != token or not strand.open or self._overdue(strand):
            raise TaskTimedOut("Task Timed Out: 'Provided task does not exist anymore'")
        return execution, strand

    def _overdue(self, strand: Strand) -> bool:
        due = [moment for moment in (strand.timeout_at, strand.heartbeat_at) if moment is not None]
        return bool(due) and min(due) <= self._kernel.now_ms

    # Calls under way

    def settle(self, request: TaskRequest, outcome: Outcome) -> None:
        """Tell the outcome of a call that the port answered with Pending. Void if the state was left meanwhile."""
        execution = self._kernel.executions.get(request.execution_arn)
        if execution is not None:
            settle_call(self._kernel, execution, request.call, outcome)

    # Persistence

    def dump(self) -> list[Row]:
        """Everything as rows of JSON, between two steps or while a port's call is made.

        What the port, the clock and the callbacks hold is the host's.
        """
        return list(all_rows(self._kernel))

    def changes(self) -> list[Row]:
        """What has changed since this was last asked for, at first everything: written over the rows before, row by
        row, it makes those of `dump`. For when this may be asked, see there.
        """
        return list(changed_rows(self._kernel))

    @classmethod
    def restore(
        cls,
        dump: Iterable[Row],
        tasks: TaskPort,
        clock: Clock,
        *,
        tokens: Callable[[], str] | None = None,
        on_log: OnLog | None = None,
        on_status: OnStatus | None = None,
    ) -> Simulator:
        """The simulator of a dump (or of changes, one over the other), definitions included, ready to go on.

        Calls that were under way are made again. Raises ValueError for rows of another format.
        """
        simulator = cls({}, tasks, clock, tokens=tokens, on_log=on_log, on_status=on_status)
        load(simulator._kernel, dump)
        return simulator
