"""A world like `World`, in which moto's interpreter of Step Functions runs the machine, and moto holds the tables.

moto runs in real time and in threads. What it gets wrong is patched (JSONata itself, text in variables, errors that
leave a branch, functions without Docker); what it lacks is listed in `lacks`.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import boto3
from moto import mock_aws
from moto.backends import get_backend
from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from state_machines.compilation import CompiledProcess
from state_machines.simulator.interpreter import Jsonata, Utils
from tests.state_machines.flow.world import Function, FunctionError

REGION, ACCOUNT = "eu-central-1", "123456789012"
PATIENCE_S = 60
_RESERVED = {"version": 3, "businessKey": "", "initiator": ""}


def lacks(machine: Mapping[str, Any]) -> str:
    """What moto cannot run of a machine, in words; empty if it can."""
    text = json.dumps(machine)
    for mark, words in (
        ('"Type": "Wait"', "virtual time: it would really wait"),
        ("startExecution", "startExecution with JSONata arguments raises KeyError"),
        ("stopExecution", "StopExecution does not end a wait for a token"),
        ('"kind": {"S": "scope"}', "closing a watcher's record answers its token by a stream"),
        ("dpc:leave-scope", "leaving a scope is a function's work on the waits"),
        ("dpc:read-scope", "what was written in a scope is a function's work"),
        ("dpc:publish-message", "correlation is a function's work"),
        ("dpc:broadcast-signal", "correlation is a function's work"),
    ):
        if mark in text:
            return words
    return ""


class MotoWorld:
    """Runs one instance of a process whose machine moto does not lack."""

    def __init__(self, process: CompiledProcess, functions: Mapping[str, Function] | None = None) -> None:
        self.process = process
        self.functions = dict(functions or {})
        self.answered: set[str] = set()
        self._sfn = boto3.client("stepfunctions", REGION)
        self._tables = boto3.resource("dynamodb", REGION)
        self.execution = ""

    def start(self, variables: Mapping[str, Any] | None = None, business_key: str = "") -> "MotoWorld":
        for name in ("waits", "messages"):
            keys = [("pk", "HASH"), ("sk", "RANGE")]
            self._tables.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
                BillingMode="PAY_PER_REQUEST",
            )
        definition = _resolved(self.process.machines["main"])
        role = f"arn:aws:iam::{ACCOUNT}:role/r"
        machine = self._sfn.create_state_machine(name="m", definition=json.dumps(definition), roleArn=role)
        reserved = {**_RESERVED, "processId": self.process.id, "businessKey": business_key}
        given = json.dumps({**(variables or {}), "_dpc": reserved})
        arn = machine["stateMachineArn"]
        self.execution = self._sfn.start_execution(stateMachineArn=arn, name="inst-1_1", input=given)["executionArn"]
        return self

    def open(self) -> list[str]:
        return sorted(wait["elementId"] for wait in self._settled())

    def answer(self, element: str, variables: Mapping[str, Any] | None = None) -> "MotoWorld":
        wait = next(wait for wait in self._settled() if wait["elementId"] == element)
        return self._answer(wait, element, variables or {})

    def answer_first(self) -> bool:
        """Answers the wait whose element comes first; false if the machine has ended."""
        waits = sorted(self._settled(), key=lambda wait: str(wait["elementId"]))
        if waits:
            self._answer(waits[0], str(waits[0]["elementId"]), {})
        return bool(waits)

    def publish(self, kind: str, name: str, key: str = "", variables: Mapping[str, Any] | None = None) -> int:
        self._settled()
        encoded, encoded_key = (quote(text, safe="!'()*-._~") for text in (name, key))
        pk = f"SIGNAL#{encoded}" if kind == "signal" else f"MESSAGE#{encoded}#{encoded_key}"
        found = [item for item in self._rows("messages") if item["pk"] == pk]
        for item in found:
            wait = next(w for w in self._rows("waits") if w["token"] == item["token"])
            self._answer(wait, item["event"], variables or {})
        return len(found)

    @property
    def status(self) -> str:
        self._settled()
        return str(self._described()["status"])

    @property
    def variables(self) -> dict[str, Any]:
        self._settled()
        output = json.loads(self._described()["output"])
        return {name: value for name, value in output.items() if name != "_dpc"}

    def _answer(self, wait: Mapping[str, Any], event: str, variables: Mapping[str, Any]) -> "MotoWorld":
        self.answered.add(wait["token"])
        for table in ("waits", "messages"):
            for row in self._rows(table):
                if row.get("token") == wait["token"]:
                    self._tables.Table(table).delete_item(Key={"pk": row["pk"], "sk": row["sk"]})
        output = json.dumps({"event": event, "variables": dict(variables)})
        self._sfn.send_task_success(taskToken=wait["token"], output=output)
        return self

    def _settled(self) -> list[dict[str, Any]]:
        """The open waits when nothing moves any more: no event has come for a while."""
        begun, before, since = time.monotonic(), -1, 0
        while self._described()["status"] == "RUNNING" and time.monotonic() < begun + PATIENCE_S:
            waits = [w for w in self._rows("waits") if w.get("token") and w["token"] not in self.answered]
            count = len(self._sfn.get_execution_history(executionArn=self.execution, maxResults=1_000)["events"])
            since = since + 1 if count == before and waits else 0
            if since >= _QUIET:
                return waits
            before = count
            time.sleep(_PAUSE_S)
        assert self._described()["status"] != "RUNNING", "moto does not come to an end"
        return []

    def _rows(self, table: str) -> list[dict[str, Any]]:
        return list(self._tables.Table(table).scan(ConsistentRead=True)["Items"])

    def _described(self) -> Any:
        return self._sfn.describe_execution(executionArn=self.execution)


_PAUSE_S = 0.03
_QUIET = 4
"""How many looks in a row show nothing new."""


@contextmanager
def moto_runs(functions: Mapping[str, Function]) -> Iterator[None]:
    """moto with JSONata and its faults mended; functions are called in this process."""

    def invoke(parameters: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        payload = json.loads(parameters["Payload"])
        try:
            return {"Payload": functions[payload["connector"]](payload), "StatusCode": 200}
        except FunctionError as error:
            cause = json.dumps({"errorType": error.error, "errorMessage": error.message})
            raise lambda_eval_utils.LambdaFunctionErrorException("Unhandled", cause) from error

    with ExitStack() as stack:
        stack.enter_context(mock_aws())
        stack.enter_context(patch.dict(default_user_config, {"stepfunctions": {"execute_state_machine": True}}))
        stack.enter_context(patch.object(moto_jsonata, "_eval_jsonata", _evaluated))
        stack.enter_context(patch.object(moto_jsonata, "encode_jsonata_variable_declarations", _declared))
        stack.enter_context(patch.object(branches_decl, "CustomErrorName", ErrorName))
        stack.enter_context(patch.object(lambda_eval_utils, "_invoke_lambda_function", invoke))
        _forget()
        stack.callback(_forget)
        yield


def _forget() -> None:
    """moto resets itself with its last mock only, and a platform may be running beside us in another account."""
    get_backend("dynamodb")[ACCOUNT].reset()
    stepfunctions_parser_backends[ACCOUNT].reset()


def _evaluated(text: str) -> Any:
    try:
        value = Jsonata(text).evaluate(None)
    except Exception as error:
        raise moto_jsonata.JSONataException("UNKNOWN", str(error)) from error
    return json.loads(json.dumps(value, default=_plain))


def _plain(value: Any) -> Any:
    if value is Utils.NULL_VALUE:
        return None
    return list(value)


def _declared(bindings: Mapping[str, Any]) -> str:
    return "".join(f"{name}:={json.dumps(value)};" for name, value in bindings.items())


def _resolved(value: Any) -> Any:
    """Placeholders as names that moto knows."""
    if isinstance(value, dict):
        return {key: _resolved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if isinstance(value, str) and value.startswith("${dpc:table:"):
        return value.removeprefix("${dpc:table:").removesuffix("}")
    if isinstance(value, str) and value.startswith("${dpc:"):
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    return value
