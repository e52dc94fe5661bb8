"""A request and an answer as this package passes them on, free of the web framework; problems as answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract.errors import ErrorCode
from contract.shapes.common import Problem


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came. `path` is percent-encoded; header names are in lower case, repeated ones stay apart."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    client: str = "127.0.0.1"

    def header(self, name: str) -> str:
        """The values of a header, joined by commas; empty if it was not sent."""
        return ",".join(value for key, value in self.headers if key == name)


@dataclass(frozen=True)
class HttpAnswer:
    """An answer as it goes."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class RefusedRequestError(Exception):
    """Ends a request before it reaches a function."""

    def __init__(self, code: ErrorCode, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code.code}: {detail}")
        self.code, self.detail, self.headers = code, detail, dict(headers or {})

    def answer(self) -> HttpAnswer:
        """The problem (RFC 9457)."""
        problem = Problem(
            type=f"about:blank#{self.code.code}",
            title=self.code.title,
            status=self.code.status,
            detail=self.detail,
            code=self.code.code,
        )
        body = problem.model_dump_json(by_alias=True, exclude_none=True).encode()
        headers = (("content-type", "application/problem+json"), *self.headers.items())
        return HttpAnswer(self.code.status, tuple(headers), body)


def json_answer(value: Any, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> HttpAnswer:
    """A JSON answer."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return HttpAnswer(status, (("content-type", "application/json"), *headers), body)


@dataclass(frozen=True)
class Target:
    """Which route a request hit, and what its path holds (decoded)."""

    route_key: str
    path_parameters: Mapping[str, str] = field(default_factory=dict)
