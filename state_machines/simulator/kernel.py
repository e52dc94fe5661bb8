"""What all parts of the simulator share: the queue of timed actions, executions, tokens, event recording.

It knows nothing of states; `dispatch` performs the actions.
"""

from __future__ import annotations

import base64
import heapq
import uuid
from collections.abc import Callable
from typing import Any, Final

from state_machines.simulator.clock import Clock, from_ms, to_ms
from state_machines.simulator.errors import HistoryFull
from state_machines.simulator.execution import Action, Execution, ExecutionDescription, Strand
from state_machines.simulator.expressions import Scene
from state_machines.simulator.history import EVENT_LIMIT, log_record
from state_machines.simulator.library import Library
from state_machines.simulator.machine import Machine
from state_machines.simulator.ports import TaskPort
from state_machines.simulator.scene import context_of
from state_machines.simulator.values import UNDEFINED, Json

URGENT: Final = -1
"""The due time of what follows from the step just made and comes before everything else."""

_COMPACT_FROM: Final = 1_000

_TOKEN: Final = b"task token of the simulator %020d"


class Kernel:
    """The shared state of one simulator."""

    def __init__(
        self,
        tasks: TaskPort,
        clock: Clock,
        *,
        tokens: Callable[[], str] | None,
        on_log: Callable[[dict[str, Json]], None] | None,
        on_status: Callable[[ExecutionDescription], None] | None,
    ) -> None:
        self.tasks = tasks
        self.clock = clock
        self.on_log = on_log
        self.on_status = on_status
        self.library = Library()
        self.make_token = tokens or self._token
        self.executions: dict[str, Execution] = {}
        self.registered: dict[str, int] = {}  # ARN -> revision
        self.revisions: dict[int, Machine] = {}
        self.token_index: dict[str, str] = {}
        self.queue: list[Action] = []
        self.lifetimes: list[tuple[int, str]] = []
        self.sequence = 0
        self._compact_at = _COMPACT_FROM
        self.serial = 0
        self.unsaved: set[tuple[str, str]] | None = None
        """What was marked since somebody asked for changes, by kind and key; None: nobody ever has."""

    @property
    def now_ms(self) -> int:
        """The present, in milliseconds since the epoch."""
        return to_ms(self.clock.now())

    def push(self, due_ms: int, execution: str, strand: int, turn: int, action: str, data: Any = None) -> None:
        """Queue an action. It is dropped when due if the strand is gone or has made another turn (turn -1: never)."""
        self.sequence += 1
        entry = (due_ms, self.sequence, execution, strand, turn, action, data)
        heapq.heappush(self.queue, entry)
        if found := self.executions.get(execution):
            found.actions[self.sequence] = entry
            self.mark("execution", execution)
        if len(self.queue) > self._compact_at:
            self.compact()

    def pop(self) -> Action:
        """Take the action that is due first."""
        action = heapq.heappop(self.queue)
        if execution := self.executions.get(action[2]):
            execution.actions.pop(action[1], None)
            self.mark("execution", execution.arn)
        return action

    def mark(self, kind: str, key: str) -> None:
        """Note that something has changed."""
        if self.unsaved is not None:
            self.unsaved.add((kind, key))

    def compact(self) -> None:
        """Drop actions that have become void (timers of tasks that were answered, mostly)."""
        for execution in self.executions.values():
            self.drop_void(execution)
        self.queue = [action for execution in self.executions.values() for action in execution.actions.values()]
        heapq.heapify(self.queue)
        running = (entry for entry in self.lifetimes if self._is_running(entry[1]))
        self.lifetimes = sorted(running)
        self._compact_at = max(_COMPACT_FROM, 2 * len(self.queue))

    def drop_void(self, execution: Execution) -> None:
        """Forget those actions of an execution that have become void."""
        execution.actions = {key: action for key, action in execution.actions.items() if self.is_valid(action)}

    def is_valid(self, action: Action) -> bool:
        """Whether an action still has something to act on."""
        _, _, arn, strand_id, turn, *_ = action
        if not self._is_running(arn):
            return False
        strand = self.executions[arn].strands.get(strand_id)
        return strand_id < 0 or (strand is not None and strand.turn == turn)

    def _is_running(self, arn: str) -> bool:
        execution = self.executions.get(arn)
        return execution is not None and execution.status == "RUNNING"

    def limit_lifetime(self, execution: Execution, due_ms: int) -> None:
        """Note when the service would end an execution for its age; `next_due` does not count it."""
        heapq.heappush(self.lifetimes, (due_ms, execution.arn))

    def record(
        self, execution: Execution, kind: str, previous: int, key: str = "", details: dict[str, Json] | None = None
    ) -> int:
        """Append an event to the history and return its id. Raises HistoryFull one event before the limit."""
        if len(execution.events) >= EVENT_LIMIT - 1 and not kind.startswith("Execution"):
            raise HistoryFull
        event = [kind, previous, self.now_ms, key, details or {}]
        execution.events.append(event)
        self.mark("execution", execution.arn)
        event_id = len(execution.events)
        if self.on_log is not None:
            self.on_log(log_record(execution, event, event_id))
        return event_id

    def scene(
        self, execution: Execution, strand: Strand, *, result: Json = UNDEFINED, error_output: Json = UNDEFINED
    ) -> Scene:
        """What the expressions of a strand's current state see."""
        self.library.begin(self.now_ms, f"{execution.arn}/{len(execution.events)}/{strand.id}")
        context = context_of(execution, strand)
        return Scene(strand.visible(), strand.input.value, context, self.library, result, error_output)

    def announce(self, execution: Execution) -> None:
        """Tell the host that an execution has started or ended."""
        if self.on_status is not None:
            self.on_status(describe(execution))

    def issue_token(self, execution: Execution, strand: Strand) -> str:
        """A task token for a strand's present attempt."""
        token = self.make_token()
        strand.open = True
        execution.tokens[token] = strand.id
        self.token_index[token] = execution.arn
        return token

    def new_name(self) -> str:
        """A name for an execution that was started without one: a UUID, the same in every run."""
        self.serial += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"execution {self.serial}"))

    def _token(self) -> str:
        self.serial += 1
        return base64.b64encode(_TOKEN % self.serial).decode()

    def has_issued(self, token: str) -> bool:
        """Whether a token that is no longer known was one of this simulator's own making."""
        try:
            text = base64.b64decode(token, validate=True)
        except ValueError:
            return False
        return any(text == _TOKEN % serial for serial in [_serial(text)] if serial <= self.serial)


def _serial(text: bytes) -> int:
    digits = text[-20:]
    return int(digits) if digits.isdigit() else 0


def describe(execution: Execution) -> ExecutionDescription:
    """An execution as DescribeExecution tells it."""
    return ExecutionDescription(
        arn=execution.arn,
        name=execution.name,
        machine_arn=execution.machine_arn,
        version_arn=execution.version_arn,
        status=execution.status,
        input=execution.input.value,
        output=None if execution.output is None else execution.output.value,
        error=execution.error,
        cause=execution.cause,
        start=from_ms(execution.start_ms),
        stop=None if execution.stop_ms is None else from_ms(execution.stop_ms),
        parent=execution.parent,
    )
