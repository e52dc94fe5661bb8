"""How long the compiler looks at files that are meant to hurt before it refuses them."""

import time

from benchmarks.figures import Goal, Table, Value
from state_machines import compile_bpmn
from tests.state_machines.test_hostile import FILES

GOAL_MS = 50
ROUNDS = 3


def measure_hostile() -> Table:
    """One row a file. Those under a megabyte count as one."""
    goal = Goal(f"within {GOAL_MS} ms per MB", lambda row: float(row["ms per MB"]) <= GOAL_MS)
    rows = [_row(name, source) for name, source in FILES.items()]
    return Table("Hostile files, processor time", rows, (goal,))


def _row(name: str, source: bytes) -> dict[str, Value]:
    taken = min(_milliseconds(source) for _ in range(ROUNDS))
    megabytes = len(source) / 1_000_000
    return {"file": name, "MB": megabytes, "ms": taken, "ms per MB": taken / max(1.0, megabytes)}


def _milliseconds(source: bytes) -> float:
    begun = time.process_time()
    compile_bpmn(source)
    return (time.process_time() - begun) * 1_000
