"""State machines in memory, under the same rules as the adapter."""

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from functions.runtime.ports import (
    Clock,
    Execution,
    ExecutionGoneError,
    MachineVersion,
    TokenGoneError,
    TooManyVersionsError,
)
from tests.functions.steps import Steps


class FakeMachines:
    """`Machines` whose executions do nothing: tests open tokens for them and end them."""

    max_versions = 1_000

    def __init__(self, clock: Clock, steps: Steps) -> None:
        self.clock, self.steps = clock, steps
        self.versions: dict[str, list[Mapping[str, Any]]] = {}
        self.executions: dict[str, Execution] = {}
        self.answers: dict[str, Mapping[str, Any]] = {}
        self.failures: dict[str, tuple[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.definitions: dict[str, dict[str, Any]] = {}
        self.histories: dict[str, list[dict[str, Any]]] = {}
        self.published: dict[str, MachineVersion] = {}
        self.version_of: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def deploy(self, name: str, definition: Mapping[str, Any], *, description: str) -> str:
        def act() -> str:
            versions = self.versions.setdefault(name, [])
            machine = f"arn:aws:states:eu-central-1:123456789012:stateMachine:dpc-demo-p-{name}"
            if not versions or versions[-1] != definition:
                if len(self.list_versions(f"{machine}:1")) >= self.max_versions:
                    raise TooManyVersionsError(name)
                versions.append(definition)
                arn = f"{machine}:{len(versions)}"
                self.published[arn] = MachineVersion(arn, self.clock.now())
            return f"{machine}:{len(versions)}"

        return self.steps.around("deploy", act)

    def start(self, machine_arn: str, name: str, input_: Mapping[str, Any]) -> str:
        parts = machine_arn.split(":")
        arn = ":".join([*parts[:5], "execution", parts[6], name])

        def act() -> str:
            if arn not in self.executions:
                self.executions[arn] = Execution(arn, "RUNNING", self.clock.now(), None, input_, None, "", "")
                self.version_of[arn] = machine_arn
                self.histories[arn] = []
            return arn

        return self.steps.around("start execution", act)

    def stop(self, execution_arn: str, cause: str) -> None:
        self.steps.around("stop execution", lambda: self.end(execution_arn, "ABORTED"))

    def answer(self, token: str, output: Mapping[str, Any]) -> None:
        def act() -> None:
            self._close(token, "TaskSucceeded", "taskSucceededEventDetails", {"output": json.dumps(output)})
            self.answers[token] = output

        self.steps.around("answer token", act)

    def fail(self, token: str, error: str, cause: str) -> None:
        def act() -> None:
            self._close(token, "TaskFailed", "taskFailedEventDetails", {"error": error, "cause": cause})
            self.failures[token] = (error, cause)

        self.steps.around("fail token", act)

    def waits_for(self, token: str) -> bool:
        execution = self.tokens.get(token)
        open_ = execution is not None and self.executions[execution].status == "RUNNING"
        return self.steps.around("heartbeat", lambda: open_)

    def time_out(self, *tokens: str) -> None:
        """The waits' own timers end them, where nobody has."""
        for token in tokens:
            if token in self.tokens:
                self._close(token, "TaskTimedOut", "taskTimedOutEventDetails", {"error": "States.Timeout"})

    def _close(self, token: str, kind: str, key: str, details: Mapping[str, Any]) -> None:
        execution = self.tokens.pop(token, None)
        if execution is None or self.executions[execution].status != "RUNNING":
            raise TokenGoneError(token)
        history = self.histories[execution]
        scheduled = next(e["id"] for e in history if f'"{token}"' in str(e.get("taskScheduledEventDetails")))
        history.append({"id": len(history) + 1, "type": kind, "previousEventId": scheduled, key: details})

    def describe(self, execution_arn: str) -> Execution:
        if execution_arn not in self.executions:
            raise ExecutionGoneError(execution_arn)
        return self.steps.around("describe", lambda: self.executions[execution_arn])

    def definition(self, execution_arn: str) -> Mapping[str, Any]:
        if execution_arn not in self.definitions:
            raise ExecutionGoneError(execution_arn)
        return self.steps.around("definition", lambda: self.definitions[execution_arn])

    def history(
        self, execution_arn: str, *, after: int = 0, since: datetime | None = None
    ) -> Sequence[Mapping[str, Any]]:
        if execution_arn not in self.histories:
            raise ExecutionGoneError(execution_arn)
        events = [e for e in self.histories[execution_arn] if e["id"] > after]
        newer = [e for e in events if since is None or e.get("timestamp", since) >= since]
        return self.steps.around("history", lambda: newer)

    def list_machines(self) -> Sequence[str]:
        machines = [
            f"arn:aws:states:eu-central-1:123456789012:stateMachine:dpc-demo-p-{name}" for name in self.versions
        ]
        return self.steps.around("list machines", lambda: machines)

    def list_started(self, machine_arn: str, since: datetime) -> Sequence[tuple[str, datetime]]:
        prefix = machine_arn.replace(":stateMachine:", ":execution:") + ":"
        found = [
            (arn, e.started) for arn, e in self.executions.items() if arn.startswith(prefix) and e.started >= since
        ]
        return self.steps.around("list started", lambda: sorted(found, key=lambda each: each[1], reverse=True))

    def list_running(self, machine_arn: str) -> Sequence[str]:
        prefix = machine_arn.replace(":stateMachine:", ":execution:") + ":"
        running = [arn for arn, e in self.executions.items() if arn.startswith(prefix) and e.status == "RUNNING"]
        return self.steps.around("list running", lambda: running)

    def remove(self, machine_arn: str) -> None:
        self.steps.around("remove", lambda: self.versions.pop(machine_arn.rpartition("-p-")[2], None))

    def list_versions(self, version_arn: str) -> Sequence[MachineVersion]:
        machine = version_arn.rpartition(":")[0]
        return [version for arn, version in self.published.items() if arn.rpartition(":")[0] == machine]

    def is_running(self, version_arn: str) -> bool:
        running = (arn for arn, execution in self.executions.items() if execution.status == "RUNNING")
        return self.steps.around("list executions", lambda: any(self.version_of[arn] == version_arn for arn in running))

    def remove_version(self, version_arn: str) -> None:
        self.steps.around("remove version", lambda: self.published.pop(version_arn, None))

    def wait_token(self, execution_arn: str, key: str = "") -> str:
        """A new task token of an execution; `key`: that of its record."""
        token = f"token-{next(self._numbers)}"
        self.tokens[token] = execution_arn
        history = self.histories[execution_arn]
        scheduled = {"resource": "putItem.waitForTaskToken", "parameters": json.dumps([token, key])}
        history.append(
            {
                "id": len(history) + 1,
                "type": "TaskScheduled",
                "previousEventId": 0,
                "taskScheduledEventDetails": scheduled,
            }
        )
        return token

    def end(self, execution_arn: str, status: str, output: Mapping[str, Any] | None = None) -> None:
        """End an execution; one that has ended stays as it is."""
        running = self.executions[execution_arn]
        if running.status == "RUNNING":
            ended = Execution(
                running.arn, status, running.started, self.clock.now(), running.input, output, "", ""
            )  # fmt: skip
            self.executions[execution_arn] = ended
            kind = {"ABORTED": "ExecutionAborted", "SUCCEEDED": "ExecutionSucceeded"}.get(status, "ExecutionFailed")
            history = self.histories[execution_arn]
            history.append({"id": len(history) + 1, "type": kind, "previousEventId": 0})
