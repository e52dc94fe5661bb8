"""The functions of the specs by name, each with its handler bound to the ports of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, Protocol

from contract.functions import FunctionSpec
from functions.runtime.handler import Handler
from functions.runtime.ports import Ports
from local.cloud.where import Where
from local.functions.invoking import Invoker


class Invokes(Protocol):
    """Whoever runs functions by name."""

    def invoke(self, name: str, event: Any, *, limit_s: float = 0) -> Any:
        """As `Functions.invoke`."""
        ...


class Functions:
    """Runs functions by their logical or physical names."""

    def __init__(self, specs: Iterable[FunctionSpec], where: Where, ports: Callable[[FunctionSpec], Ports]) -> None:
        self.specs = {spec.name: spec for spec in specs}
        self._where, self._ports = where, ports
        self._handlers: dict[str, Handler] = {}
        self._invoker = Invoker()
        self._loading = threading.Lock()

    def load(self) -> None:
        """Import every handler. Raises ImportError for an entry that does not exist."""
        for name in self.specs:
            self.handler(name)

    def handler(self, name: str) -> Handler:
        """The handler of a function by its logical name; KeyError if there is none."""
        with self._loading:
            if name not in self._handlers:
                module, attribute = self.specs[name].entry.rsplit(".", 1)
                handler: Handler = getattr(import_module(module), attribute)
                self._handlers[name] = handler.with_ports(self._ports)
            return self._handlers[name]

    def invoke(self, name: str, event: Any, *, limit_s: float = 0) -> Any:
        """Invoke by logical or physical name. Raises `FunctionFailedError`, KeyError."""
        name = self._where.logical(name)
        spec, arn = self.specs[name], self._where.function_arn(name)
        return self._invoker.invoke(spec, arn, self.handler(name), event, limit_s=limit_s)

    def close(self) -> None:
        """Take no more."""
        self._invoker.close()
