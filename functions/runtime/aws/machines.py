"""The `Machines` over Step Functions: executions, their history, task tokens; making and removing machines is in
deploying.py and removing.py."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from functions.runtime.aws.clients import Clients
from functions.runtime.aws.deploying import MachineDeployer
from functions.runtime.aws.removing import MachineRemover
from functions.runtime.ports import Execution, ExecutionGoneError, MachineVersion, TokenGoneError
from functions.runtime.starting import execution_arn

_TOKEN_GONE = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class StepFunctionsMachines:
    """`Machines` on Step Functions."""

    def __init__(self, clients: Clients, deployer: MachineDeployer, remover: MachineRemover) -> None:
        self._clients, self._deployer, self._remover = clients, deployer, remover

    def deploy(self, name: str, definition: Mapping[str, Any], *, description: str) -> str:
        """Make or update a machine and publish a version; answers the version's ARN."""
        return self._deployer.deploy(name, definition, description=description)

    def start(self, machine_arn: str, name: str, input_: Mapping[str, Any]) -> str:
        """Start an execution, or find the one of that name: names are taken for 90 days after the end."""
        try:
            answer = self._clients.stepfunctions.start_execution(
                stateMachineArn=machine_arn, name=name, input=json.dumps(input_, ensure_ascii=False)
            )
        except ClientError as error:
            if _code(error) == "ExecutionAlreadyExists":
                return execution_arn(machine_arn, name)
            raise
        return answer["executionArn"]

    def stop(self, execution_arn: str, cause: str) -> None:
        """Stop an execution; one that has ended stays as it is."""
        try:
            self._clients.stepfunctions.stop_execution(executionArn=execution_arn, cause=cause[:32768])
        except ClientError as error:
            if _code(error) != "ExecutionDoesNotExist":
                raise

    def answer(self, token: str, output: Mapping[str, Any]) -> None:
        """Answer a task token with success."""
        try:
            self._clients.stepfunctions.send_task_success(
                taskToken=token, output=json.dumps(output, ensure_ascii=False)
            )
        except ClientError as error:
            if _code(error) in _TOKEN_GONE:
                raise TokenGoneError(_code(error)) from error
            raise

    def fail(self, token: str, error: str, cause: str) -> None:
        """Fail a task token."""
        try:
            self._clients.stepfunctions.send_task_failure(taskToken=token, error=error, cause=cause)
        except ClientError as refused:
            if _code(refused) in _TOKEN_GONE:
                raise TokenGoneError(_code(refused)) from refused
            raise

    def waits_for(self, token: str) -> bool:
        """A heartbeat, which is taken of every open task, also of those that need none."""
        try:
            self._clients.stepfunctions.send_task_heartbeat(taskToken=token)
        except ClientError as refused:
            if _code(refused) in _TOKEN_GONE:
                return False
            raise
        return True

    def describe(self, execution_arn: str) -> Execution:
        """The execution as it stands."""
        try:
            answer = self._clients.stepfunctions.describe_execution(executionArn=execution_arn)
        except ClientError as error:
            raise _gone_or(error) from error
        return Execution(
            arn=answer["executionArn"],
            status=answer["status"],
            started=answer["startDate"],
            stopped=answer.get("stopDate"),
            input=json.loads(answer.get("input") or "{}"),
            output=json.loads(answer["output"]) if answer.get("output") else None,
            error=answer.get("error", ""),
            cause=answer.get("cause", ""),
        )

    def definition(self, execution_arn: str) -> Mapping[str, Any]:
        """The definition of the revision that the execution runs."""
        try:
            answer = self._clients.stepfunctions.describe_state_machine_for_execution(executionArn=execution_arn)
        except ClientError as error:
            raise _gone_or(error) from error
        found: dict[str, Any] = json.loads(answer["definition"])
        return found

    def history(
        self, execution_arn: str, *, after: int = 0, since: datetime | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """All events above `after` and not before `since`, in order. Read from the end if only the newest are asked."""
        backward = after > 0 or since is not None
        events: list[Mapping[str, Any]] = []
        asked: dict[str, Any] = {"executionArn": execution_arn, "maxResults": 1000, "reverseOrder": backward}
        while True:
            try:
                page = self._clients.stepfunctions.get_execution_history(**asked)
            except ClientError as error:
                raise _gone_or(error) from error
            found = [e for e in page["events"] if e["id"] > after and (since is None or e["timestamp"] >= since)]
            events += found
            if len(found) < len(page["events"]) or not page.get("nextToken"):
                return events[::-1] if backward else events
            asked["nextToken"] = page["nextToken"]

    def list_machines(self) -> Sequence[str]:
        """The ARNs of all machines of the tenant."""
        return self._remover.machines()

    def list_started(self, machine_arn: str, since: datetime) -> Sequence[tuple[str, datetime]]:
        """The ARNs of a machine's executions that began at a moment or later, and when, newest first."""
        return self._remover.started(machine_arn, since)

    def list_running(self, machine_arn: str) -> Sequence[str]:
        """The ARNs of a machine's running executions."""
        return self._remover.running(machine_arn)

    def remove(self, machine_arn: str) -> None:
        """Delete a machine with all its versions."""
        self._remover.remove(machine_arn)

    def list_versions(self, version_arn: str) -> Sequence[MachineVersion]:
        """All versions of the machine of a version."""
        return self._remover.versions(version_arn)

    def is_running(self, version_arn: str) -> bool:
        """Whether an execution of a machine's version runs."""
        return self._remover.is_running(version_arn)

    def remove_version(self, version_arn: str) -> None:
        """Delete one version of a machine; its executions go on."""
        self._remover.remove_version(version_arn)


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _gone_or(error: ClientError) -> Exception:
    return ExecutionGoneError(_code(error)) if _code(error) == "ExecutionDoesNotExist" else error
