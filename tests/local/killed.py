"""`dpc up` as a process that is killed and started again, on one data directory and port."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from local.server import HOST
from local.tenants import ROOT

_PATIENCE_S = 240


class KilledPlatform:
    """The platform as a process. Ends with its context, however that ends."""

    def __init__(self, data: Path, *options: str) -> None:
        with socket.create_server((HOST, 0)) as server:
            port = int(server.getsockname()[1])
        self.origin = f"http://{HOST}:{port}"
        arguments = ("--port", str(port), "--data", str(data), "--no-seed", *options)
        self._command = [sys.executable, "-m", "local", "up", *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self.headers: dict[str, str] = {}

    def start(self) -> None:
        """Start it; returns when it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, cwd=ROOT)
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            try:
                answer = httpx.post(f"{self.origin}/_local/token", json={"scopes": ["*"]}, timeout=_PATIENCE_S)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            self.headers = {"authorization": f"Bearer {answer.json()['token']}"}
            return
        raise AssertionError(f"{self.origin} does not answer")

    def kill(self) -> None:
        """`kill -9`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def __enter__(self) -> KilledPlatform:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
