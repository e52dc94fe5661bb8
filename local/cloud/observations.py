"""Which function used which AWS action on which resource, as IAM would see it. The test of rights reads it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract.rights import CASE_LINK_KEY
from local.cloud.where import Where

_PREFIXES: Mapping[str, str] = {"stepfunctions": "states"}
_TRANSACTION: Mapping[str, str] = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_ONLY: Mapping[str, str] = {"kms": CASE_LINK_KEY, "scheduler": "timers"}
"""What functions use of a service where that is one thing."""
_IAM_NAMES: Mapping[str, str] = {"s3:HeadObject": "s3:GetObject", "s3:ListObjectsV2": "s3:ListBucket"}


@dataclass(frozen=True)
class Used:
    """One action that a function used. `resource` is logical (`waits`, `waits/byKind`); `*` where IAM knows none."""

    function: str
    action: str
    resource: str


class Observations:
    """What was used since the start. Safe under threads."""

    def __init__(self, where: Where) -> None:
        self._where, self._lock = where, threading.Lock()
        self._used: dict[Used, int] = {}
        self._calls: dict[tuple[str, str], int] = {}

    def note(self, function: str, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Note a call or a presigning; `service` by boto3's name of it."""
        with self._lock:
            called = (function, f"{service}:{operation}")
            self._calls[called] = self._calls.get(called, 0) + 1
            for action, resource in self._actions(service, operation, params):
                used = Used(function, action, resource)
                self._used[used] = self._used.get(used, 0) + 1

    @property
    def counts(self) -> dict[Used, int]:
        """How often each was used."""
        with self._lock:
            return dict(self._used)

    @property
    def calls(self) -> dict[tuple[str, str], int]:
        """How often each function made each call (`service:operation`): a transaction is one."""
        with self._lock:
            return dict(self._calls)

    def clear(self) -> None:
        """Forget all that was noted."""
        with self._lock:
            self._used.clear()
            self._calls.clear()

    def _actions(self, service: str, operation: str, params: Mapping[str, Any]) -> list[tuple[str, str]]:
        if operation in ("TransactWriteItems", "TransactGetItems"):
            return [
                (f"dynamodb:{_TRANSACTION.get(kind, 'GetItem')}", self._where.logical(part["TableName"]))
                for item in params["TransactItems"]
                for kind, part in item.items()
            ]
        if operation in ("BatchGetItem", "BatchWriteItem"):
            return [(f"dynamodb:{operation}", self._where.logical(table)) for table in params["RequestItems"]]
        action = f"{_PREFIXES.get(service, service)}:{operation}"
        used = [(_IAM_NAMES.get(action, action), self._resource(service, params))]
        if action == "scheduler:CreateSchedule":
            used.append(("iam:PassRole", "timers"))
        return used + (_along_with(params) if service == "stepfunctions" else [])

    def _resource(self, service: str, params: Mapping[str, Any]) -> str:
        if service == "dynamodb":
            table = self._where.logical(params["TableName"])
            return f"{table}/{params['IndexName']}" if "IndexName" in params else table
        if service == "s3":
            return self._where.logical(params.get("Bucket", "")).removesuffix(
                f"-{self._where.account}-{self._where.region}"
            )
        if service == "lambda":
            return self._where.logical(str(params["FunctionName"]))
        if service == "events":
            return self._where.logical(next((e.get("EventBusName", "*") for e in params.get("Entries", ())), "*"))
        return _ONLY.get(service, "*")


def _along_with(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What IAM asks for beside the action itself when a machine is made with a role, tags and a version."""
    also = {"roleArn": ("iam:PassRole", "machines"), "tags": ("states:TagResource", "*")}
    also["publish"] = ("states:PublishStateMachineVersion", "*")
    return [action for name, action in also.items() if params.get(name)]
