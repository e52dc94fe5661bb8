"""A simulator's state as rows of JSON, and back: all of it, or what has changed since somebody last asked."""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from state_machines.simulator.execution import Execution, dump_execution, load_execution
from state_machines.simulator.kernel import Kernel
from state_machines.simulator.machine import compile_machine
from state_machines.simulator.starting import LIFETIME_MS
from state_machines.simulator.values import encode

FORMAT: Final = 2
"""Raised when rows of an older format can no longer be read."""

Row = tuple[str, str, int, str | None]
"""(kind, key, part, text). A text of None: there is nothing under this key any more, in no part."""


def all_rows(kernel: Kernel) -> Iterator[Row]:
    """Everything. Nothing may move before the last one is taken."""
    yield _head(kernel)
    for revision in kernel.revisions:
        yield from _revision(kernel, str(revision))
    for arn in kernel.registered:
        yield from _registered(kernel, arn)
    for execution in kernel.executions.values():
        yield from _execution_rows(kernel, execution, 0)


def changed_rows(kernel: Kernel) -> Iterator[Row]:
    """What has changed since the last time; at first, everything. Nothing may move before the last one is taken."""
    marked, kernel.unsaved = kernel.unsaved, set()
    if marked is None:
        yield from all_rows(kernel)
        for execution in kernel.executions.values():
            execution.saved = len(execution.events)
        return
    if marked:
        yield _head(kernel)
    for kind, key in marked:
        yield from _CHANGED[kind](kernel, key)


def load(kernel: Kernel, rows: Iterable[Row]) -> None:
    """Fill a fresh kernel with rows as they stand. Raises ValueError for another format."""
    texts: dict[str, dict[str, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    for kind, key, part, text in rows:
        if text is not None:
            texts[kind][key][part] = text
    head = json.loads(texts["simulator"]["-"].get(0, "{}"))
    if head.get("format") != FORMAT:
        raise ValueError(f"a dump of format {head.get('format')!r} cannot be read, only {FORMAT}")
    kernel.sequence, kernel.serial = head["sequence"], head["serial"]
    kernel.registered = {arn: json.loads(parts[0]) for arn, parts in texts["registered"].items()}
    kernel.revisions = {int(key): compile_machine(json.loads(parts[0])) for key, parts in texts["revision"].items()}
    found = [_loaded(kernel, parts) for parts in texts["execution"].values()]
    for execution in sorted(found, key=lambda execution: execution.place):
        kernel.executions[execution.arn] = execution
    _derive(kernel)
    kernel.unsaved = set()
    _call_again(kernel)


def _loaded(kernel: Kernel, parts: Mapping[int, str]) -> Execution:
    data = json.loads(parts[0])
    events = [event for part in sorted(parts) if part for event in json.loads(parts[part])]
    return load_execution(data, events, kernel.revisions[data["revision"]])


def _derive(kernel: Kernel) -> None:
    for execution in kernel.executions.values():
        kernel.token_index |= dict.fromkeys(execution.tokens, execution.arn)
        kernel.queue += execution.actions.values()
        if execution.status == "RUNNING":
            kernel.limit_lifetime(execution, execution.start_ms + LIFETIME_MS)
    heapq.heapify(kernel.queue)


def _call_again(kernel: Kernel) -> None:
    for execution in kernel.executions.values():
        for strand in execution.strands.values():
            if strand.call is not None:
                kernel.push(kernel.now_ms, execution.arn, strand.id, strand.turn, "call")


def _head(kernel: Kernel) -> Row:
    return "simulator", "-", 0, encode({"format": FORMAT, "sequence": kernel.sequence, "serial": kernel.serial})


def _revision(kernel: Kernel, key: str) -> Iterator[Row]:
    machine = kernel.revisions.get(int(key))
    yield "revision", key, 0, None if machine is None else encode(machine.definition)


def _registered(kernel: Kernel, arn: str) -> Iterator[Row]:
    revision = kernel.registered.get(arn)
    yield "registered", arn, 0, None if revision is None else encode(revision)


def _execution(kernel: Kernel, arn: str) -> Iterator[Row]:
    execution = kernel.executions.get(arn)
    if execution is None or not execution.saved:  # another one of this name may have been there
        yield "execution", arn, 0, None
    if execution is not None:
        yield from _execution_rows(kernel, execution, execution.saved)
        execution.saved = len(execution.events)


def _execution_rows(kernel: Kernel, execution: Execution, saved: int) -> Iterator[Row]:
    """What it is, as part 0; its events from `saved` on, as the part that the first one's id names."""
    kernel.drop_void(execution)
    yield "execution", execution.arn, 0, encode(dump_execution(execution))
    if events := execution.events[saved:]:
        yield "execution", execution.arn, saved + 1, encode(events)


_CHANGED: Final[Mapping[str, Callable[[Kernel, str], Iterator[Row]]]] = {
    "revision": _revision,
    "registered": _registered,
    "execution": _execution,
}
