"""Whether the present call comes from within a task of a state machine, also through the functions that it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TASK: ContextVar[bool] = ContextVar("task", default=False)


def within_task() -> bool:
    """Whether the simulator waits for what is running here."""
    return _TASK.get()


@contextmanager
def task() -> Iterator[None]:
    """The simulator waits for what runs inside."""
    token = _TASK.set(True)
    try:
        yield
    finally:
        _TASK.reset(token)
