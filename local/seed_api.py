"""The API as the seed of the demo asks it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import urllib3

_WITHIN_S: Final = 30.0
_LOOK_EVERY_S: Final = 0.05


class SeedError(Exception):
    """The platform refused or did not get there; the text says what."""


class Api:
    """The API with a token for everything, or with that of a user."""

    def __init__(self, origin: str, user: str = "") -> None:
        self._origin, self._pool = origin, urllib3.PoolManager(retries=False)
        self._headers: dict[str, str] = {}
        wanted = {"user": user} if user else {"scopes": ["*"]}
        self._headers = {"authorization": f"Bearer {self.post('/_local/token', wanted)['token']}"}

    def get(self, path: str, *, missing: Any = None) -> Any:
        """The answer; `missing` if there is no such thing."""
        answer = self._pool.request("GET", self._origin + path, headers=self._headers)
        return missing if answer.status == 404 and missing is not None else _checked(f"GET {path}", answer)

    def post(self, path: str, body: Mapping[str, Any], *, key: str = "") -> Any:
        """The answer to JSON."""
        headers = {**self._headers, "content-type": "application/json"} | ({"idempotency-key": key} if key else {})
        answer = self._pool.request("POST", self._origin + path, headers=headers, body=json.dumps(body).encode())
        return _checked(f"POST {path}", answer)

    def send(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """A presigned request."""
        answer = self._pool.request(method, url, headers=dict(headers), body=body)
        if answer.status >= 300:
            raise SeedError(f"{method} {url.partition('?')[0]}: {answer.status}")

    def until(self, path: str, reached: Callable[[Any], bool]) -> Any:
        """The answer once it is as wanted."""
        until = time.monotonic() + _WITHIN_S
        while time.monotonic() < until:
            if reached(found := self.get(path)):
                return found
            time.sleep(_LOOK_EVERY_S)
        raise SeedError(f"GET {path} did not get there within {_WITHIN_S:.0f} s")


def _checked(what: str, answer: urllib3.BaseHTTPResponse) -> Any:
    if answer.status >= 300:
        raise SeedError(f"{what}: {answer.status} {answer.data[:300].decode('utf-8', 'replace')}")
    return json.loads(answer.data or b"null")
