"""ASL-017: paths begin at `$states` or at a variable: Step Functions gives expressions no context item."""

from collections.abc import Iterator

from state_machines.asl.expressions import read
from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds names that begin a path, which would be undefined."""
    for state in definition.states:
        for expression in state.expressions:
            read_ = read(expression)
            if read_.bare not in ("", "States") and not read_.wrong:  # intrinsic functions: ASL-004
                yield Fault("ASL-017", state.name, f"the path '{read_.bare}' begins at no variable")
