"""Deployed decisions that decide prices, as they are current now: looked up again once they are half a minute old."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from catalogue.pricing import Decided
from functions.runtime.ports import Ports, Store
from functions.runtime.problems import ProblemError
from state_machines.feel import Value

if TYPE_CHECKING:
    from state_machines.dmn import Definitions

KEPT: Final = timedelta(seconds=30)
_WARM: "WeakKeyDictionary[Store, dict[str, tuple[datetime, Definitions]]]" = WeakKeyDictionary()


class DeployedDecisions:
    """`Decisions` over the registry."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._known = _WARM.setdefault(ports.store, {})

    def decide(self, decision: str, inputs: Mapping[str, Value], at: datetime) -> Decided:
        """The answer of the current version, and the rules that matched; what cannot be answered is a problem."""
        from functions.decisions.outcomes import warning_words  # with DMN: 80 ms that only such prices cost
        from state_machines.dmn import evaluate

        try:
            definitions = self._definitions(decision)
        except ProblemError as problem:
            return Decided(None, problem=problem.detail)
        result = evaluate(definitions, decision, inputs, clock=lambda: at)
        rules = tuple(rule for step in result.trace for rule in step.matched_rules)
        if result.value is None and result.warnings:
            return Decided(None, rules, "; ".join(map(warning_words, result.warnings)))
        return Decided(result.value, rules)

    def _definitions(self, decision: str) -> "Definitions":
        from functions.decisions.models import deployed

        now = self._ports.clock.now()
        known = self._known.get(decision)
        if known is None or now - known[0] > KEPT:
            known = self._known[decision] = (now, deployed(self._ports, decision, None)[1])
        return known[1]
