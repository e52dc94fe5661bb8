"""ASL-015: a Parallel has branches, a Map something that it runs for each item."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds forks that run nothing."""
    for state in definition.states:
        if state.type in ("Parallel", "Map") and not any(inner.get("States") for inner in state.inner()):
            yield Fault("ASL-015", state.name, f"the {state.type} has nothing to run")
