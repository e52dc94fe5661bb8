"""Steps of the simulator as work: each due event of an execution is one piece."""

from __future__ import annotations

from datetime import datetime

from local.cloud.step_functions.service import StepFunctions


class Executions:
    """Drives the executions of the embedded Step Functions."""

    def __init__(self, service: StepFunctions) -> None:
        self._service = service

    def run_once(self) -> bool:
        """One step."""
        with self._service.lock:
            stepped = self._service.simulator.step()
            self._service.stepped.notify_all()
            return stepped

    def next_due(self) -> datetime | None:
        """The next timer."""
        with self._service.lock:
            return self._service.simulator.next_due()
