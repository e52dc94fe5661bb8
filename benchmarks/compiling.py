"""How the compiler's time grows with the model, and how it compares with SpiffWorkflow's parser on the same files.

Measured as processor time. SpiffWorkflow stands in an environment of its own, which is made when it is not there.
"""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from benchmarks.figures import Goal, Table, Value
from benchmarks.models import model
from state_machines import compile_bpmn
from state_machines.bpmn.model import Process
from state_machines.bpmn.reader import read_bpmn
from state_machines.bpmn.rules import check
from state_machines.compile import uncollected
from state_machines.flow.compiling import Build
from state_machines.flow.graph import graphs
from state_machines.flow.lower.dispatch import lower_process
from state_machines.flow.names import Names
from state_machines.flow.passes import run_passes
from state_machines.flow.references import references, unresolved
from state_machines.flow.regions import Region, regions
from state_machines.flow.support.refusals import refusals
from state_machines.library import Library

SIZES = (10, 100, 1_000, 10_000)
WHOLE_UP_TO = 1_000
"""Nodes of the largest model whose machine fits into a definition."""
GROWTH = 1.3
ENVIRONMENT = Path(__file__).parent.parent / "build" / "spiffworkflow"
_SPIFF = """
import json, sys, threading, time
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
sys.setrecursionlimit(1_000_000)  # it follows flows by recursion: as it comes, it fails at 1,000 nodes
threading.stack_size(512 * 1024 * 1024)
taken = {}
def measure():
    for path in sys.argv[1:]:
        source, best = open(path, "rb").read(), 1e9
        for _ in range(3):
            begun = time.process_time()
            parser = BpmnParser()
            parser.add_bpmn_str(source)
            for name in parser.get_process_ids():
                parser.get_spec(name)
            best = min(best, time.process_time() - begun)
        taken[path] = best
thread = threading.Thread(target=measure)
thread.start()
thread.join()
print(json.dumps(taken))
"""


def measure_compiling() -> Table:
    """One row a size."""
    _stages(model(100))  # what is imported late is imported now
    theirs = _spiffworkflow()
    rows = [_row(nodes, theirs) for nodes in SIZES]
    hundred = float(next(row for row in rows if row["nodes"] == 100)["us per node"])
    goals = [
        Goal(
            f"time per node up to the passes grows by at most {GROWTH} from 100 to 10,000",
            lambda row: float(row["us per node"]) <= GROWTH * hundred or int(row["nodes"]) <= 100,
        ),
        Goal("1,000 nodes within a second", lambda row: row["compile ms"] == "-" or float(row["compile ms"]) <= 1_000),
    ]
    if theirs:
        words = "reading is ahead of SpiffWorkflow's parser"
        goals.append(Goal(words, lambda row: float(row["read ms"]) < float(row["SpiffWorkflow ms"])))
    note = "read: bytes to the typed model. stages: bytes to the steps after the passes. compile: all, with the report"
    return Table("Compiling, processor time", rows, tuple(goals), note)


def _row(nodes: int, theirs: dict[int, float]) -> dict[str, Value]:
    source = model(nodes)
    rounds = max(1, min(20, 2_000 // nodes))
    stages = _best(lambda: _stages(source), rounds)
    whole: Value = _best(lambda: _compile(source), rounds) * 1_000 if nodes <= WHOLE_UP_TO else "-"
    return {
        "nodes": nodes,
        "read ms": _best(lambda: read_bpmn(source), rounds) * 1_000,
        "stages ms": stages * 1_000,
        "us per node": stages * 1e6 / nodes,
        "compile ms": whole,
        "SpiffWorkflow ms": theirs[nodes] * 1_000 if nodes in theirs else "-",
    }


def _best(run: Callable[[], object], rounds: int) -> float:
    """Seconds of the quickest run."""

    def once() -> float:
        gc.collect()
        begun = time.process_time()
        run()
        return time.process_time() - begun

    return min(once() for _ in range(max(3, rounds)))


def _compile(source: bytes) -> None:
    if not compile_bpmn(source).processes:
        raise RuntimeError("the model of the benchmark is refused")


@uncollected()
def _stages(source: bytes) -> None:
    """What `compile_bpmn` does up to the passes, for a process of any size."""
    found, _ = read_bpmn(source)
    if found is None or check(found):
        raise RuntimeError("the model of the benchmark is refused")
    with patch("state_machines.flow.build.MAX_STEPS", sys.maxsize):
        for process in found.processes:
            _lowered(process, Library())


def _lowered(process: Process, library: Library) -> None:
    scopes = graphs(process)
    shapes: dict[str, Region] = {}
    for graph in scopes.values():
        shapes.update(regions(graph))
    named = references(process, library)
    if [*refusals(process, scopes, shapes, library), *unresolved(process, named, library)]:
        raise RuntimeError("the model of the benchmark is refused")
    names = Names(node.id for node in process.scope.walk())
    run_passes(lower_process(Build(process, scopes, shapes, names, library)), names)


def _spiffworkflow() -> dict[int, float]:
    """Seconds by nodes; nothing where it cannot be installed."""
    with TemporaryDirectory() as folder:
        paths = {str(path): nodes for nodes, path in _written(Path(folder))}
        try:
            python = _environment()
            run = subprocess.run([python, "-c", _SPIFF, *paths], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"SpiffWorkflow is not measured: {error}", file=sys.stderr)
            return {}
        return {paths[path]: taken for path, taken in json.loads(run.stdout).items()}


def _written(folder: Path) -> Iterator[tuple[int, Path]]:
    for nodes in SIZES:
        path = folder / f"model{nodes}.bpmn"
        path.write_bytes(model(nodes))
        yield nodes, path


def _environment() -> str:
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "--quiet", str(ENVIRONMENT)], check=True)
        command = [uv, "pip", "install", "--quiet", "--python", str(python), "SpiffWorkflow"]
        subprocess.run(command, check=True)
    return str(python)
