"""What an execution is at a moment: plain data that a dump can hold. No behaviour beyond reading and writing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from state_machines.simulator.machine import Machine
from state_machines.simulator.values import Json, Payload, payload

Event = list[Any]
"""`[type, previous id, milliseconds, details key or "", details]`; an event's id is its position plus one."""

Action = tuple[int, int, str, int, int, str, Any]
"""(due in ms, sequence, execution ARN, strand or -1, turn, action, data)."""


@dataclass(frozen=True, slots=True)
class ExecutionDescription:
    """What DescribeExecution tells. `output` is None unless SUCCEEDED; `parent` is the starting execution's ARN."""

    arn: str
    name: str
    machine_arn: str
    version_arn: str | None
    status: str
    input: Json
    output: Json
    error: str | None
    cause: str | None
    start: datetime
    stop: datetime | None
    parent: str | None


@dataclass(slots=True)
class Group:
    """A Parallel or Map state in progress: the strands it runs, what has come back, what is still to start."""

    results: list[Json]
    running: dict[int, int] = field(default_factory=dict)  # strand -> index
    items: list[Json] | None = None
    next: int = 0
    done: int = 0
    failures: int = 0
    lost: list[int] = field(default_factory=list)  # indexes of tolerated failures
    concurrency: int = 0
    tolerated: float | None = None


@dataclass(slots=True)
class Strand:
    """One thread of control: the machine's own, a branch's or an iteration's.

    `last` is the id of its newest event and `before` the one that preceded the current state. `turn` counts what has
    made pending timers void: a queued action of an older turn is dropped.
    """

    id: int
    scope: str
    state: str
    input: Payload
    last: int
    parent: int | None = None
    index: int = 0
    item: dict[str, Json] | None = None
    variables: dict[str, Json] = field(default_factory=dict)
    outer: dict[str, Json] = field(default_factory=dict)
    turn: int = 0
    before: int = 0
    entered: int = 0
    entered_ms: int = 0
    active: bool = False
    tries: dict[int, int] = field(default_factory=dict)
    retries: int = 0
    token: str | None = None
    open: bool = False  # whether the token can still be answered
    timeout_at: int | None = None
    heartbeat_at: int | None = None
    heartbeat: int | None = None
    child: str | None = None
    call: dict[str, Json] | None = None  # the request of a call that is under way
    group: Group | None = None

    def visible(self) -> Mapping[str, Json]:
        """All variables that an expression of this strand can read."""
        return {**self.outer, **self.variables} if self.outer else self.variables


@dataclass(slots=True)
class Execution:
    """One execution with its strands, its history and what is still to be done for it (by sequence).

    `place` orders executions by their start. `saved` is how many events somebody has written down already. `parent` is
    the ARN of the execution that started it, `waiters` are `[execution ARN, strand, turn]` of the `.sync` tasks that
    wait for its end.
    """

    arn: str
    name: str
    machine_arn: str
    version_arn: str | None
    revision: int
    machine: Machine
    input: Payload
    start_ms: int
    place: int = 0
    parent: str | None = None
    waiters: list[list[Any]] = field(default_factory=list)
    status: str = "RUNNING"
    output: Payload | None = None
    error: str | None = None
    cause: str | None = None
    stop_ms: int | None = None
    strands: dict[int, Strand] = field(default_factory=dict)
    next_strand: int = 0
    events: list[Event] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=dict)
    actions: dict[int, Action] = field(default_factory=dict)
    saved: int = 0

    @property
    def machine_name(self) -> str:
        """The state machine's name."""
        return self.machine_arn.rsplit(":", 1)[-1]


_APART = frozenset({"machine", "outer", "events", "saved"})
"""What follows from something else, or is kept apart."""


def dump_execution(execution: Execution) -> dict[str, Json]:
    """An execution as JSON, but for its events."""
    return _dump(execution)


def load_execution(data: Mapping[str, Json], events: list[Event], machine: Machine) -> Execution:
    """The execution of a dump, with its events, on its compiled machine."""
    fields = dict(data, events=events, saved=len(events), machine=machine, input=payload(data["input"]))
    fields["actions"] = {action[1]: tuple(action) for action in data["actions"]}
    fields["output"] = None if data["output"] is None else payload(data["output"][0])
    fields["strands"] = {int(key): _load_strand(value) for key, value in data["strands"].items()}
    execution = Execution(**fields)
    for strand in sorted(execution.strands.values(), key=lambda strand: strand.id):
        if strand.parent is not None:  # a parent is always older than its branches
            strand.outer = dict(execution.strands[strand.parent].visible())
    return execution


def _dump(item: Any) -> dict[str, Json]:
    return {name: _value(name, getattr(item, name)) for name in item.__slots__ if name not in _APART}


def _value(name: str, value: Any) -> Json:
    if isinstance(value, Payload):
        return [value.value] if name == "output" else value.value  # an output may be null
    if isinstance(value, Group | Strand):
        return _dump(value)
    if name in ("strands", "running", "tries"):
        return {str(key): _value("", item) for key, item in value.items()}
    return list(value.values()) if name == "actions" else value


def _load_strand(data: Mapping[str, Json]) -> Strand:
    fields = dict(data, input=payload(data["input"]), tries={int(key): item for key, item in data["tries"].items()})
    if data["group"] is not None:
        running = {int(key): item for key, item in data["group"]["running"].items()}
        fields["group"] = Group(**dict(data["group"], running=running))
    return Strand(**fields)
