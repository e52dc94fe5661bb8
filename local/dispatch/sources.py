"""The event sources of functions, made together: streams, queues, logs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contract.functions import FunctionSpec
from local.cloud.data import Data
from local.cloud.where import Where
from local.dispatch.logs import Logs
from local.dispatch.queues import Queues
from local.dispatch.streams import Streams
from local.functions.registry import Invokes


@dataclass(frozen=True)
class Around:
    """What event sources need: `logging` is the lock under which machines log."""

    specs: tuple[FunctionSpec, ...]
    data: Data
    functions: Invokes
    where: Where
    now: Callable[[], datetime]
    logging: threading.RLock


Sources = tuple[Streams, Queues, Logs]


def sources(around: Around) -> Sources:
    """Those that work."""
    specs, data, functions, where = around.specs, around.data, around.functions, around.where
    return (
        Streams(specs, data, functions, where, around.now),
        Queues(specs, data, functions, where, around.now),
        Logs(specs, functions, where, around.logging),
    )
