"""The boto3 clients of this process: real ones, whose requests end in the gateway instead of the network."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.credentials import Credentials
from moto.core.models import botocore_stubber

from local.cloud.gateway import S3_PATH, Answering
from local.cloud.where import Where

CREDENTIALS = Credentials("local-access-key", "local-secret-key")
"""Nothing real is behind them; presigned links are signed with them."""

_WARM = ("dynamodb", "s3", "stepfunctions", "events", "kms", "sqs")


class Clients:
    """The host's own clients, and what turns a function's client into one of this process."""

    def __init__(
        self, where: Where, gateway: Answering, origin: str, adapt: Callable[[Any], None] | None = None
    ) -> None:
        """`origin`: scheme, host and port of the local host, for presigned links. `adapt` is told of each client."""
        self._where, self._gateway, self._origin, self._adapt = where, gateway, origin, adapt
        self._made: dict[str, Any] = {}
        self._lock = threading.Lock()
        # Functions make theirs on the default session. Making the first ones here, in one thread, loads what botocore
        # shares between clients without a lock.
        boto3.setup_default_session(
            aws_access_key_id=CREDENTIALS.access_key,
            aws_secret_access_key=CREDENTIALS.secret_key,
            region_name=where.region,
        )
        for service in _WARM:
            self(service)

    def __call__(self, service: str) -> Any:
        """The host's client of a service, by boto3's name of it."""
        with self._lock:
            if service not in self._made:
                client = boto3.client(service, region_name=self._where.region)  # type: ignore[call-overload]
                self.adopt(client)
                self._made[service] = client
            return self._made[service]

    def adopt(self, client: Any) -> None:
        """Lead a client's requests into the gateway, and its presigned links to the local host."""
        client.meta.events.unregister("before-send", botocore_stubber)
        client.meta.events.register("before-send", self._gateway)
        if self._adapt is not None:
            self._adapt(client)
        if client.meta.service_model.service_name == "s3":
            sign = client.generate_presigned_url
            client.generate_presigned_url = lambda *args, **options: self._to_local(sign(*args, **options))

    def _to_local(self, url: str) -> str:
        """`https://<bucket>.s3.<region>.amazonaws.com/<key>?...` as the local host serves it."""
        parts = urlsplit(url)
        bucket = parts.netloc.partition(".s3.")[0]
        return f"{self._origin}{S3_PATH}/{bucket}{parts.path}?{parts.query}"
