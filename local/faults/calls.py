"""AWS calls that are refused, that lose their answer, or that their function does not survive."""

from __future__ import annotations

import json
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from local.cloud.gateway import Answering
from local.cloud.invocation import InvocationOverError, current
from local.faults.rates import Chance

_THROTTLED, _FAILED = (400, "ThrottlingException"), (500, "InternalServerError")
_RETRIES = 3
"""Of the functions' clients (`functions/runtime/aws/clients.py`)."""
_UNAVAILABLE = 503
_SPOKEN_AS_XML = ("s3", "sqs")


class UnreliableGateway:
    """botocore's `before-send` handler before the gateway's own."""

    def __init__(self, gateway: Answering, chance: Chance) -> None:
        self._gateway, self._chance, self.on = gateway, chance, False

    def __call__(self, event_name: str, request: AWSPreparedRequest, **options: Any) -> AWSResponse:
        """Answer a call, or not. Until `on`, nothing goes wrong: a platform is being made."""
        faults, hits = self._chance.faults, self._chance.hits
        if not self.on:
            return self._gateway(event_name, request, **options)
        if hits(faults.throttled):
            return _refused(event_name, request, *_THROTTLED)
        self._survive()
        answer = self._gateway(event_name, request, **options)
        self._survive()
        return _refused(event_name, request, *_FAILED) if hits(faults.unanswered) else answer

    def _survive(self) -> None:
        invocation = current()
        if invocation is not None and self._chance.hits(self._chance.faults.killed / 2):
            invocation.over = True
            raise InvocationOverError(f"{invocation.function} was killed")


def retry_at_once(client: Any) -> None:
    """Let a client try again as often as it does, without the pauses, which are in real time."""

    def needs_retry(response: Any, attempts: int, **_: Any) -> int | None:
        status = 200 if response is None else response[0].status_code
        code = "" if response is None else response[1].get("Error", {}).get("Code", "")
        again = status >= _FAILED[0] or code == _THROTTLED[1]
        return 0 if again and attempts <= _RETRIES else None

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.unregister(f"needs-retry.{service}", unique_id=f"retry-config-{service}")
    client.meta.events.register(f"needs-retry.{service}", needs_retry)


def _refused(event_name: str, request: AWSPreparedRequest, status: int, code: str) -> AWSResponse:
    service = event_name.split(".")[1]
    if service in _SPOKEN_AS_XML:
        status, body = _UNAVAILABLE, b""
    else:
        body = json.dumps({"__type": code, "message": "By chance."}).encode()
    headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-errortype": code}
    return AWSResponse(request.url, status, headers, MockRawResponse(body))  # type: ignore[arg-type]
