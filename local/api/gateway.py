"""API Gateway: route, authorizer, limits, the function, its answer. What goes wrong is a problem (RFC 9457)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from contract import errors
from contract.routes import MAX_BODY_BYTES
from local.api.authorizers import Authorizers
from local.api.events import authorizer_event, http_answer, proxy_event
from local.api.messages import HttpAnswer, HttpRequest, RefusedRequestError
from local.api.routing import Match, Routes
from local.api.throttle import Throttle
from local.api.tokens import Tokens
from local.cloud.where import Where
from local.functions.invoking import FunctionFailedError
from local.functions.registry import Functions

TIME_LIMIT_S = 29
"""After which API Gateway gives a function up (HTTP API: 30 s; a second is for the way)."""

logger = logging.getLogger(__name__)


class ApiGateway:
    """Answers requests to the platform's API."""

    def __init__(
        self,
        functions: Functions,
        tokens: Tokens,
        where: Where,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._functions, self._where, self._now = functions, where, now
        self._routes = Routes(functions.specs.values())
        self._authorizer = next((s.name for s in functions.specs.values() if s.authorizer), "")
        self._authorizers = Authorizers(tokens, Throttle(monotonic), self._ask_authorizer)

    def knows(self, method: str, path: str) -> bool:
        """Whether some function answers this path."""
        try:
            self._routes.match(method, path)
        except RefusedRequestError as refused:
            return refused.code is not errors.NOT_FOUND
        return True

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """Answer a request."""
        try:
            match = self._routes.match(request.method, request.path)
            authorizer = self._authorizers.admit(request, match)
            if len(request.body) > MAX_BODY_BYTES:
                raise RefusedRequestError(errors.TOO_LARGE, f"At most {MAX_BODY_BYTES} bytes; use /uploads for more.")
            return self._call(request, match, authorizer)
        except RefusedRequestError as refused:
            return refused.answer()

    def _call(self, request: HttpRequest, match: Match, authorizer: Mapping[str, Any]) -> HttpAnswer:
        event = proxy_event(request, match.target, authorizer, **self._stamp())
        try:
            return http_answer(self._functions.invoke(match.function, event, limit_s=TIME_LIMIT_S))
        except (FunctionFailedError, ValueError) as error:
            logger.warning("%s: %s", match.route.key, error)
            if isinstance(error, FunctionFailedError) and error.error_type == "Sandbox.Timedout":
                raise RefusedRequestError(errors.UNAVAILABLE, "It took too long.") from error
            raise RefusedRequestError(errors.INTERNAL, "The function failed; see its log.") from error

    def _ask_authorizer(self, request: HttpRequest, match: Match) -> Mapping[str, Any]:
        if not self._authorizer:
            raise RefusedRequestError(errors.INTERNAL, "There is no authorizer function.")
        event = authorizer_event(request, match.target, **self._stamp())
        verdict = self._functions.invoke(self._authorizer, event)
        return verdict if isinstance(verdict, dict) else {}

    def _stamp(self) -> dict[str, Any]:
        return {"request_id": str(uuid.uuid4()), "now": self._now(), "where": self._where}
