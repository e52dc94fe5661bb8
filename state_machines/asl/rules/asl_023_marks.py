"""ASL-023: a text that holds the marks of an expression is one, as a whole: `{% ... %}` with nothing around it."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds expressions that Step Functions would take for plain text."""
    for state in definition.states:
        conditions = {str(rule.get("Condition")) for rule in state.entries("Choices")}  # ASL-006
        for written in state.written:
            if written.expression is None and "{%" in written.text and written.text not in conditions:
                yield Fault("ASL-023", state.name, f"'{written.text[:80]}' is no expression as a whole")
