"""A platform that dies and lives again on the same data, and those who use it: they ask until they are answered."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from functions.specs import ALL
from local.api.login import SCOPES
from local.faults.rates import Faults
from local.logs import send_logs
from local.platform import Options, Platform
from local.server import HOST, Server, bind
from local.tenants import read_tenant

_ACCOUNT = "777788889999"
_COMMITS = (30, 120)
"""At one of which it dies."""
_TRIES = 40
_PATIENCE_S = 120
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


class Life:
    """One platform after the other, on one data directory and one port."""

    def __init__(self, data: Path, seed: int, deaths: int) -> None:
        """It dies so many times, at random commits."""
        self._data, self._random, self._left = data, random.Random(seed), deaths
        self.deaths = self._port = 0
        send_logs(data / "platform.log")
        self._begin()

    def _begin(self) -> None:
        listener = bind(self._port)
        self._port = listener.getsockname()[1]
        origin = f"http://{HOST}:{self._port}"
        options = Options(
            read_tenant("demo"), ALL, origin, virtual=True, data=self._data, account=_ACCOUNT, faults=self._faults()
        )
        self.platform = Platform(options)
        self.platform.start()
        self._server = Server(self.platform, listener)
        self._server.__enter__()
        self._http = httpx.Client(base_url=origin, timeout=_PATIENCE_S)

    def _die(self) -> None:
        self.deaths += 1
        self.end()
        self._begin()

    def end(self) -> None:
        """In order, if it is not dead already."""
        self._http.close()
        self._server.stop()
        self.platform.stop()

    def _faults(self) -> Faults:
        return Faults(
            seed=self._random.randrange(2**32),
            throttled=self._random.uniform(0.05, 0.3),
            unanswered=0.01,
            killed=0.004,
            doubled=0.2,
            delayed=0.3,
            lost=0.02,
            commits=self._random.randint(*_COMMITS) if self._left > self.deaths else None,
        )

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str = "", kind: str = "application/json", **query: Any
    ) -> tuple[int, Any]:
        """Status and body of the answer, which comes sooner or later."""
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        headers = {"content-type": kind} | ({"idempotency-key": key} if key else {})
        for _ in range(_TRIES):
            headers["authorization"] = f"Bearer {self.platform.tokens.issue(scopes=sorted(SCOPES))}"
            answer = self._http.request(method, path, content=content, headers=headers, params=query)
            if answer.status_code not in _AGAIN:
                return answer.status_code, answer.json()
            if self.platform.dead:
                self._die()
        raise AssertionError(f"{method} {path} is not answered: {answer.text}")

    def get(self, path: str, **query: Any) -> Any:
        """What must be there."""
        status, body = self.ask("GET", path, **query)
        assert status == 200, (path, body)
        return body

    def items(self, path: str, **query: Any) -> list[Any]:
        """All items of a list, page by page."""
        page: Mapping[str, Any] = self.get(path, limit=100, **query)
        found = list(page["items"])
        while page["cursor"]:
            page = self.get(path, limit=100, cursor=page["cursor"], **query)
            found += page["items"]
        return found

    def pass_time(self, duration: timedelta) -> None:
        """Let things happen, and die if it is time."""
        self.platform.advance(duration)
        if self.platform.dead:
            self._die()
