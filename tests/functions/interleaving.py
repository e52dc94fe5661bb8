"""Operations that run at the same time, one AWS call after the other, in the order that a test chooses."""

import threading
from collections.abc import Callable
from typing import Any

from tests.functions.fakes import World
from tests.functions.steps import KilledError


class Operation:
    """What one invocation does; it stands before a call to AWS until it is told to go on."""

    def __init__(self, name: str, act: Callable[[], Any]) -> None:
        self.name, self.result, self.error = name, None, None
        self.done = self.killed = False
        self._act, self._go, self._stands = act, threading.Semaphore(0), threading.Semaphore(0)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def step(self) -> None:
        """Go on to the next call, or to the end."""
        if self.thread.ident is None:
            self.thread.start()
        else:
            self._go.release()
        self._stands.acquire()
        if self.error is not None:
            raise self.error

    def kill(self) -> None:
        """It does nothing more."""
        self.killed = True
        if self.thread.ident is not None and not self.done:
            self.step()
        self.done = True

    def finish(self) -> None:
        """Go on to the end."""
        while not self.done:
            self.step()

    def stand(self, where: str) -> None:
        """Called by the operation itself, before each call."""
        self._stands.release()
        self._go.acquire()
        if self.killed:
            raise KilledError(where)

    def _run(self) -> None:
        try:
            self.result = self._act()
        except KilledError:
            pass
        except BaseException as error:
            self.error = error
        self.done = True
        self._stands.release()


class Interleaved:
    """The operations of a world."""

    def __init__(self, world: World) -> None:
        self._running: dict[int, Operation] = {}
        world.steps._step = self._step  # type: ignore[method-assign]

    def begin(self, name: str, act: Callable[[], Any]) -> Operation:
        """An operation, which stands before its first call."""
        operation = Operation(name, lambda: self._registered(operation, act))
        operation.step()
        return operation

    def _registered(self, operation: Operation, act: Callable[[], Any]) -> Any:
        self._running[threading.get_ident()] = operation
        try:
            return act()
        finally:
            del self._running[threading.get_ident()]

    def _step(self, name: str) -> None:
        operation = self._running.get(threading.get_ident())
        if operation is not None and name.startswith("before"):
            operation.stand(name)
