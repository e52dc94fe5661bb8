"""`dpc up`: starts the platform, says where it is and how to use it, and runs until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from contract.tenant import Tenant
from local.tenants import ROOT, TenantFileError, read_tenant

if TYPE_CHECKING:
    from local.platform import Platform
    from local.server import Server

CONSOLE = ROOT / "console" / "dist"


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; 1 if it cannot start."""
    from local.server import HOST, PortInUseError, bind

    try:
        tenant = read_tenant(options.tenant)
        listener = bind(options.port)
    except TenantFileError as error:
        print(error, file=sys.stderr)
        return 1
    except PortInUseError:
        other = options.port + 1
        print(f"Port {options.port} is in use. Try:  make up PORT={other}  or  dpc up --port {other}", file=sys.stderr)
        return 1
    return _serve(options, tenant, listener, f"http://{HOST}:{listener.getsockname()[1]}")


def _serve(options: argparse.Namespace, tenant: Tenant, listener: socket.socket, origin: str) -> int:
    began = time.monotonic()
    print(f"Starting {tenant.title} ...", flush=True)
    data = None if options.memory else options.data or Path(".dpc") / tenant.name
    from local.logs import send_logs

    send_logs(data / "platform.log" if data else None)
    from functions.specs import ALL
    from local.platform import Options, Platform
    from local.server import Server
    from local.state.store import UnreadableStateError

    console = CONSOLE if options.console and (CONSOLE / "index.html").is_file() else None
    try:
        platform = Platform(
            Options(tenant, ALL, origin, virtual=options.clock == "virtual", data=data, console=console)
        )
    except UnreadableStateError as error:
        print(error, file=sys.stderr)
        return 1
    platform.start()
    server = Server(platform, listener)
    threading.Thread(target=_welcome, args=(options, platform, server, began), daemon=True).start()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        print("Stopping ...", flush=True)
        platform.stop()
    return 0


def _interrupt(*_: object) -> None:
    """uvicorn ends in order on a signal and then raises it again: SIGTERM shall end us in order, too."""
    raise KeyboardInterrupt


def _welcome(options: argparse.Namespace, platform: Platform, server: Server, began: float) -> None:
    server.wait_started()
    where = platform.options.data
    print(f"Ready after {time.monotonic() - began:.1f} s: {platform.options.origin}")
    print(f"Data: {where if where else 'in memory, gone at the end'}{_found(platform)}\n")
    print(_guide(platform.options.origin, platform.options.tenant), flush=True)
    if options.seed:
        from local.seed import seed

        seed(platform.options.origin, lambda words: print(words, flush=True))


def _found(platform: Platform) -> str:
    return f" (found, as of {platform.now():%Y-%m-%d %H:%M:%S} UTC)" if platform.restored else ""


def _guide(origin: str, tenant: Tenant) -> str:
    users = "\n".join(f"  {user.name:<8} {user.title}  ({', '.join(user.groups)})" for user in tenant.demo_users)
    token = f"""TOKEN=$(curl -s {origin}/_local/token -d '{{"user": "demo"}}' | cut -d '"' -f 4)"""
    return f"""Demo users (no password):
{users}

Try:
  {token}
  curl -s -H "Authorization: Bearer $TOKEN" {origin}/processes
  curl -s '{origin}/market/offers?channel=web&language=pl'

API: {origin}/docs    Stop: Ctrl-C
"""
