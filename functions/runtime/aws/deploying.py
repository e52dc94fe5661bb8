"""Making state machines: the placeholders of a compiled definition become this tenant's names, then create or update,
then publish a version of exactly that revision."""

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from contract import events, names, tables
from functions.runtime.aws.clients import Clients
from functions.runtime.aws.names import Names
from functions.runtime.ports import TooManyVersionsError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import LoggingConfigurationTypeDef

_PLACEHOLDER = re.compile(r"\$\{dpc:(table|function|bus):([a-z-]+)\}")
_TRIES = 5
_PAUSE_S = 0.2


class MachineDeployer:
    """Creates and updates the tenant's machines with their one role, their log group and their tags."""

    def __init__(self, clients: Clients, names_: Names, role_arn: str, sleep: Callable[[float], None]) -> None:
        self._clients, self._names, self._role_arn, self._sleep = clients, names_, role_arn, sleep

    def deploy(self, name: str, definition: Mapping[str, Any], *, description: str) -> str:
        """The ARN of a published version with this definition. Repeated, it answers the same version.

        Raises `TooManyVersionsError`.
        """
        text = json.dumps(resolve(definition, self._names), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        for attempt in range(_TRIES):
            try:
                return self._create(name, text, description)
            except ClientError as error:
                if _code(error) not in ("StateMachineAlreadyExists", "ConflictException"):
                    raise
            try:
                return self._update(name, text, description)
            except ClientError as error:
                if _code(error) == "ServiceQuotaExceededException":
                    raise TooManyVersionsError(name) from error
                if _code(error) != "ConflictException" or attempt == _TRIES - 1:
                    raise
            self._sleep(_PAUSE_S * (attempt + 1))
        raise AssertionError("unreachable")

    def _create(self, name: str, definition: str, description: str) -> str:
        """Created and published in one call, so that nobody else's update can come between the two."""
        answer = self._clients.stepfunctions.create_state_machine(
            name=self._names.machine(name),
            definition=definition,
            roleArn=self._role_arn,
            type="STANDARD",
            loggingConfiguration=self._logging,
            tracingConfiguration={"enabled": True},
            publish=True,
            versionDescription=description[:256],
            tags=[
                {"key": "dpc:tenant", "value": self._names.tenant},
                {"key": "dpc:process", "value": re.sub(r"[^\w .:/=+@-]", "-", name)[:256]},
            ],
        )
        return answer["stateMachineVersionArn"]

    def _update(self, name: str, definition: str, description: str) -> str:
        """The revision that the update made is the one that is published; another update meanwhile is a conflict."""
        arn = self._names.machine_arn(name)
        updated = self._clients.stepfunctions.update_state_machine(
            stateMachineArn=arn,
            definition=definition,
            roleArn=self._role_arn,
            loggingConfiguration=self._logging,
            tracingConfiguration={"enabled": True},
        )
        revision = {"revisionId": updated["revisionId"]} if updated.get("revisionId") else {}
        published = self._clients.stepfunctions.publish_state_machine_version(
            stateMachineArn=arn, description=description[:256], **revision
        )
        return published["stateMachineVersionArn"]

    @property
    def _logging(self) -> "LoggingConfigurationTypeDef":
        """Everything but the data: variables in logs could not be erased."""
        return {
            "level": "ALL",
            "includeExecutionData": False,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": self._names.machine_logs_arn}}],
        }


def resolve(definition: Any, names_: Names) -> Any:
    """The definition with the placeholders of docs/records.md resolved. Raises `ValueError` for an unknown one."""
    if isinstance(definition, str):
        return _PLACEHOLDER.sub(lambda match: _resolved(match[1], match[2], names_), definition)
    if isinstance(definition, Mapping):
        return {key: resolve(value, names_) for key, value in definition.items()}
    if isinstance(definition, list | tuple):
        return [resolve(value, names_) for value in definition]
    return definition


def _resolved(kind: str, name: str, names_: Names) -> str:
    if kind == "function":
        return names_.function_arn(name)
    if kind == "table" and name in {table.name for table in tables.ALL}:
        return names.physical(names_.tenant, name)
    if kind == "bus" and name == events.BUS:
        return names_.bus
    raise ValueError(f"unknown placeholder {kind}:{name}")


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]
