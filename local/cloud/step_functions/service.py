"""The API of Step Functions, call by call, over the machines that it keeps and the simulator that runs them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from local.cloud.step_functions.executions import described, history_page, listed, machine_of
from local.cloud.step_functions.machines import MachineRecord, Machines
from local.cloud.step_functions.paging import page
from local.cloud.step_functions.refusals import RefusedError
from local.cloud.step_functions.within import within_task
from state_machines.simulator import InvalidDefinition, Simulator, SimulatorError
from state_machines.simulator.machine import compile_machine

Body = dict[str, Any]
_STOPPED_WITHIN_S = 20.0


class StepFunctions:
    """Answers the JSON protocol. Every use of the simulator happens under `lock`."""

    def __init__(self, arn_prefix: str, now: Callable[[], datetime]) -> None:
        self.machines = Machines(arn_prefix)
        self.lock = threading.RLock()
        self.stepped = threading.Condition(self.lock)
        """Told of each step of the simulator."""
        self._simulator: Simulator | None = None
        self._now = now
        self._operations: dict[str, Callable[[Body], Body]] = {
            "CreateStateMachine": self._create,
            "UpdateStateMachine": self._update,
            "PublishStateMachineVersion": self._publish,
            "DescribeStateMachine": self._describe_machine,
            "ListStateMachines": self._list_machines,
            "ListStateMachineVersions": self._list_versions,
            "DeleteStateMachine": self._delete_machine,
            "DeleteStateMachineVersion": self._delete_version,
            "ValidateStateMachineDefinition": self._validate,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._tags,
            "StartExecution": self._start,
            "StopExecution": self._stop,
            "DescribeExecution": lambda body: described(self.simulator, body),
            "DescribeStateMachineForExecution": lambda body: machine_of(self.simulator, body),
            "GetExecutionHistory": lambda body: history_page(self.simulator, body),
            "ListExecutions": lambda body: listed(self.simulator, body),
            "SendTaskSuccess": self._succeed,
            "SendTaskFailure": self._fail,
            "SendTaskHeartbeat": self._beat,
        }

    @property
    def simulator(self) -> Simulator:
        """The engine."""
        assert self._simulator is not None, "attach() comes first"
        return self._simulator

    def attach(self, simulator: Simulator) -> None:
        """Run on this simulator from now on."""
        self._simulator = simulator

    def __call__(self, operation: str, body: Body) -> tuple[int, Body]:
        """Answer one call: status and body."""
        perform = self._operations.get(operation)
        if perform is None:
            return _refusal(RefusedError("UnknownOperationException", f"{operation} is not served here"))
        try:
            with self.lock:
                return 200, perform(body)
        except RefusedError as refused:
            return _refusal(refused)
        except SimulatorError as refused:
            return _refusal(RefusedError(type(refused).__name__, str(refused)))

    @property
    def _seconds(self) -> float:
        return self._now().timestamp()

    # Machines

    def _create(self, body: Body) -> Body:
        _compiled(str(body["definition"]))
        machine, new = self.machines.create(body, self._seconds)
        if new:
            self.simulator.register(machine.arn, json.loads(machine.definition))
        answer: Body = {"stateMachineArn": machine.arn, "creationDate": machine.created}
        return answer | self._published(machine, body)

    def _update(self, body: Body) -> Body:
        if "definition" in body:
            _compiled(str(body["definition"]))
        machine = self.machines.update(body)
        self.simulator.register(machine.arn, json.loads(machine.definition))
        return {"updateDate": self._seconds, "revisionId": machine.revision} | self._published(machine, body)

    def _published(self, machine: MachineRecord, body: Body) -> Body:
        if not body.get("publish"):
            return {}
        return {"stateMachineVersionArn": self._new_version(machine, str(body.get("versionDescription", "")))}

    def _publish(self, body: Body) -> Body:
        machine = self.machines.find(str(body["stateMachineArn"]))
        arn = self._new_version(machine, str(body.get("description", "")), str(body.get("revisionId", "")))
        return {"creationDate": self._seconds, "stateMachineVersionArn": arn}

    def _new_version(self, machine: MachineRecord, description: str, revision: str = "") -> str:
        version = self.machines.publish(machine, description, self._seconds, revision)
        arn = machine.version_arn(version.number)
        self.simulator.register(arn, json.loads(version.definition))
        return arn

    def _describe_machine(self, body: Body) -> Body:
        machine, version = self.machines.find_version(str(body["stateMachineArn"]))
        return {
            "stateMachineArn": machine.version_arn(version.number) if version else machine.arn,
            "name": machine.name,
            "status": "ACTIVE",
            "type": machine.type,
            "definition": version.definition if version else machine.definition,
            "creationDate": version.created if version else machine.created,
            "revisionId": version.revision if version else machine.revision,
            "description": version.description if version else "",
            **machine.settings,
        }

    def _list_machines(self, body: Body) -> Body:
        machines, more = page(self.machines.all(), body)
        items = [
            {"stateMachineArn": m.arn, "name": m.name, "type": m.type, "creationDate": m.created} for m in machines
        ]
        return {"stateMachines": items, **more}

    def _list_versions(self, body: Body) -> Body:
        machine = self.machines.find(str(body["stateMachineArn"]))
        versions, more = page(sorted(machine.versions.values(), key=lambda v: -v.number), body)
        items = [{"stateMachineVersionArn": machine.version_arn(v.number), "creationDate": v.created} for v in versions]
        return {"stateMachineVersions": items, **more}

    def _delete_machine(self, body: Body) -> Body:
        machine = self.machines.delete(str(body["stateMachineArn"]))
        if machine is not None:
            for arn in (machine.arn, *map(machine.version_arn, machine.versions)):
                self.simulator.unregister(arn)
        return {}

    def _delete_version(self, body: Body) -> Body:
        arn = str(body["stateMachineVersionArn"])
        if self.machines.delete_version(arn):
            self.simulator.unregister(arn)
        return {}

    def _validate(self, body: Body) -> Body:
        try:
            _compiled(str(body["definition"]))
        except (RefusedError, SimulatorError) as error:
            problem = {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": str(error)}
            return {"result": "FAIL", "diagnostics": [problem], "truncated": False}
        return {"result": "OK", "diagnostics": [], "truncated": False}

    def _tag(self, body: Body) -> Body:
        self.machines.tag(str(body["resourceArn"]), {tag["key"]: tag["value"] for tag in body["tags"]})
        return {}

    def _untag(self, body: Body) -> Body:
        self.machines.tag(str(body["resourceArn"]), dict.fromkeys(body["tagKeys"]))
        return {}

    def _tags(self, body: Body) -> Body:
        tags = self.machines.find(str(body["resourceArn"])).tags
        return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}

    # Executions

    def _start(self, body: Body) -> Body:
        self.machines.find_version(str(body["stateMachineArn"]))
        text = str(body.get("input") or "{}")
        value = _json(text, "InvalidExecutionInput", "Invalid State Machine Execution Input")
        arn = self.simulator.start(str(body["stateMachineArn"]), value, body.get("name"))
        return {"executionArn": arn, "startDate": self.simulator.describe(arn).start.timestamp()}

    def _stop(self, body: Body) -> Body:
        arn = str(body["executionArn"])
        self.simulator.stop(arn, body.get("error"), body.get("cause"))
        # In the middle of a step (a task is running) the stop is done behind it, so wait, unless the task itself asks.
        if not within_task():
            self.stepped.wait_for(lambda: self.simulator.describe(arn).stop is not None, timeout=_STOPPED_WITHIN_S)
        stopped = self.simulator.describe(arn).stop
        return {"stopDate": stopped.timestamp() if stopped else self._seconds}

    def _succeed(self, body: Body) -> Body:
        output = _json(str(body["output"]), "InvalidOutput", "Invalid Output")
        self.simulator.send_task_success(str(body["taskToken"]), output)
        return {}

    def _fail(self, body: Body) -> Body:
        self.simulator.send_task_failure(str(body["taskToken"]), body.get("error"), body.get("cause"))
        return {}

    def _beat(self, body: Body) -> Body:
        self.simulator.send_task_heartbeat(str(body["taskToken"]))
        return {}


def _compiled(definition: str) -> Mapping[str, Any]:
    value = _json(definition, "InvalidDefinition", "Invalid State Machine Definition")
    if not isinstance(value, dict):
        raise InvalidDefinition("the definition is not an object")
    compile_machine(value)
    return value


def _json(text: str, code: str, words: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise RefusedError(code, f"{words}: {error}") from error


def _refusal(refused: RefusedError) -> tuple[int, Body]:
    return 400, {"__type": f"com.amazonaws.swf.service.v2.model#{refused.code}", "message": refused.message}
