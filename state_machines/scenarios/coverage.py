"""Which elements and sequence flows of a process its scenarios went through."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from state_machines.compilation import CompiledProcess
from state_machines.scenarios.result import ScenarioResult


@dataclass(frozen=True)
class Coverage:
    """Of one process: how many there are, and those that no scenario reached, in the order of the model."""

    process: str
    elements: int
    flows: int
    missed_elements: tuple[str, ...]
    missed_flows: tuple[str, ...]

    @property
    def element_share(self) -> float:
        """Covered elements, 0 to 1."""
        return 1 - len(self.missed_elements) / self.elements if self.elements else 1.0

    @property
    def flow_share(self) -> float:
        """Covered flows, 0 to 1."""
        return 1 - len(self.missed_flows) / self.flows if self.flows else 1.0


def coverage(process: CompiledProcess, results: Iterable[ScenarioResult]) -> Coverage:
    """Failed scenarios count too: they show where the process went. Results of other processes are left out."""
    mine = [result for result in results if result.process == process.id]
    walked = {element for result in mine for element in result.path}
    followed = {flow for result in mine for flow in result.flows}
    source_map: Mapping[str, Any] = process.source_map
    elements, flows = source_map["elements"], source_map["flows"]
    return Coverage(
        process.id,
        len(elements),
        len(flows),
        tuple(element for element in elements if element not in walked),
        tuple(flow for flow in flows if flow not in followed),
    )
