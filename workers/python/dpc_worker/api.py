"""The routes `/jobs/*` over the standard library's HTTP client."""

import http.client
import json
import math
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from typing import Any

TIMEOUT_S = 35.0
"""API Gateway answers within 30 seconds, or not at all."""
_UNAUTHORIZED, _TOO_MANY, _FAULT = 401, 429, 500


class UnavailableError(Exception):
    """The platform does not answer now: try again later."""


class RefusedError(Exception):
    """The platform does not take the call, and will not take it a second time."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status}: {words}")
        self.status = status


class Api:
    """Calls with a token. Who ends a job gives a key, so that a repeated call counts once."""

    def __init__(self, url: str, token: Callable[[bool], str]) -> None:
        self._url, self._token = url.rstrip("/"), token

    def post(self, path: str, body: Mapping[str, Any], key: str = "") -> Any:
        """Raises `UnavailableError` or `RefusedError`."""
        try:
            return self._post(path, body, key, self._token(False))
        except RefusedError as error:
            if error.status != _UNAUTHORIZED:
                raise
            return self._post(path, body, key, self._token(True))

    def _post(self, path: str, body: Mapping[str, Any], key: str, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        answer = send(f"{self._url}/jobs/{path}", json.dumps(body).encode(), headers)
        try:
            return json.loads(answer)
        except ValueError as error:
            raise UnavailableError("what answers there is not the platform") from error


def new_key() -> str:
    """For one ending of one job."""
    return str(uuid.uuid4())


def duration(seconds: float) -> str:
    """ISO 8601, as the API takes it: whole seconds.

    >>> duration(90), duration(0.25), duration(0)
    ('PT90S', 'PT1S', 'PT0S')
    """
    return f"PT{math.ceil(seconds)}S"


def send(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """POST; the answer's body. Raises `UnavailableError` or `RefusedError`."""
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310  the address is the caller's own
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        words = error.read().decode(errors="replace")
        error.close()
        if error.code >= _FAULT or error.code == _TOO_MANY:
            raise UnavailableError(f"{error.code}: {words}") from error
        raise RefusedError(error.code, words) from error
    except (OSError, http.client.HTTPException) as error:
        raise UnavailableError(str(error)) from error
