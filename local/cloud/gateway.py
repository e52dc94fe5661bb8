"""Where every AWS call of this process arrives: a botocore hook in place of the network.

Step Functions and EventBridge go to our own; everything else to moto, one call at a time: under threads it loses
conditional updates.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from local.cloud.invocation import InvocationOverError, current
from local.cloud.where import Where

S3_PATH = "/_aws/s3"
"""Where the local host serves S3, so that presigned links work over HTTP."""

_TOKENS_KEPT = 2_000

RawAnswer = tuple[int, Mapping[str, str], bytes]


class JsonService(Protocol):
    """A service that speaks AWS's JSON protocol: operation and body in, status and body out."""

    def __call__(self, operation: str, body: dict[str, Any], /) -> tuple[int, dict[str, Any]]:
        """Answer one call."""
        ...


class Answering(Protocol):
    """botocore's `before-send` handler: answers calls in place of the network."""

    def __call__(self, event_name: str, request: AWSPreparedRequest, **options: Any) -> AWSResponse:
        """Answer one call."""
        ...


class Gateway:
    """Answers AWS calls. `notify` is called after each one, so that what it set off is looked for."""

    def __init__(self, where: Where, notify: Callable[[], None]) -> None:
        self._where, self._notify = where, notify
        self.services: dict[str, JsonService] = {}
        """Those of our own, by botocore's event name of them (`sfn`)."""
        self.lock = threading.RLock()
        """Held by whoever reads or changes moto's data."""
        self._tokens: OrderedDict[str, RawAnswer] = OrderedDict()

    def __call__(self, event_name: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """botocore's `before-send` handler."""
        invocation = current()
        if invocation is not None and invocation.over:
            raise InvocationOverError(f"{invocation.function} has run out of time")
        service, operation = event_name.split(".", 2)[1:]
        status, headers, body = self._answer(service, operation, request)
        self._notify()
        return AWSResponse(request.url, status, headers, MockRawResponse(body))  # type: ignore[arg-type]

    def send(self, request: AWSPreparedRequest) -> RawAnswer:
        """Hand a request to moto."""
        request.headers["x-moto-account-id"] = self._where.account
        with self.lock:
            answer = botocore_stubber.process_request(request)
        if answer is None:
            raise ConnectionError(f"nothing here answers for {request.url}")
        status, headers, content = answer
        return status, dict(headers), content if isinstance(content, bytes) else str(content).encode()

    def _answer(self, service: str, operation: str, request: AWSPreparedRequest) -> RawAnswer:
        if own := self.services.get(service):
            status, answer = own(operation, json.loads(_bytes(request) or b"{}"))
            return status, {"content-type": "application/x-amz-json-1.0"}, json.dumps(answer).encode()
        if operation == "TransactWriteItems":
            return self._once(request)
        return self.send(request)

    def _once(self, request: AWSPreparedRequest) -> RawAnswer:
        """DynamoDB runs a transaction once per client token (for ten minutes) and answers a repetition the same."""
        body = _bytes(request)
        key = hashlib.sha256(body).hexdigest() if json.loads(body).get("ClientRequestToken") else ""
        with self.lock:
            if key and key in self._tokens:
                return self._tokens[key]
            answer = self.send(request)
            if key and answer[0] == 200:
                self._tokens[key] = answer
                while len(self._tokens) > _TOKENS_KEPT:
                    self._tokens.popitem(last=False)
        return answer


def _bytes(request: AWSPreparedRequest) -> bytes:
    body = request.body
    return body if isinstance(body, bytes) else str(body or "").encode()
