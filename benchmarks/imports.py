"""How long a handler takes to import: what a cold start adds to Lambda's own.

Measured as processor time, each in a process of its own: importing is work for the processor, and what else runs on
the machine should not count.
"""

import os
import subprocess
import sys
import tempfile
from functools import partial
from statistics import median

from benchmarks.figures import Goal, Table, Value
from contract.functions import FunctionSpec
from functions.specs import ALL

RUNS = 5
GOAL_MS = 500


def measure_imports() -> Table:
    """One row a function."""
    goal = Goal(f"under {GOAL_MS} ms", lambda row: float(row["ms"]) < GOAL_MS)
    note = "a busy machine makes the median larger: on one that does nothing else it is what `least` is"
    return Table(f"Import time of handlers, median of {RUNS}", [_row(spec) for spec in ALL], (goal,), note)


def _row(spec: FunctionSpec) -> dict[str, Value]:
    taken = import_ms(spec.entry.rpartition(".")[0])
    return {"function": spec.name, "ms": median(taken), "least": min(taken), "most": max(taken)}


def import_ms(module: str, runs: int = RUNS) -> list[float]:
    """The processor time that importing a module takes, each time in a new interpreter; its bytecode is there."""
    code = f"import time; t = time.process_time(); import {module}; print((time.process_time() - t) * 1000)"
    with tempfile.TemporaryDirectory() as bytecode:
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}
        command = [sys.executable, "-c", code]
        run = partial(subprocess.run, command, env=env, capture_output=True, text=True, check=True)
        run()
        return [float(run().stdout) for _ in range(runs)]
