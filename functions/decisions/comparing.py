"""What another version of a decision would have said: of given inputs, or of what was decided in a period."""

import heapq
from datetime import UTC, datetime
from typing import Any

from contract import errors
from contract.shapes.decisions import CompareDecision, DecisionComparison, DecisionDifference
from functions.decisions.models import deployed, draft
from functions.decisions.outcomes import outcome
from functions.decisions.recording import KEPT, Asked, recorded
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from state_machines.dmn import DecisionResult, Definitions, evaluate
from state_machines.feel.lexer import normalize

MAX_ASKED = 500
MAX_HISTORIES = 60
"""Histories of executions that one request reads: each is a call of Step Functions, which allows some 20 a second."""


def compare(ports: Ports, decision_id: str, request: CompareDecision) -> DecisionComparison:
    """Two versions over the same inputs, at the same moments. Raises `ProblemError`."""
    comparison = _Comparison(ports, decision_id, request)
    now = ports.clock.now()
    if request.from_ is None:
        for index, variables in enumerate(request.inputs or ()):
            comparison.add(Asked(now, decision_id, comparison.before, variables), index=index)
        return comparison.result(None)
    start, end = max(request.from_, now - KEPT), request.to or now
    if not request.from_ < end:
        raise ProblemError(errors.INVALID_REQUEST, "The period ends before it begins.")
    return comparison.result(_over_period(ports, comparison, decision_id, start.astimezone(UTC), end.astimezone(UTC)))


def _over_period(
    ports: Ports, comparison: "_Comparison", decision_id: str, start: datetime, end: datetime
) -> datetime | None:
    """Compares over what was decided, newest first. Answers how far down it came; None if to the beginning."""
    from functions.decisions.histories import decided  # reads BPMN: who evaluates does not wait for it

    sources = (recorded(ports, decision_id, start, end), decided(ports, decision_id, start, end))
    last, histories = end, 0
    for found in heapq.merge(*sources, key=lambda each: each.at, reverse=True):
        # What was found at one moment stays together: the next request goes on before it.
        if (comparison.seen >= MAX_ASKED or histories >= MAX_HISTORIES) and found.at != last:
            return last
        for asked in found.asked:
            comparison.add(asked)
        last, histories = found.at, histories + found.histories
    return None


class _Comparison:
    """Evaluates both versions, and keeps where they differ."""

    def __init__(self, ports: Ports, decision_id: str, request: CompareDecision) -> None:
        self._ports, self._id = ports, decision_id
        self._fixed = request.before
        self.before, _ = deployed(ports, decision_id, request.before)
        self._after = (
            draft(decision_id, request.draft) if request.draft else deployed(ports, decision_id, request.after)
        )
        self._compared = self._unknown = 0
        self._differences: list[DecisionDifference] = []

    @property
    def seen(self) -> int:
        """How many inputs there have been."""
        return self._compared + self._unknown

    def add(self, asked: Asked, **place: Any) -> None:
        """Compare over these inputs. `place` says where they stand, if not when they were decided on."""
        if asked.variables is None:
            self._unknown += 1
            return
        version, model = deployed(self._ports, self._id, self._fixed or asked.version)
        before, after = self._at(model, asked), self._at(self._after[1], asked)
        read = before.read | after.read
        if read & asked.written:
            self._unknown += 1
            return
        self._compared += 1
        first, second = outcome(self._id, version, before), outcome(self._id, self._after[0], after)
        if first.result != second.result:
            known = place or {"at": asked.at, "instance_id": asked.instance_id, "element_id": asked.element_id}
            variables = {name: value for name, value in asked.variables.items() if normalize(name) in read}
            self._differences.append(DecisionDifference(variables=variables, before=first, after=second, **known))

    def _at(self, model: Definitions, asked: Asked) -> DecisionResult:
        return evaluate(model, self._id, asked.variables or {}, clock=lambda: asked.at)

    def result(self, until: datetime | None) -> DecisionComparison:
        """What was found."""
        return DecisionComparison(
            decision_id=self._id,
            compared=self._compared,
            differences=self._differences,
            unknown=self._unknown,
            until=until,
        )
