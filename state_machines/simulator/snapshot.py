"""A simulator's whole state as JSON and back."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import Final

from state_machines.simulator.execution import dump_execution, load_execution
from state_machines.simulator.kernel import Kernel
from state_machines.simulator.machine import compile_machine
from state_machines.simulator.values import Json

FORMAT: Final = 1
"""Raised when a dump of an older format can no longer be read."""


def dump_kernel(kernel: Kernel) -> dict[str, Json]:
    """The state of a kernel. It shares values with the kernel: write it out before the next step."""
    kernel.compact()
    return {
        "format": FORMAT,
        "sequence": kernel.sequence,
        "serial": kernel.serial,
        "registered": dict(kernel.registered),
        "revisions": {str(key): machine.definition for key, machine in kernel.revisions.items()},
        "executions": [dump_execution(execution) for execution in kernel.executions.values()],
        "tokens": dict(kernel.token_index),
        "queue": [list(action) for action in sorted(kernel.queue, key=lambda action: action[:2])],
        "lifetimes": [list(entry) for entry in sorted(kernel.lifetimes)],
    }


def load_kernel(kernel: Kernel, dump: Mapping[str, Json]) -> None:
    """Fill a fresh kernel. Raises ValueError for another format."""
    if dump.get("format") != FORMAT:
        raise ValueError(f"a dump of format {dump.get('format')!r} cannot be read, only {FORMAT}")
    kernel.sequence, kernel.serial = dump["sequence"], dump["serial"]
    kernel.registered = dict(dump["registered"])
    kernel.revisions = {int(key): compile_machine(value) for key, value in dump["revisions"].items()}
    for data in dump["executions"]:
        kernel.executions[data["arn"]] = load_execution(data, kernel.revisions[data["revision"]])
    kernel.token_index = dict(dump["tokens"])
    for due, sequence, arn, strand, turn, action, data in dump["queue"]:
        heapq.heappush(kernel.queue, (due, sequence, arn, strand, turn, action, data))
    kernel.lifetimes = [(due, arn) for due, arn in dump["lifetimes"]]
    heapq.heapify(kernel.lifetimes)
    _call_again(kernel)


def _call_again(kernel: Kernel) -> None:
    for execution in kernel.executions.values():
        for strand in execution.strands.values():
            if strand.call is not None:
                kernel.push(kernel.now_ms, execution.arn, strand.id, strand.turn, "call")
