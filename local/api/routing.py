"""Which function answers which request: API Gateway's route table, made from the specs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from contract import errors
from contract.functions import FunctionSpec
from contract.routes import Route
from local.api.messages import RefusedRequestError, Target


@dataclass(frozen=True)
class Match:
    """The route that a request hit."""

    route: Route
    function: str
    target: Target


class Routes:
    """All routes of the specs. Literal segments win over parameters, as at API Gateway."""

    def __init__(self, specs: Iterable[FunctionSpec]) -> None:
        entries = [(route, spec.name, _pattern(route.path)) for spec in specs for route in spec.routes]
        self._entries = sorted(entries, key=lambda entry: (entry[0].path.count("{"), -len(entry[0].path)))

    def match(self, method: str, path: str) -> Match:
        """The route of a request. Raises `RefusedRequestError`: 404, or 405 with the methods that there are."""
        methods: list[str] = []
        for route, function, pattern in self._entries:
            found = pattern.fullmatch(path)
            if found and route.method == method:
                parameters = {name: unquote(value) for name, value in found.groupdict().items()}
                return Match(route, function, Target(route.key, parameters))
            if found:
                methods.append(route.method)
        if methods:
            allowed = ", ".join(sorted(set(methods)))
            raise RefusedRequestError(errors.METHOD_NOT_ALLOWED, f"This route knows {allowed}.", {"allow": allowed})
        raise RefusedRequestError(errors.NOT_FOUND, "There is no such route.")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))
