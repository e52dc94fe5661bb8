"""ASL-006: a Choice has rules, and each Condition is one whole JSONata expression."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault


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
            if isinstance(condition, bool) or _whole(condition):
                continue
            yield Fault("ASL-006", state.name, "a Condition is not one {% %} expression")


def _whole(condition: object) -> bool:
    text = condition if isinstance(condition, str) else ""
    return text.startswith("{%") and text.endswith("%}") and text.count("{%") == 1
