"""The HTTP server around a platform: a socket that is bound early, uvicorn on it, in the foreground or in a thread."""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType

import uvicorn

from local.api.app import make_app
from local.platform import Platform

HOST = "127.0.0.1"
_BACKLOG = 512


class PortInUseError(Exception):
    """Somebody else listens on the port."""


def bind(port: int) -> socket.socket:
    """A listening socket on the loopback interface; port 0 takes a free one. Raises `PortInUseError`."""
    # The protocol is named so that asyncio turns Nagle off: without, each answer would wait 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise PortInUseError(str(error)) from error
    return listener


class Server:
    """Serves a platform."""

    def __init__(self, platform: Platform, listener: socket.socket) -> None:
        config = uvicorn.Config(
            make_app(platform.doors()),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=5,
            timeout_keep_alive=75,  # longer than clients keep a connection (httpx: 5 s): theirs is never cut off in use
            server_header=False,
        )
        self._server, self._listener = uvicorn.Server(config), listener
        self._thread = threading.Thread(target=self.run, name="http", daemon=True)

    def wait_started(self) -> None:
        """Return when requests are answered."""
        while not self._server.started:
            time.sleep(0.005)

    def run(self) -> None:
        """Serve until told to stop; in the main thread, also by SIGINT and SIGTERM."""
        self._server.run(sockets=[self._listener])

    def stop(self) -> None:
        """Finish what is in flight and end."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def __enter__(self) -> Server:
        """Serve in a thread."""
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.005)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()
