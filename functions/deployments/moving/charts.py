"""The machines of process versions as those who move tokens see them, from the artifacts of the version."""

import json
from typing import Any

from contract import errors
from contract.buckets import ARTIFACTS
from functions.runtime import registry
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from state_machines.resume.chart import Chart


def chart_of(ports: Ports, process_id: str, version: int) -> Chart:
    """The machine that runs instances of a version. Raises `LookupError` if its artifacts are missing."""
    machines = _artifact(ports, process_id, version, "machine.asl.json")
    source_map = _artifact(ports, process_id, version, "source_map.json")
    if machines is None or source_map is None:
        raise LookupError(f"the artifacts of {process_id} version {version} are missing")
    return Chart(machines["main"], source_map)


def enterable_chart_of(ports: Ports, process_id: str, version: int) -> Chart:
    """The same with an entry before each element. Raises `ProblemError` if the version has none."""
    found = _artifact(ports, process_id, version, "entries.json")
    if found is None:
        words = (
            f"Version {version} of '{process_id}' has no entries: it is too large, or was deployed before there were."
        )
        raise ProblemError(errors.MOVE_REFUSED, words)
    return Chart(found["definition"], found["sourceMap"])


def _artifact(ports: Ports, process_id: str, version: int, name: str) -> Any:
    data = ports.objects.get(ARTIFACTS, registry.artifact("process", process_id, version, name))
    return None if data is None else json.loads(data)
