"""Who is running: the invocation of a function on whose behalf AWS is called in this context."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class InvocationOverError(BaseException):
    """Raised into a function that goes on after its time is over, where Lambda would have frozen it."""


@dataclass
class Invocation:
    """One running invocation. `over` is set when its time limit has passed."""

    function: str
    request_id: str
    over: bool = False


_CURRENT: ContextVar[Invocation | None] = ContextVar("invocation", default=None)


def current() -> Invocation | None:
    """The invocation of this context; None outside of functions."""
    return _CURRENT.get()


@contextmanager
def running(invocation: Invocation) -> Iterator[Invocation]:
    """Make an invocation the context's own for a while."""
    token = _CURRENT.set(invocation)
    try:
        yield invocation
    finally:
        _CURRENT.reset(token)
