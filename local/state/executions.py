"""The embedded Step Functions as rows: machines, and the simulator's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from local.cloud.step_functions.service import StepFunctions
from local.state.rows import Kept, Row
from local.state.store import UnreadableStateError
from state_machines.simulator import Simulator
from state_machines.simulator.saving import Row as SimulatorRow

_KIND = "simulator/"
"""What the kinds of the simulator's rows begin with here."""


class ExecutionsState:
    """A `Source`, under the service's lock."""

    def __init__(self, service: StepFunctions, restored: Callable[[Iterable[SimulatorRow]], Simulator]) -> None:
        """`restored` makes a simulator of its rows."""
        self._service, self._restored = service, restored

    def changes(self) -> Iterator[Row]:
        """See `Source`."""
        yield from self._service.machines.changes()
        for kind, key, part, text in self._service.simulator.changes():
            yield Row(_KIND + kind, key, text, part)

    def restore(self, kept: Kept) -> None:
        """See `Source`."""
        self._service.machines.restore(kept)
        try:
            self._service.attach(self._restored(_simulator_rows(kept)))
        except ValueError as error:
            raise UnreadableStateError(f"{error}; move the data directory away to start afresh.") from error


def _simulator_rows(kept: Kept) -> Iterator[SimulatorRow]:
    for kind, values in kept.items():
        if kind.startswith(_KIND):
            for key, parts in values.items():
                for part, text in parts.items():
                    yield kind.removeprefix(_KIND), key, part, str(text)
