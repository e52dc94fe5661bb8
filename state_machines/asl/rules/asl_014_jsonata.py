"""ASL-014: expressions are JSONata as far as values, operators and brackets go; names and meaning are not looked at."""

from collections.abc import Iterator

from state_machines.asl.expressions import read
from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds expressions that cannot be parsed."""
    for state in definition.states:
        for expression in state.expressions:
            if words := read(expression).wrong:
                yield Fault("ASL-014", state.name, f"an expression is no JSONata: {words}")
