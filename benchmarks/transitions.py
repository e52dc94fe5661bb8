"""How many state transitions a BPMN node costs on happy paths, by the compile report, over all models at hand."""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from benchmarks.figures import Goal, Table, Value
from state_machines import CompiledProcess, compile_bpmn
from tests.state_machines.corpora import library, models

GOAL = 0.7
_WATCHES = '"kind": {"S": "scope"}'
"""What the record of a scope's watcher holds."""


def measure_transitions() -> Table:
    """One row for processes without watchers, one for those with them."""
    groups: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
    refused = 0
    for path in models().values():
        found = list(_happy(path))
        refused += not found
        for watched, transitions, nodes in found:
            groups[watched].append((transitions, nodes))
    rows = [_row(name, groups[key]) for name, key in (("without scope watchers", False), ("with them", True))]
    goal = Goal(f"at most {GOAL} without scope watchers", lambda row: row is not rows[0] or float(row["mean"]) <= GOAL)
    return Table("Transitions per BPMN node on happy paths", rows, (goal,), f"models refused: {refused}")


def _happy(path: Path) -> Iterator[tuple[bool, int, int]]:
    for process in compile_bpmn(path.read_bytes(), library=library(path)).processes:
        report = process.report
        transitions, nodes = (int(str(report[key])) for key in ("transitionsOnHappyPath", "nodesOnHappyPath"))
        if nodes:
            yield _watched(process), transitions, nodes


def _watched(process: CompiledProcess) -> bool:
    return _WATCHES in json.dumps(process.machines["main"])


def _row(name: str, counts: list[tuple[int, int]]) -> dict[str, Value]:
    return {
        "processes": name,
        "number": len(counts),
        "mean": mean(transitions / nodes for transitions, nodes in counts),
        "of all nodes": sum(transitions for transitions, _ in counts) / sum(nodes for _, nodes in counts),
        "most": max(transitions / nodes for transitions, nodes in counts),
    }
