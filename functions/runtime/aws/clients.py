"""The one factory of boto3 clients: made at first use, named after their function, observable, adaptable by a host."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.client import BaseClient
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_stepfunctions import SFNClient

Observe = Callable[[str, str, str, Mapping[str, Any]], None]
"""Called with function, service, operation and parameters before each call and each presigning. May raise."""
Customise = Callable[[BaseClient], None]
"""Called once with each new client: a host that is not AWS hooks itself in here."""

_Client = TypeVar("_Client", bound=BaseClient)
_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 4},
    connect_timeout=2,
    read_timeout=15,
    tcp_keepalive=True,
    s3={"addressing_style": "virtual"},
)
_S3_CONFIG = _CONFIG.merge(Config(signature_version="s3v4"))


class Clients:
    """The clients of one function."""

    def __init__(
        self, function: str, region: str, *, observe: Observe | None = None, customise: Customise | None = None
    ) -> None:
        self._function, self._region, self._observe, self._customise = function, region, observe, customise

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB."""
        return self._prepared(boto3.client("dynamodb", region_name=self._region, config=_CONFIG))

    @cached_property
    def s3(self) -> "S3Client":
        """S3, presigning with version 4 signatures."""
        return self._prepared(boto3.client("s3", region_name=self._region, config=_S3_CONFIG))

    @cached_property
    def stepfunctions(self) -> "SFNClient":
        """Step Functions."""
        return self._prepared(boto3.client("stepfunctions", region_name=self._region, config=_CONFIG))

    @cached_property
    def events(self) -> "EventBridgeClient":
        """EventBridge."""
        return self._prepared(boto3.client("events", region_name=self._region, config=_CONFIG))

    @cached_property
    def scheduler(self) -> "EventBridgeSchedulerClient":
        """EventBridge Scheduler."""
        return self._prepared(boto3.client("scheduler", region_name=self._region, config=_CONFIG))

    @cached_property
    def kms(self) -> "KMSClient":
        """KMS."""
        return self._prepared(boto3.client("kms", region_name=self._region, config=_CONFIG))

    def _prepared(self, client: _Client) -> _Client:
        if self._observe is not None:
            client.meta.events.register("provide-client-params", self._report)
        if self._customise is not None:
            self._customise(client)
        return client

    def _report(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        """botocore emits this for calls and for presigning alike; None leaves the parameters as they are."""
        if self._observe is not None:
            self._observe(self._function, model.service_model.service_name, model.name, params)
