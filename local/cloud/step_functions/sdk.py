"""AWS SDK integrations of state machines (`aws-sdk:dynamodb:putItem`, `events:putEvents`, ...) through boto3."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from state_machines.simulator import Completed, Failed, Outcome
from state_machines.simulator.resources import Resource

Observe = Callable[[str, str, Mapping[str, Any]], None]
"""Called with boto3's service, operation and parameters before each call."""

_SERVICES: Mapping[str, tuple[str, str]] = {
    "aws-sdk:dynamodb": ("dynamodb", "DynamoDb"),
    "aws-sdk:eventbridge": ("events", "EventBridge"),
    "aws-sdk:s3": ("s3", "S3"),
    "aws-sdk:sqs": ("sqs", "Sqs"),
    "aws-sdk:sfn": ("stepfunctions", "Sfn"),
    "dynamodb": ("dynamodb", "DynamoDB"),
    "events": ("events", "EventBridge"),
    "sqs": ("sqs", "SQS"),
}
"""By what stands in the resource: boto3's name, and the prefix of error names."""


class SdkCalls:
    """Performs service integrations under the role of the machines."""

    def __init__(self, client: Callable[[str], Any], observe: Observe) -> None:
        self._client, self._observe = client, observe

    def call(self, resource: Resource, arguments: Any) -> Outcome:
        """One call; errors are named as Step Functions names them."""
        if resource.type not in _SERVICES:
            return Failed("States.Runtime", f"The integration {resource.type} is not served by the local platform.")
        service, prefix = _SERVICES[resource.type]
        client = self._client(service)
        operation = resource.action[0].upper() + resource.action[1:]
        method = {api: name for name, api in client.meta.method_to_api_mapping.items()}.get(operation)
        if method is None or not isinstance(arguments, dict):
            return Failed("States.Runtime", f"{resource.type} has no action {resource.action} for these arguments.")
        params = _spelled(client.meta.service_model.operation_model(operation), arguments)
        self._observe(service, operation, params)
        try:
            answer = getattr(client, method)(**params)
        except ClientError as error:
            return _refused(prefix, error)
        except ParamValidationError as error:
            return Failed("States.Runtime", f"The arguments of {resource.action} are not valid: {error}")
        except BotoCoreError as error:
            return Failed(f"{prefix}.SdkClientException", str(error))
        return Completed(_shown({name: value for name, value in answer.items() if name != "ResponseMetadata"}))


def _refused(prefix: str, error: ClientError) -> Failed:
    details, meta = error.response["Error"], error.response["ResponseMetadata"]
    code = details["Code"] if details["Code"].endswith(("Exception", "Error")) else f"{details['Code']}Exception"
    where = f"(Service: {prefix}, Status Code: {meta['HTTPStatusCode']}, Request ID: {meta.get('RequestId', '')})"
    return Failed(f"{prefix}.{code}", f"{details.get('Message', '')} {where}")


def _spelled(operation: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Step Functions spells parameters in PascalCase, some services in camelCase."""
    members = {name[0].upper() + name[1:]: name for name in operation.input_shape.members}
    params = {members.get(name, name): value for name, value in arguments.items()}
    for entry in params.get("Entries", ()) if operation.name == "PutEvents" else ():
        if not isinstance(entry.get("Detail"), str):
            entry["Detail"] = json.dumps(entry.get("Detail"), ensure_ascii=False)
    if operation.name == "SendMessage" and not isinstance(params.get("MessageBody"), str):
        params["MessageBody"] = json.dumps(params.get("MessageBody"), ensure_ascii=False)
    return params


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name)[:1].upper() + str(name)[1:]: _shown_member(name, part) for name, part in value.items()}
    return _shown_member("", value)


def _shown_member(name: str, value: Any) -> Any:
    """Attribute names of items are data, so only the answer's own members are respelled."""
    if isinstance(value, dict):
        return {key: _shown_member(key, part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shown_member(name, part) for part in value]
    if isinstance(value, datetime):
        return int(value.timestamp() * 1000)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
