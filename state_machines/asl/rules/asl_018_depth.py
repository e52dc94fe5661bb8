"""ASL-018: expressions stay below the depth that the evaluator of Step Functions recurses to, about 100 levels."""

from collections.abc import Iterator

from state_machines.asl.expressions import read
from state_machines.asl.limits import EXPRESSION_DEPTH
from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds chains of operators and nests of brackets that are too deep."""
    for state in definition.states:
        for expression in state.expressions:
            if (depth := read(expression).deepest) > EXPRESSION_DEPTH:
                yield Fault("ASL-018", state.name, f"an expression nests {depth} levels; {EXPRESSION_DEPTH} are safe")
