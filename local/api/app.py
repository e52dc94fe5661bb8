"""The HTTP door (ASGI): every request becomes one `HttpRequest`, is answered in a thread, and goes out again."""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from contract import errors
from local.api.gateway import ApiGateway
from local.api.local_routes import LocalRoutes
from local.api.messages import HttpAnswer, HttpRequest, RefusedRequestError
from local.api.objects import Objects
from local.cloud.gateway import S3_PATH

HARD_LIMIT_BYTES = 10 * 1024 * 1024
"""API Gateway's limit of a request; presigned uploads may be larger."""
_UPLOAD_LIMIT_BYTES = 200 * 1024 * 1024
_THREADS = 100

logger = logging.getLogger(__name__)


class Doors:
    """Which part of the host answers which path."""

    def __init__(
        self,
        api: ApiGateway,
        local: LocalRoutes,
        objects: Objects,
        console: Path | None,
        busy: Callable[[], AbstractContextManager[None]],
        settle: Callable[[], None],
    ) -> None:
        """`settle` returns when everything that has happened is kept."""
        self._api, self._local, self._objects, self._console = api, local, objects, console
        self._busy, self._settle = busy, settle

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """Answer a request. What the answer tells, or what it follows from, outlives the process."""
        answer = self._answer(request)
        self._settle()
        return answer

    def _answer(self, request: HttpRequest) -> HttpAnswer:
        """What is not local-only counts as in flight meanwhile."""
        if request.path.startswith("/_local/"):
            return self._local.answer(request, request.path.removeprefix("/_local"))
        if request.path.startswith(f"{S3_PATH}/"):
            with self._busy():
                return self._objects.answer(request, request.path.removeprefix(S3_PATH))
        if request.path.startswith("/media/"):
            return self._objects.serve_media(request)
        if file := self._file(request):
            return file
        with self._busy():
            return self._api.answer(request)

    def _file(self, request: HttpRequest) -> HttpAnswer | None:
        """A file of the console, where no route of the API has the path."""
        if self._console is None or request.method not in ("GET", "HEAD") or self._api.knows("GET", request.path):
            return None
        path = (self._console / (request.path.lstrip("/") or "index.html")).resolve()
        if not path.is_relative_to(self._console) or not path.is_file():
            return None
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        caching = "public, max-age=31536000, immutable" if "assets" in path.parts else "no-cache"
        headers = (("content-type", kind), ("cache-control", caching), ("x-content-type-options", "nosniff"))
        return HttpAnswer(200, headers, path.read_bytes())


def make_app(doors: Doors) -> ASGIApp:
    """The ASGI application."""
    limiter: list[anyio.CapacityLimiter] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if not limiter:
            limiter.append(anyio.CapacityLimiter(_THREADS))
        try:
            request = await _read(Request(scope, receive))
            answer = await anyio.to_thread.run_sync(_safely, doors, request, limiter=limiter[0])
        except ClientDisconnect:
            return
        except RefusedRequestError as refused:
            answer = refused.answer()
        await _response(answer)(scope, receive, send)

    return app


def _safely(doors: Doors, request: HttpRequest) -> HttpAnswer:
    try:
        return doors.answer(request)
    except Exception:
        logger.exception("%s %s failed", request.method, request.path)
        return RefusedRequestError(errors.INTERNAL, "The local host failed; see its log.").answer()


async def _read(request: Request) -> HttpRequest:
    path = request.scope.get("raw_path", b"").decode("ascii", "replace") or request.url.path
    limit = _UPLOAD_LIMIT_BYTES if path.startswith(f"{S3_PATH}/") else HARD_LIMIT_BYTES
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise RefusedRequestError(errors.TOO_LARGE, f"At most {limit} bytes.", {"connection": "close"})
    return HttpRequest(
        method=request.method.upper(),
        path=path.partition("?")[0],
        query=request.scope["query_string"].decode("ascii", "replace"),
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.headers.raw),
        body=bytes(body),
        client=request.client.host if request.client else "",
    )


def _response(answer: HttpAnswer) -> Response:
    response = Response(content=answer.body, status_code=answer.status)
    if answer.status in (204, 304):
        response.raw_headers = [pair for pair in response.raw_headers if pair[0] != b"content-length"]
    known = {name for name, _ in answer.headers}
    response.raw_headers = [pair for pair in response.raw_headers if pair[0].decode() not in known]
    response.raw_headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    return response
