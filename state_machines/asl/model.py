"""Typed states of a JSONata state machine. Meaning only: `emit` knows how they are spelt, `rules` what is wrong.

Texts that begin with `{%` are JSONata, all others stand for themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True)
class Retrier:
    """When and how often a failed state is tried again."""

    errors: tuple[str, ...]
    interval_seconds: int
    max_attempts: int
    backoff_rate: float = 1.0


@dataclass(frozen=True)
class Catcher:
    """Where an error leads."""

    errors: tuple[str, ...]
    next: str
    output: str = ""
    assign: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One rule of a Choice."""

    condition: str
    next: str
    output: str = ""
    assign: Mapping[str, Json] | None = None
    """In place of what the Choice assigns."""


@dataclass(frozen=True)
class Task:
    """A call of a service. `next` empty: the end of the machine or branch."""

    resource: str
    arguments: Json
    next: str
    output: str = ""
    assign: Mapping[str, Json] = field(default_factory=dict)
    timeout_seconds: int | str | None = None
    retry: tuple[Retrier, ...] = ()
    catch: tuple[Catcher, ...] = ()


@dataclass(frozen=True)
class Pass:
    """A state that only computes."""

    next: str
    output: str = ""
    assign: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """A decision; the first rule whose condition is true wins."""

    rules: tuple[Rule, ...]
    default: str
    assign: Mapping[str, Json] = field(default_factory=dict)
    """Whichever rule is true, but for those with an `assign` of their own."""


@dataclass(frozen=True)
class Wait:
    """A pause: exactly one of `seconds` and `timestamp`."""

    next: str
    seconds: int | str | None = None
    timestamp: str | None = None
    output: str = ""
    assign: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Parallel:
    """Branches that run at the same time. `arguments`: what they are given in place of the state's input."""

    branches: tuple["Branch", ...]
    next: str
    output: str = ""
    catch: tuple[Catcher, ...] = ()
    arguments: str = ""
    assign: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Map:
    """A branch that runs for each item; at most 40 at the same time (Step Functions' limit of inline maps)."""

    items: str
    item: "Branch"
    next: str
    item_selector: Mapping[str, Json] = field(default_factory=dict)
    output: str = ""
    catch: tuple[Catcher, ...] = ()
    assign: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Fail:
    """The end of the machine by an error, or of the Parallel or Map around it that catches it."""

    error: str
    cause: str


State = Task | Pass | Choice | Wait | Parallel | Map | Fail


@dataclass(frozen=True)
class Branch:
    """States with an entry: a Parallel's branch, or the body of a machine."""

    start_at: str
    states: tuple[tuple[str, State], ...]


@dataclass(frozen=True)
class Machine:
    """A whole definition."""

    comment: str
    body: Branch
