"""The whole platform for tests over HTTP: in this process, on a free port, in memory, with a virtual clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from functions.specs import ALL
from local.cloud.where import ACCOUNT
from local.logs import send_logs
from local.platform import Options, Platform
from local.server import Server, bind
from local.tenants import read_tenant


@dataclass
class RunningPlatform:
    """A running platform: its address, clients by user, its clock, and what it lets tests see from inside."""

    platform: Platform
    origin: str
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    def client(self, user: str = "") -> httpx.Client:
        """A client with the token of a demo user; without one, of a client with every scope."""
        if user not in self._clients:
            wanted = {"user": user} if user else {"scopes": ["*"]}
            token = httpx.post(f"{self.origin}/_local/token", json=wanted).raise_for_status().json()["token"]
            headers = {"Authorization": f"Bearer {token}"}
            self._clients[user] = httpx.Client(base_url=self.origin, headers=headers, timeout=60)
        return self._clients[user]

    @property
    def anybody(self) -> httpx.Client:
        """A client without a token."""
        if "-" not in self._clients:
            self._clients["-"] = httpx.Client(base_url=self.origin, timeout=60)
        return self._clients["-"]

    def idle(self) -> None:
        """Return once nothing is runnable."""
        self.anybody.post("/_local/idle").raise_for_status()

    def advance(self, duration: str) -> None:
        """Move the clock (ISO 8601, `PT65S`); returns once everything due has happened."""
        self.anybody.post("/_local/clock/advance", json={"duration": duration}).raise_for_status()

    def partner(self, name: str, *, available: bool | None = None) -> dict[str, Any]:
        """What a demo partner was asked; `available` takes it down or up first."""
        url = f"/_local/partners/{name}"
        answer = self.anybody.get(url) if available is None else self.anybody.post(url, json={"available": available})
        return dict(answer.raise_for_status().json())

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients.values():
            client.close()


@contextmanager
def running_platform(
    data: Path | None = None,
    *,
    virtual: bool = True,
    log: Path | None = None,
    account: str = ACCOUNT,
    console: Path | None = None,
) -> Iterator[RunningPlatform]:
    """A platform with all functions. `data` keeps it on disk, `log` takes the logs of the functions, `console` is
    the built page at `/`.

    One beside the session's own needs another `account`.
    """
    send_logs(log)
    listener = bind(0)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    options = Options(
        read_tenant("demo"), ALL, origin, virtual=virtual, data=data, console=console, account=account
    )  # fmt: skip
    platform = Platform(options)
    platform.start()
    running = RunningPlatform(platform, origin)
    try:
        with Server(platform, listener):
            yield running
    finally:
        running.close()
        platform.stop()
