"""ASL-006: a Choice has rules, and each Condition is one whole JSONata expression."""

import re
from collections.abc import Iterator
from typing import Final

from state_machines.asl.scan import Definition, Fault

_NO_TRUTH: Final = re.compile(r"\{%\s*(?:'[^']*'|\"[^\"]*\"|-?\d+(?:\.\d+)?|null)\s*%\}")
"""An expression that is a text, a number or nothing, whatever it is asked about."""


def check(definition: Definition) -> Iterator[Fault]:
    """Finds conditions that are not JSONata as a whole."""
    for state in definition.states:
        if state.type != "Choice":
            continue
        rules = state.body.get("Choices")
        if not isinstance(rules, list) or not rules:
            yield Fault("ASL-006", state.name, "the Choice has no rules")
            continue
        for rule in rules:
            condition = rule.get("Condition") if isinstance(rule, dict) else None
            if isinstance(condition, bool):
                continue
            if not _whole(condition):
                yield Fault("ASL-006", state.name, "a Condition is not one {% %} expression")
            elif _NO_TRUTH.fullmatch(str(condition)):
                yield Fault("ASL-006", state.name, "a Condition is neither true nor false")


def _whole(condition: object) -> bool:
    text = condition if isinstance(condition, str) else ""
    return text.startswith("{%") and text.endswith("%}") and text.count("{%") == 1
